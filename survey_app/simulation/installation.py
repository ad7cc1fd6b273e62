"""What a demonstration needs before its first page: units, instruments, demo accounts, simulated waves.

Running it again changes nothing. How the forms are sent is left to `send`, in which order things happen to the command.
"""

import json
import os
import secrets
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa
from flask_security import hash_password
from sqlalchemy.orm import Session

from survey_app import accounts, surveys, units
from survey_app.config import Settings
from survey_app.instruments import instrument_versions
from survey_app.models import Response, User, Wave
from survey_app.simulation import fieldwork, truth
from survey_app.simulation.fieldwork import Field
from survey_app.simulation.scenarios import Scenario

OFFICER, MANAGER = "officer@example.vn", "manager@example.vn"
PEOPLE = {
    MANAGER: ("manager", "Quản lý (tài khoản demo)"),
    OFFICER: ("officer", "Điều tra viên (tài khoản demo)"),
    "analyst@example.vn": ("analyst", "Người phân tích (tài khoản demo)"),
    "approver@example.vn": ("approver", "Người phê duyệt (tài khoản demo)"),
    "viewer@example.vn": ("viewer", "Người xem (tài khoản demo)"),
    "administrator@example.vn": ("administrator", "Quản trị viên (tài khoản demo)"),
}


def install(session: Session, settings: Settings, at: datetime) -> Mapping[str, str]:
    """Units, instruments and demo accounts; returns the passwords by address."""
    units.import_csv(session, fieldwork.UNITS_FILE.read_bytes())
    instrument_versions.publish_builtin(session, at)
    passwords = _passwords(settings.instance / "demo-accounts.json")
    for email, (role, name) in PEOPLE.items():
        _account(session, email, passwords[email], role, name)
    return passwords


def _passwords(path: Path) -> dict[str, str]:
    """Made when an account first appears here, then kept, readable by the owner only."""
    kept: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
    if missing := {email: secrets.token_urlsafe(9) for email in PEOPLE if email not in kept}:
        kept |= missing
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            json.dump(kept, file, indent=1)
    return kept


def _account(session: Session, email: str, password: str, role: str, name: str) -> None:
    user = session.scalar(sa.select(User).where(User.email == email))
    if user is None:
        accounts.add_user(session, email, password, (role,), name)
    elif not user.verify_and_update_password(password):
        user.password = hash_password(password)


def typists(session: Session) -> list[int]:
    """The two accounts that type what came on paper."""
    return list(session.scalars(sa.select(User.id).where(User.email.in_((OFFICER, MANAGER))).order_by(User.id)))


def is_filled(session: Session, settings: Settings, scenario: Scenario) -> bool:
    """Whether the wave has all its responses; without imagining its people, which takes seconds."""
    wave, record = surveys.find_wave(session, scenario.wave_slug), truth_file(settings, scenario)
    return wave is not None and record.exists() and count(session, wave) >= json.loads(record.read_text())["responses"]


def count(session: Session, wave: Wave) -> int:
    found = sa.select(sa.func.count()).select_from(Response).where(Response.wave_id == wave.id)
    return session.scalar(found) or 0


def prepare(session: Session, settings: Settings, scenario: Scenario, at: datetime) -> tuple[Field, Wave]:
    """The scenario's people and its wave, and the file that says what is true of them."""
    places = fieldwork.communes(session, scenario)
    field = fieldwork.imagine(scenario, [place.code for place in places])
    officer = session.scalars(sa.select(User).where(User.email == OFFICER)).one()
    wave = fieldwork.prepare(session, field, places, officer, at)
    _write_truth(settings, field)
    return field, wave


def truth_file(settings: Settings, scenario: Scenario) -> Path:
    return settings.instance / "simulation" / f"{scenario.wave_slug}.json"


def _write_truth(settings: Settings, field: Field) -> None:
    record = {
        "seed": field.scenario.profile.seed,
        "people": len(field.population.people()),
        "responses": field.expected,
        "truth": truth.of(field.instrument, field.population).as_json(),
    }
    path = truth_file(settings, field.scenario)
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(record, ensure_ascii=False, indent=1), encoding="utf-8")
