"""Conditions as formulas: what stands in the address of the stylesheet, and where a page has to end instead."""

from typing import Any

import pytest

from questionnaires.conditions import ANYWHERE
from questionnaires.model import Instrument
from survey_app.answer import assets, paging
from survey_app.answer.paging import Layout, layout
from tests.questionnaires.examples import make_choice, make_factor, make_instrument, make_item, make_part

YES, NO = ({"any_of": [answer]} for answer in ("yes", "no"))


def _is(code: str, *values: Any) -> dict[str, Any]:
    return {"question": code, "any_of": list(values)}


def _laid(*questions: dict[str, Any]) -> Layout:
    return layout(make_instrument([make_factor([make_item()]), make_part(list(questions))]), ANYWHERE)


def _pages(laid: Layout) -> list[list[str]]:
    return [list(laid.codes(page)) for page in range(1, len(laid.pages) + 1)]


def test_and_or_or_become_terms_and_what_stands_behind_is_written_out() -> None:
    both = {"all_of": [_is("N1", "yes"), _is("N2", "yes")]}
    laid = _laid(
        make_choice("N1"),
        make_choice("N2"),
        make_choice("N3", show_if={"any_of": [both, _is("A1.1", 1, 2)]}),
        make_choice("N4", show_if=_is("N3", "no")),
    )

    assert _pages(laid) == [["A1.1", "N1", "N2", "N3", "N4"]]
    assert laid.gates.text(laid.codes(1)) == "1.2_3,4.1.2_4.3"
    assert laid.gates.class_of("N4") == "s2"
    assert laid.gates.opened_by("A1.1", "2") == "o3"
    assert laid.gates.opened_by("A1.1", "3") == ""


def test_a_term_that_asks_for_more_than_another_is_left_out() -> None:
    both = {"all_of": [_is("N1", "yes"), _is("N2", "yes")]}
    laid = _laid(make_choice("N1"), make_choice("N2"), make_choice("N3", show_if={"any_of": [both, _is("N1", "yes")]}))

    assert laid.gates.text(laid.codes(1)) == "1"


def test_items_behind_one_condition_share_a_gate_and_bring_it_along() -> None:
    items = [make_item(), make_item("A1.2", show_if=_is("A1.1", 5)), make_item("A1.3", show_if=_is("A1.1", 5))]
    instrument = make_instrument([make_factor(items), make_part([make_choice("N1", show_if={"any_rated": [1]})])])
    laid = layout(instrument, ANYWHERE)

    assert laid.gates.text(laid.codes(1)) == "1,2_3.1"
    assert laid.gates.opened_by("A1.2", "1") == laid.gates.opened_by("A1.3", "1") == "o3"


def test_a_question_that_looks_at_a_number_begins_a_page() -> None:
    number = {"kind": "number"}
    age = make_choice("N1") | number
    del age["options"]
    laid = _laid(age, make_choice("N2"), make_choice("N3", show_if={"number": "N1", "at_least": 18}), make_choice("N4"))

    assert _pages(laid) == [["A1.1", "N1", "N2"], ["N3", "N4"]]
    assert laid.asks(2, {"N1": 17})  # N4 is asked of everybody.
    assert [laid.gates.may_be_asked("N3", laid.opened(2, {"N1": years})) for years in (17, 18)] == [False, True]


def test_a_formula_that_would_explode_begins_a_page_where_the_server_knows() -> None:
    pairs = [{"any_of": [_is(f"N{2 * n}", "yes"), _is(f"N{2 * n + 1}", "yes")]} for n in range(8)]
    laid = _laid(*[make_choice(f"N{n}") for n in range(16)], make_choice("Z", show_if={"all_of": pairs}))

    assert _pages(laid)[1] == ["Z"]
    assert len(laid.gates.text(laid.codes(2))) == 1
    assert laid.opened(2, {f"N{2 * n}": "yes" for n in range(8)})
    assert not laid.opened(2, {f"N{2 * n}": "yes" for n in range(7)})


@pytest.mark.parametrize(("parts", "pages"), [((30, 30), [30, 30]), ((10, 45), [50, 5]), ((120,), [50, 50, 20])])
def test_pages_end_with_parts_where_that_leaves_none_half_empty(parts: tuple[int, ...], pages: list[int]) -> None:
    factors = [make_factor([make_item(f"F{p}.{n}") for n in range(size)], f"F{p}") for p, size in enumerate(parts)]
    laid = layout(make_instrument(factors), ANYWHERE)

    assert [len(laid.codes(page)) for page in range(1, len(laid.pages) + 1)] == pages
    assert max(pages) == paging.MOST_QUESTIONS or parts == (30, 30)


def test_a_rotating_factor_stays_together_and_has_eight_orders() -> None:
    def order(number: int) -> tuple[str, ...]:
        return layout(_rotating(), ANYWHERE, number).codes(1)

    assert order(0) == ("A1.1", "A1.2", "A1.3", "A1.4")
    assert order(1) == ("A1.4", "A1.3", "A1.2", "A1.1")
    assert order(2) == ("A1.2", "A1.3", "A1.4", "A1.1")
    assert len({order(number) for number in range(8)}) == 8
    assert layout(_rotating(), ANYWHERE, 2).numbers["A1.1"] == 4


def _rotating() -> Instrument:
    return make_instrument([make_factor([make_item(f"A1.{n}") for n in (1, 2, 3, 4)], rotate=True)])


def test_the_stylesheet_says_what_the_formula_says() -> None:
    assert assets.rules("1.2_3") == (
        "@supports selector(:has(a)){form:not(:is(.o1,:has(.o1:checked)):is(.o2,:has(.o2:checked)))"
        ":not(:is(.o3,:has(.o3:checked))) .s1:not(.fault){display:none!important}\n}\n"
    )
    assert assets.rules("") == ""
