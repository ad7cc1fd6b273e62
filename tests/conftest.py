"""What every test may ask for: an application on a fresh database, on SQLite and on PostgreSQL."""

import atexit
import functools
import gc
import itertools
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, settings
from playwright.sync_api import expect
from sqlalchemy.orm import Session

from benchmarks import postgres
from survey_app import accounts, create_app, database
from survey_app.config import Settings
from tests import made_once, quick_apps

_numbers = itertools.count()

# A machine that does other things too is slow at times; that is no fault of what is tested.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")
expect.set_options(timeout=20_000)
quick_apps.begin()
# Slow on purpose for whoever guesses, and each test signs somebody in; `hailong` as a process keeps its own strength.
accounts.CONFIG["SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS"] = {
    "argon2__time_cost": 1,
    "argon2__memory_cost": 64,
    "argon2__parallelism": 1,
}


# A file stays in one process, and one of minutes that began last would be waited for: the dearest come first.
DEAREST = (
    "tests/test_journey.py",
    "tests/survey_app/test_every_page.py",
    "tests/test_kill.py",
    "tests/survey_app/tablet/test_sync.py",
    "tests/survey_app/answer/test_walk.py",
    "tests/test_tablet_kill.py",
    "tests/survey_app/manage/test_plan_browser.py",
    "tests/survey_app/kiosk/test_kiosk.py",
    "tests/test_first_day.py",
    "tests/survey_app/answer/test_browser.py",
    "tests/survey_app/design/test_browser.py",
    "tests/analysis/test_engine.py",
    "tests/survey_app/tablet/test_day.py",
    "tests/test_tablet_days.py",
    "tests/survey_app/entry/test_scans.py",
    "tests/survey_app/answer/test_parallel.py",
    "tests/survey_app/test_attacks.py",
    "tests/survey_app/tablet/test_survival.py",
    "tests/survey_app/results/test_documents.py",
    "tests/test_season.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    places = {file: place for place, file in enumerate(DEAREST)}
    items.sort(key=lambda item: places.get(item.nodeid.partition("::")[0], len(places)))


def pytest_collection_finish() -> None:
    """What thousands of tests consist of stays to the end: no search for garbage goes through it again."""
    gc.collect()
    gc.freeze()


def pytest_unconfigure() -> None:
    gc.unfreeze()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--refcases", default=None, help="folder of reference cases on data that is not ours to commit")
    parser.addoption("--pictures", default=None, type=Path, help="folder for the guide's pictures; without it none")


@pytest.fixture(scope="session", autouse=True)
def folder_of_run(tmp_path_factory: pytest.TempPathFactory) -> None:
    made_once.of_run(tmp_path_factory.getbasetemp(), is_shared="PYTEST_XDIST_WORKER" in os.environ)


@pytest.fixture(scope="session")
def pictures(pytestconfig: pytest.Config) -> Path | None:
    """Where the guide's pictures go, if they are wanted."""
    folder: Path | None = pytestconfig.getoption("--pictures")
    return folder


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The address of a real PostgreSQL, started for this run only.

    Its folder is none of pytest's: those are closed to other accounts, and as root PostgreSQL runs under another.
    """
    with tempfile.TemporaryDirectory(prefix="hailong-postgres-", ignore_cleanup_errors=True) as folder:
        server = postgres.start(Path(folder) / "data")
        yield server.get_uri()
        server.cleanup()


def new_postgres_database(server: str, empty: bool = False) -> str:
    """At the newest migration, or without a table."""
    return _create_database(server, "template1" if empty else _migrated_template(server))


@functools.cache
def _migrated_template(server: str) -> str:
    """A database at the newest migration, made once in a run and copied by PostgreSQL for each test."""
    url = _create_database(server, "template1")
    database.upgrade(url)
    return str(sa.make_url(url).database)


def _create_database(server: str, template: str) -> str:
    name = f"test_{os.getpid()}_{next(_numbers)}"
    url = sa.make_url(server).set(drivername="postgresql+psycopg")
    engine = sa.create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE {template}")
    engine.dispose()
    return url.set(database=name).render_as_string(hide_password=False)


@pytest.fixture(params=["sqlite", "postgresql"])
def any_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The same test on both databases, at the newest migration."""
    if request.param == "sqlite":
        return f"sqlite:///{shutil.copyfile(_migrated(), tmp_path / 'test.sqlite')}"
    return new_postgres_database(request.getfixturevalue("postgres_server"))


def make_settings(folder: Path, url: str) -> Settings:
    return Settings(
        instance=folder,
        port=8000,
        database_url=url,
        public_url="http://localhost:8000",
        workers=1,
        secure_cookies=False,
        secret_key="test secret key",
        token_key="token key of the tests",
        password_salt="salt",
    )


def make_app(folder: Path, url: str) -> Flask:
    """On PostgreSQL on a database that `new_postgres_database` made."""
    file = Path(sa.make_url(url).database or "")
    if url.startswith("sqlite") and not file.exists():
        shutil.copyfile(_migrated(), file)
    app = create_app(make_settings(folder, url))
    app.config.update(TESTING=True)
    quick_apps.quicken(app)
    return app


@functools.cache
def _migrated() -> Path:
    """An empty SQLite database at the newest migration, made once in a run and copied for each test."""
    folder = tempfile.TemporaryDirectory(prefix="hailong-migrated-")
    atexit.register(folder.cleanup)
    file = Path(folder.name) / "empty.sqlite"
    database.upgrade(f"sqlite:///{file}")
    return file


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Flask]:
    """An application on a fresh SQLite database, in its context."""
    app = make_app(tmp_path, f"sqlite:///{tmp_path / 'test.sqlite'}")
    with app.app_context():
        yield app
    app.extensions["engine"].dispose()


@pytest.fixture
def app_on_any_database(tmp_path: Path, any_database_url: str) -> Iterator[Flask]:
    app = make_app(tmp_path, any_database_url)
    with app.app_context():
        yield app
    app.extensions["engine"].dispose()


@pytest.fixture
def session(app: Flask) -> Session:
    return database.session()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()
