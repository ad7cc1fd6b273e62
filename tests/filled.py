"""A database with rows in every table: what migrations and backups are tried on."""

import json
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey_app import accounts, models
from survey_app.audit import chain
from survey_app.models import Base
from tests import factories
from tests.factories import NOON

TEXT = "Thủ tục «đất đai» 😀 \\ ' \" \u200b\n\thai dòng"
DAY = date(2026, 11, 23)
IDS = [UUID(int=(7919 * number) << 64 | number) for number in range(3)]
PASSKEY: dict[str, Any] = {
    **{"name": TEXT[:20], "usage": "secondary", "device_type": "multi_device", "backup_state": True},
    **{"credential_id": b"\x00\xff", "public_key": b"\xa5", "sign_count": 2**32 - 1, "transports": ["usb", "nfc"]},
    "lastuse_datetime": NOON,
}


def fill(session: Session) -> None:
    """The test that asks for it fails as soon as a table stays empty: then give it a row here."""
    accounts.add_missing_roles(session)
    users = [factories.make_user(session, f"{name}@example.vn", name=TEXT) for name in ("an", "binh")]
    users[0].roles = list(session.scalars(sa.select(models.Role)))
    wave = factories.make_wave(session, opens_on=date.min, plan_json='{"strata": []}', combining_weight=1 / 3)
    units = [factories.make_unit(session, code) for code in ("15520", "15523")]
    users[0].tf_primary_method, users[0].tf_totp_secret, users[0].totp_counter = "authenticator", TEXT, 60_000_000
    users[0].mf_recovery_codes, users[0].fs_webauthn_user_handle = ["a", "b"], "0"
    users[1].branch_id, users[1].ends_on = units[0].id, DAY
    kept: dict[str, Any] = {"address": "203.0.113.7", "browser": TEXT, "begun_at": NOON, "seen_at": NOON}
    session.add(models.BrakeCount(key_hash="4" * 64, count=3, until=NOON))
    session.add(models.StaffSession(account_id=users[0].id, key_hash="3" * 64, **kept))
    session.add(models.SavedFilter(account_id=users[0].id, path="/audit/", name=TEXT, query="who=an"))
    letter: dict[str, Any] = {"kind": "late", "made_at": NOON, "try_at": NOON, "tries": 2}
    session.add_all(models.Letter(account_id=one, done_at=NOON, **letter) for one in (users[0].id, None))
    users[0].sso_issuer, users[0].sso_subject = "https://sso.example.vn", TEXT
    session.add(models.Passkey(user_id=users[0].id, **PASSKEY))
    chain.append(session, chain.Deed(NOON, users[0].id, TEXT, "203.0.113.7", "manage.edit_wave", TEXT, TEXT))
    point = factories.make_point(session, wave=wave, unit=units[0], mode="qr_slip")
    cases = [factories.make_case(session, wave, units[1], number, weight=number / 7) for number in (1, 2, 3)]
    session.flush()
    cases[0].replaces_id, cases[2].reinterview_of_id = cases[1].id, cases[0].id  # One refers to a row after it.
    cases[1].planned_day = DAY
    batch = models.SlipBatch(
        code="K7QF3MXA", wave_id=wave.id, point_id=point.id, size=3, spent=b"\x00\xff\x80", void=b"", weight=2.5
    )
    session.add(batch)
    session.flush()
    _respond(session, wave, point, cases, batch)
    _plan(session, wave, users)
    _devices(session, users, point)
    _paper(session, wave, units, cases, users)
    _drafts(session, users)
    _publications(session, wave, users, units)
    _register(session, wave, users, units)
    _change_of_units(session, users, units)
    session.commit()


def _change_of_units(session: Session, users: list[models.User], units: list[models.Unit]) -> None:
    change = models.UnitChange(kind="merge", state="done", effective_on=DAY, basis=TEXT, asked="{}", made_at=NOON)
    change.made_by_id, change.done_at = users[0].id, NOON
    session.add(change)
    session.flush()
    ends = {"from_id": units[0].id, "to_id": units[1].id}
    session.add(models.UnitMove(change_id=change.id, thing="unit", thing_id=units[1].id, **ends))


def _respond(session: Session, wave: models.Wave, point: Any, cases: list[models.Case], batch: Any) -> None:
    shared: dict[str, Any] = {
        "wave_id": wave.id,
        "instrument_version_id": wave.instrument_version_id,
        "unit_id": point.unit_id,
        "language": "vi",
        "local_day": DAY,
        "content_hash": "0" * 64,
        "answers": json.dumps({"states": {}, "values": {"comment": TEXT}}, ensure_ascii=False),
    }
    at_point = {"point_id": point.id, "mode": "qr_slip", "batch_id": batch.id, **shared}
    session.add_all(models.Response(id=one, **at_point) for one in IDS[:2])
    of_case: dict[str, Any] = {"mode": "tablet", "void": True, "paradata": "{}", "completeness": "broken_off"}
    session.add(models.Response(id=IDS[2], case_id=cases[1].id, **of_case, **shared))
    session.flush()
    about: dict[str, Any] = {"response_id": IDS[2], "content_hash": "1" * 64, "answers": "{}"}
    session.add(models.ResponseConflict(local_day=DAY, **about))
    session.add(models.ResponseChange(number=1, kind="voided", reason=TEXT, by_id=1, at=NOON, **about))
    theme: dict[str, Any] = {"response_id": IDS[0], "coder_id": 1, "coded_on": DAY}
    session.add_all(models.CommentTheme(question="A1", theme=one, **theme) for one in ("tử tế", "Zalo", "chờ lâu"))
    session.add(models.CaseAttempt(case_id=cases[0].id, number=1, day=DAY, part="morning", outcome="complete"))
    session.add(models.CaseOfficer(case_id=cases[0].id, officer_id=1))
    session.add(models.VisitWeek(unit_id=point.unit_id, week=2900, spent=bytes(range(256))))


