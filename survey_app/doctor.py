"""`hailong doctor`'s checks: what an installation needs, whether it is there, and what to do when it is not."""

import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib import resources
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import sqlalchemy as sa
import typst
from sqlalchemy.orm import Session

from questionnaires import loader
from survey_app import database
from survey_app.accounts import two_people
from survey_app.audit import chain
from survey_app.backup import alarms
from survey_app.clock import EARLIEST_SANE_YEAR, LATEST_SANE_YEAR, LOCAL, local_day
from survey_app.config import Settings
from survey_app.enrolment import office_key
from survey_app.journal import overview
from survey_app.models import InstrumentVersion
from survey_app.notices import outbox
from survey_app.privacy import deletion
from survey_app.publishing import standing

State = Literal["ok", "warn", "fail"]
TESTED_PYTHON = (3, 11)
LONGEST_UNCHECKED = timedelta(hours=26)  # A timer that runs once a day, and may be late.
LONGEST_UNSENT = timedelta(hours=1)
OFFICIAL_SERIF = "Times New Roman"
# Metrically equal to Times New Roman, then what typst carries itself; all have Vietnamese letters.
SERIF_FALLBACKS = ("Liberation Serif", "Tinos", "TeX Gyre Termes", "Libertinus Serif")


@dataclass(frozen=True)
class Check:
    name: str
    state: State
    message: str  # One sentence: what was found and, unless all is well, what to do.


@dataclass(frozen=True)
class _Subject:
    settings: Settings
    at: datetime


def examine(settings: Settings, at: datetime) -> list[Check]:
    """All checks, whatever the outcome of the ones before."""
    subject = _Subject(settings, at)
    return [check for examination in EXAMINATIONS for check in _guarded(examination, subject)]


def passed(checks: list[Check]) -> bool:
    return all(check.state != "fail" for check in checks)


def _guarded(examination: Callable[[_Subject], Iterator[Check]], subject: _Subject) -> Iterator[Check]:
    """A check that itself breaks is a finding, not a crash."""
    try:
        yield from examination(subject)
    except Exception as error:
        name = examination.__name__.removeprefix("_")
        yield Check(name, "fail", f"Could not be checked ({error.__class__.__name__}: {error}); report this sentence.")


def _python(_subject: _Subject) -> Iterator[Check]:
    version = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info[:2] == TESTED_PYTHON:
        yield Check("python", "ok", f"Python {version}.")
    else:
        tested = ".".join(map(str, TESTED_PYTHON))
        yield Check("python", "warn", f"Python {version}; this release is tested on {tested}: prefer that one.")


def _instance(subject: _Subject) -> Iterator[Check]:
    folder = subject.settings.instance
    try:
        with tempfile.NamedTemporaryFile(dir=folder) as file:
            file.write(b"written by doctor")
            file.flush()
            os.fsync(file.fileno())
        yield Check("instance", "ok", f"The folder {folder} can be written.")
    except OSError as error:
        advice = "make it writable for this user, or name another with INSTANCE"
        yield Check("instance", "fail", f"The folder {folder} cannot be written ({error.strerror}): {advice}.")


def _disk(subject: _Subject) -> Iterator[Check]:
    free = alarms.free_disk(subject.settings)
    state: State = "fail" if free < alarms.NO_DISK else "warn" if free < alarms.LITTLE_DISK else "ok"
    advice = "" if state == "ok" else " Free some space, or move INSTANCE to a larger disk."
    yield Check("disk", state, f"{free / 1e9:.1f} GB are free where the data lie.{advice}")


def _backup(subject: _Subject) -> Iterator[Check]:
    last = alarms.last_backup(subject.settings)
    said = f"The last backup is of {last.astimezone(LOCAL):%d/%m/%Y %H:%M}" if last else "No backup was ever taken"
    if last is None or subject.at - last > LONGEST_UNCHECKED:
        state: State = "fail" if alarms.is_backup_missing(subject.settings, subject.at) else "warn"
        yield Check("backup", state, f"{said}: let a timer call `hailong backup` every day, as the README says.")
    else:
        yield Check("backup", "ok", f"{said}.")


