"""Rankings, days, three-level counters, and conditions on numbers and on the place."""

from typing import Any

import pytest

from questionnaires import loader
from questionnaires.checking import AnswerFault, check
from questionnaires.conditions import Setting
from questionnaires.model import CounterInstrument, Instrument
from questionnaires.routing import questions_asked
from tests.questionnaires.examples import (
    faults,
    make_choice,
    make_data,
    make_factor,
    make_instrument,
    make_item,
    make_part,
    text,
)

OPTIONS = [{"code": code, "text": text(code)} for code in ("M1", "M2", "M3", "M4")]
RATED = {"A1.1": ["4"]}


def plain(**question: Any) -> Instrument:
    """An instrument whose one question beside the item is this."""
    part = make_part([{"code": "Q", "text": text("Hỏi")} | question])
    found = make_instrument([make_factor([make_item()]), part])
    assert isinstance(found, Instrument)
    return found


def value(instrument: Instrument, *raw: str) -> Any:
    """The answer to Q, or the kind of the fault in it."""
    checked = check(instrument, RATED | {"Q": list(raw)})
    return checked.faults[0] if checked.answers is None else checked.answers.values.get("Q")


def test_ranking_keeps_the_order_in_which_it_was_given() -> None:
    ranking = plain(kind="ranking", options=OPTIONS)

    assert value(ranking, "M3", "", "M1") == ("M3", "M1")
    assert value(ranking, "M1", "M1") == AnswerFault("Q", "named_twice")
    assert value(ranking, "M1", "M2", "M3", "M4") == AnswerFault("Q", "too_many", 3)
    assert value(ranking, "M9") == AnswerFault("Q", "not_an_option")


@pytest.mark.parametrize("typed", ["2026-11-05", "05/11/2026", "5.11.2026", "5-11-2026"])
def test_day_is_read_as_browsers_and_people_write_it(typed: str) -> None:
    assert value(plain(kind="date"), typed) == "2026-11-05"


def test_days_outside_the_calendar_or_the_bounds_are_refused() -> None:
    bounded = plain(kind="date", earliest="2026-01-01", latest="2026-12-31")

    assert value(bounded, "31/02/2026").kind == "not_a_day"
    assert value(bounded, "yesterday").kind == "not_a_day"
    assert value(bounded, "2025-12-31").kind == "too_early"
    assert value(bounded, "2027-01-01").kind == "too_late"


def test_condition_on_a_number_holds_between_its_bounds() -> None:
    follow_up = make_choice("N2", show_if={"number": "N1", "at_least": 18, "at_most": 60})
    part = make_part([{"kind": "number", "code": "N1", "text": text("Tuổi")}, follow_up])
    instrument = make_instrument([make_factor([make_item()]), part])

    shown = [age for age in (17, 18, 60, 61) if "N2" in questions_asked(instrument, {"N1": age})]

    assert shown == [18, 60]
    assert "N2" not in questions_asked(instrument, {})


def test_condition_on_the_place_opens_whatever_follows_from_it() -> None:
    ward = make_choice("N1", show_if={"place": "kind", "any_of": ["ward"]})
    follow_up = make_choice("N2", show_if={"question": "N1", "any_of": ["yes"]})
    either = make_choice(
        "N3", show_if={"any_of": [{"place": "mode", "any_of": ["kiosk"]}, {"question": "A1.1", "any_of": [1]}]}
    )
    instrument = make_instrument([make_factor([make_item()]), make_part([ward, follow_up, either])])
    values = {"N1": "yes", "A1.1": 1}

    assert questions_asked(instrument, values, Setting(kind="ward")) == ("A1.1", "N1", "N2", "N3")
    assert questions_asked(instrument, values, Setting(kind="counter")) == ("A1.1", "N3")
    assert questions_asked(instrument, {"A1.1": 5}, Setting(mode="kiosk")) == ("A1.1", "N3")


def test_an_answer_to_what_this_place_does_not_ask_is_refused() -> None:
    ward = make_choice("N1", show_if={"place": "kind", "any_of": ["ward"]})
    instrument = make_instrument([make_factor([make_item()]), make_part([ward])])
    form = RATED | {"N1": ["yes"]}

    assert check(instrument, form, setting=Setting(kind="ward")).faults == ()
    assert check(instrument, form, setting=Setting(kind="counter")).faults == (AnswerFault("N1", "not_asked"),)


