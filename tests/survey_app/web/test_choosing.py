"""Choosing one of very many without script: words to look for, then the few that fit; nothing is kept meanwhile."""

import re
from html import unescape
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from survey_app import database
from survey_app.models import CollectionPoint, Unit, Wave
from survey_app.web import choosing
from tests import factories
from tests.staff import Staff, signed_in

NEW = "/manage/waves/sipas-2026-dot-1/points/new"
POINT = {"label_vi": "Quầy 2", "label_en": "Counter 2", "kind": "counter", "mode": "qr_open", "variant": "full"}
NAMES = ("Thọ Hải", "Thọ Xuân", "Xuân Lập", "Phú Yên")


@pytest.fixture
def manager(console_app: Flask, monkeypatch: pytest.MonkeyPatch) -> Staff:
    monkeypatch.setattr(choosing, "FEW", 3)
    with console_app.app_context():
        session = database.session()
        factories.make_wave(session)
        for number, name in enumerate(NAMES, 15_520):
            factories.make_unit(session, str(number), name=name)
        session.commit()
    return signed_in(console_app, "manager")


def _offered(page: str) -> list[str]:
    found = re.search(r'<select class="form-select" id="unit_id-choice"[^>]*>(.*?)</select>', page, re.DOTALL)
    return [unescape(text) for text in re.findall(r"<option[^>]*>([^<]*)", found[1])] if found else []


def _units_of_points(app: Flask) -> list[str]:
    with app.app_context():
        query = sa.select(Unit.name).join(CollectionPoint, CollectionPoint.unit_id == Unit.id)
        return list(database.session().scalars(query))


def _send(manager: Staff, **fields: Any) -> Any:
    return manager.post(NEW, **POINT, **fields)


def test_who_looks_gets_what_fits_and_finds_the_form_as_it_was(console_app: Flask, manager: Staff) -> None:
    empty = manager.get(NEW).text
    page = _send(manager, **{"unit_id-look": "tho", "unit_id-find": "1"})

    assert _offered(empty) == []
    assert page.status_code == 200
    assert _offered(page.text) == ["xã Thọ Hải (15520)", "xã Thọ Xuân (15521)"]
    assert 'value="Quầy 2"' in page.text
    assert 'class="error"' not in page.text
    assert _units_of_points(console_app) == []


def test_what_was_chosen_of_those_that_fit_is_kept(console_app: Flask, manager: Staff) -> None:
    page = _send(manager, **{"unit_id-look": "tho", "unit_id-find": "1"}).text
    found = re.search(r'value="(\d+)">xã Thọ Xuân', page)
    assert found
    kept = _send(manager, **{"unit_id-look": "tho", "unit_id-for": "tho", "unit_id": found[1]})

    assert kept.status_code == 302
    assert _units_of_points(console_app) == ["Thọ Xuân"]


def test_words_that_only_one_unit_has_need_no_second_step(console_app: Flask, manager: Staff) -> None:
    assert _send(manager, **{"unit_id-look": "xuan lap"}).status_code == 302
    assert _send(manager, **{"unit_id-look": "15523"}).status_code == 302
    assert sorted(_units_of_points(console_app)) == ["Phú Yên", "Xuân Lập"]


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"unit_id-look": "tho"}, "Có nhiều mục phù hợp"),
        ({"unit_id-look": "khong co"}, "Không có mục nào phù hợp"),
        ({"unit_id": "9999"}, "Hãy chọn một mục"),
        ({"unit_id": "1 OR 1"}, "Hãy chọn một mục"),
        ({"unit_id": "²"}, "Hãy chọn một mục"),
        ({}, "Hãy chọn một mục"),
        # Words that were changed after the list was shown count more than the list.
        ({"unit_id-look": "phu yen xx", "unit_id-for": "tho", "unit_id": "1"}, "Không có mục nào phù hợp"),
    ],
)
def test_what_is_not_clear_is_said_beside_the_field(
    console_app: Flask, manager: Staff, sent: dict[str, str], said: str
) -> None:
    page = _send(manager, **sent)

    assert page.status_code == 422
    assert said in page.text
    assert _units_of_points(console_app) == []


WITH_A_CHOICE = {
    "manager": (
        *(NEW, "/manage/waves/sipas-2026-dot-1/paper", "/manage/devices/new", "/units/changes/new/merge"),
        *("/register/new?kind=petition", "/field/paper/waves/sipas-2026-dot-1/new"),
    ),
    "administrator": ("/accounts/new", "/units/changes/new/move"),
}


def test_enter_in_a_field_presses_the_forms_own_button_and_not_the_search(
    console_app: Flask, manager: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A browser presses the first button of the form."""
    for name in ("FEW", "FITTING"):
        monkeypatch.setattr(choosing, name, 0)
    with console_app.app_context():
        session = database.session()
        wave, unit = session.scalars(sa.select(Wave)).one(), session.scalars(sa.select(Unit)).first()
        for mode in ("kiosk", "paper_self"):
            factories.make_point(session, wave=wave, unit=unit, mode=mode)
        session.commit()
    people = {"manager": manager, "administrator": signed_in(console_app, "administrator")}
    for role, paths in WITH_A_CHOICE.items():
        for path in paths:
            page = people[role].get(path)
            forms = [form for form in re.findall(r"<form.*?</form>", page.text, re.DOTALL) if '-find"' in form]
            assert len(forms) == 1, (path, page.status_code)
            buttons = re.findall(r"<button([^>]*)>", forms[0])
            assert "name=" not in buttons[0], path
            assert "name=" not in buttons[-1], path  # So both say the same.


def test_of_few_units_there_is_one_list(console_app: Flask, manager: Staff, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choosing, "FEW", 4)
    page = manager.get(NEW).text

    assert re.findall(r"<option[^>]*>xã ([^(]*) \(", page) == list(NAMES)
    assert 'name="unit_id-look"' not in page
