"""What of a wave is kept beside its figures, by kind: how much there is, and how it is erased from rows and folders.

`comments`: what people wrote in their own words. `contacts`: the office's own codes of cases. `paradata`: how forms
were filled in. `devices`: journal entries that were dropped or do not fit. What waits for a manager is never erased.
"""

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from questionnaires import loader
from questionnaires.checking import OTHER
from questionnaires.kinds import Written
from questionnaires.model import Questionnaire
from survey_app import responses
from survey_app.config import Settings
from survey_app.enrolment import office_key
from survey_app.journal.content import Content, unseal
from survey_app.models import (
    Case,
    CollectionPoint,
    DeviceBreak,
    DeviceEntry,
    PaperSheet,
    Response,
    ResponseChange,
    ResponseConflict,
    Wave,
)
from survey_app.models.responses import all_of
from survey_app.planning.bench import PlanFiles

AT_ONCE = 5_000
Counting = Callable[[Session, Settings, Wave], int]


def text_codes(instrument: Questionnaire) -> list[str]:
    """Under which names answers hold words of people's own."""
    found = [one.code for one in instrument.questions() if isinstance(one, Written)]
    options = ((one.code, getattr(one, "options", ())) for one in instrument.questions())
    return found + [code + OTHER for code, these in options if any(option.specify for option in these)]


def _codes(wave: Wave) -> list[str]:
    return text_codes(loader.from_json(wave.instrument_version.content))


def _says(answers: Any, codes: list[str]) -> sa.ColumnElement[bool]:
    """Whether stored answers hold any such words; they are canonical JSON."""
    holds = (
        answers.contains(f'"{code}":"', autoescape=True) & ~answers.contains(f'"{code}":""', autoescape=True)
        for code in codes
    )
    return sa.or_(sa.false(), *holds)


def _of(wave: Wave) -> sa.ColumnElement[bool]:
    return Response.wave_id == wave.id


def _mine(wave: Wave) -> sa.Select[Any]:
    return sa.select(Response.id).where(_of(wave))


def _count(session: Session, which: sa.Select[Any]) -> int:
    return session.scalar(sa.select(sa.func.count()).select_from(which.subquery())) or 0


def _changes(wave: Wave) -> sa.ColumnElement[bool]:
    return ResponseChange.response_id.in_(_mine(wave))


def _sheets(wave: Wave) -> sa.Select[Any]:
    typed = PaperSheet.first.is_not(None) | PaperSheet.second.is_not(None)
    return sa.select(PaperSheet.id).where(PaperSheet.wave_id == wave.id, typed)


def _conflicts(wave: Wave) -> sa.Select[Any]:
    return sa.select(ResponseConflict.id).where(ResponseConflict.response_id.in_(_mine(wave)))


def count_comments(session: Session, settings: Settings, wave: Wave) -> int:
    """Responses with words of people's own, now or before a correction; sheets as typed; conflicts."""
    codes = _codes(wave)
    said = sa.select(Response.id).where(all_of(wave.id), _says(Response.answers, codes))
    before = sa.select(ResponseChange.id).where(_changes(wave), _says(ResponseChange.answers, codes))
    whole = (said, before, _sheets(wave), _conflicts(wave))
    return sum(_count(session, one) for one in whole) + len(_readings(settings, wave))


def count_contacts(_session: Session, settings: Settings, wave: Wave) -> int:
    path = PlanFiles(settings.plans / str(wave.id)).codes
    return max(path.read_bytes().count(b"\n") - 1, 0) if path.exists() else 0


def count_paradata(session: Session, _settings: Settings, wave: Wave) -> int:
    return _count(session, sa.select(Response.id).where(all_of(wave.id), Response.paradata.is_not(None)))


def count_devices(session: Session, settings: Settings, wave: Wave) -> int:
    return sum(1 for _row in _journal(session, settings, wave))


def may_hold(session: Session, settings: Settings) -> Callable[[Wave], bool]:
    """Whether it is worth to count anything of a wave; of years of waves most are empty."""
    answered, typed = sa.select(Response.wave_id), sa.select(PaperSheet.wave_id)
    waves = set(session.scalars(sa.union(answered, typed)))
    kept = DeviceEntry.state == "dropped"
    journal = session.scalar(sa.select(DeviceEntry.id).where(kept).limit(1)) or session.scalar(
        sa.select(DeviceBreak.id).limit(1)
    )
    read = any(settings.readings.glob("**/*.json"))
    return lambda wave: bool(journal) or read or wave.id in waves or count_contacts(session, settings, wave) > 0


