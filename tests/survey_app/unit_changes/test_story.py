"""The whole story: a wave of a drawn sample in three communes, two of them merge in its middle, the extract, the index.

All answers of a person are alike, so every figure of a group is its weighted share of satisfied people, by hand.
"""

import csv
import json
import shutil
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

import pyarrow.parquet as pq
import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from flask import Flask
from sqlalchemy.orm import Session

from analysis.__main__ import main
from analysis.extract import read_extract
from analysis.files.writing import make
from analysis.old_data import units as rolled_up
from analysis.report import printed
from analysis.report.content import compose
from analysis.report.translation import in_english
from survey_app import database, extract, units
from survey_app.models import Case, Survey, Unit, Wave
from tests import factories
from tests.conftest import make_app
from tests.staff import make_staff
from tests.survey_app.unit_changes.conftest import DAY, EVE, Manager, answer, fill

WEIGHTS = {"101": 2.0, "102": 4.0, "103": 1.0}
# Satisfied of 30 who answered before the merger and of 30 after it.
SATISFIED = {"101": (24, 15), "102": (30, 24), "103": (21, 21)}


def draw(session: Session) -> Wave:
    """Sixty cases in two PSUs of each commune, as a plan drew them."""
    wave = session.scalars(sa.select(Wave)).one()
    strata = []
    session.execute(sa.delete(Case))
    for code, weight in WEIGHTS.items():
        unit = session.scalars(sa.select(Unit).where(Unit.code == code)).one()
        for number in range(60):
            psu = f"{code}-0{number % 2 + 1}"
            factories.make_case(session, wave, unit, int(code) * 100 + number, weight=weight, psu=psu)
        psus = [{"code": f"{code}-0{one}", "drawn": 30, "sampled": True} for one in (1, 2)]
        strata.append({"code": code, "unit": code, "psus": psus})
    wave.plan_json = json.dumps({"strata": strata})
    session.flush()
    return wave


def visit(session: Session, wave: Wave, half: int, day: date) -> None:
    for code in WEIGHTS:
        query = sa.select(Case).where(Case.stratum == code, Case.disposition == "open").order_by(Case.number).limit(30)
        for place, case in enumerate(session.scalars(query).all()):
            level = 5 if place < SATISFIED[code][half] else 2
            answer(session, wave, case, day, level)


