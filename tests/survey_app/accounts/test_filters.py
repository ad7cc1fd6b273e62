"""Filters of lists: kept under a name, only for whoever kept them, and never a way out of the site."""

import pytest
import sqlalchemy as sa
from flask import Flask
from werkzeug.test import TestResponse

from survey_app import database
from survey_app.models import SavedFilter
from tests import factories, staff
from tests.staff import Staff, csrf_in

LIST = "/manage/units"


@pytest.fixture
def manager(console_app: Flask) -> Staff:
    with console_app.app_context():
        factories.make_unit(database.session(), "15520")
        database.session().commit()
    return staff.signed_in(console_app, "manager")


def _keep(manager: Staff, path: str, query: str, name: str) -> TestResponse:
    form = {"path": path, "query": query, "name": name, "csrf_token": csrf_in(manager.get("/account/").text)}
    return manager.client.post("/account/filters", data=form)


def _kept(app: Flask) -> list[tuple[str, str, str]]:
    with app.app_context():
        columns = sa.select(SavedFilter.path, SavedFilter.name, SavedFilter.query)
        return [(path, name, query) for path, name, query in database.session().execute(columns)]


def test_a_filter_is_kept_shown_used_and_dropped(console_app: Flask, manager: Staff) -> None:
    narrowed = manager.get(f"{LIST}?q=tho+h&sort=-name&page=1").text
    done = _keep(manager, LIST, "q=tho+h&sort=-name", "Thọ H… <b>")
    shown = manager.get(LIST).text

    assert 'name="query" value="q=tho+h&amp;sort=-name"' in narrowed
    assert done.headers["Location"] == f"{LIST}?q=tho+h&sort=-name"
    assert f'<a href="{LIST}?q=tho+h&amp;sort=-name">Thọ H… &lt;b&gt;</a>' in shown
    assert "Thọ H…" not in manager.get("/manage/surveys").text
    assert manager.post("/account/filters/1/drop").headers["Location"] == LIST
    assert _kept(console_app) == []


def test_the_same_name_is_kept_once_with_the_newest_filter(console_app: Flask, manager: Staff) -> None:
    for query in ("q=a", "q=b"):
        _keep(manager, LIST, query, "chung")

    assert _kept(console_app) == [(LIST, "chung", "q=b")]


def test_another_persons_filter_is_neither_shown_nor_dropped(console_app: Flask, manager: Staff) -> None:
    _keep(manager, LIST, "q=a", "bộ lọc riêng")
    with console_app.app_context():
        staff.make_staff(console_app, "manager", "other@example.vn")
    other = Staff(console_app, "other@example.vn")

    assert "bộ lọc riêng" not in other.get(LIST).text
    assert other.post("/account/filters/1/drop").status_code == 404
    assert len(_kept(console_app)) == 1


@pytest.mark.parametrize(
    "path", ["//evil.example/", "https://evil.example/", "/there/is/nothing", "", "/manage/units\\@evil"]
)
def test_no_filter_leads_away(console_app: Flask, manager: Staff, path: str) -> None:
    assert _keep(manager, path, "q=a", "x").status_code == 404
    assert _kept(console_app) == []


@pytest.mark.parametrize(("name", "query"), [("", "q=a"), ("x" * 61, "q=a"), ("x", ""), ("x", "q=" + "a" * 600)])
def test_what_cannot_be_kept_is_said(console_app: Flask, manager: Staff, name: str, query: str) -> None:
    _keep(manager, LIST, query, name)

    assert "Hãy đặt cho bộ lọc một tên" in manager.get(LIST).text
    assert _kept(console_app) == []


def test_twenty_are_enough_for_one_list(console_app: Flask, manager: Staff) -> None:
    for number in range(21):
        _keep(manager, LIST, "q=a", f"lọc {number}")

    assert len(_kept(console_app)) == 20
    assert "bỏ bớt" in manager.get(LIST).text
