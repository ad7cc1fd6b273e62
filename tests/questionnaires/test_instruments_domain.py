"""Around the rated items: what is only reported, who is asked what, how sure we are of each source."""

import pytest

from questionnaires.model import Instrument, MultipleChoice, PlainPart, RatedItem, SingleChoice
from tests.questionnaires.test_instruments import STRUCTURE, instrument, of

__all__ = ["instrument"]  # The fixture: every built-in instrument in turn.


def _numbered(prefix: str, *numbers: int) -> list[str]:
    return [f"{prefix}{n}" for n in numbers]


GENERAL, SCHOOL = ["G1", "G2", "G3", "G4"], ["VI.1", "VI.2", "VI.3"]
# Assessments, expectations, general questions and comments: the codes that never enter an index.
REPORTED = {
    "sipas2017": ["N1", "N2", "N3", "N4", "N5", "N6a", "N6b", "N7", "M", "comment"],
    "sipas2022": [
        *_numbered("Q1.", *range(1, 9)),
        *_numbered("Q", *range(2, 8)),
        *_numbered("Q8.", *range(1, 8)),
        *_numbered("M", 1, 2, 3, 4, 5, 6, 7, 9, 10),
        "Q10",
    ],
    "sipas2026": [
        *_numbered("Q1.", *range(1, 10)),
        "Q2",
        *_numbered("Q3.", *range(1, 8)),
        *_numbered("Q", *range(4, 8)),
        *_numbered("Q8.", *range(1, 8)),
        *_numbered("M", *range(1, 11)),
    ],
    "quay_motcua": ["K2", "K3", "K4", "K5"],
    "yte_noitru": ["E7", *GENERAL],
    "yte_ngoaitru": ["E5", *GENERAL],
    "yte_ngoaitru_tram": ["E5", *GENERAL],
    "yte_tiemchung": ["E4"],
    "gd_mamnon": SCHOOL,
    "gd_th_thcs": SCHOOL,
    "gd_thpt": SCHOOL,
}
# How many answers each closed one offers; a state such as "prefers not to say" is no option.
OPTIONS = {
    "sipas2017": {"N1": 5, "N2": 4, "N3": 2, "N4": 2, "N5": 3, "N6a": 2, "N6b": 2, "N7": 2, "M": 9},
    "sipas2022": {"Q1.1": 3, "Q2": 7, "Q3": 5, "Q4": 3, "Q5": 3, "Q6": 3, "Q7": 3, "Q8.1": 2, "M1": 3}
    | {"age": 5, "ethnicity": 2, "education": 6, "job": 7, "place": 2, "terrain": 3},
    "sipas2026": {"Q1.1": 4, "Q2": 7, "Q3.1": 4, "Q4": 4, "Q5": 3, "Q6": 3, "Q7": 3, "Q8.1": 2, "M1": 4}
    | {"age": 5, "ethnicity": 2, "education": 6, "job": 7, "place": 2, "terrain": 3},
    "quay_motcua": {"K2": 4, "K3": 3, "K4": 2},
    "yte_noitru": {"E7": 6, "G2": 6, "sex": 3, "place": 3, "household": 3},
    "yte_ngoaitru": {"E5": 6, "G2": 6, "sex": 3, "place": 3, "household": 3},
    "yte_ngoaitru_tram": {"E5": 6, "G2": 6, "sex": 3, "place": 3, "household": 3},
    "yte_tiemchung": {"E4": 4, "sex": 3, "place": 3, "household": 3},
    "gd_mamnon": {"relation": 3},
    "gd_th_thcs": {"relation": 3},
    "gd_thpt": {"grade": 3},
}
LATE, SENT = {"question": "N5", "any_of": ("late",)}, {"question": "N7", "any_of": ("yes",)}
LOW = {"any_rated": (1, 2)}
CONDITIONS = {
    "sipas2017": {"N6a": LATE, "N6b": LATE, "A5.2": SENT, "A5.3": SENT, "A5.4": SENT},
    "sipas2026": {"Q3.7": {"question": "Q2", "any_of": ("other",)}},
    "yte_noitru": {"G3": LOW},
    "yte_ngoaitru": {"G3": LOW},
    "yte_ngoaitru_tram": {"G3": LOW},
}
SEEN_IN_A_WARD_FORM = {"A3.1", "A3.3", "A3.4", "A3.5", "A3.6", "A4.1", "A4.2", "A4.3", "A5.1", "A5.2", "A5.3", "A5.4"}


