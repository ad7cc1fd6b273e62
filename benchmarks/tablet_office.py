"""An office whose officers have tablets, and the comparison of what was answered with what is stored.

What is done to the tablets is left to `tablet_days` and `tablet_storm`.
"""

import json
from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from benchmarks.site import Site, make_site
from questionnaires.model import Instrument
from survey_app import config, database
from survey_app.clock import utc_now
from survey_app.enrolment import devices
from survey_app.instruments.read_once import instrument_of
from survey_app.models import Case, DeviceEntry, Response, ResponseConflict, Unit, User, Wave
from survey_app.models.accounts import Role

PIN, ROUNDS = "274951", 1000  # The PIN's key is derived at each of many starts: not so dear here.


@dataclass
class Tablet:
    number: int
    enrolment: str
    cases: list[int]
    kills: int
    folder: Path
    saved: dict[int, str] = field(default_factory=dict)  # By case the response that the page called saved.
    twice: list[int] = field(default_factory=list)  # Cases that were called saved under two names.
    met: Counter[str] = field(default_factory=Counter)
    end: dict[str, Any] = field(default_factory=dict)

    def note(self, case: int, response: str) -> None:
        if self.saved.setdefault(case, response) != response:
            self.twice.append(case)


@dataclass(frozen=True)
class Office:
    site: Site
    wave: dict[str, Any]
    items: list[str]

    def setup(self, tablet: Tablet, most: int) -> dict[str, Any]:
        shared = {"wave": self.wave, "items": self.items, "pin": PIN, "rounds": ROUNDS}
        return shared | {"code": tablet.enrolment, "cases": tablet.cases, "most": most}


def make_office(folder: Path, url: str, tablets: int, cases: int, kills: int) -> tuple[Office, list[Tablet]]:
    site = make_site(folder, url)
    settings, made = config.read(site.environ), []
    with Session(database.make_engine(url)) as session:
        wave, unit = session.scalars(sa.select(Wave)).one(), session.scalars(sa.select(Unit)).one()
        role = session.scalar(sa.select(Role).where(Role.name == "officer")) or Role(name="officer")
        for number in range(tablets):
            name = f"officer{number}"
            officer = User(email=f"{name}@example.vn", fs_uniquifier=name, name=f"Cán bộ {number}", roles=[role])
            session.add(officer)
            session.flush()
            first = number * cases + 1
            numbers = list(range(first, first + cases))
            session.execute(sa.insert(Case), [_case(wave, unit, one, officer) for one in numbers])
            code = devices.add_tablet(session, settings.token_key, officer, f"Máy {number}", utc_now())[1]
            made.append(Tablet(number, code, numbers, kills // tablets, folder / f"profile-{number}"))
        instrument = instrument_of(wave.instrument_version)
        assert isinstance(instrument, Instrument)
        about = {"slug": wave.slug, "version": wave.instrument_version.content_hash, "survey": "", "owner": ""}
        session.commit()
    return Office(site, about, [item.code for item in instrument.items if item.show_if is None]), made


def _case(wave: Wave, unit: Unit, number: int, officer: User) -> dict[str, Any]:
    fixed = {"stratum": "1", "psu": "1", "weight": 1.0, "planned_day": date.today()}
    return fixed | {"id": number, "number": number, "wave_id": wave.id, "unit_id": unit.id, "officer_id": officer.id}


def compare(office: Office, tablets: list[Tablet]) -> dict[str, int]:
    """What was called saved beside what is stored; every number but the first two must be 0."""
    with Session(database.make_engine(config.read(office.site.environ).database_url)) as session:
        stored = {row.case_id: row for row in session.scalars(sa.select(Response))}
        count = session.scalar(sa.select(sa.func.count()).select_from(Response)) or 0
        conflicts = session.scalar(sa.select(sa.func.count()).select_from(ResponseConflict)) or 0
        waiting = session.scalar(sa.select(sa.func.count()).where(DeviceEntry.state != "taken")) or 0
    saved = {case: response for tablet in tablets for case, response in tablet.saved.items()}
    return {
        "answered": sum(len(tablet.cases) for tablet in tablets),
        "stored": count,
        "saved, not stored": sum(
            str(stored[case].id) != one if case in stored else True for case, one in saved.items()
        ),
        "not stored": sum(case not in stored for tablet in tablets for case in tablet.cases),
        "stored, of no case": len(set(stored) - {case for tablet in tablets for case in tablet.cases}),
        "stored twice": count - len(stored),
        "called saved under two names": sum(len(tablet.twice) for tablet in tablets),
        "other answers than given": sum(not _as_given(case, row.answers, office.items) for case, row in stored.items()),
        "on a wrong day": sum(abs((row.local_day - utc_now().date()).days) > 1 for row in stored.values()),
        "conflicts": conflicts,
        "waiting": waiting,
        "without receipt": sum(len(tablet.cases) - tablet.end.get("taken", 0) for tablet in tablets),
    }


def _as_given(case: int, answers: str, items: list[str]) -> bool:
    values = json.loads(answers)["values"]
    rated = {item: 1 + (case * 31 + place * 17) % 5 for place, item in enumerate(items)}
    given = rated | {"respondent_type": "citizen", "N7": "no", "comment": f"Lượt {case}: cán bộ tận tình."}
    return all(values.get(code) == value for code, value in given.items()) and len(values) == len(given)
