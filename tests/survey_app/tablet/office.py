"""An office with one officer, an open wave and cases to visit. Fixtures: a module that wants them imports them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import BrowserContext, Page

from survey_app import clock, database
from survey_app.enrolment import devices, office_key
from survey_app.journal import files, taking
from survey_app.journal.intake import Arrival
from survey_app.models import Case, CaseAttempt, Device, DeviceEntry, Response, User, Wave
from tests import factories
from tests.conftest import make_app
from tests.staff import make_staff
from tests.survey_app.tablet.driver import QUICK_PIN, Tablet


@dataclass
class Office:
    """The server's side, as a test looks at it."""

    app: Flask
    officer: int
    wave: int

    def enrol_code(self) -> str:
        with self.app.app_context():
            session = database.writing(database.session())
            officer, key = session.get_one(User, self.officer), self.app.config["SETTINGS"].token_key
            _device, code = devices.add_tablet(session, key, officer, "Máy 1", datetime.now(UTC))
            session.commit()
            return code

    def rows(self, model: Any) -> list[Any]:
        with self.app.app_context():
            return list(database.session().query(model))

    def case(self, number: int) -> Case:
        return next(one for one in self.rows(Case) if one.number == number)

    def attempts(self) -> list[Any]:
        return self.rows(CaseAttempt)

    def stored(self) -> list[Any]:
        return self.rows(Response)

    def retire_version(self) -> None:
        with self.app.app_context():
            session = database.writing(database.session())
            session.get_one(Wave, self.wave).instrument_version.state = "retired"
            session.commit()

    def change_device(self, **fields: Any) -> None:
        self._change(sa.update(Device), fields)

    def change_entry(self, seq: int, **fields: Any) -> None:
        self._change(sa.update(DeviceEntry).where(DeviceEntry.seq == seq), fields)

    def _change(self, statement: sa.Update, fields: dict[str, Any]) -> None:
        with self.app.app_context():
            session = database.writing(database.session())
            session.execute(statement.values(**fields))
            session.commit()

    def fall_back_to(self, seq: int) -> None:
        """As an older copy of the database has it: without the later entries and their answers."""
        kept = next(one for one in self.rows(DeviceEntry) if one.seq == seq)
        with self.app.app_context():
            session = database.writing(database.session())
            session.execute(sa.delete(DeviceEntry).where(DeviceEntry.seq > seq))
            session.execute(sa.update(Device).values(seq=seq, head=kept.hash))
            first = self.case(1).id
            session.execute(sa.delete(Response).where(Response.case_id != first))
            session.execute(sa.update(Case).where(Case.id != first).values(disposition="open"))
            session.commit()

    def revoke(self) -> None:
        with self.app.app_context():
            session = database.writing(database.session())
            devices.revoke(session, session.scalars(sa.select(Device)).one(), datetime.now(UTC))
            session.commit()

    def import_file(self, content: bytes) -> int:
        """How many entries of the file were new."""
        with self.app.app_context():
            session = database.writing(database.session())
            settings = self.app.config["SETTINGS"]
            there = taking.Office(office_key.of(settings.instance), settings.token_key)
            new = files.import_file(session, there, content, Arrival(datetime.now(UTC))).new
            session.commit()
            return new

    def replace(self, number: int, by: int) -> None:
        """Another case takes the place of this one, which the tablet does not know of."""
        with self.app.app_context():
            session = database.writing(database.session())
            session.get_one(Case, self.case(by).id).replaces_id = self.case(number).id
            session.commit()

    def change_wave(self, **fields: Any) -> None:
        with self.app.app_context():
            session = database.writing(database.session())
            for name, value in fields.items():
                setattr(session.get_one(Wave, self.wave), name, value)
            session.commit()


def make_office(app: Flask, cases: int = 6) -> Office:
    officer, today = make_staff(app, "officer", "lan@example.vn"), clock.local_day(datetime.now(UTC))
    with app.app_context():
        session = database.session()
        session.get_one(User, officer).name = "Lê Thị Lan"
        wave = factories.make_wave(session, opens_on=today - timedelta(days=5), closes_on=today + timedelta(days=20))
        units = [
            factories.make_unit(session),
            factories.make_unit(session, "15523", name="Xuân Lai"),
        ]
        for number in range(1, cases + 1):
            unit = units[number % 2]
            planned = today + timedelta(days=number % 3 - 1)
            factories.make_case(session, wave, unit, number, officer_id=officer, planned_day=planned)
        session.commit()
        return Office(app, officer, wave.id)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    app = make_app(tmp_path, f"sqlite:///{tmp_path / 'test.sqlite'}")
    yield make_office(app)
    app.extensions["engine"].dispose()


@pytest.fixture
def address(office: Office, live_server: Callable[[Flask], str]) -> str:
    return live_server(office.app)


@pytest.fixture
def tablet(context: BrowserContext, address: str) -> Tablet:
    context.add_init_script(QUICK_PIN)
    page: Page = context.new_page()
    return Tablet(page, address)
