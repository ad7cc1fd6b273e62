"""A wave in three communes in the middle of its field work, and a manager who enters the merger of two of them."""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from html import unescape
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from questionnaires import loader
from survey_app import accounts, database
from survey_app.models import Device, PaperBatch, RegisterEntry, Response, SlipBatch, Unit, Wave
from tests import factories, staff
from tests.conftest import make_app
from tests.survey_app.test_extract import make_answers

DAY = date(2026, 11, 23)  # Of factories.NOON, and the first day of the new commune.
EVE = date(2026, 11, 22)
BASIS = "1238/NQ-UBTVQH15"
SIPAS = loader.load_builtin("sipas2017")
NAMES = {"101": "Thọ Hải", "102": "Thọ Diên", "103": "Xuân Sinh"}


class Manager(staff.Staff):
    """Somebody who enters changes of units as a browser does."""

    def enter(self, kind: str = "merge", *, sure: bool = True, **said: Any) -> TestResponse:
        """First the form, then what the preview holds."""
        path = f"/units/changes/new/{kind}"
        asked = {"effective_on": DAY.isoformat(), "basis": BASIS, **said}
        seen = self.post(path, form_on="/units/changes", **asked)
        if seen.status_code != 200:
            return seen
        kept = {**hidden_in(seen.text), **said}
        return self.client.post(path, data=kept | ({"sure": "1"} if sure else {}))

    def preview(self, kind: str = "merge", **said: Any) -> str:
        asked = {"effective_on": DAY.isoformat(), "basis": BASIS, **said}
        return self.post(f"/units/changes/new/{kind}", form_on="/units/changes", **asked).text

    def merge(self, codes: Sequence[str] = ("101", "102"), **said: str) -> TestResponse:
        return self.enter(codes=list(codes), **({"code": "101", "name": "Thọ Hải Diên", "type": "xã"} | said))


def hidden_in(html: str) -> dict[str, list[str]]:
    form = html[html.index('name="step"') - 4000 :] if html.find('name="step"') > 4000 else html
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form)
    kept: dict[str, list[str]] = {}
    for name, value in found:
        kept.setdefault(name, []).append(unescape(value))
    return kept


@pytest.fixture
def district(tmp_path: Path, any_database_url: str) -> Iterator[Flask]:
    app = make_app(tmp_path, any_database_url)
    with app.app_context():
        fill(database.session())
    yield app
    app.extensions["engine"].dispose()


@pytest.fixture
def manager(district: Flask) -> Manager:
    staff.make_staff(district, "manager")
    return Manager(district, "manager@example.vn")


def fill(session: Session) -> None:
    """By commune: a counter, slips, two open cases and a closed one, forms on paper, a task, an account, a kiosk."""
    officer = accounts.add_user(session, "officer@example.vn", staff.PASSWORD, ("officer",))
    factories.make_unit(session, "395", name="Thọ Xuân", type="huyện")
    wave = factories.make_wave(session, plan_json=None)
    for place, (code, name) in enumerate(NAMES.items()):
        unit = factories.make_unit(session, code, name=name, parent_code="395")
        point = factories.make_point(session, wave=wave, unit=unit, code=f"QRPEN{code[2]}2", label_vi=f"Quầy {name}")
        slips = factories.make_point(session, wave=wave, unit=unit, code=f"SLPPS{code[2]}2", mode="qr_slip")
        session.add(SlipBatch(code=f"SL{code}", wave_id=wave.id, point_id=slips.id, size=8, spent=b"\0", void=b"\0"))
        for number in (1, 2):
            factories.make_case(session, wave, unit, 10 * place + number, weight=2.0, officer_id=officer.id)
        factories.make_case(session, wave, unit, 10 * place + 3, weight=2.0, disposition="refused")
        session.add(PaperBatch(wave_id=wave.id, unit_id=unit.id, issued_on=EVE, issued=5))
        session.add(Device(code=f"KSK{code}", kind="kiosk", point_id=point.id))
        local = accounts.add_user(session, f"{code}@example.vn", staff.PASSWORD, ("manager",), branch=unit)
        entry: dict[str, Any] = {"kind": "petition", "owner_id": local.id, "made_by_id": local.id, "summary": "Bãi xe."}
        session.add(RegisterEntry(unit_id=unit.id, received_on=EVE, due_on=DAY, made_on=EVE, **entry))
    session.add(Device(code="TABLET01", kind="tablet", officer_id=officer.id))
    session.commit()


def answer(session: Session, wave: Wave, place: Any, day: date, level: int = 5, **fields: Any) -> Response:
    """As somebody at a point, or of a case, gave it on the day."""
    answers = make_answers(SIPAS, **{item.code: level for item in SIPAS.items}, respondent_type="citizen")
    where = {"case_id": place.id, "mode": "tablet"} if hasattr(place, "stratum") else {"point_id": place.id}
    response = Response(
        id=uuid4(), wave_id=wave.id, instrument_version_id=wave.instrument_version_id, unit_id=place.unit_id,
        language="vi", local_day=day, content_hash=answers.content_hash(), answers=answers.canonical_json(),
        **({"mode": getattr(place, "mode", "")} | where | fields),
    )  # fmt: skip
    if "case_id" in where:
        place.disposition = "complete"
    session.add(response)
    session.flush()
    return response


def unit(session: Session, name: str) -> Unit:
    return session.query(Unit).filter_by(name=name).one()


def at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 5, tzinfo=UTC)
