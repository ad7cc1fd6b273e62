"""An office with an open wave, officers with cases, a kiosk, and tablets that were enrolled; for tests."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from benchmarks.tablet_client import Clock, Tablet, Transport
from survey_app import database
from survey_app.enrolment import devices
from survey_app.models import CollectionPoint, Device, User
from tests import factories
from tests.conftest import make_app
from tests.staff import make_staff

ANSWERS = {"respondent_type": ["citizen"], "A1.1": ["4"], "A2.1": ["5"], "N7": ["no"], "comment": ["Cán bộ tận tình."]}
KEY = "token key of the tests"
POINT = "K7QF3MZ"


def in_process(app: Flask) -> Transport:
    client = app.test_client()

    def send(method: str, path: str, headers: Mapping[str, str], body: bytes) -> tuple[int, bytes]:
        answer = client.open(path, method=method, headers=dict(headers), data=body)
        return answer.status_code, answer.data

    return send


class Office:
    """Cases 1 to `CASES` of an officer in an open wave, and a kiosk point; the clock stands until a test moves it."""

    CASES = 12

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.set_clock(factories.NOON)
        self.officer_id = make_staff(app, "officer")
        with app.app_context():
            session = database.session()
            wave, unit = factories.make_wave(session), factories.make_unit(session)
            for number in range(1, self.CASES + 1):
                factories.make_case(session, wave, unit, number, officer_id=self.officer_id)
            factories.make_point(session, wave=wave, unit=unit, code=POINT, mode="kiosk")
            self.wave, self.version = wave.slug, wave.instrument_version.content_hash
            session.commit()

    def set_clock(self, at: datetime) -> None:
        self.at = at
        self.app.config["CLOCK"] = lambda: self.at

    def new_code(self, kind: str = "tablet", officer_id: int = 0) -> tuple[str, str]:
        """The code of a new device and the one that enrols it."""
        with self.app.app_context():
            session = database.session()
            if kind == "tablet":
                officer = session.get_one(User, officer_id or self.officer_id)
                device, code = devices.add_tablet(session, KEY, officer, "Máy 1", self.at)
            else:
                point = session.scalars(sa.select(CollectionPoint).where(CollectionPoint.code == POINT)).one()
                device, code = devices.add_kiosk(session, KEY, point, "", self.at)
            session.commit()
            return device.code, code

    def tablet(self, kind: str = "tablet", clock: Clock | None = None, officer_id: int = 0) -> Tablet:
        tablet = Tablet(in_process(self.app), clock or (lambda: self.at))
        tablet.enrol(self.new_code(kind, officer_id)[1])
        return tablet

    def interview(self, tablet: Tablet, case: int, **said: Any) -> dict[str, Any]:
        fields = {"case": case, "wave": self.wave, "version": self.version, "answers": ANSWERS}
        return tablet.interview(**fields | said)

    def kiosk_answer(self, tablet: Tablet, **said: Any) -> dict[str, Any]:
        fields = {"point": POINT, "wave": self.wave, "version": self.version, "answers": ANSWERS, "mode": "kiosk"}
        return tablet.interview(**fields | said)

    def look(self, *columns: Any) -> list[Any]:
        """Rows of one column as values, of several as tuples."""
        with self.app.app_context():
            rows = database.session().execute(sa.select(*columns)).all()
        return [row[0] if len(columns) == 1 else tuple(row) for row in rows]

    def count(self, model: type[Any]) -> int:
        return int(self.look(sa.select(sa.func.count()).select_from(model).scalar_subquery())[0])

    def change(self, thing: type[Any], **fields: Any) -> None:
        with self.app.app_context():
            session = database.session()
            session.execute(sa.update(thing).values(**fields))
            session.commit()

    def revoke(self, code: str) -> None:
        with self.app.app_context():
            session = database.session()
            devices.revoke(session, session.scalars(sa.select(Device).where(Device.code == code)).one(), self.at)
            session.commit()


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    app = make_app(tmp_path, f"sqlite:///{tmp_path / 'test.sqlite'}")
    yield Office(app)
    app.extensions["engine"].dispose()


@pytest.fixture
def any_office(tmp_path: Path, any_database_url: str) -> Iterator[Office]:
    app = make_app(tmp_path, any_database_url)
    yield Office(app)
    app.extensions["engine"].dispose()
