"""Every answer is checked against the version, also what was not sent; each fault has its kind."""

import pytest

from questionnaires import loader
from questionnaires.answers import DONT_KNOW, NOT_ASKED, PREFER_NOT, SKIPPED, Answers
from questionnaires.checking import AnswerFault, as_submitted, check
from questionnaires.model import Instrument
from questionnaires.reading import OTHER_LENGTH
from tests.questionnaires.examples import make_choice, make_factor, make_instrument, make_item, make_part, text
from tests.quickest import quickest

Form = dict[str, list[str]]
SIPAS = loader.load_builtin("sipas2017")
HEALTH = loader.load_builtin("yte_ngoaitru")
CITIZEN: Form = {"respondent_type": ["citizen"], "A1.1": ["4"]}
PATIENT: Form = {"respondent_type": ["patient"], "A1": ["4"]}


def answers(form: Form, instrument: Instrument = SIPAS, drop_not_asked: bool = False) -> Answers:
    checked = check(instrument, form, drop_not_asked)
    assert checked.faults == ()
    assert checked.answers is not None
    return checked.answers


def faults(form: Form, instrument: Instrument = SIPAS) -> tuple[AnswerFault, ...]:
    checked = check(instrument, form)
    assert checked.answers is None
    return checked.faults


def test_five_states_are_kept_apart() -> None:
    given = answers(PATIENT | {"A2": ["0"], "A3": [""]}, HEALTH)
    sipas = answers(CITIZEN | {"N3": ["pn"]})

    assert (given.values["A1"], given.values["A2"]) == (4, 0)
    assert (given.states["A3"], given.states["G3"], sipas.states["N3"]) == (SKIPPED, NOT_ASKED, PREFER_NOT)


@pytest.mark.parametrize(
    ("form", "fault"),
    [
        ({"A1.1": ["6"]}, AnswerFault("A1.1", "not_an_option")),
        ({"A1.1": ["0"]}, AnswerFault("A1.1", "not_an_option")),
        ({"A1.1": ["４"]}, AnswerFault("A1.1", "not_an_option")),
        ({"A1.1": ["dk"]}, AnswerFault("A1.1", "not_an_option")),
        ({"A1.1": ["4", "5"]}, AnswerFault("A1.1", "several_values")),
        ({"N5": ["never"]}, AnswerFault("N5", "not_an_option")),
        ({"N1": ["dk"]}, AnswerFault("N1", "not_an_option")),
        ({"A5.2": ["4"]}, AnswerFault("A5.2", "not_asked")),
        ({"M": ["M1", "M2", "M3", "M4"]}, AnswerFault("M", "too_many", 3)),
        ({"M": ["M1", "M99"]}, AnswerFault("M", "not_an_option")),
        ({"M": ["M1"], "M__other": ["Xe buýt"]}, AnswerFault("M__other", "not_asked")),
        ({"M": ["M9"], "M__other": ["x" * 201]}, AnswerFault("M__other", "too_long", OTHER_LENGTH)),
        ({"M": ["M9"], "M__other": ["\x07"]}, AnswerFault("M__other", "bad_text")),
        ({"comment": ["x" * 2001]}, AnswerFault("comment", "too_long", 2000)),
        ({"comment": ["a", "b"]}, AnswerFault("comment", "several_values")),
        ({"respondent_type": [" "]}, AnswerFault("respondent_type", "required")),
        ({"Z9": ["4"]}, AnswerFault("Z9", "unknown_question")),
        ({"A1.1__other": ["x"]}, AnswerFault("A1.1__other", "unknown_question")),
        ({"A1.1__state": ["0"]}, AnswerFault("A1.1__state", "unknown_question")),
        ({"A1.1": []}, AnswerFault("", "nothing_answered")),
    ],
)
def test_each_mistake_has_its_kind(form: Form, fault: AnswerFault) -> None:
    assert fault in faults(CITIZEN | form)


def test_all_mistakes_are_told_at_once() -> None:
    found = faults({"A1.1": ["9"], "N5": ["never"], "M": ["M1", "M2", "M3", "M4"]})

    assert [fault.kind for fault in found] == [
        "required",
        "not_an_option",
        "not_an_option",
        "too_many",
        "nothing_answered",
    ]


@pytest.mark.parametrize(
    ("typed", "outcome"),
    [
        ("80", 80),
        (" 120 % ", 120),
        ("200", 200),
        ("201", AnswerFault("G1", "out_of_range", 200)),
        ("-1", AnswerFault("G1", "out_of_range", 0)),
        ("80,5", AnswerFault("G1", "not_a_number")),
        ("٨٠", AnswerFault("G1", "not_a_number")),
        ("1e2", AnswerFault("G1", "not_a_number")),
        ("9" * 5000, AnswerFault("G1", "not_a_number")),
    ],
)
def test_percentage(typed: str, outcome: int | AnswerFault) -> None:
    form = PATIENT | {"G1": [typed]}
    if isinstance(outcome, AnswerFault):
        assert faults(form, HEALTH) == (outcome,)
    else:
        assert answers(form, HEALTH).values["G1"] == outcome


