"""Published results stand beside a new year with a break; units roll up by shares and say how comparable they are."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

import survey_app
from analysis.old_data import published
from analysis.old_data.published_table import main
from analysis.report import source
from tests.analysis.report.test_sections import a_year, cells, released, said, table

UNITS = Path(survey_app.__file__).parent / "data" / "units_tho_xuan.csv"
ABOUT = """
instrument = "sipas2017"
series = "probability"
[survey]
slug = "sipas-2015"
name = { vi = "Khảo sát 2015", en = "Survey 2015" }
first_day = 2015-01-01
last_day = 2015-12-31
owner = { vi = "Phòng Nội vụ", en = "Home Affairs" }
method = { vi = "QĐ 1383", en = "Decision 1383" }
"""
# Thọ Hải stayed until 2019; thị trấn Thọ Xuân and Hạnh Phúc became one; Lam Sơn's other half is missing.
LINES = (
    'index,,"78,5",400,QĐ 1383',
    "index,15520,70,40,",
    "index,15481,60,30,",
    "index,15499,90,30,",
    "index,15484,50,9,",
)


def take(folder: Path, lines: tuple[str, ...] = LINES, *more: str) -> tuple[int, str]:
    (folder / "old.csv").write_text("\n".join(("code,unit,value,n,note", *lines)), "utf-8")
    (folder / "about.toml").write_text(ABOUT, "utf-8")
    command = [str(folder / "old.csv"), "--about", str(folder / "about.toml"), "--units", str(UNITS)]
    done = CliRunner().invoke(main, [*command, "--out", str(folder / "old"), *more])
    return done.exit_code, done.output


def test_units_roll_up_by_shares_of_people_and_say_how_comparable_they_are(tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text("unit,people\n15481,3000\n15499,1000\n", "utf-8")
    code, output = take(tmp_path, LINES, "--units-on", "2020-01-01", "--people", str(tmp_path / "people.csv"))
    assert code == 0, output
    found = {one["unit"]: one for one in published.read(tmp_path / "old")["rolled_up"]["units"]}

    assert (found["15520"]["flag"], found["15520"]["value"], found["15520"]["n"]) == ("exact", 70, 40)
    assert (found["15499"]["flag"], found["15499"]["value"]) == ("by_share", pytest.approx(0.75 * 60 + 0.25 * 90))
    assert (found["15556"]["flag"], found["15556"]["value"]) == ("not_comparable", None)
    assert set(found) == {"15520", "15499", "15556"}


def test_without_people_a_merged_unit_is_not_comparable(tmp_path: Path) -> None:
    assert take(tmp_path, LINES, "--units-on", "2020-01-01")[0] == 0
    flags = {one["unit"]: one["flag"] for one in published.read(tmp_path / "old")["rolled_up"]["units"]}

    assert flags == {"15520": "exact", "15499": "not_comparable", "15556": "not_comparable"}


def test_published_results_stand_in_the_report_without_interval_and_with_a_break(tmp_path: Path) -> None:
    assert take(tmp_path)[0] == 0
    result = released(a_year(tmp_path / "b", 2017, 55), "--earlier", str(tmp_path / "old"))
    assert result.exit_code == 0, result.output
    first, second = cells(table(said(tmp_path / "b" / "release"), "qua các kỳ"))

    assert first == ["01/01/2015 – 31/12/2015", "400", "–", "78,50", "–", "–"]
    assert second[5].startswith("Không so sánh được, vì đã thay đổi: cách tính")
    assert source.read(tmp_path / "b" / "release").earlier["periods"][0]["release_hash"]


def test_every_fault_has_its_row_and_column_and_nothing_is_left(tmp_path: Path) -> None:
    lines = (
        "index,,101,400,",
        "Z9,,80,400,",
        "index,99999,80,1.5,",
        "index,15520,80,40,",
        "index,15520,81,40,",
        "index,15499,<b>,4,",
    )
    code, output = take(tmp_path, lines)

    assert code == 2
    for place in (
        "row 2, column C (value): '101'",
        "row 3, column A (code): 'Z9'",
        "row 4, column B (unit)",
        "row 4, column D (n)",
    ):
        assert place in output
    assert "row 6: index 15520 is there twice" in output
    assert "row 7, column C (value): '<b>'" in output
    assert not (tmp_path / "old").exists()


def test_a_changed_folder_is_refused(tmp_path: Path) -> None:
    assert take(tmp_path)[0] == 0
    file = tmp_path / "old" / published.FILE
    content = json.loads(file.read_text("utf-8"))
    content["results"][0]["value"] = 99.0
    file.write_text(json.dumps(content), "utf-8")
    result = released(a_year(tmp_path / "b", 2017, 55), "--earlier", str(tmp_path / "old"))

    assert result.exit_code == 2
    assert "is not as it was imported" in result.output