def test_what_is_only_reported_stands_outside_the_factors(instrument: Instrument) -> None:
    plain = [part for part in instrument.parts if isinstance(part, PlainPart) and part.kind != "profile"]
    reported = [question for part in plain for question in part.questions]

    assert [question.code for question in reported] == REPORTED[instrument.code]
    assert not any(isinstance(question, RatedItem) for question in reported)
    assert {item.code for item in instrument.items}.isdisjoint(REPORTED[instrument.code])


@pytest.mark.parametrize("code", STRUCTURE)
def test_closed_questions_offer_as_many_answers_as_the_forms(code: str) -> None:
    instrument, offered = of(code), {}
    for question_code in OPTIONS[code]:
        question = instrument.question(question_code)
        assert isinstance(question, SingleChoice | MultipleChoice)
        offered[question_code] = len(question.options)

    assert offered == OPTIONS[code]


def test_conditions_are_these_and_no_others(instrument: Instrument) -> None:
    found = {
        question.code: question.show_if.model_dump()
        for question in instrument.questions()
        if question.show_if is not None
    }

    assert found == CONDITIONS.get(instrument.code, {})


def test_every_question_and_fact_names_its_source(instrument: Instrument) -> None:
    for question in instrument.questions():
        own_comment = (instrument.code, question.code) == ("sipas2017", "comment")
        assert (question.source is None) == own_comment, question.code


def test_certainty_is_that_of_the_domain(instrument: Instrument) -> None:
    """What was only remembered, or is ours, is never marked as found."""
    certainties = {
        question.code: question.source.certainty for question in instrument.questions() if question.source is not None
    }

    assert certainties == {code: _certainty(instrument, code) for code in certainties}


def _certainty(instrument: Instrument, code: str) -> str:
    is_item = code in {item.code for item in instrument.items}
    if instrument.code == "quay_motcua" or code == "G3":
        return "proposed"
    if instrument.code.startswith("gd_"):
        return "proposed" if is_item else "found" if code in ("VI.1", "VI.3") else "recalled_medium"
    if instrument.code == "sipas2017":
        return "found" if code in SEEN_IN_A_WARD_FORM else "recalled_high" if is_item else "recalled_medium"
    return "found"


def test_certainty_of_the_formula_is_that_of_the_domain() -> None:
    marks = {code: of(code).formula.source for code in STRUCTURE}
    by_index = {"sipas": "proposed", "health": "recalled_high", "education": "recalled_medium"}

    assert {code: mark.certainty for code, mark in marks.items() if mark} == {
        code: by_index[of(code).index.code] for code in STRUCTURE
    }


@pytest.mark.parametrize(("code", "item"), [("sipas2017", "A4.1"), ("sipas2022", "S30"), ("sipas2026", "S36")])
def test_a_refusal_is_named_as_a_result(code: str, item: str) -> None:
    hint = of(code).question(item).hint

    assert hint is not None
    assert "từ chối" in hint.vi


@pytest.mark.parametrize(("code", "item"), [("yte_noitru", "D7"), ("gd_th_thcs", "T11"), ("gd_thpt", "T11")])
def test_where_the_topic_is_a_bad_thing_the_hint_says_what_the_best_level_means(code: str, item: str) -> None:
    hint = of(code).question(item).hint

    assert hint is not None
    assert "rất hài lòng" in hint.vi.lower()


@pytest.mark.parametrize(
    ("code", "question"),
    [
        ("sipas2017", "N3"),
        ("sipas2017", "N4"),
        ("sipas2022", "Q4"),
        ("sipas2022", "Q5"),
        ("sipas2026", "Q5"),
        ("sipas2026", "Q6"),
        ("quay_motcua", "K4"),
    ],
)
def test_nobody_has_to_accuse_an_officer(code: str, question: str) -> None:
    assert of(code).question(question).prefer_not
    assert not of(code).question(question).required
