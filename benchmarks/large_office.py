"""A province of 10,000 units with everything that long lists are made of: rows of the tables, in bulk. What is measured
on it, `console` says.
"""

import hashlib
import random
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from questionnaires import loader
from survey_app import accounts, models
from survey_app.accounts.passwords import hashed
from survey_app.audit import chain
from survey_app.comments import themes
from survey_app.models import Base
from tests import factories
from tests.survey_app.test_extract import make_answers

UNITS, CASES, AT_POINTS, ACCOUNTS, DEEDS, ENTRIES = 10_000, 20_000, 12_000, 2_000, 5_000, 3_000
COMMUNES, OFFICERS, SURVEYS, BATCHES = 550, 120, 60, 2_000
PASSWORD = "a password for the benchmark"
SLUG = "sipas-2026-dot-1"
DAY = date(2026, 11, 10)
SYLLABLES = ("Thọ", "Xuân", "Đông", "Hải", "Phú", "Yên", "Lộc", "Trường", "Ngọc", "Sơn", "Bình", "Ân", "Ước", "Ất", "Ý")
SAID = ("Phải chờ lâu, chị Lan cáu gắt.", "Nên thêm ghế ngồi chờ và quạt mát.", "Cán bộ nhiệt tình, vui vẻ.", "")
Row = dict[str, Any]


def build(session: Session) -> None:
    chance = random.Random(7)
    accounts.add_missing_roles(session)
    survey = factories.make_survey(session, units_on=DAY)
    wave = factories.make_wave(session, survey=survey, slug=SLUG)
    _insert(session, models.Unit, list(_units(chance)))
    units = list(session.execute(sa.select(models.Unit.id, models.Unit.name).order_by(models.Unit.id)))
    people = _people(session, chance)
    _insert(session, models.CollectionPoint, list(_points(wave.id, units)))
    _insert(session, models.Case, list(_cases(wave.id, [unit.id for unit in units], people)))
    points = list(session.execute(sa.select(models.CollectionPoint.id, models.CollectionPoint.unit_id)))
    _batches(session, wave.id, points)
    _respond(session, wave, points, people[0])
    _more_surveys(session)
    _register(session, wave.id, units, people)
    _devices(session, people)
    _paper(session, wave.id, points, people)
    factories.make_draft(session, people[-1])
    for number in range(DEEDS):
        who = people[number % 40]
        chain.append(session, chain.Deed(factories.NOON, who, f"an{who}@example.vn", "203.0.113.7", "manage.edit_wave"))
    session.commit()


def _insert(session: Session, model: type[Base], rows: Sequence[Row]) -> None:
    session.execute(sa.insert(model), rows)


def _units(chance: random.Random) -> Iterator[Row]:
    """A province, its communes, and below them hamlets and schools."""
    shared: Row = {"valid_from": date(2025, 7, 1), "valid_to": None, "merged_into_code": None, "certainty": ""}
    yield {"code": "38", "name": "Thanh Hóa", "type": "tỉnh", "parent_code": None, **shared}
    for number in range(1, UNITS):
        commune = number <= COMMUNES
        kind = chance.choice(("xã", "phường")) if commune else chance.choice(("thôn", "trường"))
        parent = "38" if commune else f"{10_000 + 1 + number % COMMUNES}"
        name = f"{' '.join(chance.sample(SYLLABLES, 2))}{'' if commune else f' {number}'}"
        yield {"code": f"{10_000 + number}", "name": name, "type": kind, "parent_code": parent, **shared}


