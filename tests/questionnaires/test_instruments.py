"""The built-in instruments hold what their decisions name: factors, criteria, formula, both languages, no person."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from questionnaires import lint, loader
from questionnaires.model import AnyInstrument, CounterInstrument, Instrument, MultipleChoice, Percentage

# By instrument: the items of each factor, the formula, what stands beside it.
CRIT, HEALTH, FIELDS = ("O_crit", "O_pool", "O_fac"), ("H1", "H2", "H3"), ("O_fac", "O_crit", "O_pool")
STRUCTURE = {
    "sipas2017": ([4, 5, 6, 3, 4], CRIT),
    "sipas2022": ([2, 2, 8, 2, 4, 4, 5, 3, 3], (*CRIT, "O_block")),
    "sipas2026": ([2, 2, 9, 10, 3, 4, 3, 3, 3], (*CRIT, "O_block")),
    "quay_motcua": ([1], ("O_crit",)),
    "yte_noitru": ([5, 7, 11, 7, 6], HEALTH),
    "yte_ngoaitru": ([5, 10, 8, 4, 4], HEALTH),
    "yte_ngoaitru_tram": ([4, 8, 8, 3, 4], HEALTH),
    "yte_tiemchung": ([5, 8, 12, 5, 3], HEALTH),
    "gd_mamnon": ([5, 5, 5, 5, 4], FIELDS),
    "gd_th_thcs": ([5, 5, 5, 5, 4], FIELDS),
    "gd_thpt": ([5, 5, 5, 5, 4], FIELDS),
}
TOTALS = {"sipas2017": 22, "sipas2022": 33, "sipas2026": 39, "yte_noitru": 36, "yte_ngoaitru": 31, "yte_tiemchung": 33}
TOTALS |= dict.fromkeys(("gd_mamnon", "gd_th_thcs", "gd_thpt"), 24)
VIETNAMESE = re.compile("[àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđ]", re.IGNORECASE)
SAME_OR_BARE = {"Kinh", "Nam", "Cha", "Trung", "Cha,", "Không"}  # True Vietnamese without a mark.


@pytest.fixture(params=[*STRUCTURE, "nd61_ba_muc"])
def any_instrument(request: pytest.FixtureRequest) -> AnyInstrument:
    return loader.load_builtin(request.param)


@pytest.fixture(params=STRUCTURE)
def instrument(request: pytest.FixtureRequest) -> Instrument:
    return of(request.param)


def of(code: str) -> Instrument:
    found = loader.load_builtin(code)
    assert isinstance(found, Instrument)
    return found


def test_builtin_instruments_are_these() -> None:
    assert set(loader.builtin_codes()) == {*STRUCTURE, "nd61_ba_muc"}


def test_three_levels_of_decree_61_have_nothing_of_an_index() -> None:
    counter = loader.load_builtin("nd61_ba_muc")

    assert isinstance(counter, CounterInstrument)
    assert (counter.ratings, counter.items) == (("R1",), ())
    assert {"scale", "formula", "index"}.isdisjoint(counter.model_dump())


@pytest.mark.parametrize("code", STRUCTURE)
def test_factors_and_formula(code: str) -> None:
    instrument, (counts, formulas) = of(code), STRUCTURE[code]

    assert [len(factor.items) for factor in instrument.factors] == counts
    assert (instrument.formula.name, *instrument.formula.beside) == formulas
    assert (instrument.formula.positive, instrument.index.target) == ((4, 5), 80.0)


def test_numbers_of_items_are_those_of_the_decisions() -> None:
    assert {code: len(of(code).items) for code in TOTALS} == TOTALS


def test_item_codes_are_the_codes_of_the_criteria() -> None:
    numbers = {"A1": 4, "A2": 5, "A3": 6, "A4": 3, "A5": 4}
    health = {"yte_noitru": "A5 B7 C11 D7 E6", "yte_ngoaitru": "A5 B10 C8 D4 E4", "yte_tiemchung": "A5 B8 C12 D5 E3"}

    assert _codes("sipas2017") == [f"{factor}.{n}" for factor, last in numbers.items() for n in range(1, last + 1)]
    assert _codes("sipas2022") == [f"{'P' if n < 15 else 'S'}{n}" for n in range(1, 34)]
    assert _codes("sipas2026") == [f"{'P' if n < 24 else 'S'}{n}" for n in range(1, 40)]
    for code, groups in health.items():
        assert _codes(code) == [f"{group[0]}{n}" for group in groups.split() for n in range(1, int(group[1:]) + 1)]
    for code in ("gd_mamnon", "gd_th_thcs", "gd_thpt"):
        assert _codes(code) == [f"T{n}" for n in range(1, 25)]


def _codes(code: str) -> list[str]:
    return [item.code for item in of(code).items]


def test_station_form_is_the_outpatient_form_without_what_a_station_has_not() -> None:
    full, station = _codes("yte_ngoaitru"), _codes("yte_ngoaitru_tram")

    assert station == [code for code in full if code not in ("A3", "B9", "B10", "D2")]


def test_wording_is_a_draft_and_says_so_where_criteria_are_proposed(instrument: Instrument) -> None:
    assert instrument.status == "draft"
    assert ("(bản thảo)" in instrument.title.vi) == instrument.code.startswith("gd_")
    assert instrument.formula.source is not None


@pytest.mark.parametrize("code", ["gd_mamnon", "gd_th_thcs", "gd_thpt"])
def test_education_criteria_carry_their_number(code: str) -> None:
    assert all(item.criterion.vi.startswith(f"Tiêu chí {n}: ") for n, item in enumerate(of(code).items, start=1))


def test_lint_has_no_advice_but_on_the_form_of_one_item(instrument: Instrument) -> None:
    places = [one.place for one in lint.advice(instrument) if one.severity != "hint"]

    assert places == (["parts[0].items"] if instrument.code == "quay_motcua" else [])


def test_students_are_addressed_as_students_and_nobody_else(instrument: Instrument) -> None:
    words = " ".join(vi for _, vi, _ in _texts(instrument.model_dump()))

    assert ("Ông/Bà" in words, bool(re.search(r"\b[Ee]m\b", words))) == (
        (False, True) if instrument.code == "gd_thpt" else (True, False)
    )


def test_every_text_is_in_both_languages(any_instrument: AnyInstrument) -> None:
    """Vietnamese has its marks and English has none but those of names; no text is a copy of the other."""
    for place, vi, en in _texts(any_instrument.model_dump()):
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


def test_texts_hold_no_doubled_or_outer_blank(any_instrument: AnyInstrument) -> None:
    for place, vi, en in _texts(any_instrument.model_dump()):
        assert "  " not in vi + en, place


def test_names_of_the_three_indices_are_those_of_the_decision() -> None:
    names = {of(code).index.code: set[str]() for code in STRUCTURE}
    for code in STRUCTURE:
        names[of(code).index.code].add(of(code).index.name.vi)

    assert names == {
        "sipas": {"Chỉ số hài lòng về sự phục vụ hành chính", "Mức hài lòng tại quầy Một cửa (theo dõi)"},
        "health": {"Chỉ số hài lòng về chất lượng y tế công"},
        "education": {"Chỉ số hài lòng về chất lượng giáo dục công lập"},
    }


def test_not_used_is_offered_by_health_and_education_only(instrument: Instrument) -> None:
    offered = {instrument.not_used_allowed(item) for item in instrument.items}

    assert offered == {instrument.index.code != "sipas"}


def test_expectations_and_shares_have_their_limits() -> None:
    expectation = of("sipas2017").question("M")
    met = of("yte_ngoaitru").question("G1")

    assert isinstance(expectation, MultipleChoice)
    assert (len(expectation.options), expectation.max_choices, expectation.options[-1].specify) == (9, 3, True)
    assert isinstance(met, Percentage)
    assert (met.minimum, met.maximum) == (0, 200)


def test_no_question_asks_who_the_respondent_is(any_instrument: AnyInstrument) -> None:
    asked = " ".join(question.text.en.lower() for question in any_instrument.questions())

    assert not re.search(r"\b(name|telephone|phone|address|e-mail|identity)\b", asked)


@pytest.mark.parametrize(("code", "policy", "service"), [("sipas2022", 14, 19), ("sipas2026", 23, 16)])
def test_household_forms_have_a_block_of_policies_and_one_of_services(code: str, policy: int, service: int) -> None:
    instrument = loader.load_builtin(code)
    items = Counter(factor.block for factor in instrument.factors for _ in factor.items)

    assert items == {"policy": policy, "service": service}