def figures(folder: Path, out: Path) -> Mapping[str, Mapping[str, str]]:
    result = CliRunner().invoke(main, [str(folder), "--out", str(out), "--no-documents"], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    with (out / "figures.csv").open(encoding="utf-8", newline="") as file:
        return {row["id"]: row for row in csv.DictReader(file)}


def index(found: Mapping[str, Mapping[str, str]], kind: str, code: str) -> tuple[int, float]:
    row = found[f"probability/overall/index/{kind}/{code}"]
    return int(row["n"]), round(float(row["estimate"]), 6)


def field(app: Flask, manager: Manager | None, folder: Path) -> Path:
    """The extract after all the field work; without a manager nobody merges anything."""
    with app.app_context():
        session = database.session()
        visit(session, draw(session), 0, EVE - timedelta(days=5))
        session.commit()
    assert manager is None or manager.merge().status_code == 302
    with app.app_context():
        session = database.session()
        wave = session.scalars(sa.select(Wave)).one()
        visit(session, wave, 1, DAY + timedelta(days=2))
        session.commit()
        extract.write(session, wave.survey, folder, factories.NOON)
    return folder


@pytest.fixture
def merged(district: Flask, manager: Manager, tmp_path: Path) -> Path:
    return field(district, manager, tmp_path / "merged")


@contextmanager
def other_district(folder: Path) -> Iterator[Flask]:
    app = make_app(folder, f"sqlite:///{folder / 'test.sqlite'}")
    with app.app_context():
        fill(database.session())
    yield app
    app.extensions["engine"].dispose()


@pytest.fixture(scope="module")
def as_drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same answers without a merger."""
    folder = tmp_path_factory.mktemp("other")
    with other_district(folder) as app:
        return field(app, None, folder / "as-drawn")


@pytest.fixture(scope="module")
def merged_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """As `merged`, for what reads an extract, whatever database it came from: that one is tested on both."""
    folder = tmp_path_factory.mktemp("merged")
    with other_district(folder) as app:
        make_staff(app, "manager")
        return field(app, Manager(app, "manager@example.vn"), folder / "merged")


def test_figures_are_those_of_the_day_and_the_new_commune_is_the_sum_of_its_parts(
    merged: Path, as_drawn: Path, tmp_path: Path
) -> None:
    found, before = figures(merged, tmp_path / "release"), figures(as_drawn, tmp_path / "release-as-drawn")
    new = "101-20261123"  # The new commune has the code of an old one.

    assert index(found, "unit", "101") == (30, 80.0)  # 24 of 30.
    assert index(found, "unit", "102") == (30, 100.0)
    assert index(found, "unit", "103") == (60, 70.0)
    assert index(found, "unit", new) == (60, 70.0)  # (15 · 2 + 24 · 4) / (30 · 2 + 30 · 4)
    # (39 · 2 + 54 · 4) / (60 · 2 + 60 · 4): what the two communes had together without any merger.
    assert index(found, "unit_end", new) == (120, round(100 * 294 / 360, 6))
    assert [id for id in found if "/overall/index/unit_end/" in id and id.startswith("prob")] == [
        f"probability/overall/index/unit_end/{new}"
    ]
    assert index(before, "unit", "101") == (60, 65.0)  # 39 of 60.
    assert not any("/unit_end/" in id for id in before)
    whole = "probability/overall/index/all/all"
    assert {name: found[whole][name] for name in ("n", "estimate", "se", "df", "low", "high", "deff")} == {
        name: before[whole][name] for name in ("n", "estimate", "se", "df", "low", "high", "deff")
    }


def test_the_extract_names_both_units_of_each_answer(district: Flask, merged: Path, tmp_path: Path) -> None:
    rows = pq.read_table(merged / "responses.parquet").to_pylist()
    manifest = json.loads((merged / "manifest.json").read_text("utf-8"))
    with district.app_context():
        (tmp_path / "map.csv").write_text(units.export_csv(database.session()), "utf-8")
    known = rolled_up.read(tmp_path / "map.csv")
    last = date(2026, 11, 30)

    assert {(row["unit"], row["unit_end"]) for row in rows} == {
        *(("101", "101-20261123"), ("102", "101-20261123")),
        *(("101-20261123", "101-20261123"), ("103", "103")),
    }
    assert {row["stratum"] for row in rows if row["unit"] == "101-20261123"} == {"101", "102"}
    for row in rows:  # The rule by which answers of earlier years are rolled up says the same.
        code = rolled_up.successor(known, row["unit"].partition("-")[0], row["local_day"], last)
        assert row["unit_end"].partition("-")[0] == code
    assert manifest["unit_changes"] == {
        "last_day": "2026-11-30",
        "parts": {"101-20261123": ["101", "101-20261123", "102"]},
        "not_comparable": [],
        "changes": [
            {
                "kind": "merge",
                "effective_on": "2026-11-23",
                "basis": "1238/NQ-UBTVQH15",
                "from": ["xã Thọ Diên", "xã Thọ Hải"],
                "into": ["xã Thọ Hải Diên"],
            }
        ],
    }
    assert "101-20261123,Thọ Hải Diên,xã,2026-11-23" in (merged / "units.csv").read_text("utf-8")


def test_an_extract_without_a_change_is_as_it_always_was(as_drawn: Path) -> None:
    assert "unit_changes" not in json.loads((as_drawn / "manifest.json").read_text("utf-8"))
    assert "unit_end" not in pq.read_schema(as_drawn / "responses.parquet").names


def test_a_survey_whose_map_is_already_the_new_one_says_nothing_of_the_merger(
    district: Flask, manager: Manager, tmp_path: Path
) -> None:
    """In an extract of its own the new commune has its own code, though an old one had it, too."""
    manager.merge()
    with district.app_context():
        session = database.session()
        survey = factories.make_survey(session, "sau-sap-nhap", units_on=DAY)
        wave = factories.make_wave(session, survey=survey)
        where = {"wave": wave, "unit": units.find(session, "101", DAY), "code": "QRPEN42"}
        answer(session, wave, factories.make_point(session, **where), DAY)
        extract.write(session, survey, tmp_path / "later", factories.NOON)

    assert "unit_changes" not in json.loads((tmp_path / "later" / "manifest.json").read_text("utf-8"))
    rows = pq.read_table(tmp_path / "later" / "responses.parquet").to_pylist()
    assert [(row["unit"], "unit_end" in row) for row in rows] == [("101", False)]
    with (tmp_path / "later" / "units.csv").open(encoding="utf-8", newline="") as file:
        assert [row["name"] for row in csv.DictReader(file)] == ["Thọ Hải Diên", "Xuân Sinh", "Thọ Xuân"]


def test_parents_and_points_are_those_of_the_survey(district: Flask, manager: Manager, tmp_path: Path) -> None:
    """Two waves of which one ended on the eve of the merger; the district gets another code on the same day."""
    with district.app_context():
        session = database.session()
        factories.make_unit(session, "102-a", name="Trạm y tế", parent_code="102")
        first = session.scalars(sa.select(Wave)).one()
        first.closes_on = EVE
        second = factories.make_wave(session, survey=first.survey, slug="sipas-2026-dot-2", opens_on=DAY)
        where = {"unit": units.find(session, "102", EVE), "code": "QRPEN42"}
        factories.make_point(session, wave=second, **where)
        session.commit()
    assert manager.merge().status_code == 302
    assert manager.enter("rename", codes="395", code="396").status_code == 302
    with district.app_context():
        session = database.session()
        survey = session.scalars(sa.select(Wave.survey_id).limit(1)).one()
        extract.write(session, session.get_one(Survey, survey), tmp_path / "extract", factories.NOON)

    def column(file: str, name: str) -> dict[str, str]:
        with (tmp_path / "extract" / file).open(encoding="utf-8", newline="") as opened:
            return {row["code"]: row[name] for row in csv.DictReader(opened)}

    assert column("points.csv", "unit") == {
        **{f"{kind}{number}2": f"10{number}" for kind in ("QRPEN", "SLPPS") for number in (1, 2, 3)},
        "QRPEN42": "101-20261123",
    }
    assert column("units.csv", "parent_code") == {
        **dict.fromkeys(("101", "102", "103", "101-20261123"), "395"),
        **{"102-a": "102", "395": ""},
    }


def test_the_report_says_what_happened_in_both_languages(merged_once: Path, tmp_path: Path) -> None:
    """As if the new commune had come of a split, too: it is named as people name it."""
    merged = shutil.copytree(merged_once, tmp_path / "merged")
    manifest = json.loads((merged / "manifest.json").read_text("utf-8"))
    manifest["unit_changes"]["not_comparable"] = ["101-20261123"]
    (merged / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    figures(merged, tmp_path / "release")
    release = printed.read(tmp_path / "release")
    report = compose(release, {})
    vietnamese, english = (repr(one) for one in (report, in_english(report, release.context)))

    assert "xã Thọ Diên, xã Thọ Hải sáp nhập thành xã Thọ Hải Diên" in vietnamese
    assert "trước khi chia tách: xã Thọ Hải Diên, vì" in vietnamese
    assert "the split: xã Thọ Hải Diên, for" in english
    assert "Chỉ số theo đơn vị khi kết thúc khảo sát" in vietnamese
    assert "Index by unit at the end of the survey" in english
    assert "xã Thọ Diên, xã Thọ Hải merged into xã Thọ Hải Diên" in english


def test_files_for_analysts_hold_both_units(merged_once: Path, tmp_path: Path) -> None:
    """The script of the pack then finds every figure again, also those of what units became."""
    figures(merged_once, tmp_path / "release")
    make(read_extract(merged_once), tmp_path / "release", tmp_path / "files")
    with zipfile.ZipFile(tmp_path / "files" / "replication.zip") as pack:
        held = {name: pack.read(name).decode("utf-8-sig") for name in pack.namelist() if name.endswith(".csv")}

    assert any("unit_end" in text.splitlines()[0] and "101-20261123" in text for text in held.values())
    assert "/unit_end/" not in held["spss_published.csv"]
