"""What becomes of a case that two want at the same moment: answered, replaced, settled and restored meet one lock."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from survey_app import corrections, database
from survey_app.casework import cases, spare_psus
from survey_app.models import Case, Response, Wave
from survey_app.wave_life import By
from tests import factories
from tests.conftest import make_app
from tests.staff import Staff, csrf_in, make_staff
from tests.survey_app.answer.conftest import GOOD, token_in
from tests.survey_app.fieldwork.running import answer, day

Act = Callable[[Session], Any]


@pytest.fixture
def office(tmp_path: Any, any_database_url: str) -> Any:
    """Case 1 of an officer, refused; its reserve 2, and case 3 of a place that may stand in for the whole."""
    app = make_app(tmp_path, any_database_url)
    officer_id = make_staff(app, "officer")
    with app.app_context():
        session = database.session()
        wave, unit = factories.make_wave(session), factories.make_unit(session)
        factories.make_case(session, wave, unit, 1, officer_id=officer_id, disposition="refused")
        factories.make_case(session, wave, unit, 2, reserve=1)
        factories.make_case(session, wave, unit, 3, reserve=100, psu="spare")
        session.commit()
    Staff(app, "officer@example.vn")
    yield app
    app.extensions["engine"].dispose()


def look(app: Flask, *columns: Any) -> list[Any]:
    with app.app_context():
        return [tuple(row) for row in database.session().execute(sa.select(*columns).order_by(Case.id))]


def in_turn(app: Flask, first: Act, then: Callable[[], Any]) -> Any:
    """What `then` says, begun while `first` is done and not yet committed."""
    begun = threading.Event()

    def begin() -> Any:
        begun.set()
        return then()

    with app.app_context(), ThreadPoolExecutor(1) as beside:
        session = database.writing(database.session())
        first(session)
        asked = beside.submit(begin)
        begun.wait()
        time.sleep(0.5)
        waited = not asked.done()
        session.commit()
        said = asked.result(30)
    assert waited
    return said


def act(app: Flask, what: Act) -> Callable[[], str]:
    """In a request of its own, which has read the cases before it waits; the fault in words, or nothing."""

    def run() -> str:
        with app.app_context():
            session = database.session()
            read = session.scalars(sa.select(Case)).all()  # As a request has, which decides on nothing of it.
            if session.get_bind().dialect.name == "sqlite":
                session.rollback()
                database.writing(session)
            try:
                what(session)
            except ValueError as why:
                return str(why) or "refused"
            session.commit()
            return "" if read else "no case"

    return run


def replace(session: Session) -> None:
    cases.replace(session, session.get_one(Case, 1))


def complete(session: Session) -> None:
    """As whoever keeps an answer does."""
    cases.lock(session, [1])
    answer(session, session.get_one(Case, 1), day(24))


def refuse(session: Session) -> None:
    cases.settle(session, session.get_one(Case, 1), "moved", day(24), "morning")


def swap(session: Session) -> None:
    wave = session.scalars(sa.select(Wave)).one()
    place = spare_psus.find(session, wave, "15520", "15520-01")
    assert place is not None
    spare_psus.swap(session, wave, place, "flood", "", By(factories.NOON), {})


def interview(officer: Staff) -> Callable[[], Any]:
    page = officer.get("/field/cases/1/answer").text
    fields = {"csrf_token": csrf_in(page), "token": token_in(page), **GOOD, "comment": "giữ lại chữ này"}
    return lambda: officer.client.post("/field/cases/1/answer", data=fields)


@pytest.mark.parametrize("gives_way", [replace, swap])
def test_an_interview_sent_while_its_case_is_replaced_is_not_kept_and_not_lost(office: Flask, gives_way: Act) -> None:
    said = in_turn(office, gives_way, interview(Staff(office, "officer@example.vn")))

    assert said.status_code == 409
    assert "giữ lại chữ này" in said.text
    assert "thay cho trường hợp này" in said.text
    assert look(office, Case.disposition)[0] == ("refused",)
    with office.app_context():
        assert database.session().query(Response).count() == 0


@pytest.mark.parametrize("other", [replace, swap, refuse])
def test_a_case_that_is_answered_meanwhile_is_neither_replaced_nor_settled(office: Flask, other: Act) -> None:
    assert in_turn(office, complete, act(office, other))
    assert look(office, Case.disposition, Case.replaces_id) == [("complete", None), ("open", None), ("open", None)]


@pytest.mark.parametrize("restored_first", [True, False])
def test_a_response_is_restored_or_its_case_replaced_never_both(office: Flask, restored_first: bool) -> None:
    with office.app_context():
        session = database.session()
        answer(session, session.get_one(Case, 1), day(24)).void = True
        session.get_one(Case, 1).disposition = "other"
        session.commit()
    manager = make_staff(office, "manager")

    def restore(session: Session) -> None:
        corrections.restore(session, session.scalars(sa.select(Response)).one(), By(factories.NOON, manager), "đúng")

    first, then = (restore, replace) if restored_first else (replace, restore)
    assert in_turn(office, first, act(office, then))
    expected = ("complete", None) if restored_first else ("other", 1)
    assert (look(office, Case.disposition)[0][0], look(office, Case.replaces_id)[1][0]) == expected


def test_answers_of_other_cases_do_not_wait_for_a_replacement(office: Flask) -> None:
    with office.app_context():
        session = database.session()
        if session.get_bind().dialect.name == "sqlite":
            return  # There one writes at a time.
        wave, unit = session.scalars(sa.select(Wave)).one(), session.get_one(Case, 1).unit
        factories.make_case(session, wave, unit, 4)
        session.commit()
    said = []
    with office.app_context(), ThreadPoolExecutor(1) as beside:
        session = database.session()
        replace(session)
        said.append(beside.submit(act(office, lambda other: answer(other, other.get_one(Case, 4), day(24)))).result(10))
        session.commit()
    assert said == [""]
