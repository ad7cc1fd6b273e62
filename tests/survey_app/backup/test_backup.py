"""Backup and restore by command, on both databases: what comes back is what was there; damage changes nothing."""

import json
import random
import re
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result
from pyrage import x25519
from sqlalchemy.orm import Session

from survey_app import config, database, doctor
from survey_app.backup import archive, restoring, rows
from survey_app.clock import utc_now
from survey_app.commands import cli
from survey_app.models import Base, Case, Unit
from tests import filled
from tests.conftest import new_postgres_database

PRIVATE = x25519.Identity.generate()
Make = Callable[[str], "Installation"]
HASH = re.compile(r"sha256 of all contents: ([0-9a-f]{64})")


class Installation:
    """One folder and one database."""

    def __init__(self, folder: Path, url: str) -> None:
        folder.mkdir()
        self.folder, self.key = folder, folder.parent / "private.key"
        self.key.write_text(f"{PRIVATE}\n")
        self.environ = {"INSTANCE": str(folder), "DATABASE_URL": url, "BACKUP_RECIPIENT": str(PRIVATE.to_public())}

    def settings(self) -> config.Settings:
        return config.read(self.environ)

    def run(self, *arguments: object, **environ: str) -> Result:
        known: Mapping[str, str | None] = {"TOKEN_KEY": None, "SECRET_KEY": None, **self.environ, **environ}
        return CliRunner(env=known).invoke(cli, [str(one) for one in arguments])

    def restore(self, file: Path, *more: object) -> Result:
        return self.run("restore", file, "--key", self.key, *more)

    def engine(self) -> sa.Engine:
        return database.make_engine(self.settings().database_url)

    def fill(self) -> "Installation":
        url = self.settings().database_url
        database.upgrade(url)
        engine = self.engine()
        with Session(engine) as session:
            filled.fill(session)
            filled.assert_every_table_is_filled(session.connection())
        engine.dispose()
        release = self.folder / "releases" / "a-1"
        release.mkdir(parents=True)
        (release / "figures.csv").write_text("id,estimate\n", encoding="utf-8")
        (release / "ảnh.png").write_bytes(random.Random(7).randbytes(200_000))
        (self.folder / "public-1").mkdir()
        (self.folder / "public-1" / "index.html").write_text("xin chào")
        (self.folder / "public").symlink_to("public-1")
        (self.folder / "office.key").write_text("key")
        (self.folder / "office.key").chmod(0o600)
        return self

    def hash(self) -> str:
        engine = self.engine()
        with engine.connect() as connection:
            found = archive.contents(self.settings(), connection).hash
        engine.dispose()
        return found


@pytest.fixture
def make(tmp_path: Path, request: pytest.FixtureRequest) -> Make:
    numbers = iter(range(9))

    def make(kind: str) -> Installation:
        postgres = kind == "postgresql" and request.getfixturevalue("postgres_server")
        url = new_postgres_database(postgres, empty=True) if postgres else ""
        return Installation(tmp_path / f"{kind}{next(numbers)}", url)

    return make


@pytest.fixture(scope="module")
def filled_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Installation(tmp_path_factory.mktemp("filled") / "sqlite", "").fill().folder


@pytest.fixture
def first(filled_folder: Path, tmp_path: Path) -> Installation:
    """A filled installation of its own for each test, on SQLite."""
    installation = Installation(tmp_path / "first", "")
    shutil.copytree(filled_folder, installation.folder, symlinks=True, dirs_exist_ok=True)
    return installation


def test_all_comes_back_onto_the_other_kind_of_database_and_home_again(
    first: Installation, make: Make, tmp_path: Path
) -> None:
    there, back = make("postgresql"), make("sqlite")
    done = first.run("backup", tmp_path / "1.age")
    over = there.restore(tmp_path / "1.age")
    again = there.run("backup", tmp_path / "2.age")
    home = back.restore(tmp_path / "2.age")

    results = [done, over, again, home]
    assert [one.exit_code for one in results] == [0, 0, 0, 0], [one.output for one in results]
    printed = {found for one in results for found in HASH.findall(one.output)}
    assert printed == {first.hash()} == {there.hash()} == {back.hash()}
    assert there.settings().token_key == first.settings().token_key
    assert (there.folder / "public").resolve() == there.folder / "public-1"
    assert (there.folder / "office.key").stat().st_mode & 0o777 == 0o600
    engine = there.engine()
    with Session(engine) as session:  # Numbers go on after those that came along, and references are checked again.
        unit = Unit(code="new", name="Mới", type="xã", valid_from=filled.DAY)
        session.add(unit)
        session.flush()
        assert unit.id == 3
        with pytest.raises(sa.exc.IntegrityError):
            session.execute(sa.update(Case).where(Case.number == 1).values(replaces_id=99))
    engine.dispose()


