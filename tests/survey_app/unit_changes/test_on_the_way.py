"""What is on its way while communes merge: an open form, a tablet without a line, a used code, two managers at once."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from survey_app import database
from survey_app.clock import local_day
from survey_app.models import Case, CollectionPoint, Response, Unit, UnitChange, UnitMove, User, VisitWeek, Wave
from survey_app.proofs import visits
from survey_app.unit_changes import asked as asking
from survey_app.unit_changes import carrying, days, undoing
from tests import factories
from tests.survey_app.answer.conftest import Citizen
from tests.survey_app.field.tablets import Office, any_office
from tests.survey_app.unit_changes.conftest import BASIS, DAY, EVE, Manager

__all__ = ["any_office"]


def units_of_answers(app: Flask) -> list[str]:
    with app.app_context():
        query = sa.select(Unit.name).join(Response, Response.unit_id == Unit.id).order_by(Response.local_day, Unit.name)
        return list(database.session().scalars(query))


def test_a_form_that_was_open_during_the_merger_is_kept_with_the_new_unit(district: Flask, manager: Manager) -> None:
    citizen = Citizen(district.test_client(), "QRPEN12")
    token = citizen.open()

    assert manager.merge().status_code == 302
    sent = citizen.send(token)

    assert sent.status_code == 303, sent.text
    # The server may have believed for a second more that the point is where it was: the timer settles it.
    with district.app_context():
        session = database.session()
        carrying.settle_recent(session, factories.NOON)
        session.commit()
    assert units_of_answers(district) == ["Thọ Hải Diên"]


def test_a_tablet_that_comes_after_the_merger_loses_nothing(any_office: Office) -> None:
    """One interview of the eve, one of the day itself, one of a case that was closed when the communes merged."""
    any_office.set_clock(factories.NOON - timedelta(days=1))
    tablet = any_office.tablet()
    tablet.append(any_office.interview(tablet, 1))
    any_office.set_clock(factories.NOON)
    tablet.append(any_office.interview(tablet, 2))
    tablet.append(any_office.interview(tablet, 3))
    with any_office.app.app_context():
        session = database.session()
        factories.make_unit(session, "15523", name="Thọ Diên")
        session.execute(sa.update(Case).where(Case.id == 3).values(disposition="refused"))
        asked = asking.read(session, "merge", DAY, BASIS, ["15520", "15523"], [("15520", "Hải Diên", "xã", "")])
        carrying.enter(session, asked, any_office.officer_id, factories.NOON)
        session.commit()

    receipts = tablet.send_entries()

    assert [receipt["state"] for receipt in receipts] == ["taken"] * 3
    names = dict(any_office.look(Unit.id, Unit.name))
    kept = dict(any_office.look(Response.case_id, Response.unit_id))
    assert {case: names[unit_id] for case, unit_id in kept.items()} == {1: "Thọ Hải", 2: "Hải Diên", 3: "Hải Diên"}
    assert any_office.look(Case.officer_id) == [any_office.officer_id] * any_office.CASES


def test_a_visit_code_that_was_used_stays_used(district: Flask, manager: Manager) -> None:
    with district.app_context():
        session = database.session()
        key, day = visits.point_key("token key of the tests", "QRPEN12"), local_day(factories.NOON)
        codes = [visits.new_code(key, "H", day) for _ in range(2)]
        point = session.scalars(sa.select(CollectionPoint).where(CollectionPoint.code == "QRPEN12")).one()
        assert visits.spend(session, point, visits.read(key, codes[0], factories.NOON))
        session.commit()

    manager.merge()

    with district.app_context():
        session = database.session()
        point = session.scalars(sa.select(CollectionPoint).where(CollectionPoint.code == "QRPEN12")).one()
        spent = [visits.spend(session, point, visits.read(key, code, factories.NOON)) for code in codes]
        weeks = session.scalar(
            sa.select(sa.func.count()).select_from(VisitWeek).where(VisitWeek.unit_id == point.unit_id)
        )
    assert spent == [False, True]
    assert weeks == 1


def _at_once(deeds: list[Callable[[], int]]) -> list[int]:
    with ThreadPoolExecutor(len(deeds)) as pool:
        return sorted(future.result() for future in [pool.submit(deed) for deed in deeds])


def test_of_two_managers_at_once_one_carries_the_merger_out(district: Flask, manager: Manager) -> None:
    others = [manager, Manager(district, "manager@example.vn")]

    codes = _at_once([lambda one=one: one.merge().status_code for one in others])  # type: ignore[misc]

    assert codes == [302, 422]
    with district.app_context():
        session = database.session()
        assert session.scalars(sa.select(UnitChange.state)).all() == ["done"]
        assert session.scalar(sa.select(sa.func.count()).where(UnitMove.thing == "account")) == 2


def test_a_change_that_is_called_off_at_the_same_moment_is_not_carried_out(district: Flask, manager: Manager) -> None:
    manager.merge(effective_on=(DAY + timedelta(days=1)).isoformat())

    def carry_out() -> int:
        with district.app_context():
            session = database.session()
            try:
                # To SQLite it says so as the command does; it then waits for the other before it reads.
                carrying.carry_out(database.writing(session), session.get_one(UnitChange, 1), factories.NOON)
            except ValueError:
                return 1
            session.commit()
            return 0

    with district.app_context(), ThreadPoolExecutor(1) as pool:
        session = database.writing(database.session())
        undoing.undo(session, session.get_one(UnitChange, 1), 1, "Hoãn", factories.NOON)
        other = pool.submit(carry_out)
        await_lock(session)
        session.commit()
        assert other.result() == 1
    with district.app_context():
        assert database.session().scalars(sa.select(UnitChange.state)).all() == ["undone"]


def await_lock(session: Session) -> None:
    """Until somebody waits for what this transaction holds."""
    if session.get_bind().dialect.name == "sqlite":
        return
    waits = sa.text("SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))")
    until = time.monotonic() + 30
    while not session.scalar(waits):
        assert time.monotonic() < until
        time.sleep(0.02)


def test_the_unit_of_a_day_follows_one_change_after_another(district: Flask) -> None:
    """Merged on the 20th, renamed on the 22nd: three answers of one point on three days."""
    with district.app_context():
        session = database.session()
        by = session.scalars(sa.select(User)).first()
        assert by
        for kind, back, codes, part in (
            ("merge", 3, ["101", "102"], ("104", "Hải Diên", "xã", "")),
            ("rename", 1, ["104"], ("", "Hải Diên Mới", "", "")),
        ):
            asked = asking.read(session, kind, DAY - timedelta(days=back), BASIS, codes, [part])
            carrying.enter(session, asked, by.id, factories.NOON)
        point = session.scalars(sa.select(CollectionPoint).where(CollectionPoint.code == "QRPEN22")).one()
        names = [
            session.get_one(Unit, days.unit_of(session, point, DAY - timedelta(days=back))).name
            for back in (4, 3, 2, 1, 0)
        ]
        wave = session.scalars(sa.select(Wave)).one()
        now = days.today(session, [session.get_one(Unit, point.unit_id)], EVE)

    assert names == ["Thọ Diên", "Hải Diên", "Hải Diên", "Hải Diên Mới", "Hải Diên Mới"]
    assert [unit.name for unit in now] == ["Hải Diên Mới"]
    assert wave.slug == "sipas-2026-dot-1"
