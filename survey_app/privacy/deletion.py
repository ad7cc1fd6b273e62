"""Deletes what is due of a wave, and leaves a protocol signed with the office's key: counts and hashes, no content.

The one who runs it commits, then calls `database.overwrite`: before that a file may still hold what was erased.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from questionnaires import loader
from survey_app.backup import leftovers
from survey_app.clock import LOCAL
from survey_app.config import Settings
from survey_app.enrolment import office_key, p256
from survey_app.models import Deletion, User, Wave
from survey_app.privacy import retention, stock
from survey_app.privacy.retention import Due
from survey_app.publishing import frozen_rows
from survey_app.responses import counted
from survey_app.wave_life import By

FORMAT = "hailong-deletion/1"


def delete(session: Session, settings: Settings, wave: Wave, by: By) -> Deletion:
    """Raises ValueError where nothing is due."""
    due = [one for one in retention.overview(session, settings, wave, by.at) if one.is_due]
    if not due:
        raise ValueError(_("Nothing of this wave is due for deletion."))
    rows = frozen_rows.rows_now(session, wave.survey, counted())
    leftovers.sweep(settings, by.at)
    for one in due:
        stock.ERASE[one.kind](session, settings, wave)
    session.flush()
    files = _extracts(settings, wave, {one.kind for one in due})
    after = frozen_rows.rows_now(session, wave.survey, counted())
    left = {one.kind: stock.COUNT[one.kind](session, settings, wave) for one in due}
    content = _content(session, wave, by, due) | {"extracts": files, "rows": {"before": rows, "after": after}}
    text = json.dumps(content | {"left": left}, ensure_ascii=False, sort_keys=True, indent=1)
    made = Deletion(wave_id=wave.id, at=by.at, by_id=by.account_id, content=text)
    made.signature = office_key.of(settings.instance).sign(text)
    session.add(made)
    session.flush()
    return made


def _extracts(settings: Settings, wave: Wave, kinds: set[str]) -> list[dict[str, Any]]:
    from survey_app.privacy import frozen_words

    instrument = loader.from_json(wave.instrument_version.content)
    texts = stock.text_codes(instrument) if "comments" in kinds else []
    found = [
        frozen_words.erase(folder, manifest, wave.slug, texts, "paradata" in kinds)
        for folder, manifest in list(frozen_words.of_survey(settings.extracts, wave.survey.slug))
    ]
    return [asdict(one) for one in found if one is not None]


def _content(session: Session, wave: Wave, by: By, due: Sequence[Due]) -> dict[str, Any]:
    account = session.get(User, by.account_id) if by.account_id else None
    return {
        "format": FORMAT,
        "survey": wave.survey.slug,
        "wave": wave.slug,
        "at": by.at.astimezone(LOCAL).isoformat(timespec="seconds"),
        "by": (account.name or account.email) if account else "",
        "deleted": [{"kind": one.kind, "due_on": one.on.isoformat(), "count": one.count} for one in due],
    }


def of_wave(session: Session, wave: Wave) -> list[Deletion]:
    return list(session.scalars(sa.select(Deletion).where(Deletion.wave_id == wave.id).order_by(Deletion.id)))


def read(made: Deletion) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(made.content)
    return found


def is_genuine(settings: Settings, made: Deletion) -> bool:
    """Whether the protocol is as it was signed."""
    return p256.is_signed(office_key.of(settings.instance).public, made.content, made.signature)


def behind(session: Session, settings: Settings, at: datetime) -> tuple[list[str], list[str]]:
    """Waves with something overdue, and the numbers of protocols that are not as they were signed."""
    if not sa.inspect(session.connection()).has_table(Deletion.__tablename__):
        return [], []
    late = [wave.slug for wave, _due in retention.overdue(session, settings, at)]
    made = session.scalars(sa.select(Deletion)).all()
    return late, [str(one.id) for one in made if not is_genuine(settings, one)]


def rows_after(session: Session, survey_id: int, frozen: str) -> str:
    """What rows that were frozen became by deletions alone (see `publishing.frozen_rows`)."""
    query = sa.select(Deletion).join(Wave).where(Wave.survey_id == survey_id).order_by(Deletion.id)
    for made in session.scalars(query):
        rows = read(made)["rows"]
        frozen = rows["after"] if rows["before"] == frozen else frozen
    return frozen
