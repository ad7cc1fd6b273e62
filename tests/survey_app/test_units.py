"""Units: the map of Thọ Xuân by date, import and export, and hostile files."""

from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

import survey_app
from survey_app import database, units
from survey_app.models import Unit

THO_XUAN = (Path(survey_app.__file__).parent / "data" / "units_tho_xuan.csv").read_bytes()
HEAD = ",".join(units.COLUMNS) + "\n"
COMMUNES = ("xã", "thị trấn")


def import_(session: Session, *lines: str) -> units.Imported:
    return units.import_csv(session, (HEAD + "\n".join(lines) + "\n").encode())


def faults_of(session: Session, content: bytes) -> list[tuple[int, str]]:
    with pytest.raises(units.UnitFaults) as found:
        units.import_csv(session, content)
    return [(fault.line, fault.message) for fault in found.value.faults]


@pytest.mark.parametrize(("day", "count"), [(date(2017, 6, 1), 41), (date(2020, 1, 1), 30), (date(2025, 7, 1), 8)])
def test_the_map_of_a_day_has_the_communes_of_that_day(session: Session, day: date, count: int) -> None:
    units.import_csv(session, THO_XUAN)

    assert sum(unit.type in COMMUNES for unit in units.valid_on(session, day)) == count


def test_a_code_used_again_is_another_unit_on_another_day(session: Session) -> None:
    units.import_csv(session, THO_XUAN)
    names = {
        next(unit.full_name for unit in units.valid_on(session, day) if unit.code == "15499")
        for day in (date(2017, 6, 1), date(2020, 1, 1), date(2026, 1, 1))
    }

    assert names == {"xã Hạnh Phúc", "thị trấn Thọ Xuân", "xã Thọ Xuân"}


def test_departments_are_units_of_their_own(session: Session) -> None:
    units.import_csv(session, THO_XUAN)
    found = {unit.code: unit for unit in units.valid_on(session, date(2017, 6, 1))}

    assert found["395-NV"].full_name == "Phòng Nội vụ"
    assert "PROPOSED" in found["395-MC"].certainty


def test_a_second_import_changes_nothing(app_on_any_database: Flask) -> None:
    session = database.session()
    first, again = units.import_csv(session, THO_XUAN), units.import_csv(session, THO_XUAN)

    assert (first.added, again) == (71, units.Imported(0, 0, 71))


def test_code_name_and_type_are_enough_and_what_has_no_column_stays(session: Session) -> None:
    import_(session, "1,Một,xã,,2030-12-31,,,")
    imported = units.import_csv(session, "type,code,name\nphường,1,Một\nxã,2,Hai\n".encode())
    one, two = (units.find(session, code, date(2026, 1, 1)) for code in "12")

    assert (imported.added, imported.changed) == (1, 1)
    assert one is not None
    assert (one.type, one.valid_to) == ("phường", date(2030, 12, 31))
    assert two is not None
    assert two.valid_to is None


def test_a_change_is_kept_and_the_rest_stays(session: Session) -> None:
    import_(session, "1,Một,xã,,,,,", "2,Hai,xã,,,,,")
    changed = import_(session, "2,Hai mới,xã,,2025-06-30,,1,")

    assert changed == units.Imported(0, 1, 0)
    assert {unit.code: unit.name for unit in session.scalars(sa.select(Unit))} == {"1": "Một", "2": "Hai mới"}


def test_what_is_exported_can_be_imported(session: Session) -> None:
    units.import_csv(session, THO_XUAN)
    exported = units.export_csv(session)

    assert units.import_csv(session, exported.encode()) == units.Imported(0, 0, 71)
    assert sorted(exported.splitlines()) == sorted(THO_XUAN.decode().splitlines())


def test_all_faults_are_named_at_once_and_nothing_is_half_imported(session: Session) -> None:
    lines = [
        "1,Một,xã,,,,,",
        ",Không mã,xã,,,,,",
        "3,Ba,xã,2020-01-01,2019-01-01,,,",
        "4,Bốn,xã,hôm qua,,,,",
        f"5,{'x' * 201},xã,,,,,",
    ]
    found = faults_of(session, (HEAD + "\n".join(lines)).encode())

    assert found == [
        (3, "code is empty"),
        (4, "valid_to is before valid_from"),
        (5, "valid_from is 'hôm qua': write the day as 2017-06-01"),
        (6, "name is longer than 200 characters"),
    ]
    assert session.scalar(sa.select(sa.func.count()).select_from(Unit)) == 0


def test_rows_that_contradict_each_other_or_the_system_are_named(session: Session) -> None:
    import_(session, "1,Một,xã,,2019-11-30,,,")
    content = HEAD + "1,Một lại,xã,2019-11-30,,,,\n2,Hai,xã,,,,,\n2,Hai lại,xã,,,,,\n3,Ba,xã,,,99,98,\n"

    assert faults_of(session, content.encode()) == [
        (2, "code 1 is valid twice on the same day"),
        (4, "code 2 is valid twice on the same day"),
        (5, "parent_code 99 is no unit of the file or the system"),
        (5, "merged_into_code 98 is no unit of the file or the system"),
    ]


def test_faults_of_cells_and_contradictions_are_named_in_one_round(session: Session) -> None:
    """What is wrong in one line makes no other line wrong: its code is known."""
    lines = [
        "1,Một,xã,,,,,",
        f"1,{'x' * 201},xã,,,99,,",
        "3,Ba,xã,hôm qua,,,,",
        "4,Bốn,xã,,,3,5,",
        "5,Năm,xã",
    ]

    assert faults_of(session, (HEAD + "\n".join(lines)).encode()) == [
        (3, "name is longer than 200 characters"),
        (3, "code 1 is valid twice on the same day"),
        (3, "parent_code 99 is no unit of the file or the system"),
        (4, "valid_from is 'hôm qua': write the day as 2017-06-01"),
        (6, "3 cells where 8 columns are named"),
    ]


@pytest.mark.parametrize("start", ["=", "+", "-", "@"])
def test_a_cell_that_a_spreadsheet_would_run_leaves_as_text_and_comes_back_whole(session: Session, start: str) -> None:
    name = f"{start}HYPERLINK(1)"
    import_(session, f"1,{name},xã,,,,,")
    exported = units.export_csv(session)

    assert f"'{name}" in exported
    assert units.import_csv(session, exported.encode()).unchanged == 1


@pytest.mark.parametrize(
    ("content", "line", "message"),
    [
        (b"\xff\xfe\x00", 1, "UTF-8"),
        (b"", 1, "columns"),
        (b"code,name\n1,2\n", 1, "columns"),
        (HEAD.encode() + b"1,M\x00t,xa,,,,,\n", 2, "control"),
        (HEAD.encode() + "1,M\u202eột,xã,,,,,\n".encode(), 2, "control"),
        (HEAD.encode() + b'1,"open,xa,,,,,\n', 2, "CSV"),
        (HEAD.encode() + b"1,Mot,xa\n", 2, "3 cells"),
        (HEAD.encode() + b"1," + b"x" * 200_000 + b",xa,,,,,\n", 2, ""),
    ],
)
def test_a_hostile_file_is_refused_with_its_line(session: Session, content: bytes, line: int, message: str) -> None:
    found = faults_of(session, content)

    assert found[0][0] == line
    assert message in found[0][1]


def test_a_sheet_of_a_million_rows_is_refused_early(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(units, "MAX_ROWS", 3)

    assert "more than 3 rows" in faults_of(session, (HEAD + "1,Một,xã,,,,,\n" * 10).encode())[0][1]
