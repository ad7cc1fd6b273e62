"""How publications stand: whether their folders are there, hold what was approved, and still match."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from survey_app import releases
from survey_app.models import Publication
from survey_app.publishing import matching, notes, steps
from survey_app.publishing.matching import Match

CHECKED = Path(".runs", "checked")


@dataclass(frozen=True)
class Standing:
    """`told`: publication.json says what the database says; `intact`: the folder holds what was entered."""

    publication: Publication
    match: Match
    intact: bool
    told: bool

    @property
    def name(self) -> str:
        return f"{self.publication.survey.slug} {self.publication.number} ({self.publication.release})"


def of_all(session: Session, folder: Path) -> Iterator[Standing]:
    """Of all that were not dropped, by survey and number."""
    for publication in sorted(steps.all_of(session), key=lambda one: (one.survey.slug, one.number)):
        if publication.state != "dropped":
            yield _of_one(session, folder, publication)


def note_check(folder: Path, at: datetime) -> None:
    """That all publications were looked at and told how they stand."""
    (folder / CHECKED).parent.mkdir(parents=True, exist_ok=True)
    (folder / CHECKED).write_text(at.isoformat(timespec="seconds"), encoding="utf-8")


def last_check(folder: Path) -> datetime | None:
    try:
        return datetime.fromisoformat((folder / CHECKED).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def _of_one(session: Session, folder: Path, publication: Publication) -> Standing:
    release = releases.find(folder, publication.release)
    if release is None:
        return Standing(publication, Match("unknown"), intact=False, told=False)
    intact = release.manifest["release_hash"] == publication.release_hash and not release.changed_files()
    match = matching.of_release(session, release)
    written = notes.read(release.folder)
    known = (written.get("corrects") or {}).get("changes", ())
    told = notes.content(session, publication, match.told, known) == written
    return Standing(publication, match, intact, told)
