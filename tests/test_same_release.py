"""The same answers, kept in another order by the other database, make the same extract and release to the byte."""

import json
import random
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from survey_app import database, extract
from survey_app.models import CollectionPoint
from survey_app.simulation.scenarios import SIPAS
from tests import simulated
from tests.conftest import make_app, new_postgres_database
from tests.factories import NOON

pytestmark = pytest.mark.slow
SCENARIO = replace(SIPAS, units=3)


def freeze(folder: Path, url: str, codes: Sequence[str] = (), order: random.Random | None = None) -> list[str]:
    """Keeps the answers in the database at `url` and writes their extract; returns the codes of its points, which
    are drawn by lot unless `codes` are given."""
    app = make_app(folder, url)
    with app.app_context():
        session = database.session()
        field, wave = simulated.make_field(session, SCENARIO)
        points = session.scalars(sa.select(CollectionPoint).order_by(CollectionPoint.id)).all()
        for point, code in zip(points, codes, strict=False):
            point.code = code
        simulated.answer(session, field, wave, order)
        extract.write(session, wave.survey, folder / "extract", NOON)
        found = [point.code for point in points]
    app.extensions["engine"].dispose()
    return found


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory, postgres_server: str) -> tuple[Path, Path]:
    sqlite, postgresql = (tmp_path_factory.mktemp(name) for name in ("sqlite", "postgresql"))
    codes = freeze(sqlite, f"sqlite:///{sqlite / 'test.sqlite'}")
    freeze(postgresql, new_postgres_database(postgres_server), codes, random.Random(2017))
    for folder in (sqlite, postgresql):
        command = [sys.executable, "-m", "analysis", folder / "extract", "--out", folder / "release", "--no-documents"]
        subprocess.run(command, check=True, capture_output=True)
    return sqlite, postgresql


def manifest(folder: Path) -> Any:
    return json.loads((folder / "manifest.json").read_text(encoding="utf-8"))


def test_both_databases_freeze_the_same_files(both: tuple[Path, Path]) -> None:
    ours, theirs = (manifest(folder / "extract") for folder in both)

    assert ours["responses"] > 100
    assert ours["files"] == theirs["files"]
    assert (ours["extract_hash"], ours["rows"]) == (theirs["extract_hash"], theirs["rows"])


def test_releases_of_both_have_the_same_data(both: tuple[Path, Path]) -> None:
    ours, theirs = (folder / "release" for folder in both)

    assert manifest(ours)["release_hash"] == manifest(theirs)["release_hash"]
    for name in ("figures.csv", "context.json", "display.json"):
        assert (ours / name).read_bytes() == (theirs / name).read_bytes(), name
