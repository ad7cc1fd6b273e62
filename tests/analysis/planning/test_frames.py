"""Frames from offices: headings in two languages, hostile files, personal data refused, signs of tidying up."""

import csv
import json
import stat
import zipfile
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from random import Random

import openpyxl
import pytest
from click.testing import CliRunner

from analysis.planning.__main__ import main
from analysis.planning.frames.checks import Known, findings
from analysis.planning.frames.faults import FrameFaults
from analysis.planning.frames.hiding import HIDDEN
from analysis.planning.frames.reading import read_frame
from analysis.planning.rows import Row
from tests.analysis.planning.plans import plan

VIETNAMESE = ["Mã hồ sơ", "Mã đơn vị", "Lĩnh vực", "Thủ tục", "Loại đối tượng", "Kết quả", "Ngày trả kết quả"]
ENGLISH = ["code", "unit", "field", "procedure", "respondent_type", "outcome", "returned_on"]
LINE = ["HS-0001", "15481", "Hộ tịch", "Khai sinh", "Cá nhân", "Trễ hẹn", "05/06/2017"]
PLAIN = {"code": "HS-0001", "unit": "15481", "field": "Hộ tịch", "procedure": "Khai sinh", "respondent_type": "citizen",
         "outcome": "late", "returned_on": "2017-06-05"}  # fmt: skip


def _csv(path: Path, *lines: Sequence[object], mark: str = ",", encoding: str = "utf-8") -> Path:
    file = path / "frame.csv"
    with file.open("w", encoding=encoding, newline="") as opened:
        csv.writer(opened, delimiter=mark).writerows(lines)
    return file


def _xlsx(path: Path, *lines: Sequence[object]) -> Path:
    book = openpyxl.Workbook()
    for line in lines:
        book.active.append(list(line))
    book.save(path / "frame.xlsx")
    return path / "frame.xlsx"


@pytest.mark.parametrize("headings", [VIETNAMESE, [heading.upper() + " (*)" for heading in VIETNAMESE], ENGLISH])
@pytest.mark.parametrize(("mark", "encoding"), [(",", "utf-8"), (";", "utf-8-sig"), ("\t", "utf-16")])
def test_a_list_is_read_under_either_languages_headings(
    headings: list[str], mark: str, encoding: str, tmp_path: Path
) -> None:
    frame = read_frame(_csv(tmp_path, headings, LINE, mark=mark, encoding=encoding), "dossiers")

    assert frame.rows == (PLAIN,)
    assert frame.numbers == (2,)


def test_a_workbook_gives_the_same_with_its_own_days_and_numbers(tmp_path: Path) -> None:
    line = ["HS-0001", 15481, "Hộ tịch", "Khai sinh", "ca nhan", "QUÁ HẠN", date(2017, 6, 5)]
    frame = read_frame(_xlsx(tmp_path, ["Danh mục", *VIETNAMESE], ["Chờ", *line]), "dossiers")

    assert frame.rows == (PLAIN,)
    assert frame.ignored == ("Danh mục",)


@pytest.mark.parametrize(
    ("kind", "headings", "line", "last"),
    [
        ("households", ["Mã hộ", "Mã xã", "Thôn", "Số người lớn"], ["H1", "15481", "Thôn 3", "4"], ("people", "4")),
        ("schools", ["Mã lớp", "Đơn vị", "Cấp học", "Mã trường", "Lớp", "Sĩ số"],
         ["L1", "15481", "Tiểu học", "TH-02", "1A", "35"], ("people", "35")),
        ("visits", ["Mã lượt", "Đơn vị", "Cơ sở", "Dịch vụ", "Ngày khám"],
         ["V1", "15481", "Trạm y tế", "Tiêm chủng", "2017-3-9"], ("day", "2017-03-09")),
    ],
)  # fmt: skip
def test_the_other_three_kinds_are_read(
    kind: str, headings: list[str], line: list[str], last: tuple[str, str], tmp_path: Path
) -> None:
    frame = read_frame(_csv(tmp_path, headings, line), kind)  # type: ignore[arg-type]

    assert frame.rows[0][last[0]] == last[1]