COUNT: dict[str, Counting] = {
    "contacts": count_contacts,
    "paradata": count_paradata,
    "devices": count_devices,
    "comments": count_comments,
}


def erase_comments(session: Session, settings: Settings, wave: Wave) -> None:
    """A text becomes empty: that one was given stays known. Its hash becomes a seal, so that nobody guesses it."""
    codes = _codes(wave)
    for table, which in ((Response, _of(wave)), (ResponseChange, _changes(wave))):
        _empty(session, table, which & _says(table.answers, codes), codes, settings.token_key)
    sheets = sa.update(PaperSheet).where(PaperSheet.id.in_(_sheets(wave))).values(first=None, second=None)
    session.execute(sheets.execution_options(synchronize_session=False))
    conflicts = sa.delete(ResponseConflict).where(ResponseConflict.id.in_(_conflicts(wave)))
    session.execute(conflicts.execution_options(synchronize_session=False))
    for path in _readings(settings, wave):
        shutil.rmtree(path) if path.is_dir() else path.unlink()


def _empty(session: Session, table: Any, which: sa.ColumnElement[bool], codes: list[str], token_key: str) -> None:
    response_id = Response.id if table is Response else ResponseChange.response_id
    query = sa.select(table.id, response_id, table.content_hash, table.answers).where(which).order_by(table.id)
    for rows in session.execute(query).partitions(AT_ONCE):
        session.execute(sa.update(table), [_emptied(row, codes, token_key) for row in rows])


def _emptied(row: Any, codes: list[str], token_key: str) -> dict[str, Any]:
    key, response_id, content_hash, answers = row
    content = json.loads(answers)
    content["values"] |= {code: "" for code in codes if content["values"].get(code)}
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    sealed = responses.seal(token_key, responses.receipt(token_key, response_id, content_hash))
    return {"id": key, "answers": text, "content_hash": sealed}


def erase_contacts(_session: Session, settings: Settings, wave: Wave) -> None:
    PlanFiles(settings.plans / str(wave.id)).codes.unlink(missing_ok=True)


def erase_paradata(session: Session, _settings: Settings, wave: Wave) -> None:
    gone = sa.update(Response).where(_of(wave), Response.paradata.is_not(None)).values(paradata=None)
    session.execute(gone.execution_options(synchronize_session=False))


def erase_devices(session: Session, settings: Settings, wave: Wave) -> None:
    for row in list(_journal(session, settings, wave)):
        row.sealed = b""
    session.flush()


ERASE: dict[str, Callable[[Session, Settings, Wave], None]] = {
    "contacts": erase_contacts,
    "paradata": erase_paradata,
    "devices": erase_devices,
    "comments": erase_comments,
}


def _journal(session: Session, settings: Settings, wave: Wave) -> Iterator[DeviceEntry | DeviceBreak]:
    """What was dropped, and what came twice with other content, of this wave."""
    dropped = sa.select(DeviceEntry).where(DeviceEntry.state == "dropped", sa.func.length(DeviceEntry.sealed) > 0)
    twice = sa.select(DeviceBreak).where(sa.func.length(DeviceBreak.sealed) > 0)
    rows: list[DeviceEntry | DeviceBreak] = [*session.scalars(dropped), *session.scalars(twice)]
    if rows:
        key = office_key.of(settings.instance)
        yield from (row for row in rows if _is_of(session, wave, unseal(key, row.sealed or b"")))


def _is_of(session: Session, wave: Wave, content: Content | None) -> bool:
    """What nobody can read is nobody's to keep: it goes with the first wave that is due."""
    if content is None:
        return True
    case, point = getattr(content, "case", None), getattr(content, "point", "")
    if case:
        return session.scalar(sa.select(Case.wave_id).where(Case.id == case)) in (wave.id, None)
    return session.scalar(sa.select(CollectionPoint.wave_id).where(CollectionPoint.code == point)) in (wave.id, None)


def _readings(settings: Settings, wave: Wave) -> list[Path]:
    """What was read from pictures of paper; it is swept after a day, where anybody comes by."""
    runs = settings.readings.glob("runs/*/run.json")
    mine = [path.parent for path in runs if json.loads(path.read_text()).get("wave_id") == wave.id]
    return [*mine, *settings.readings.glob(f"{wave.id}-*.json")]