def test_short_variant_leaves_out_what_is_for_the_full_form_only() -> None:
    instrument = make_instrument([make_factor([make_item(), make_item("A1.2", full_only=True)])])

    assert questions_asked(instrument, {}, Setting(variant="short")) == ("A1.1",)
    assert questions_asked(instrument, {}, Setting()) == ("A1.1", "A1.2")


NUMBER = {"kind": "number", "code": "N", "text": text("Tuổi")}
DAY = {"kind": "date", "code": "N", "text": text("Ngày")}


def asked_if(condition: dict[str, Any], *before: dict[str, Any]) -> list[dict[str, Any]]:
    return [make_factor([make_item()]), make_part([*before, make_choice("N1", show_if=condition)])]


def rotated(condition: dict[str, Any]) -> list[dict[str, Any]]:
    return [make_factor([make_item(), make_item("A1.2", show_if=condition)], rotate=True)]


@pytest.mark.parametrize(
    ("fault", "parts"),
    [
        ("rotated with it", rotated({"any_of": [{"question": "A1.1", "any_of": [1]}]})),
        ("cannot be replaced", [make_factor([make_item(hint=text("Tại {nowhere}"))])]),
        ("is no number", asked_if({"number": "A1.1", "at_least": 2})),
        ("give at_least", asked_if({"number": "N"}, NUMBER)),
        ("above at_most", asked_if({"number": "N", "at_least": 2, "at_most": 1}, NUMBER)),
        ("no condition can look at it", asked_if({"question": "N", "any_of": ["2026-01-01"]}, DAY)),
    ],
)
def test_what_cannot_work_is_a_fault(fault: str, parts: list[dict[str, Any]]) -> None:
    assert {fault in found.message for found in faults(make_data(parts))} == {True}


def test_texts_may_name_the_words_of_the_place() -> None:
    assert faults(make_data([make_factor([make_item(text=text("Ông/Bà thấy {office} thế nào?"))])])) == ()


def counter(**fields: Any) -> dict[str, Any]:
    rating = {"code": "R1", "text": text("Hài lòng?"), "levels": [text("Không"), text("Có"), text("Rất")]}
    part = {"kind": "counter", "code": "rating", "title": text("Đánh giá"), "questions": [rating]}
    data = {key: value for key, value in make_data().items() if key not in ("scale", "formula", "index")}
    return data | {"kind": "counter_3", "parts": [part]} | fields


def test_three_levels_are_words_and_know_no_index() -> None:
    instrument = loader.read(counter())
    checked = check(instrument, {"R1": ["very_satisfied"]})

    assert isinstance(instrument, CounterInstrument)
    assert checked.answers is not None
    assert checked.answers.values == {"R1": "very_satisfied"}
    assert check(instrument, {"R1": ["5"]}).faults[0].kind == "not_an_option"
    assert check(instrument, {}).faults[0].kind == "nothing_answered"


@pytest.mark.parametrize("extra", [{"formula": make_data()["formula"]}, {"parts": [make_factor([make_item()])]}])
def test_a_three_level_instrument_takes_neither_formula_nor_factor(extra: dict[str, Any]) -> None:
    assert faults(counter(**extra)) != ()


def test_an_instrument_with_an_index_takes_no_three_level_rating() -> None:
    assert faults(make_data([*make_data()["parts"], *counter()["parts"]])) != ()


# Databases hold these: content that changes needs a new version, and the model must still write the old one alike.
PUBLISHED = {
    ("sipas2017", "1.0"): "9b535b6ec0c15eecd2be96ad94a104ae724cfa0bc27e19a15e8ff46d2176ada7",
    ("yte_ngoaitru", "1.0"): "29d7b5194f89855c90c684a46c0fc124618aab12dd94b4688c85762ecacf3545",
    ("gd_th_thcs", "1.0"): "ba10c66f55dd08baf6d71ad2150607551934961df50856a3b4a66afcda32c6a7",
}


def test_a_published_version_never_changes() -> None:
    builtin = [loader.load_builtin(code) for code in loader.builtin_codes()]
    found = {(one.code, one.version): loader.content_hash(one) for one in builtin}

    assert {key: found[key] for key in PUBLISHED.keys() & found.keys()} == {
        key: PUBLISHED[key] for key in PUBLISHED.keys() & found.keys()
    }
    assert PUBLISHED.keys() & found.keys()
