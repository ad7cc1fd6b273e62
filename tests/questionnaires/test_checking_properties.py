"""What holds for any submission, over the built-in instruments and over made-up ones."""

import random
import unicodedata
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from questionnaires import loader
from questionnaires.answers import NOT_ASKED, Answers
from questionnaires.checking import OTHER, as_submitted, check
from questionnaires.kinds import THREE_LEVELS
from questionnaires.model import (
    AnyQuestion,
    GeneralRating,
    Instrument,
    LongText,
    MultipleChoice,
    Number,
    Percentage,
    RatedItem,
    SingleChoice,
    ThreeLevelRating,
)
from questionnaires.routing import questions_asked
from tests.questionnaires.examples import make_choice, make_factor, make_instrument, make_item, make_part

Form = dict[str, list[str]]
BUILTIN = [loader.load_builtin(code) for code in loader.builtin_codes()]
LETTERS = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), max_size=20)
ANY_TEXT = st.text(st.characters(codec=None), max_size=12)


def valid_values(instrument: Instrument, question: AnyQuestion) -> st.SearchStrategy[list[str]]:
    """Absent, or something that the question takes."""
    given: st.SearchStrategy[list[str]]
    if isinstance(question, RatedItem | GeneralRating):
        lowest = 0 if instrument.not_used_allowed(question) else 1
        given = st.integers(lowest, 5).map(lambda level: [str(level)])
    elif isinstance(question, ThreeLevelRating):
        given = st.sampled_from(THREE_LEVELS).map(lambda level: [level])
    elif isinstance(question, SingleChoice):
        given = st.sampled_from(question.options).map(lambda option: [option.code])
    elif isinstance(question, MultipleChoice):
        codes = [option.code for option in question.options]
        given = st.lists(st.sampled_from(codes), max_size=question.max_choices or len(codes))
    elif isinstance(question, Number | Percentage):
        given = st.integers(question.minimum, question.maximum).map(lambda number: [str(number)])
    else:
        assert isinstance(question, LongText)
        given = LETTERS.map(lambda typed: [typed])
    states = [["dk"]] * question.dont_know + [["pn"]] * question.prefer_not
    absent: list[list[str]] = [] if question.required else [[]]
    return st.one_of(given, *[st.just(value) for value in states + absent])


@st.composite
def submissions(draw: st.DrawFn, instrument: Instrument) -> Form:
    form = {question.code: draw(valid_values(instrument, question)) for question in instrument.questions()}
    for question in instrument.questions():
        if isinstance(question, SingleChoice | MultipleChoice) and any(option.specify for option in question.options):
            form[question.code + OTHER] = [draw(LETTERS)]
    return form


@st.composite
def made_up_instruments(draw: st.DrawFn) -> Instrument:
    """A factor, then choices whose conditions look back at random, then a second factor behind one of them."""
    questions: list[dict[str, Any]] = []
    for number in range(draw(st.integers(1, 5))):
        fields: dict[str, Any] = {"kind": draw(st.sampled_from(["single", "multiple"]))}
        if draw(st.booleans()):
            fields["show_if"] = draw(conditions([one["code"] for one in questions]))
        questions.append(make_choice(f"N{number}", prefer_not=draw(st.booleans()), **fields))
    last = make_item("A2.1", show_if=draw(conditions([one["code"] for one in questions])))
    return make_instrument([make_factor([make_item()]), make_part(questions), make_factor([last], "A2")])


def conditions(codes: list[str]) -> st.SearchStrategy[dict[str, Any]]:
    looks_at_items: list[dict[str, Any]] = [{"any_rated": [1, 2]}, {"question": "A1.1", "any_of": [4, 5]}]
    leaf = st.sampled_from(looks_at_items)
    if codes:
        leaf |= st.builds(lambda code, any_of: {"question": code, "any_of": [any_of]}, *_choices(codes))
    return st.recursive(leaf, lambda inner: _joined("all_of", inner) | _joined("any_of", inner), max_leaves=3)


def _choices(codes: list[str]) -> tuple[st.SearchStrategy[str], st.SearchStrategy[str]]:
    return st.sampled_from(codes), st.sampled_from(["yes", "no"])


def _joined(name: str, inner: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    return st.lists(inner, min_size=1, max_size=2).map(lambda conditions: {name: conditions})


INSTRUMENTS = st.sampled_from(BUILTIN) | made_up_instruments()


def accepted(instrument: Instrument, form: Form) -> Answers:
    """The answers of a valid form in which at least one item of the index was asked and answered."""
    checked = check(instrument, form, drop_not_asked=True)
    assume([fault.kind for fault in checked.faults] != ["nothing_answered"])
    assert checked.faults == ()
    assert checked.answers is not None
    return checked.answers


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_answers_split_the_questions_into_values_and_states(data: st.DataObject) -> None:
    instrument = data.draw(INSTRUMENTS)
    answers = accepted(instrument, data.draw(submissions(instrument)))
    codes = {question.code for question in instrument.questions()}
    valued = {code for code in answers.values if not code.endswith(OTHER)}

    assert valued | set(answers.states) == codes
    assert not valued & set(answers.states)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_what_is_not_asked_never_has_a_value(data: st.DataObject) -> None:
    instrument = data.draw(INSTRUMENTS)
    answers = accepted(instrument, data.draw(submissions(instrument)))
    not_asked = {code for code, state in answers.states.items() if state == NOT_ASKED}
    asked = set(questions_asked(instrument, answers.values))

    assert not_asked == {question.code for question in instrument.questions()} - asked


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_check_accepts_its_own_form_and_gives_the_same(data: st.DataObject) -> None:
    instrument = data.draw(INSTRUMENTS)
    answers = accepted(instrument, data.draw(submissions(instrument)))

    assert check(instrument, as_submitted(answers)).answers == answers
    assert Answers.from_json(answers.canonical_json()) == answers


@settings(max_examples=40, deadline=None)
@given(st.data(), st.randoms())
def test_hash_knows_neither_order_nor_composition(data: st.DataObject, shuffler: random.Random) -> None:
    instrument = data.draw(INSTRUMENTS)
    form = data.draw(submissions(instrument))
    fields = [(code, [unicodedata.normalize("NFD", value) for value in values]) for code, values in form.items()]
    shuffler.shuffle(fields)
    for _, values in fields:
        shuffler.shuffle(values)

    assert accepted(instrument, dict(fields)).content_hash() == accepted(instrument, form).content_hash()


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_hostile_forms_give_faults_that_can_be_shown_and_never_an_exception(data: st.DataObject) -> None:
    instrument = data.draw(st.sampled_from(BUILTIN))
    names = st.sampled_from([question.code for question in instrument.questions()]) | ANY_TEXT
    form = data.draw(st.dictionaries(names, st.lists(ANY_TEXT, max_size=3), max_size=12))
    checked = check(instrument, form)

    assert (checked.answers is None) == bool(checked.faults)
    for fault in checked.faults:
        fault.question.encode()
    if checked.answers is not None:
        checked.answers.content_hash()