def _register(session: Session, wave: models.Wave, users: list[models.User], units: list[models.Unit]) -> None:
    people: dict[str, Any] = {"owner_id": users[1].id, "made_by_id": users[0].id, "published_by_id": users[0].id}
    days = {"received_on": DAY, "due_on": DAY, "made_on": DAY, "published_on": DAY}
    entry = models.RegisterEntry(kind="comment", state="published", unit_id=units[0].id, wave_id=wave.id, **people)
    entry.summary = entry.answer = TEXT
    for name, day in days.items():
        setattr(entry, name, day)
    session.add(entry)
    session.flush()
    session.add(models.RegisterComment(response_id=IDS[0], question="A1", entry_id=entry.id))


def _plan(session: Session, wave: models.Wave, users: list[models.User]) -> None:
    session.add(models.Plan(wave_id=wave.id, frame_kind="dossiers", about=TEXT))
    days = {f"{kind}_days": 60 for kind in ("contacts", "paradata", "devices", "comments")}
    session.add(models.Retention(wave_id=wave.id, purpose_vi=TEXT, **days))
    session.add(models.Deletion(wave_id=wave.id, at=NOON, by_id=users[0].id, content=TEXT, signature="x"))
    session.add(models.WaveStep(wave_id=wave.id, kind="extended", at=NOON, by_id=users[0].id, reason=TEXT))


def _devices(session: Session, users: list[models.User], point: models.CollectionPoint) -> None:
    key: dict[str, Any] = {"public_key": b"\x04" + bytes(64), "enrolled_at": NOON}
    tablet = models.Device(code="TABLET01", kind="tablet", officer_id=users[0].id, **key)
    session.add_all([tablet, models.Device(code="KIOSK001", kind="kiosk", point_id=point.id)])
    session.flush()
    entry: dict[str, Any] = {"device_id": tablet.id, "hash": "2" * 64}
    session.add(
        models.DeviceEntry(seq=1, state="waiting", sealed=b"\xfe\x00", came_at=NOON, clock_off=-(2**40), **entry)
    )
    session.add(models.DeviceBreak(kind="fork", seq=1, noticed_on=DAY, sealed=b"", **entry))


def _paper(session: Session, wave: models.Wave, units: Any, cases: Any, users: list[models.User]) -> None:
    batch = models.PaperBatch(wave_id=wave.id, unit_id=units[0].id, issued_on=DAY, issued=40)
    session.add(batch)
    session.flush()
    sheet: dict[str, Any] = {"wave_id": wave.id, "batch_id": batch.id, "case_id": cases[2].id, "language": "vi"}
    session.add(models.PaperSheet(serial="A1", filled_on=DAY, first=TEXT, first_by_id=users[0].id, **sheet))


def _drafts(session: Session, users: list[models.User]) -> None:
    factories.make_draft(session, users[0].id)
    session.add(models.Recording(name="Ä.mp3", content=b"ID3\xff"))
    session.add(models.Recording(name="a.mp3", content=b"ID3"))


def _publications(session: Session, wave: models.Wave, users: list[models.User], units: list[models.Unit]) -> None:
    made: dict[str, Any] = {"survey_id": wave.survey_id, "release_hash": "0", "extract_hash": "0", "frozen_at": NOON}
    made |= {"release": "a-1", "made_by_id": users[0].id, "state": "dropped", "dropped_by_id": users[1].id}
    made |= {"dropped_at": NOON, "drop_reason": TEXT}
    first = models.Publication(number=1, **made)
    session.add(first)
    session.flush()
    second = models.Publication(number=2, corrects_id=first.id, correction=TEXT, **made)
    reply = models.PublicationReply(unit_id=units[0].id, office=TEXT, text=TEXT, received_on=DAY, by_id=users[0].id)
    second.replies = [reply]
    session.add(second)


def counts(connection: sa.Connection) -> dict[str, int]:
    """Rows by table, of the tables that are there."""
    names = set(sa.inspect(connection).get_table_names()) - {"alembic_version"}
    asked = {name: sa.select(sa.func.count()).select_from(sa.table(name)) for name in sorted(names)}
    return {name: connection.execute(query).scalar_one() for name, query in asked.items()}


def assert_every_table_is_filled(connection: sa.Connection) -> None:
    found = counts(connection)
    assert {name for name in Base.metadata.tables if not found[name]} == set()