def _people(session: Session, chance: random.Random) -> list[int]:
    """Officers first; the six who are asked for here, one of each role, come last."""
    shared: Row = {"active": True, "language": "vi", "ends_on": None, "branch_id": None}
    names = [f"Nguyễn {' '.join(chance.sample(SYLLABLES, 2))} {number}" for number in range(ACCOUNTS)]
    rows = [
        {"email": f"an{n}@example.vn", "name": name, "fs_uniquifier": f"{n}", **shared} for n, name in enumerate(names)
    ]
    secret = hashed(PASSWORD)
    rows += [
        {"email": f"{r}@example.vn", "name": "", "fs_uniquifier": r, "password": secret, **shared}
        for r in models.accounts.ROLES
    ]
    _insert(session, models.User, [{"password": None, **row} for row in rows])
    roles = {role.name: role.id for role in session.scalars(sa.select(models.Role))}
    ids = {user.email: user.id for user in session.scalars(sa.select(models.User))}
    given = [(ids[f"an{n}@example.vn"], roles["officer" if n < OFFICERS else "viewer"]) for n in range(ACCOUNTS)]
    given += [(ids[f"{role}@example.vn"], roles[role]) for role in models.accounts.ROLES]
    columns = [{"account_id": account, "role_id": role} for account, role in given]
    session.execute(sa.insert(models.accounts.account_role), columns)
    own = ids["officer@example.vn"]
    return [own, *(ids[f"an{n}@example.vn"] for n in range(OFFICERS - 1)), ids["manager@example.vn"]]


def _points(wave_id: int, units: Sequence[sa.Row[Any]]) -> Iterator[Row]:
    modes = ("qr_open", "qr_slip", "kiosk", "paper_self")
    for number, (unit_id, name) in enumerate(units):
        labels = {"label_vi": f"Bộ phận Một cửa {name}", "label_en": f"One-stop desk of {name}"}
        yield {"code": f"K{number:06}", "wave_id": wave_id, "unit_id": unit_id, "mode": modes[number % 4], **labels}


def _cases(wave_id: int, units: Sequence[int], people: Sequence[int]) -> Iterator[Row]:
    """Eight of each PSU; of three in four an answer came."""
    for number in range(1, CASES + 1):
        psu = (number - 1) // 8
        place = {"unit_id": units[psu % len(units)], "stratum": f"s{psu % 50}", "psu": f"p{psu}"}
        officer = people[(psu + 1) % OFFICERS] if psu % 11 else None
        done = "complete" if number % 4 else "open"
        yield {"wave_id": wave_id, "number": number, "weight": 2.0, "officer_id": officer, "disposition": done, **place}


def _batches(session: Session, wave_id: int, points: Sequence[sa.Row[Any]]) -> None:
    rows: list[Row] = [
        {
            "code": f"B{n:06}",
            "wave_id": wave_id,
            "point_id": points[(4 * n + 1) % len(points)].id,
            "size": 8,
            "psu": f"p{n}",
        }
        for n in range(BATCHES)
    ]
    _insert(
        session,
        models.SlipBatch,
        [{"spent": b"\0", "void": b"\0", "stratum": "s1", "weight": 2.0, **row} for row in rows],
    )


def _respond(session: Session, wave: models.Wave, points: Sequence[sa.Row[Any]], coder: int) -> None:
    instrument = loader.load_builtin("sipas2017")
    answers = [make_answers(instrument, comment=text) if text else make_answers(instrument) for text in SAID]
    shared = {"wave_id": wave.id, "instrument_version_id": wave.instrument_version_id, "language": "vi"}
    said = [{"answers": one.canonical_json(), "content_hash": one.content_hash(), **shared} for one in answers]
    chance, rows = random.Random(11), []
    for number in range(AT_POINTS):
        point = points[4 * number % len(points)]
        place = {"unit_id": point.unit_id, "point_id": point.id, "case_id": None, "mode": "qr_open"}
        rows.append({**said[number % len(said)], **place, "completeness": None})
    complete = sa.select(models.Case.id, models.Case.unit_id).where(models.Case.disposition == "complete")
    for number, case in enumerate(session.execute(complete)):
        place = {"unit_id": case.unit_id, "point_id": None, "case_id": case.id, "mode": "tablet"}
        rows.append({**said[number % len(said)], **place, "completeness": ("partial", "complete")[number % 7 > 0]})
    for row in rows:
        row |= {"id": UUID(int=chance.getrandbits(128)), "local_day": DAY - timedelta(days=chance.randrange(9))}
    _insert(session, models.Response, rows)
    given: Row = {"question": "comment", "theme": themes.offered()[0].code, "coder_id": coder, "coded_on": DAY}
    _insert(session, models.CommentTheme, [{"response_id": row["id"], **given} for row in rows[:4000:4]])
    by: Row = {
        "number": 1,
        "kind": "corrected",
        "reason": "gõ nhầm",
        "by_id": coder,
        "at": factories.NOON,
        "answers": "{}",
    }
    mine = [row["id"] for row in rows if row["mode"] == "tablet"][:2000]
    _insert(session, models.ResponseChange, [{"response_id": one, "content_hash": "0" * 64, **by} for one in mine])


