"""What a release tells beyond its first figures: fields of dossiers, what to fix first, earlier years; small cells."""

import json
import random
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from analysis.__main__ import main
from analysis.report import printed, source
from analysis.report.blocks import Report, Table, plain
from analysis.report.content import compose
from questionnaires import loader
from questionnaires.model import Instrument
from tests.analysis.extracts import make_extract, make_row, write_manifest
from tests.analysis.random_answers import make_random_rows, make_schema
from tests.analysis.release_fixture import make_release


def released(folder: Path, *options: str) -> Result:
    command = [str(folder / "extract"), "--out", str(folder / "release"), "--no-documents", *options]
    return CliRunner().invoke(main, command)


def said(folder: Path) -> Report:
    return compose(printed.read(folder), {})


def table(report: Report, words: str) -> Table:
    return next(block for block in report.blocks if isinstance(block, Table) and words in block.caption)


def cells(found: Table) -> list[list[str]]:
    return [[plain(cell).strip() for cell in row.cells] for row in found.rows]


@pytest.fixture(scope="module")
def sipas(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release of random answers with drivers; four people dealt with buildings."""
    folder, form = tmp_path_factory.mktemp("sipas"), loader.load_builtin("sipas2017")
    assert isinstance(form, Instrument)
    rows = make_random_rows(form, 300, random.Random(3))
    for row in rows:
        row["service_field"] = "land" if row["service_field"] == "building" else row["service_field"]
    for row in rows[:1]:
        row |= {"service_field": "building", "service_field__state": 0} | {item.code: -1 for item in form.items}
        row |= {item.code: 5 for item in form.items[:4]}
    make_extract(folder / "extract", rows, instrument=form, schema=make_schema(form))
    result = released(folder, "--drivers")
    assert result.exit_code == 0, result.output
    return folder / "release"


def test_each_field_of_dossiers_has_its_index_with_base_and_verdict(sipas: Path) -> None:
    release = source.read(sipas)
    found = {row[0]: row for row in cells(table(said(sipas), "Chỉ số theo lĩnh vực"))}
    figure = release.find("overall", "index", ("service_field", "land"))

    assert figure
    assert found["Đất đai"][1:4] == [str(figure.n), f"{figure.base:,}".replace(",", "."), release.shown(figure)]
    assert found["Đất đai"][4] == f"{release.shown(figure, 'low')} – {release.shown(figure, 'high')}"


def test_a_cell_of_fewer_than_five_is_not_printed(sipas: Path) -> None:
    release = source.read(sipas)
    figure = release.find("overall", "index", ("service_field", "building"))
    found = {row[0]: row for row in cells(table(said(sipas), "Chỉ số theo lĩnh vực"))}

    assert figure
    assert (figure.base, figure.estimate) == (4, 100.0)
    assert found["Xây dựng"][1:] == ["x"] * 5


def test_what_to_fix_first_is_read_from_the_drivers(sipas: Path) -> None:
    release = source.read(sipas)
    rows = cells(table(said(sipas), "Tầm quan trọng"))
    ranked = sorted(
        (one for one in release.drivers if one["level"] == "factor" and one["series"] == "probability"),
        key=lambda one: int(one["rank"]),
    )
    titles = {factor.code: factor.title.vi for factor in release.instrument.factors}

    assert [row[1] for row in rows] == [titles[one["code"]] for one in ranked]
    assert [row[5] for row in rows] == [f"{float(one['gain']):.2f}".replace(".", ",") for one in ranked]


def test_a_release_without_drivers_or_earlier_years_says_nothing_of_them(tmp_path: Path) -> None:
    headings = [getattr(block, "text", "") for block in said(make_release(tmp_path, number_of_units=1)).blocks]

    assert not any("ƯU TIÊN" in str(text) or "KỲ TRƯỚC" in str(text) for text in headings)


def a_year(folder: Path, year: int, satisfied: int, **survey: object) -> Path:
    """The release of a small survey of 60 people, of whom so many are satisfied."""
    rows = [make_row(A1=5 if place < satisfied else 2) for place in range(60)]
    extract = make_extract(folder / "extract", rows)
    manifest = json.loads((extract / "manifest.json").read_text("utf-8"))
    period = {"from": f"{year}-01-01", "to": f"{year}-12-31"}
    manifest["survey"] |= {"slug": f"survey-{year}", "period": period, **survey}
    write_manifest(extract, manifest)
    return folder


def test_earlier_years_stand_beside_and_a_change_has_its_interval(tmp_path: Path) -> None:
    assert released(a_year(tmp_path / "a", 2016, 20)).exit_code == 0
    result = released(a_year(tmp_path / "b", 2017, 55), "--earlier", str(tmp_path / "a" / "release"))
    assert result.exit_code == 0, result.output
    before, after = (source.read(tmp_path / name / "release") for name in "ab")
    first, second = cells(table(said(tmp_path / "b" / "release"), "qua các kỳ"))

    assert first[3] == before.shown(before.index)
    assert second[3] == after.shown(after.index)
    assert first[5] == "–"
    assert before.index
    assert after.index
    change = (after.index.estimate or 0) - (before.index.estimate or 0)
    assert second[5].startswith(f"{change:.2f} (từ ".replace(".", ","))


def test_across_a_break_no_difference_is_shown_but_what_changed(tmp_path: Path) -> None:
    assert released(a_year(tmp_path / "a", 2016, 20, units_on="2010-01-01")).exit_code == 0
    assert released(a_year(tmp_path / "b", 2017, 55), "--earlier", str(tmp_path / "a" / "release")).exit_code == 0
    second = cells(table(said(tmp_path / "b" / "release"), "qua các kỳ"))[1]

    assert second[5] == "Không so sánh được, vì đã thay đổi: danh mục đơn vị hành chính."


def test_an_earlier_folder_that_is_no_release_is_named(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    result = released(a_year(tmp_path / "b", 2017, 55), "--earlier", str(tmp_path / "empty"))

    assert result.exit_code == 2
    assert "empty is no release of an earlier year" in result.output


def test_the_release_hash_covers_the_earlier_years(tmp_path: Path) -> None:
    assert released(a_year(tmp_path / "a", 2016, 20)).exit_code == 0
    assert released(a_year(tmp_path / "b", 2017, 55), "--earlier", str(tmp_path / "a" / "release")).exit_code == 0
    file = tmp_path / "b" / "release" / "earlier.json"
    file.write_text(file.read_text("utf-8").replace("33", "34"), "utf-8")

    with pytest.raises(source.ReleaseDoesNotMatch):
        source.read(tmp_path / "b" / "release")


def test_assessments_and_expectations_have_intervals_and_no_verdict(sipas: Path) -> None:
    """Every share with its limits as the release prints them, beside the words of its option."""
    release, report = source.read(sipas), said(sipas)
    for words, level in (("Nhận định của người trả lời", "assessment"), ("Mong đợi của người trả lời", "expectation")):
        found = table(report, words)
        named = [one.figure.partition("#") for row in found.rows for one in row.cells[3] if one.figure]
        shares = [one for one in release.figures.values() if one.id.startswith(f"probability/{level}/")]
        shares = [one for one in shares if one.domain_type == "all" and release.shown(one, "low")]

        assert [column.title for column in found.columns[1:]] == ["Cơ sở", "Tỷ lệ (%)", "Khoảng tin cậy 95%"]
        assert {id for id, _, _ in named} == {one.id for one in shares} != set()
        assert not any(one.verdict for one in shares)
