"""What the report says of responses that were taken back, voided, restored or corrected: where, how many, why."""

import json
from pathlib import Path
from typing import Any

from analysis.release import release_hash
from analysis.report import source
from analysis.report.blocks import Table, plain
from analysis.report.content import compose
from analysis.report.translation import English, pairs, translated
from tests.analysis.release_fixture import make_release

UNIT = "15481"
SHARES = {"vi": "7,50", "en": "7.50"}
WITHDRAWALS = {
    **{"received": 200, "withdrawn": 15, "far_above": 3},
    "by_mode": [{"mode": "qr_open", "received": 200, "withdrawn": 15, "share": SHARES}],
    "by_unit": [
        {"unit": UNIT, "received": 90, "withdrawn": 9, "share": {"vi": "10,00", "en": "10.00"}, "far_above": True},
        {"unit": "unknown", "received": 80, "withdrawn": 6, "share": SHARES, "far_above": False},
    ],
}
DONE = {"unit": UNIT, "mode": "tablet", "day": "2017-11-08", "answers_opened": False}
CHANGES = [
    DONE | {"kind": "corrected", "reason": "gõ nhầm phím"},
    DONE | {"kind": "corrected", "reason": "gõ nhầm phím"},
    DONE | {"kind": "voided", "reason": "hỏi nhầm người", "answers_opened": True},
    DONE | {"unit": "unknown", "kind": "restored", "reason": "không nhầm", "mode": "paper_self"},
]


def release_with(folder: Path, **told: Any) -> source.Release:
    make_release(folder, number_of_units=1)
    context = json.loads((folder / "context.json").read_text("utf-8")) | told
    (folder / "context.json").write_text(json.dumps(context), "utf-8")
    manifest = json.loads((folder / "manifest.json").read_text("utf-8")) | {"release_hash": release_hash(folder)}
    (folder / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    return source.read(folder)


def table(release: source.Release, caption: str) -> Table | None:
    tables = [block for block in compose(release, {}).blocks if isinstance(block, Table)]
    return next((one for one in tables if one.caption.endswith(caption)), None)


def cells(found: Table | None) -> list[list[str]]:
    assert found
    return [[plain(cell).strip() for cell in row.cells] for row in found.rows]


def test_withdrawals_stand_by_channel_and_by_unit_with_the_rule_of_the_mark(tmp_path: Path) -> None:
    release = release_with(tmp_path, withdrawals=WITHDRAWALS)
    found = table(release, "Phiếu người trả lời đã rút lại, theo kênh và theo đơn vị")

    assert cells(found) == [
        ["Mã QR để ngỏ", "200", "15", "7,50", "–"],
        ["Đơn vị có từ 5 phiếu được rút lại", "", "", "", ""],
        [release.units[UNIT], "90", "9", "10,00", "cao bất thường"],
        ["unknown", "80", "6", "7,50", "–"],
    ]
    assert found
    assert "cao hơn 3 lần tỷ lệ của tất cả các đơn vị khác cộng lại" in found.note


def test_what_staff_changed_stands_by_unit_with_its_reasons(tmp_path: Path) -> None:
    release = release_with(tmp_path, changes=CHANGES)
    found = table(release, "Phiếu do cán bộ nhập đã bị hủy, khôi phục hoặc sửa, theo đơn vị")
    on = ["Máy tính bảng, có điều tra viên", "08/11/2017"]

    assert cells(found)[1:3] + cells(found)[4:] == [
        ["Sửa", *on, "gõ nhầm phím", "2"],
        ["Hủy (sau khi câu trả lời đã được mở xem)", *on, "hỏi nhầm người", "1"],
        ["Khôi phục", "Phiếu giấy tự điền", "08/11/2017", "không nhầm", "1"],
    ]
    assert [row[-1] for row in cells(found)] == ["3", "2", "1", "1", "1"]


def test_without_either_the_report_has_no_such_table(tmp_path: Path) -> None:
    release = release_with(tmp_path)

    assert table(release, "đã rút lại, theo kênh và theo đơn vị") is None
    assert table(release, "khôi phục hoặc sửa, theo đơn vị") is None


def test_all_but_reasons_and_unknown_codes_is_said_in_english(tmp_path: Path) -> None:
    release = release_with(tmp_path, withdrawals=WITHDRAWALS, changes=CHANGES)
    english = English(dict(pairs(release.context)))
    translated(compose(release, {}), english)

    assert english.missing <= {"PHÒNG NỘI VỤ", "gõ nhầm phím", "hỏi nhầm người", "không nhầm", "unknown", "Unknown"}
