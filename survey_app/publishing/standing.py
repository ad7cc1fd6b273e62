"""How publications stand: whether their folders are there, hold what was approved, and still match."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.orm import Session

from survey_app import releases
from survey_app.models import Publication
from survey_app.publishing import matching, notes, steps
from survey_app.publishing.matching import Match


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