@pytest.mark.parametrize(
    ("place", "text", "code", "sentence"),
    [
        (0, "", "blank", "row 3, column A: the cell is empty"),
        (0, "HS-0001", "duplicate", "row 3, column A: the code 'HS-0001' stands in row 2 already"),
        (4, "ai đó", "word", "row 3, column E: 'ai đó' is not known; use one of citizen, business"),
        (6, "31/02/2017", "day", "row 3, column G: '31/02/2017' is no day; write day/month/year, as 05/06/2017"),
        (3, "=1+1", "formula", "row 3, column D: the cell is a formula; paste its value in its place"),
        (3, "a\u202eb", "sign", "row 3, column D: the cell holds a sign that cannot be used (U+202E)"),
        (3, "x" * 301, "long_cell", "row 3, column D: the cell is longer than 300 signs"),
        (3, "0912345678", "personal_content", "row 3, column D: this looks like a phone number; a frame must not hold "
         "personal data, delete the column"),
        (3, "038095001234", "personal_content", "row 3, column D: this looks like a citizen's identity number; a frame "
         "must not hold personal data, delete the column"),
        (3, "lan@example.vn", "personal_content", "row 3, column D: this looks like an e-mail address; a frame must "
         "not hold personal data, delete the column"),
        (3, "Nguyễn Thị Lan", "personal_content", "row 3, column D: this looks like a person's name; a frame must not "
         "hold personal data, delete the column"),
    ],
)  # fmt: skip
def test_a_fault_is_one_sentence_with_its_place(
    place: int, text: str, code: str, sentence: str, tmp_path: Path
) -> None:
    line = ["HS-0002", *LINE[1:]]
    line[place] = text
    with pytest.raises(FrameFaults) as found:
        read_frame(_csv(tmp_path, VIETNAMESE, LINE, line), "dossiers")

    assert (found.value.faults[0].code, str(found.value)) == (code, sentence)
    assert found.value.faults[0].vi


@pytest.mark.parametrize(
    "heading", ["Họ và tên", "Số điện thoại", "CCCD", "Địa chỉ", "Ngày sinh", "Full name", "E-mail"]
)
def test_a_column_that_names_people_is_refused_whatever_it_holds(heading: str, tmp_path: Path) -> None:
    with pytest.raises(FrameFaults, match="column H: a frame must not hold personal data"):
        read_frame(_csv(tmp_path, [*VIETNAMESE, heading], [*LINE, ""]), "dossiers")


def test_a_school_named_after_a_person_is_no_person(tmp_path: Path) -> None:
    headings = ["Mã lớp", "Đơn vị", "Cấp học", "Trường", "Lớp", "Sĩ số"]
    line = ["L1", "15481", "Tiểu học", "Lê Văn Tám", "1A", "35"]

    assert read_frame(_csv(tmp_path, headings, line), "schools").rows[0]["school"] == "Lê Văn Tám"


def test_missing_and_double_columns_are_named(tmp_path: Path) -> None:
    with pytest.raises(FrameFaults) as found:
        read_frame(_csv(tmp_path, [*VIETNAMESE[:-1], "Code"], LINE), "dossiers")

    assert [fault.code for fault in found.value.faults] == ["double_column", "missing_column"]


def test_a_formula_of_a_workbook_runs_nowhere(tmp_path: Path) -> None:
    with pytest.raises(FrameFaults, match="row 2, column D: the cell is a formula"):
        read_frame(_xlsx(tmp_path, VIETNAMESE, [*LINE[:3], '=HYPERLINK("http://x")', *LINE[4:]]), "dossiers")


def _repacked(file: Path, part: str, content: bytes) -> Path:
    with zipfile.ZipFile(file) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in (parts | {part: content}).items():
            archive.writestr(name, data)
    return file