def test_rows_lie_in_the_order_of_their_ids_and_share_one_mark_of_time(
    first: Installation, make: Make, tmp_path: Path
) -> None:
    there = make("postgresql")
    first.run("backup", tmp_path / "1.age")
    there.restore(tmp_path / "1.age")
    engine = there.engine()
    with engine.connect() as connection:
        lying = list(connection.scalars(sa.text("SELECT id FROM response ORDER BY ctid")))
        marks = set(
            connection.scalars(sa.text("SELECT xmin::text FROM response UNION SELECT xmin::text FROM slip_batch"))
        )
    engine.dispose()

    assert lying == sorted(filled.IDS)
    assert len(marks) == 1


def test_what_is_filled_is_not_touched_without_being_told_to(first: Installation, make: Make, tmp_path: Path) -> None:
    second = make("sqlite").fill()
    before = second.hash()
    first.run("backup", tmp_path / "1.age")
    refused = second.restore(tmp_path / "1.age")
    kept = second.hash()
    replaced = second.restore(tmp_path / "1.age", "--replace")

    assert refused.exit_code == 1
    assert "--replace" in refused.output
    assert kept == before
    assert replaced.exit_code == 0, replaced.output
    assert second.hash() == first.hash()


@pytest.mark.parametrize("harm", ["cut", "cut between pieces", "changed", "other key", "no backup"])
def test_a_damaged_file_is_refused_in_one_sentence_and_changes_nothing(
    harm: str, first: Installation, tmp_path: Path
) -> None:
    file, before = tmp_path / "1.age", first.hash()
    first.run("backup", file)
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= harm == "changed"
    end = {"cut": len(content) - 1, "cut between pieces": len(content) - len(content) % 65552, "no backup": 50}
    file.write_bytes(content[: end.get(harm, len(content))])
    if harm == "other key":
        first.key.write_text(str(x25519.Identity.generate()))
    result = first.restore(file, "--replace")

    assert result.exit_code == 1
    assert re.fullmatch(r"Error: [A-Z][^\n]+\.\n", result.output), result.output
    assert first.hash() == before
    assert not (first.folder / ".restoring").exists()


