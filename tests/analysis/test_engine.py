"""Whatever sums the responses, a release is the same: DuckDB with any number of threads, and a Spark cluster."""

import csv
import os
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb
import pytest
from click.testing import CliRunner

from analysis import engine
from analysis.__main__ import main
from tests import made_once
from tests.analysis.extracts import make_extract, make_plan, make_row
from tests.analysis.test_command import PLAN, manifest_of, planned_rows, run


def varied_rows(second_wave: bool) -> list[dict[str, Any]]:
    """Waves with a plan and a series beside them; codes that SQL could trip over, weights of every size."""
    draw = random.Random(11)
    rows = [row | {"trips": draw.randrange(99), "weight": 10 ** draw.uniform(-3, 6)} for row in planned_rows(1200)]
    if second_wave:
        rows += [row | {"wave": "w2", "N1__state": -1, "N1": None} for row in planned_rows(300)]
    rows += [make_row(mode="qr_open", unit=unit, A1=level) for unit in ("it's", 'a\\"b') for level in (1, 3, 4, 5)]
    return draw.sample(rows, len(rows))


def make_varied_extract(folder: Path, files: int = 4, second_wave: bool = True) -> Path:
    weights = {"w1": 2.0, "w2": 1.0} if second_wave else {"w1": 1.0}
    plans = dict.fromkeys(weights, PLAN)
    rows = varied_rows(second_wave)
    return make_extract(folder, rows, plans=plans, waves=tuple(weights), weights=weights, files=files)


def release_of_four_files(folder: Path) -> None:
    assert run(make_varied_extract(folder / "extract", 4), folder / "release").exit_code == 0


def figures_of(release: Path) -> list[dict[str, str]]:
    with (release / "figures.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("threads", [1, 2, 7])
@pytest.mark.parametrize("files", [1, 5])
def test_neither_threads_nor_files_change_the_hash(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, threads: int, files: int
) -> None:
    made_once.copied(tmp_path / "plain", release_of_four_files)
    many_files = make_varied_extract(tmp_path / "split", files)
    connection = duckdb.connect(config={"threads": threads})
    monkeypatch.setattr(duckdb, "connect", lambda: connection)
    other = run(many_files, tmp_path / "other")

    assert other.exit_code == 0, other.output
    assert connection.sql("SELECT current_setting('threads')").fetchall() == [(threads,)]
    assert (
        manifest_of(tmp_path / "other")["release_hash"] == manifest_of(tmp_path / "plain" / "release")["release_hash"]
    )


def test_merging_forty_files_changes_no_hash(tmp_path: Path) -> None:
    for name, files in (("one", 1), ("many", 40)):
        assert run(make_varied_extract(tmp_path / f"{name}-extract", files), tmp_path / name).exit_code == 0

    assert manifest_of(tmp_path / "one")["release_hash"] == manifest_of(tmp_path / "many")["release_hash"]


@pytest.mark.slow
def test_a_spark_cluster_gives_the_same_release(tmp_path: Path) -> None:
    """A standalone master and two workers, each a process of its own, against DuckDB."""
    pytest.importorskip("pyspark", reason="the extra `spark` is not installed")
    from tests.analysis import spark_cluster

    extract = make_varied_extract(tmp_path / "extract", second_wave=False)
    assert run(extract, tmp_path / "duckdb").exit_code == 0
    options = ["--out", str(tmp_path / "spark"), "--no-documents", "--engine"]
    with spark_cluster.running(tmp_path / "cluster") as cluster:
        done = subprocess.run(
            [sys.executable, "-m", "analysis", str(extract), *options, cluster.address],
            env={name: value for name, value in os.environ.items() if name != "JAVA_HOME"},
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )
        applications = cluster.state()["completedapps"]
    mine, theirs = figures_of(tmp_path / "duckdb"), figures_of(tmp_path / "spark")

    assert done.returncode == 0, done.stderr
    assert [(app["name"], app["cores"]) for app in applications] == [("hailong analysis", 2)]
    assert len(mine) == len(theirs) > 150
    for own, other in zip(mine, theirs, strict=True):
        for column in ("estimate", "se", "low", "high"):
            assert float(other[column] or "nan") == pytest.approx(float(own[column] or "nan"), abs=1e-12, nan_ok=True)
    assert manifest_of(tmp_path / "spark")["release_hash"] == manifest_of(tmp_path / "duckdb")["release_hash"]


def test_without_pyspark_the_command_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyspark.sql", None)
    result = run(make_extract(tmp_path / "extract", [make_row()]), tmp_path / "release", "--engine", "local[1]")

    assert result.exit_code == 2
    assert "needs PySpark; install it with: pip install 'hailong[spark]'" in result.output
    assert not (tmp_path / "release").exists()


def test_a_master_that_does_not_answer_is_named(tmp_path: Path) -> None:
    extract = make_extract(tmp_path / "extract", [make_row()])
    result = run(extract, tmp_path / "release", "--engine", "spark://127.0.0.1:1")

    assert result.exit_code == 2
    assert "no Spark master answers at spark://127.0.0.1:1" in result.output


def test_an_engine_that_nobody_knows_is_refused(tmp_path: Path) -> None:
    extract = make_extract(tmp_path / "extract", [make_row()], plans={"w1": make_plan({"S1": ("001", ["P1"])})})
    result = CliRunner().invoke(main, [str(extract), "--out", str(tmp_path / "release"), "--engine", "hadoop"])

    assert result.exit_code == 2
    assert "hadoop is neither duckdb nor the address of a Spark master" in result.output
    assert engine.DUCKDB in result.output
