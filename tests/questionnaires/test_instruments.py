"""The three instruments hold what their decisions name: factors, criteria, routing, both languages."""

import re
import unicodedata
from collections.abc import Iterator
from typing import Any

import pytest

from questionnaires import lint, loader
from questionnaires.model import Instrument, MultipleChoice, Percentage

CODES = ("sipas2017", "yte_ngoaitru", "gd_th_thcs")
VIETNAMESE = re.compile("[àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđ]", re.IGNORECASE)
SAME_OR_BARE = {"Kinh", "Nam", "Cha", "Trung"}  # True Vietnamese without a mark.


@pytest.fixture(params=CODES)
def instrument(request: pytest.FixtureRequest) -> Instrument:
    return loader.load_builtin(request.param)


def test_builtin_instruments_are_these() -> None:
    assert set(loader.builtin_codes()) == set(CODES)


@pytest.mark.parametrize(
    ("code", "counts", "formula", "beside"),
    [
        ("sipas2017", [4, 5, 6, 3, 4], "O_crit", ("O_pool", "O_fac")),
        ("yte_ngoaitru", [5, 10, 8, 4, 4], "H1", ("H2", "H3")),
        ("gd_th_thcs", [5, 5, 5, 5, 4], "O_fac", ("O_crit", "O_pool")),
    ],
)
def test_factors_and_formula(code: str, counts: list[int], formula: str, beside: tuple[str, ...]) -> None:
    instrument = loader.load_builtin(code)

    assert [len(factor.items) for factor in instrument.factors] == counts
    assert (instrument.formula.name, instrument.formula.beside) == (formula, beside)
    assert (instrument.formula.positive, instrument.index.target) == ((4, 5), 80.0)


def test_item_codes_are_the_codes_of_the_criteria() -> None:
    numbers = {"A1": 4, "A2": 5, "A3": 6, "A4": 3, "A5": 4}
    health = {"A": 5, "B": 10, "C": 8, "D": 4, "E": 4}

    assert _codes("sipas2017") == [f"{factor}.{n}" for factor, last in numbers.items() for n in range(1, last + 1)]
    assert _codes("yte_ngoaitru") == [f"{factor}{n}" for factor, last in health.items() for n in range(1, last + 1)]
    assert _codes("gd_th_thcs") == [f"T{n}" for n in range(1, 25)]


def _codes(code: str) -> list[str]:
    return [item.code for item in loader.load_builtin(code).items]


def test_wording_is_a_draft_and_every_item_names_its_source(instrument: Instrument) -> None:
    assert instrument.status == "draft"
    assert all(item.source.decision.startswith("QĐ ") for item in instrument.items)
    assert instrument.formula.source is not None


def test_education_criteria_are_proposed_and_carry_their_number() -> None:
    items = loader.load_builtin("gd_th_thcs").items

    assert {item.source.certainty for item in items} == {"proposed"}
    assert all(item.criterion.vi.startswith(f"Tiêu chí {n}: ") for n, item in enumerate(items, start=1))


def test_lint_has_no_advice(instrument: Instrument) -> None:
    assert lint.advice(instrument) == ()


def test_every_text_is_in_both_languages(instrument: Instrument) -> None:
    """Vietnamese has its marks and English has none but those of names; no text is a copy of the other."""
    for place, vi, en in _texts(instrument.model_dump()):
        assert unicodedata.is_normalized("NFC", vi + en), place
        bare = vi.split()[0] in SAME_OR_BARE or re.fullmatch(r"\d+–\d+ tuổi", vi)
        assert VIETNAMESE.search(vi) or bare, f"{place}: {vi}"
        assert not VIETNAMESE.search(en) or en in ("Mường", "Thái"), f"{place}: {en}"
        assert vi != en or vi in ("Kinh", "Mường", "Thái"), f"{place}: {vi}"


def _texts(value: Any, place: str = "") -> Iterator[tuple[str, str, str]]:
    if isinstance(value, dict) and set(value) == {"vi", "en"}:
        yield place, value["vi"], value["en"]
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from _texts(inner, f"{place}.{name}")
    elif isinstance(value, tuple):
        for number, inner in enumerate(value):
            yield from _texts(inner, f"{place}[{number}]")


def test_texts_hold_no_doubled_or_outer_blank(instrument: Instrument) -> None:
    for place, vi, en in _texts(instrument.model_dump()):
        assert "  " not in vi + en, place


def test_names_of_the_three_indices_are_those_of_the_decision() -> None:
    assert [loader.load_builtin(code).index.name.vi for code in CODES] == [
        "Chỉ số hài lòng về sự phục vụ hành chính",
        "Chỉ số hài lòng về chất lượng y tế công",
        "Chỉ số hài lòng về chất lượng giáo dục công lập",
    ]


def test_not_used_is_offered_by_health_and_education_only() -> None:
    def offered(code: str) -> set[bool]:
        instrument = loader.load_builtin(code)
        return {instrument.not_used_allowed(item) for item in instrument.items}

    assert [offered(code) for code in CODES] == [{False}, {True}, {True}]


def test_expectations_and_shares_have_their_limits() -> None:
    expectation = loader.load_builtin("sipas2017").question("M")
    met = loader.load_builtin("yte_ngoaitru").question("G1")

    assert isinstance(expectation, MultipleChoice)
    assert (len(expectation.options), expectation.max_choices, expectation.options[-1].specify) == (9, 3, True)
    assert isinstance(met, Percentage)
    assert (met.minimum, met.maximum) == (0, 200)


def test_no_question_asks_who_the_respondent_is(instrument: Instrument) -> None:
    asked = " ".join(question.text.en.lower() for question in instrument.questions())

    assert not re.search(r"\b(name|telephone|phone|address|e-mail|identity)\b", asked)