def test_a_failure_in_the_middle_leaves_everything_as_it_was(
    first: Installation, make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    second = make("postgresql").fill()
    first.run("backup", tmp_path / "1.age")
    before, upgrade = second.hash(), database.upgrade_within

    def fail_at_the_end(connection: sa.Connection, revision: str = "head") -> None:
        if revision == "head":
            raise OSError(28, "No space left on device")
        upgrade(connection, revision)

    monkeypatch.setattr(database, "upgrade_within", fail_at_the_end)
    result = second.restore(tmp_path / "1.age", "--replace")

    assert result.exit_code == 1
    assert "No space left" in result.output
    assert second.hash() == before


def test_an_older_backup_is_brought_up_to_this_release(first: Installation, make: Make, tmp_path: Path) -> None:
    old, new = first, make("postgresql")
    database.downgrade(old.settings().database_url, "0004")
    engine = old.engine()
    with engine.connect() as connection:
        before = filled.counts(connection)
    engine.dispose()
    done = old.run("backup", tmp_path / "1.age")
    restored = new.restore(tmp_path / "1.age")
    engine = new.engine()
    with engine.connect() as connection:
        after = filled.counts(connection)
    assert not database.pending(engine)
    engine.dispose()

    assert (done.exit_code, restored.exit_code) == (0, 0), done.output + restored.output
    assert {name: after[name] for name in before} == before
    assert set(before) < set(after)


def test_a_passphrase_does_as_well(first: Installation, make: Make, tmp_path: Path) -> None:
    second, word = make("sqlite"), tmp_path / "word"
    word.write_text("đồng lúa chín vàng óng\n", encoding="utf-8")
    first.run("backup", tmp_path / "1.age", "--passphrase-file", word)
    checked = second.run("restore", tmp_path / "1.age", "--passphrase-file", word, "--check")
    word.write_text("another long passphrase")
    wrong = second.run("restore", tmp_path / "1.age", "--passphrase-file", word)
    by_key = second.restore(tmp_path / "1.age")

    assert checked.exit_code == 0, checked.output
    assert HASH.findall(checked.output) == [first.hash()]
    assert (wrong.exit_code, by_key.exit_code) == (1, 1)
    assert "passphrase" in wrong.output
    assert b"figures.csv" not in (tmp_path / "1.age").read_bytes()


def test_a_folder_keeps_the_newest_and_doctor_knows_the_last(first: Installation) -> None:
    folder = first.folder / "backups"
    folder.mkdir()
    for day in ("20250101", "20250102"):
        (folder / f"hailong-{day}-020000.age").write_text("")
    never = {check.name: check.state for check in doctor.examine(first.settings(), utc_now())}
    done = first.run("backup", folder, "--keep", 2)
    after = {check.name: check.state for check in doctor.examine(first.settings(), utc_now())}

    assert done.exit_code == 0, done.output
    assert sorted(one.name for one in folder.iterdir())[0] == "hailong-20250102-020000.age"
    assert len(list(folder.iterdir())) == 2
    assert (never["backup"], after["backup"]) == ("warn", "ok")
    assert json.loads((first.folder / "last_backup.json").read_text())["hash"] == HASH.findall(done.output)[0]
    assert first.run("backup", first.folder / "here.age").exit_code == 1


def test_keys_from_the_environment_come_along(first: Installation, make: Make, tmp_path: Path) -> None:
    """Whoever lost the server lost its environment, too; and printed slips are signed with that key."""
    second = make("sqlite")
    first.run("backup", tmp_path / "1.age", TOKEN_KEY="from the environment")
    restored = second.restore(tmp_path / "1.age")

    assert restored.exit_code == 0, restored.output
    assert second.settings().token_key == "from the environment"


def test_every_column_of_the_models_is_of_a_kind_that_a_backup_holds(make: Make) -> None:
    found: list[Any] = []
    for kind in ("sqlite", "postgresql"):
        installation = make(kind)
        database.upgrade(installation.settings().database_url)
        engine = installation.engine()
        with engine.connect() as connection:
            found.append({shape.name: shape.columns for shape in rows.shapes(connection)})
        engine.dispose()

    assert found[0] == found[1]
    assert set(found[0]) == set(Base.metadata.tables)


def test_what_others_use_is_not_restored(
    first: Installation, make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server that runs has read the keys of before."""
    monkeypatch.setattr(restoring, "SECONDS_TO_WAIT", 0.5)
    second = make("postgresql").fill()
    first.run("backup", tmp_path / "1.age")
    engine, before = second.engine(), second.hash()
    with engine.connect() as connection:
        connection.exec_driver_sql("SELECT 1")
        refused = second.restore(tmp_path / "1.age", "--replace")
    engine.dispose()

    assert refused.exit_code == 1
    assert "stop the server and the timers" in refused.output
    assert second.hash() == before
    assert second.restore(tmp_path / "1.age", "--replace").exit_code == 0


def test_of_tables_with_bytes_few_rows_are_held_at_once(
    first: Installation, make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rows, "BYTES_AT_ONCE", 1)
    monkeypatch.setattr(rows, "AT_ONCE", 2)
    engine, second = first.engine(), make("sqlite")
    with engine.connect() as connection:
        found = {shape.name: shape.at_once for shape in rows.shapes(connection)}
    engine.dispose()
    first.run("backup", tmp_path / "1.age")
    restored = second.restore(tmp_path / "1.age")

    assert (found["device_entry"], found["response"]) == (1, 2)
    assert restored.exit_code == 0, restored.output
    assert second.hash() == first.hash()


def test_without_a_key_and_without_anybody_to_ask_it_says_what_is_missing(first: Installation, tmp_path: Path) -> None:
    result = first.run("backup", tmp_path / "1.age", BACKUP_RECIPIENT="")

    assert result.exit_code == 1
    assert "BACKUP_RECIPIENT is not set" in result.output