def _database(subject: _Subject) -> Iterator[Check]:
    url = sa.make_url(subject.settings.database_url)
    engine = database.make_engine(subject.settings.database_url)
    try:
        with engine.connect() as connection:
            version = ".".join(map(str, connection.dialect.server_version_info or ()))
        yield Check("database", "ok", f"{engine.dialect.name} {version} answers.")
        yield (migrated := _migrations(engine))
        if migrated.state == "ok":
            for look in (_stored_instruments, _devices, _publications, _audit, _accounts, _retention, _mail):
                yield from look(engine, subject)
    except sa.exc.SQLAlchemyError as error:
        cause = str(getattr(error, "orig", error)).strip().splitlines()[0]
        address = url.render_as_string(hide_password=True)
        yield Check("database", "fail", f"{address} does not answer ({cause}): start it, or correct DATABASE_URL.")
    finally:
        engine.dispose()


def _migrations(engine: sa.Engine) -> Check:
    if database.pending(engine):
        return Check("migrations", "fail", "The database is not at the newest migration: run `hailong init`.")
    return Check("migrations", "ok", "The database is at the newest migration.")


def _audit(engine: sa.Engine, _subject: _Subject) -> Iterator[Check]:
    with Session(engine) as session:
        found = chain.look_through(session)
    if found.broken is not None:
        advice = "somebody reached past the system: compare with a backup."
        yield Check("audit", "fail", f"Entry {found.broken} is missing or was changed; {advice}")
    else:
        yield Check("audit", "ok", f"{found.entries} entries follow one another; the last one is {found.last[:16]}.")


def _accounts(engine: sa.Engine, subject: _Subject) -> Iterator[Check]:
    with Session(engine) as session:
        both = [user.email for user in two_people.both_sides(session, local_day(subject.at))]
    if both:
        yield Check("accounts", "warn", f"Prepare figures and approve them too: {', '.join(both)}; part these roles.")


def _stored_instruments(engine: sa.Engine, _subject: _Subject) -> Iterator[Check]:
    """A version that no longer hashes to its name was changed behind our back."""
    with engine.connect() as connection:
        rows = connection.execute(
            sa.select(InstrumentVersion.code, InstrumentVersion.content, InstrumentVersion.content_hash)
        ).all()
    changed = [row.code for row in rows if loader.content_hash(loader.from_json(row.content)) != row.content_hash]
    if changed:
        advice = "restore the database from a backup; responses name the old content"
        yield Check("stored instruments", "fail", f"Changed since they were published: {', '.join(changed)}: {advice}.")
    elif not rows:
        yield Check("stored instruments", "warn", "No instrument is published yet: run `hailong instrument import`.")
    else:
        yield Check("stored instruments", "ok", f"{len(rows)} published versions match their hashes.")


def _devices(engine: sa.Engine, subject: _Subject) -> Iterator[Check]:
    """Interviews on a tablet that nobody hears of, or that wait for a manager, are not counted yet."""
    with Session(engine) as session:
        unseen, found = overview.unseen(session, subject.at), overview.listed(session, subject.at)
    waiting = [f"{one.device.code} ({one.waiting})" for one in found if one.waiting]
    broken = [one.device.code for one in found if one.breaks]
    if found and not (subject.settings.instance / office_key.FILE).exists() and any(one.device.seq for one in found):
        advice = "restore it from a backup, or nothing that devices sealed can be read"
        yield Check("office key", "fail", f"{office_key.FILE} is missing from the instance folder: {advice}.")
    if unseen:
        names = ", ".join(f"{code} ({count} open cases)" for code, _day, count in unseen)
        yield Check("tablets", "warn", f"Not seen for {overview.UNSEEN_DAYS} days: {names}; ask the officers to sync.")
    if waiting:
        yield Check("entries", "warn", f"Wait for a manager under Devices: {', '.join(waiting)}.")
    if broken:
        yield Check("journals", "warn", f"Broken, see Devices: {', '.join(broken)}.")


def _publications(engine: sa.Engine, subject: _Subject) -> Iterator[Check]:
    """What is public must be what was approved, and rest on the responses that are kept."""
    with Session(engine) as session:
        found = list(standing.of_all(session, subject.settings.releases))
        changed = [one.name for one in found if not one.intact]
        moved = [one.name for one in found if one.match.state == "other"]
        is_public = any(one.publication.state in ("published", "replaced") for one in found)
        untold = [one.name for one in found if one.intact and one.match.state != "other" and not one.told]
    if changed:
        advice = "restore the folder from a backup"
        yield Check("publications", "fail", f"Missing or changed since entered: {', '.join(changed)}: {advice}.")
    if moved:
        named = f"{', '.join(moved)}: make a new release, which corrects it where it is published"
        yield Check("publications", "warn", f"Responses or weights of waves changed after the freeze of {named}.")
    if untold:
        advice = "write their documents anew in the console"
        yield Check("publications", "warn", f"publication.json is not up to date for {', '.join(untold)}: {advice}.")
    if is_public:
        yield from _release_check(subject)