@pytest.mark.parametrize(
    ("part", "content", "code"),
    [
        ("xl/media/bomb.bin", b"0" * 50_000_000, "bomb"),
        ("xl/workbook.xml", b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><workbook>&a;</workbook>', "bomb"),
        ("xl/workbook.xml", b"<workbook", "unreadable"),
    ],
)
def test_bombs_and_broken_workbooks_are_refused_quickly(part: str, content: bytes, code: str, tmp_path: Path) -> None:
    with pytest.raises(FrameFaults) as found:
        read_frame(_repacked(_xlsx(tmp_path, VIETNAMESE, LINE), part, content), "dossiers")

    assert found.value.faults[0].code == code


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"PK\x03\x04", "unreadable"),
        (b"\xff\xd8\xff\xe0\x80", "unreadable"),
        (b"a,b\n" * 300_003, "too_many_rows"),
    ],
)
def test_what_is_no_list_is_refused(content: bytes, code: str, tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(content)
    with pytest.raises(FrameFaults) as found:
        read_frame(tmp_path / "x", "dossiers")

    assert found.value.faults[0].code == code


def _list(count: int = 300, **changed: str) -> list[Row]:
    random = Random(7)
    return [
        {
            "code": f"TX-{number:05}",
            "unit": "15481",
            "field": random.choice(["Đất đai", "Hộ tịch", "Chứng thực"]),
            "outcome": "late" if random.random() < 0.1 else "on_time",
            "returned_on": (date(2017, 1, 2) + timedelta(days=random.randrange(140))).isoformat(),
            **changed,
        }
        for number in range(count)
    ]


def _codes(rows: Sequence[Row], known: Known = Known()) -> list[str]:  # noqa: B008  (frozen)
    return [finding.code for finding in findings("dossiers", rows, known)]


def test_an_honest_list_raises_no_question() -> None:
    known = Known(
        frozenset({"15481"}), date(2017, 1, 1), date(2017, 9, 30), tuple(_list(280)), frozenset({"Chứng thực"})
    )

    assert _codes(_list(), known) == []


def test_signs_of_tidying_up_are_found_one_by_one() -> None:
    rows = _list()
    easy = [row for row in rows if row["field"] == "Chứng thực" or row["code"].endswith("7")]

    assert _codes([row for row in rows if row["outcome"] != "late"]) == ["holes", "all_happy"]
    assert _codes([*rows[:100], *rows[140:]]) == ["holes"]
    assert _codes(rows, Known(units=frozenset({"15481", "15484"}))) == ["unit_missing"]
    assert _codes(rows, Known(units=frozenset({"15484"}))) == ["unit_missing", "unit_unknown"]
    assert _codes(rows, Known(first_day=date(2017, 1, 1), last_day=date(2017, 4, 30))) == ["outside_period"]
    assert _codes([{**row, "returned_on": "2017-03-01"} if row["code"] < "TX-00060" else row for row in rows]) == [
        "crowded_day"
    ]
    assert {"mix", "easy"} <= set(_codes(easy, Known(last_year=tuple(rows), easy=frozenset({"Chứng thực"}))))


def test_the_commands_go_from_the_offices_file_to_a_sealed_folder(tmp_path: Path) -> None:
    lines = [[f"HS-{number:04}", *LINE[1:]] for number in range(200)]
    office = _xlsx(tmp_path, VIETNAMESE, *lines)
    out, codes, spec = tmp_path / "public.csv", tmp_path / "codes.csv", tmp_path / "plan.json"
    spec.write_text(
        plan("dossiers", public_number={"source": "Xổ số Thanh Hóa", "day": "2099-01-01"}).model_dump_json()
    )
    run = CliRunner()
    options = ["--kind", "dossiers", "--out", str(out), "--codes", str(codes), "--json"]
    told = json.loads(run.invoke(main, ["check", str(office), *options]).stdout)
    refused = run.invoke(main, ["seal", str(office), "--plan", str(spec), "--out", str(tmp_path / "a")])
    sealed = run.invoke(main, ["seal", str(out), "--plan", str(spec), "--out", str(tmp_path / "b"), "--json"])
    early = run.invoke(main, ["draw", str(tmp_path / "b"), "--number", "012345", "--json"])

    assert (told["rows"], told["units"]) == (200, 1)
    assert refused.exit_code == 2
    assert "hide them first" in refused.stderr
    assert len(json.loads(sealed.stdout)["commitment"]) == 64
    assert early.exit_code == 2
    assert "01/01/2099" in json.loads(early.stdout)["error"]
    assert "HS-" not in (tmp_path / "b" / "frame.csv").read_text(encoding="utf-8")
    with codes.open(encoding="utf-8") as file:
        pairs = list(csv.DictReader(file))
    assert all(HIDDEN.fullmatch(pair["hidden"]) for pair in pairs)
    assert {pair["code"] for pair in pairs} == {line[0] for line in lines}
    assert stat.S_IMODE(codes.stat().st_mode) == 0o600
