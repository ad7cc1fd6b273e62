"""Which questions are asked: the filters of the instruments, and the rule that nothing looks ahead."""

import pytest

from questionnaires import loader
from questionnaires.answers import Value
from questionnaires.routing import questions_asked
from tests.questionnaires.examples import make_choice, make_factor, make_instrument, make_item, make_part

FEEDBACK = {"A5.2", "A5.3", "A5.4"}


def asked(code: str, **values: Value) -> set[str]:
    return set(questions_asked(loader.load_builtin(code), values))


@pytest.mark.parametrize("answer", [{}, {"N7": "no"}])
def test_feedback_items_are_for_those_who_sent_something(answer: dict[str, Value]) -> None:
    assert asked("sipas2017", N7="yes") >= FEEDBACK | {"A5.1"}
    assert not asked("sipas2017", **answer) & FEEDBACK
    assert "A5.1" in asked("sipas2017", **answer)


def test_delay_is_asked_only_of_those_who_waited_longer() -> None:
    assert asked("sipas2017", N5="late") >= {"N6a", "N6b"}
    assert not asked("sipas2017", N5="early") & {"N6a", "N6b"}


@pytest.mark.parametrize(("level", "shown"), [(0, False), (1, True), (2, True), (3, False)])
def test_reason_is_asked_when_an_item_was_rated_low(level: int, shown: bool) -> None:
    assert ("G3" in asked("yte_ngoaitru", B7=level)) is shown


def test_order_is_that_of_the_instrument() -> None:
    instrument = loader.load_builtin("sipas2017")
    values: dict[str, Value] = {"N7": "yes", "N5": "late"}

    assert questions_asked(instrument, values) == tuple(question.code for question in instrument.questions())


def test_value_of_a_question_that_is_not_asked_opens_nothing() -> None:
    chain = [
        make_choice("N1"),
        make_choice("N2", show_if={"question": "N1", "any_of": ["yes"]}),
        make_choice("N3", show_if={"question": "N2", "any_of": ["yes"]}),
    ]
    instrument = make_instrument([make_factor([make_item()]), make_part(chain)])

    assert questions_asked(instrument, {"N1": "yes", "N2": "yes"})[-2:] == ("N2", "N3")
    assert questions_asked(instrument, {"N1": "no", "N2": "yes"})[-1] == "N1"


def test_general_rating_is_no_item_of_the_index() -> None:
    """`any_rated` looks at rated items only: a low general rating opens nothing."""
    general = {"kind": "general_rating", "code": "N1", "text": make_item()["text"]}
    instrument = make_instrument(
        [make_factor([make_item()]), make_part([general, make_choice("N2", show_if={"any_rated": [1]})])]
    )

    assert "N2" not in questions_asked(instrument, {"N1": 1, "A1.1": 4})
    assert "N2" in questions_asked(instrument, {"N1": 4, "A1.1": 1})


def test_conditions_combine() -> None:
    yes = {"question": "N1", "any_of": ["yes"]}
    low = {"any_rated": [1, 2]}
    many = make_choice("N2", kind="multiple")
    both = make_choice("N3", show_if={"all_of": [yes, low]})
    either = make_choice("N4", show_if={"any_of": [low, {"question": "N2", "any_of": ["no"]}]})
    instrument = make_instrument([make_factor([make_item()]), make_part([make_choice("N1"), many, both, either])])

    def shown(**values: Value) -> set[str]:
        return set(questions_asked(instrument, values)) & {"N3", "N4"}

    assert shown(N1="yes") == set()
    assert shown(N1="yes", **{"A1.1": 2}) == {"N3", "N4"}
    assert shown(N1="no", **{"A1.1": 2}) == {"N4"}
    assert shown(N2=("yes", "no")) == {"N4"}