def _more_surveys(session: Session) -> None:
    for number in range(1, SURVEYS):
        year = date(2026 - number // 4, 1 + number % 4, 1)
        days = {"period_from": year, "period_to": year + timedelta(days=200), "units_on": DAY}
        survey = factories.make_survey(session, f"khao-sat-{number}", combination="weighted", **days)
        for wave in (1, 2, 3):
            slug, opens = f"khao-sat-{number}-dot-{wave}", year + timedelta(days=30 * wave)
            factories.make_wave(
                session,
                survey=survey,
                slug=slug,
                opens_on=opens,
                closes_on=opens + timedelta(days=20),
                combining_weight=1,
            )


def _register(session: Session, wave_id: int, units: Sequence[sa.Row[Any]], people: Sequence[int]) -> None:
    days = {"received_on": DAY, "due_on": DAY + timedelta(days=15), "made_on": DAY, "made_by_id": people[0]}
    rows: list[Row] = []
    for n in range(ENTRIES):
        place = {"unit_id": units[n % len(units)].id, "owner_id": people[n % 30], "wave_id": wave_id}
        state: Row = {"state": "open", "answer": "", "published_on": None}
        if n % 3 == 0:
            state = {"state": "published", "answer": "Đã thêm ghế và quạt ở nơi chờ.", "published_on": DAY}
        rows.append({"kind": "comment", "summary": f"Người dân phải chờ lâu ở quầy số {n}.", **place, **state, **days})
    _insert(session, models.RegisterEntry, rows)


def _devices(session: Session, people: Sequence[int]) -> None:
    rows = [{"code": f"T{n:07}", "kind": "tablet", "officer_id": people[n % OFFICERS]} for n in range(1_500)]
    _insert(session, models.Device, rows)


def _paper(session: Session, wave_id: int, points: Sequence[sa.Row[Any]], people: Sequence[int]) -> None:
    where = [points[(4 * n + 3) % len(points)] for n in range(BATCHES)]
    rows = [
        {
            "wave_id": wave_id,
            "unit_id": one.unit_id,
            "point_id": one.id,
            "issued_on": DAY,
            "issued": 900,
            "returned": 500,
        }
        for one in where
    ]
    _insert(session, models.PaperBatch, rows)
    batches = list(session.execute(sa.select(models.PaperBatch.id, models.PaperBatch.point_id)))
    sheets: list[Row] = []
    for n in range(6_000):
        batch = batches[0 if n < 800 else n % len(batches)]
        state: Row = {"state": "single", "second_by_id": None, "differences": None}
        if n % 5 == 0:
            state = {"state": "differs", "second_by_id": people[1], "differences": 2}
        serial = hashlib.sha256(str(n).encode()).hexdigest()[:10].upper()
        typed = {"first": "{}", "first_by_id": people[0], "filled_on": DAY, "language": "vi", "serial": serial}
        sheets.append({"wave_id": wave_id, "batch_id": batch.id, "point_id": batch.point_id, **typed, **state})
    _insert(session, models.PaperSheet, sheets)