@pytest.mark.parametrize("bad", ["\x00", "a\x00b", "\ud800", "\udfff x", "\x1b[31m", "\x7f", "\uffff"])
def test_text_that_no_document_can_hold_is_refused(bad: str) -> None:
    assert faults(CITIZEN | {"comment": [bad]}) == (AnswerFault("comment", "bad_text"),)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Cảm ơn\r\nnhiều\rlắm ", "Cảm ơn\nnhiều\nlắm"),
        ("abc\u202egnp", "abc\u202egnp"),  # Right-to-left override: stored as meant, shown harmless by the pages.
        ("\u200b", "\u200b"),
        ("=cmd|'/c calc'!A1", "=cmd|'/c calc'!A1"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("e\u0302\u0323", "ệ"),
        ("👍🏽\tok", "👍🏽\tok"),
    ],
)
def test_strange_text_is_stored_as_meant(typed: str, kept: str) -> None:
    assert answers(CITIZEN | {"comment": [typed]}).values["comment"] == kept


def test_decomposed_letters_do_not_use_up_the_length() -> None:
    assert answers(CITIZEN | {"comment": ["e\u0302\u0323" * 2000]}).values["comment"] == "ệ" * 2000


def test_ten_megabytes_are_refused_at_once() -> None:
    form = CITIZEN | {"comment": ["ệ" * 10_000_000]}

    assert faults(form) == (AnswerFault("comment", "too_long", 2000),)
    assert quickest(lambda: faults(form), times=3) < 1


def test_thousands_of_unknown_fields_give_a_short_and_showable_list() -> None:
    hostile: Form = {f"\ud800\x00{number}": ["x"] for number in range(10_000)}
    found = faults(CITIZEN | hostile)

    assert len(found) == 20
    assert found[0].question.encode() == b"??0"


def test_answers_that_are_not_asked_are_left_out_only_on_wish() -> None:
    form = CITIZEN | {"A5.2": ["4"], "N6a": ["bogus"], "M__other": ["x"]}

    assert [fault.kind for fault in faults(form)] == ["not_asked", "not_asked", "not_asked"]
    assert answers(form, drop_not_asked=True) == answers(CITIZEN)


def test_choices_are_kept_in_the_order_of_the_instrument_and_once() -> None:
    given = answers(CITIZEN | {"M": ["M9", "M1", "M9"], "M__other": [" Xe buýt "]})

    assert (given.values["M"], given.values["M__other"]) == (("M1", "M9"), "Xe buýt")


def test_required_counts_an_open_refusal_as_an_answer() -> None:
    question = make_choice(required=True, dont_know=True, prefer_not=True)
    instrument = make_instrument([make_factor([make_item()]), make_part([question])])

    assert faults({"A1.1": ["4"]}, instrument) == (AnswerFault("N1", "required"),)
    assert answers({"A1.1": ["4"], "N1": ["dk"]}, instrument).states == {"N1": DONT_KNOW}
    assert answers({"A1.1": ["4"], "N1": ["pn"]}, instrument).states == {"N1": PREFER_NOT}
    assert faults({"A1.1": ["4"], "N1": ["dk", "pn"]}, instrument) == (AnswerFault("N1", "several_values"),)


def test_question_that_is_not_asked_is_not_required() -> None:
    question = make_choice(required=True, show_if={"question": "A1.1", "any_of": [1]})
    instrument = make_instrument([make_factor([make_item()]), make_part([question])])

    assert answers({"A1.1": ["4"]}, instrument).states == {"N1": NOT_ASKED}
    assert faults({"A1.1": ["1"]}, instrument) == (AnswerFault("N1", "required"),)


def test_not_used_alone_is_an_answer() -> None:
    assert answers({"respondent_type": ["patient"], "A1": ["0"]}, HEALTH).values["A1"] == 0


def test_number_has_its_range() -> None:
    number = {"kind": "number", "code": "N1", "text": text("Mấy?"), "minimum": 1, "maximum": 9, "dont_know": True}
    instrument = make_instrument([make_factor([make_item()]), make_part([number])])

    assert answers({"A1.1": ["4"], "N1": ["9"]}, instrument).values["N1"] == 9
    assert answers({"A1.1": ["4"], "N1": ["dk"]}, instrument).states["N1"] == DONT_KNOW
    assert faults({"A1.1": ["4"], "N1": ["5%"]}, instrument) == (AnswerFault("N1", "not_a_number"),)
    assert faults({"A1.1": ["4"], "N1": ["10"]}, instrument) == (AnswerFault("N1", "out_of_range", 9),)


def test_versions_of_one_code_are_not_confused() -> None:
    """What is compiled is found by code and version first, but belongs to one content only."""
    small = make_instrument()
    large = make_instrument([make_factor([make_item("A1.1"), make_item("A1.2")])])

    assert faults({"A1.1": ["4"], "A1.2": ["4"]}, small) == (AnswerFault("A1.2", "unknown_question"),)
    assert answers({"A1.1": ["4"], "A1.2": ["4"]}, large).values == {"A1.1": 4, "A1.2": 4}


def test_form_can_be_filled_again_from_the_answers() -> None:
    given = answers(CITIZEN | {"N3": ["pn"], "M": ["M9"], "M__other": ["Xe"], "comment": ["Tốt"]})

    assert as_submitted(given) == CITIZEN | {"N3": ["pn"], "M": ["M9"], "M__other": ["Xe"], "comment": ["Tốt"]}


def test_check_of_a_full_form_stays_far_below_a_millisecond() -> None:
    form = {item.code: ["4"] for item in HEALTH.items} | {"respondent_type": ["patient"], "G1": ["90"], "G4": ["Tốt"]}

    assert quickest(lambda: check(HEALTH, form), times=300) < 0.000_3