def _retention(engine: sa.Engine, subject: _Subject) -> Iterator[Check]:
    """What was promised to be gone must be gone, and what the protocols say must be as it was signed."""
    with Session(engine) as session:
        late, changed = deletion.behind(session, subject.settings, subject.at)
    if late:
        yield Check("retention", "warn", f"Due for deletion in {', '.join(late)}: run `hailong retention --delete`.")
    if changed:
        yield Check("retention", "fail", f"Protocols changed since they were signed: {', '.join(changed)}; report it.")


def _mail(engine: sa.Engine, subject: _Subject) -> Iterator[Check]:
    with Session(engine) as session:
        count, since = outbox.waiting(session)
    if since and subject.settings.mail_server and subject.at - since > LONGEST_UNSENT:
        advice = "let a timer call `hailong mail`, and see what `hailong mail --test ADDRESS` says"
        yield Check("mail", "warn", f"{count} letters wait since {since.astimezone(LOCAL):%d/%m/%Y %H:%M}: {advice}.")


def _release_check(subject: _Subject) -> Iterator[Check]:
    """What is public says by itself that responses changed, as long as somebody looks."""
    last = standing.last_check(subject.settings.releases)
    if last is None or subject.at - last > LONGEST_UNCHECKED:
        since = f"since {last.astimezone(LOCAL):%d/%m/%Y %H:%M}" if last else "yet"
        advice = "let a timer call it every hour, as the README says"
        yield Check("release check", "warn", f"`hailong release check --update` has not run {since}: {advice}.")


def _builtin_instruments(_subject: _Subject) -> Iterator[Check]:
    faults = []
    for code in loader.builtin_codes():
        try:
            loader.load_builtin(code)
        except loader.InstrumentFaults as error:
            faults += [f"{code}: {fault.place}: {fault.message}" for fault in error.faults]
    if faults:
        yield Check("instruments", "fail", f"Instrument files have faults; install again. First: {faults[0]}.")
    else:
        yield Check("instruments", "ok", f"{', '.join(loader.builtin_codes())} can be read.")


def _clock(subject: _Subject) -> Iterator[Check]:
    year = subject.at.year
    if EARLIEST_SANE_YEAR <= year <= LATEST_SANE_YEAR:
        yield Check("clock", "ok", f"It is {subject.at.astimezone(LOCAL):%d/%m/%Y %H:%M} in Asia/Ho_Chi_Minh.")
    else:
        yield Check("clock", "fail", f"The clock says {year}: set it, or waves open and close on wrong days.")


def _fonts(_subject: _Subject) -> Iterator[Check]:
    families = set(typst.Fonts(include_system_fonts=True, include_embedded_fonts=True).families())
    found = next((name for name in (OFFICIAL_SERIF, *SERIF_FALLBACKS) if name in families), None)
    if found is None:
        yield Check("fonts", "fail", "No serif font with Vietnamese letters: install fonts-liberation.")
    elif found == SERIF_FALLBACKS[-1]:
        yield Check("fonts", "warn", f"PDFs are set in {found}: install fonts-liberation for the official look.")
    else:
        yield Check("fonts", "ok", f"PDFs are set in {found}, of the widths of {OFFICIAL_SERIF}.")


def _public_url(subject: _Subject) -> Iterator[Check]:
    address = subject.settings.public_url
    parts = urlsplit(address)
    if parts.hostname in ("localhost", "127.0.0.1", "::1"):
        advice = "set PUBLIC_URL to the address that citizens' phones reach, before printing QR sheets"
        yield Check("public address", "warn", f"QR codes would carry {address}: {advice}.")
    elif parts.scheme != "https":
        yield Check("public address", "warn", f"{address} is not https: put the site behind TLS.")
    else:
        yield Check("public address", "ok", f"QR codes carry {address}.")


def _translations(_subject: _Subject) -> Iterator[Check]:
    catalogue = Path(str(resources.files("survey_app"))) / "translations" / "vi" / "LC_MESSAGES" / "messages.mo"
    if catalogue.exists():
        yield Check("translations", "ok", "The Vietnamese texts of the pages are there.")
    else:
        yield Check("translations", "fail", "The Vietnamese texts are not compiled: run `make run`.")


EXAMINATIONS: tuple[Callable[[_Subject], Iterator[Check]], ...] = (
    _python,
    _instance,
    _disk,
    _backup,
    _database,
    _builtin_instruments,
    _translations,
    _clock,
    _fonts,
    _public_url,
)
