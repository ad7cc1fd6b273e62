"""Lists of many things: found without marks, sorted as a dictionary does, paged by links that keep what was asked."""

import random
import re
from html import unescape

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from survey_app import database
from survey_app.models import Unit, alphabet
from survey_app.web import listing
from tests import factories
from tests.staff import Staff, signed_in

# As Vietnamese dictionaries have them: letters first, then tones (ngang, huyền, hỏi, ngã, sắc, nặng).
DICTIONARY = (
    *("An", "Ăn", "Ân", "Ất", "Dong", "Đông", "hai", "hài", "Hải", "hãi", "hái", "hại", "Hải Yến"),
    *("On", "Ôn", "Ơn", "quê", "quế", "Thọ Xuân", "Thôn 1", "Thôn 2", "Uyên", "Ước", "Ý Yên"),
)


def _make_units(app: Flask, names: tuple[str, ...]) -> None:
    session = database.session()
    mixed = random.Random(1).sample(names, len(names))
    for number, name in enumerate(mixed, 10_000):
        factories.make_unit(session, str(number), name=name, type="xã" if number % 2 else "phường")
    session.commit()


def _names(page: str) -> list[str]:
    return [unescape(name) for name in re.findall(r'<th scope="row">([^<]*)</th>', page)]


def test_names_are_sorted_and_found_alike_on_both_databases(app_on_any_database: Flask) -> None:
    _make_units(app_on_any_database, DICTIONARY)
    session = database.session()

    assert tuple(session.scalars(sa.select(Unit.name).order_by(alphabet.Order(Unit.name)))) == DICTIONARY
    assert (
        _found(session, "tho xuan")
        == _found(session, "XUÂN THỌ")
        == _found(session, "Tho\u0323 Xua\u0302n")
        == ["Thọ Xuân"]
    )
    assert _found(session, "dong") == ["Dong", "Đông"]
    assert _found(session, "100%") == _found(session, "_") == []
    assert len(_found(session, "")) == len(DICTIONARY)


def _found(session: Session, typed: str) -> list[str]:
    return sorted(session.scalars(sa.select(Unit.name).where(alphabet.holds(typed, Unit.type, Unit.name))))


@pytest.fixture
def manager(console_app: Flask, monkeypatch: pytest.MonkeyPatch) -> Staff:
    monkeypatch.setattr(listing, "A_PAGE", 5)
    with console_app.app_context():
        _make_units(console_app, DICTIONARY)
    return signed_in(console_app, "manager")


def test_every_page_keeps_what_was_asked_and_nothing_is_shown_twice(manager: Staff) -> None:
    address, shown = "/manage/units?q=i&sort=name", []
    while address:
        page = manager.get(address).text
        shown += _names(page)
        further = re.search(r'rel="next" href="([^"]*)"', page)
        address = unescape(further[1]) if further else ""

    assert shown == [name for name in DICTIONARY if "i" in alphabet.plain(name)]
    assert 'value="i"' in page
    assert 'aria-sort="ascending"' in page


def test_a_press_on_the_head_turns_the_order(manager: Staff) -> None:
    first = manager.get("/manage/units?sort=name").text
    turned = re.search(r'aria-sort="ascending"><a class="sort" href="([^"]*)"', first)
    assert turned
    last = manager.get(unescape(turned[1])).text

    assert _names(first) == list(DICTIONARY[:5])
    assert _names(last) == list(reversed(DICTIONARY[-5:]))
    assert 'aria-sort="descending"' in last
    assert "1–5 trong 24" in first


@pytest.mark.parametrize(
    "typed", ["page=0", "page=-3", "page=99999999999999999999", "page=x", "sort=nonsense", "sort=-"]
)
def test_an_address_that_says_nonsense_shows_a_page_all_the_same(manager: Staff, typed: str) -> None:
    page = manager.get(f"/manage/units?{typed}")

    assert page.status_code == 200
    assert _names(page.text)


def test_who_finds_nothing_is_told_what_to_do(manager: Staff) -> None:
    page = manager.get("/manage/units?q=khongco").text

    assert "không cần gõ dấu" in page
    assert 'href="/manage/units"' in page
