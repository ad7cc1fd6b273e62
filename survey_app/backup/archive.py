"""The archive within the seal: what an installation holds, written as one stream, unpacked and checked as a whole.

A compressed tar: `about.json` (revision, tables), `tables/NAME/00000001.jsonl`, `files/PATH`, and last `manifest.json`
with the hash of every table and file. How rows become lines is left to `rows`, what closes the stream to `sealing`.
"""

import gzip
import hashlib
import io
import json
import tarfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

import sqlalchemy as sa

from survey_app import database
from survey_app.backup import files, leftovers, rows
from survey_app.backup.rows import Shape
from survey_app.backup.sealing import Unopened
from survey_app.config import SECRETS, Settings

FORMAT = 1
ABOUT, MANIFEST, TABLES, FILES = "about.json", "manifest.json", "tables", "files"


@dataclass(frozen=True)
class About:
    """What is known before the first row."""

    at: str
    revision: str
    tables: list[Shape]
    format: int = FORMAT

    @classmethod
    def read(cls, text: str) -> "About":
        told = json.loads(text)
        if told.get("format") != FORMAT:
            raise Unopened("This backup was made by a newer release: install that one, then try again.")
        tables = [Shape(one["name"], one["columns"], tuple(one["key"])) for one in told["tables"]]
        return cls(told["at"], told["revision"], tables)


@dataclass
class Contents:
    """Hashes of all tables and files by name; of a link, of where it points to."""

    tables: dict[str, str] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)

    @property
    def hash(self) -> str:
        """One hash for everything: equal hashes, equal installations."""
        return hashlib.sha256(json.dumps([self.tables, self.files], sort_keys=True).encode()).hexdigest()


class _Hashed(io.RawIOBase):
    """A file that hashes what is read from it."""

    def __init__(self, file: BinaryIO) -> None:
        self._file, self.found = file, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        content = self._file.read(size)
        self.found.update(content)
        return content


def contents(settings: Settings, connection: sa.Connection) -> Contents:
    """Of an installation as it is now."""
    found = Contents()
    for shape in rows.shapes(connection):
        found.tables[shape.name], found.rows[shape.name] = rows.digest(connection, shape)
    for path in files.kept(settings):
        name = path.relative_to(settings.instance).as_posix()
        if name != files.SECRETS:
            found.files[name] = _hash_of(path)
    found.files[files.SECRETS] = hashlib.sha256(_secrets(settings)).hexdigest()
    return found


def _hash_of(path: Path) -> str:
    if path.is_symlink():
        return hashlib.sha256(str(path.readlink()).encode()).hexdigest()
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _secrets(settings: Settings) -> bytes:
    """The secrets in use, also those that come from the environment: printed codes are worth nothing without them."""
    return json.dumps({name: getattr(settings, name) for name in SECRETS}).encode()


def write(stream: BinaryIO, settings: Settings, connection: sa.Connection, at: datetime) -> Contents:
    """Everything as it was at one instant; `connection` has begun its transaction. Raises ValueError."""
    revision = rows.revision(connection)
    if revision is None:
        raise ValueError("There is no database to back up: run `hailong init` first.")
    about, found = About(at.isoformat(timespec="seconds"), revision, rows.shapes(connection)), Contents()
    packed = gzip.GzipFile(fileobj=stream, mode="wb", compresslevel=3, mtime=0)
    with packed, tarfile.open(fileobj=packed, mode="w|") as tar:
        _add(tar, ABOUT, _json(asdict(about)))
        for shape in about.tables:
            found.tables[shape.name], found.rows[shape.name] = _add_table(tar, connection, shape)
        _add(tar, f"{FILES}/{files.SECRETS}", _secrets(settings), 0o600)
        found.files[files.SECRETS] = hashlib.sha256(_secrets(settings)).hexdigest()
        for path in files.kept(settings):
            name = path.relative_to(settings.instance).as_posix()
            if name != files.SECRETS and not leftovers.is_one(Path(name)) and (written := _add_file(tar, path, name)):
                found.files[name] = written
        _add(tar, MANIFEST, _json(asdict(found)))
    return found


def _json(content: Mapping[str, Any]) -> bytes:
    return json.dumps(content, ensure_ascii=False).encode()


def _add(tar: tarfile.TarFile, name: str, content: bytes, mode: int = 0o644) -> None:
    info = tarfile.TarInfo(name)
    info.size, info.mode = len(content), mode
    tar.addfile(info, io.BytesIO(content))


def _add_table(tar: tarfile.TarFile, connection: sa.Connection, shape: Shape) -> tuple[str, int]:
    """In pieces, for a tar must know how long each thing is before it comes."""
    found, count, lines = shape.new_hash(), 0, rows.lines(connection, shape)
    while piece := list(islice(lines, shape.at_once)):
        content = b"".join(piece)
        found.update(content)
        _add(tar, f"{TABLES}/{shape.name}/{count // shape.at_once + 1:08}.jsonl", content)
        count += len(piece)
    return found.hexdigest(), count


def _add_file(tar: tarfile.TarFile, path: Path, name: str) -> str | None:
    """The hash of what was written; None where the file is gone meanwhile."""
    try:
        info = tar.gettarinfo(path, f"{FILES}/{name}")
        if info.issym():
            tar.addfile(info)
            return hashlib.sha256(info.linkname.encode()).hexdigest()
        with path.open("rb") as file:
            # Of the open file, for another may have taken its name; and each whole, also where two names are one.
            info = tar.gettarinfo(fileobj=file, arcname=f"{FILES}/{name}")
            info.type, info.linkname, info.uname, info.gname = tarfile.REGTYPE, "", "", ""
            hashed = _Hashed(file)
            tar.addfile(info, hashed)
            return hashed.found.hexdigest()
    except FileNotFoundError:
        return None


def unpack(stream: BinaryIO, folder: Path) -> tuple[About, Contents]:
    """Unpacks into `folder` and checks every hash; worth nothing before `sealing.opened` ended well."""
    try:
        with gzip.GzipFile(fileobj=stream) as packed, tarfile.open(fileobj=packed, mode="r|") as tar:
            tar.extractall(folder, filter="data")
        about = About.read((folder / ABOUT).read_text(encoding="utf-8"))
        promised = Contents(**json.loads((folder / MANIFEST).read_text(encoding="utf-8")))
    except (tarfile.TarError, EOFError, gzip.BadGzipFile, FileNotFoundError, ValueError) as error:
        if isinstance(error, Unopened):
            raise
        raise Unopened("The file holds no backup of Hài Lòng, or only a part of one.") from error
    if _unpacked(folder, about) != promised:
        raise Unopened("The backup does not hold what its own list says: take another one.")
    if not database.knows(about.revision):
        raise Unopened("This backup was made by a newer release: install that one, then try again.")
    return about, promised


def _unpacked(folder: Path, about: About) -> Contents:
    """What really lies there; reads every row, so that none turns out to be unreadable later."""
    found = Contents()
    for shape in about.tables:
        readable = (line for line in lines(folder, shape) if shape.row(line))
        found.tables[shape.name], found.rows[shape.name] = rows.hashed(shape, readable)
    top = folder / FILES
    for path in (one for one in top.rglob("*") if one.is_symlink() or one.is_file()):
        found.files[path.relative_to(top).as_posix()] = _hash_of(path)
    return found


def lines(folder: Path, shape: Shape) -> Iterator[bytes]:
    """The rows of a table as unpacked, in their order."""
    pieces: Iterable[Path] = sorted((folder / TABLES / shape.name).glob("*.jsonl"))
    for piece in pieces:
        with piece.open("rb") as file:
            yield from file
