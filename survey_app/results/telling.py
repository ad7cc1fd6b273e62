"""Tells the analysis what became of a publication: publication.json of the release, and of the one that it corrects."""

import json
from collections.abc import Callable, Sequence
from typing import Any

from flask import flash
from sqlalchemy.orm import Session

from survey_app import analysis_process, database, releases
from survey_app.models import Publication
from survey_app.publishing import matching, notes, steps
from survey_app.releases import Release
from survey_app.results.views import folder
from survey_app.web import languages

Changes = Sequence[dict[str, Any]]


def tell(publication: Publication, changes: Changes | None = None) -> None:
    """After a step was committed. Of two steps the later is told last: the survey is held while the file is written."""
    session = database.writing(database.session())
    steps.hold(session, publication)
    for each in filter(None, (publication, steps.corrected(session, publication))):
        release = releases.find(folder(), each.release)
        if release is not None:
            known = changes if changes is not None and each is publication else changes_of(session, each, release)
            told = notes.content(session, each, matching.of_release(session, release).told, known)
            if told != notes.read(release.folder):
                notes.write(release.folder, told)
    session.commit()


def taken(publication: Publication, step: Callable[[], object]) -> bool:
    """Takes a step, keeps it and tells it; where it cannot be taken, the page says why and nothing has happened."""
    session = database.session()
    try:
        step()
    except ValueError as why:
        session.rollback()
        flash(str(why), "error")
        return False
    session.commit()
    tell(publication)
    return True


def changes_of(session: Session, publication: Publication, release: Release) -> Changes:
    """What it says otherwise than the one it corrects: two folders that stay, so it is computed once."""
    corrected = steps.corrected(session, publication)
    if corrected is None:
        return ()
    known = notes.read(release.folder).get("corrects")
    if known and known["number"] == corrected.number:  # A folder entered again may correct another one.
        found: Changes = known["changes"]
        return found
    return analysis_process.changes(folder() / corrected.release, release.folder)


def drafted(release: Release) -> list[str]:
    """The conclusions as the analysis drafts them from the figures; releases made before it did have none."""
    try:
        found: Any = json.loads((release.folder / "conclusions.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return []
    if isinstance(found, dict):  # By language.
        found = found.get("paragraphs", found.get("vi", found.get(languages.current(), [])))
    return [str(part) for part in found if isinstance(part, str)]
