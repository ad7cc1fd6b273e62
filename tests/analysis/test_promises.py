"""What a sealed plan promised beside what was reached: the numbers of plan and figures, and words where it failed."""

import json
from pathlib import Path
from statistics import median
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner

from analysis import report as reports
from analysis.__main__ import main
from analysis.report import source
from analysis.report.blocks import Paragraph, Report, Table, plain
from analysis.report.content import compose
from analysis.report.plan import OVERFULL
from tests.analysis.extracts import ITEMS, make_extract, make_plan, make_row, read_figures

PSUS = tuple(f"p{number}" for number in range(1, 7))
STRATA = {"s1": ("001", PSUS), "s2": ("002", PSUS)}
SEALED = {
    "commitment": "ab" * 32,
    "sealed_on": "2017-05-20",
    "public_number": {"number": "012345", "source": "Xổ số kiến thiết Thanh Hóa", "day": "2017-06-01"},
}
CASES = {
    "cases": 120,
    "dispositions": [
        {"disposition": "complete", "aapor": "1.1", "group": "I", "cases": 96},
        {"disposition": "refused", "aapor": "2.11", "group": "R", "cases": 24},
    ],
    "rates": {"RR1": 0.8, "RR2": 0.8, "COOP1": 0.8, "REF1": 0.2, "CON1": 1.0, "RR5": None},
    "reserves": {"drawn": 12, "used": 4},
    "reinterviews": {"planned": 6, "done": 5},
}


def promised_row(level: str, code: str, **fields: Any) -> dict[str, Any]:
    row = {"level": level, "code": code, "population": 1000, "cases": 60, "answers": 51.0, "psus": 6, "df": 5.0}
    return row | {"deff": 1.5, "half_width": 9.0, "low": 76.0, "high": 94.0, "power": {"83": 0.11, "88": 0.505},
                  "power_if_good": 0.6, "outlook": "sound"} | fields  # fmt: skip


def promise(*domains: dict[str, Any], **overall: Any) -> dict[str, Any]:
    whole = promised_row("overall", "", **{"cases": 120, "answers": 102.0, "half_width": 5.5} | overall)
    return {
        "rows": [whole, *(domains or (promised_row("unit", "001"), promised_row("unit", "002", half_width=0.5)))],
        "work": {"cases": 120, "psus": 12, "cost": 6_000_000, "days": 4},
        "reserves": 12,
        "reinterviews": 6,
        "assumptions": {"share": 0.85, "response": 0.85, "correlation": 0.05, "level": 0.95},
    }


def rows(wave: str = "w1") -> list[dict[str, Any]]:
    """Eight answers a PSU; two in PSU p1 of each stratum are not satisfied, one is in the others."""
    return [
        make_row(
            wave=wave,
            unit=unit,
            stratum=stratum,
            psu=psu,
            weight=2.0,
            A1=2 if number < bad else 5,
            A2=4,
            B1=4,
        )
        for stratum, (unit, psus) in STRATA.items()
        for psu, bad in zip(psus, (4, 1, 0, 2, 1, 3), strict=True)
        for number in range(8)
    ]


def analysed(tmp_path: Path, promised: dict[str, Any] | None, *options: str, times: int = 1, **more: Any) -> Path:
    beside = {"sealed": SEALED, "promise": promised} if promised else {}
    sent = [row for _ in range(times) for row in rows()]
    extract = make_extract(tmp_path / "x", sent, plans={"w1": make_plan(STRATA) | beside}, **more)
    done = CliRunner().invoke(main, [str(extract), "--out", str(tmp_path / "r"), *(options or ("--no-documents",))])
    assert done.exit_code == 0, done.output
    return tmp_path / "r"


def context(release: Path) -> Any:
    return json.loads((release / "context.json").read_text("utf-8"))


def table(report: Report, beginning: str) -> list[list[str]]:
    found = [block for block in report.blocks if isinstance(block, Table) and beginning in block.caption]
    return [[plain(cell) for cell in row.cells] for one in found for row in one.rows]


def printed(value: float) -> str:
    return f"{value:.2f}".replace(".", ",")


def test_the_report_lays_each_promise_beside_what_was_reached(tmp_path: Path) -> None:
    release = analysed(tmp_path, promise(), cases={"w1": CASES})
    figure = read_figures(release)["probability/overall/index/all/all"]
    reached = (float(figure["high"]) - float(figure["low"])) / 2
    items = [read_figures(release)[f"probability/item/{item}/all/all"]["deff"] for item in ITEMS]
    deff = median(float(text) for text in items if text)
    found = {
        row[0].split(",")[0].split(" (")[0]: row[1:]
        for row in table(compose(source.read(release), {}), "Cam kết trong")
    }

    assert found["Số trường hợp trong mẫu"] == ["120", "120", "Đạt cam kết."]
    assert found["Số người trả lời trong mẫu"][:2] == ["102", "96"]
    assert "thiếu 6 người" in found["Số người trả lời trong mẫu"][2]
    assert found["Tỷ lệ trả lời"][:2] == ["85,00", "80,00"]
    assert "thấp hơn 5,00 điểm" in found["Tỷ lệ trả lời"][2]
    assert found["Sai số của chỉ số"] == ["5,50", printed(reached), "Đạt cam kết."]
    assert found["Hiệu ứng thiết kế của một tiêu chí"][0] == "1,50"
    assert found["Hiệu ứng thiết kế của một tiêu chí"][1] == printed(deff)
    assert found["Trường hợp dự phòng"] == ["12", "4", "–"]
    assert found["Số cuộc phúc tra"][:2] == ["6", "5"]
    assert "còn 1 cuộc" in found["Số cuộc phúc tra"][2]
    assert found["Số ngày điều tra viên làm việc"] == ["4", "1", "Đạt cam kết."]
    assert found["Kinh phí"][:2] == ["6.000.000", "–"]
    assert found["Khả năng chứng minh được chỉ số trên 80%"][0] == "83%: 11%; 88%: 50%"


def test_more_answers_than_cases_keep_no_promise(tmp_path: Path) -> None:
    report = compose(source.read(analysed(tmp_path, promise(), cases={"w1": CASES}, times=2)), {})
    answers = next(row for row in table(report, "Cam kết trong") if "Số người trả lời" in row[0])
    units = table(report, "theo đơn vị, đối tượng")

    assert answers[1:3] == ["102", "192"]  # Of 120 cases and 4 reserves.
    assert "có phiếu không phải của người được chọn" in answers[3]
    assert all("có phiếu không phải của người được chọn" in unit[6] for unit in units)
    warned = [plain(block.text) for block in report.blocks if isinstance(block, Paragraph)]
    assert OVERFULL in warned


def test_each_unit_has_what_was_promised_to_it(tmp_path: Path) -> None:
    release = analysed(tmp_path, promise(), cases={"w1": CASES})
    figures = read_figures(release)
    halves = [
        (float(figures[name]["high"]) - float(figures[name]["low"])) / 2
        for name in (f"probability/overall/index/unit/{unit}" for unit in ("001", "002"))
    ]
    first, second = table(compose(source.read(release), {}), "theo đơn vị, đối tượng")

    assert first[:6] == ["Xã 001", "60", "51", "48", "9,00", printed(halves[0])]
    assert second[4:6] == ["0,50", printed(halves[1])]
    assert f"Sai số lớn hơn cam kết {printed(halves[1] - 0.5)} điểm." in second[6]
    assert "Thiếu 3 người trả lời." in first[6]


def test_strata_and_respondent_types_are_compared_too(tmp_path: Path) -> None:
    types = [promised_row("respondent_type", code) for code in ("business", "citizen")]
    release = analysed(tmp_path, promise(promised_row("stratum", "s1"), *types))
    stratum, business, citizen = context(release)["promises"][0]["domains"]
    unit = read_figures(release)["probability/overall/index/unit/001"]  # Stratum s1 is unit 001.
    rows = table(compose(source.read(release), {}), "theo đơn vị, đối tượng")

    assert stratum["half_width"]["reached"] == pytest.approx((float(unit["high"]) - float(unit["low"])) / 2, abs=1e-8)
    assert (stratum["answers"]["reached"], citizen["answers"]["reached"]) == (48, 96)
    assert (business["answers"]["reached"], business["half_width"]["reached"]) == (0, None)
    assert [row[0] for row in rows] == ["S1", "Business", "Citizen"]
    assert rows[1][6].startswith("Thiếu 51 người trả lời")


def test_nothing_is_said_of_what_was_not_promised(tmp_path: Path) -> None:
    promised = promise(promised_row("unit", "003", half_width=None, outlook="impossible"), half_width=None)
    promised |= {"reserves": 0, "reinterviews": 0, "work": {"cases": 120, "psus": 12, "cost": 0, "days": 4}}
    release = analysed(tmp_path, promised)
    titles = [row[0] for row in table(compose(source.read(release), {}), "Cam kết trong")]

    assert not [title for title in titles if title.startswith(("Sai số", "Trường hợp dự phòng", "Số cuộc", "Kinh phí"))]
    ((*_, remark),) = table(compose(source.read(release), {}), "theo đơn vị, đối tượng")
    assert remark == "Thiếu 51 người trả lời. Kế hoạch đã nêu trước là không thể có kết luận."


def test_the_commitment_is_named_and_how_the_draw_is_checked(tmp_path: Path) -> None:
    facts = dict(table(compose(source.read(analysed(tmp_path, promise())), {}), "Niêm phong"))

    assert facts["Mã cam kết (SHA-256)"] == SEALED["commitment"]
    assert facts["Ngày niêm phong"].startswith("20/5/2017")
    assert facts["Số công khai"] == "012345; Xổ số kiến thiết Thanh Hóa, ngày 01/6/2017"
    assert "verify.py" in facts["Cách kiểm tra"]


def test_outcomes_are_printed_by_their_codes(tmp_path: Path) -> None:
    release = analysed(tmp_path, None, cases={"w1": CASES})
    report = compose(source.read(release), {})

    assert table(report, "Kết quả tiếp cận") == [
        ["1.1", "Đã trả lời", "96"], ["2.11", "Từ chối", "24"], [" ", "Cộng", "120"],
    ]  # fmt: skip
    assert ["RR2", "Tỷ lệ trả lời thấp nhất, gồm phiếu một phần", "80,00"] in table(report, "Tỷ lệ trả lời và tiếp cận")
    assert table(report, "Cam kết") == []


def test_the_workbook_has_the_same_and_none_of_it_without_a_plan(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reports, "count_pages", lambda _folder: None)  # Of Word files, which nobody looks at here.
    with_promise = analysed(tmp_path / "with", promise(), "--level", "0.95", cases={"w1": CASES})
    book = openpyxl.load_workbook(with_promise / "report.xlsx")
    without = openpyxl.load_workbook(analysed(tmp_path / "without", None, "--level", "0.95") / "report.xlsx")
    rows = [list(row) for row in book["Cam kết và kết quả"].iter_rows(min_row=3, values_only=True)]

    assert rows[0][5] == SEALED["commitment"]
    assert ["w1", "Toàn bộ", "Số cuộc phúc tra", 6, 5, "6", "5"] in [row[:7] for row in rows]
    assert {"Cam kết và kết quả", "Kết quả tiếp cận"}.isdisjoint(without.sheetnames)
    assert "Kết quả tiếp cận" in book.sheetnames


def test_of_two_waves_each_keeps_its_own_promise(tmp_path: Path) -> None:
    plans = {"w1": make_plan(STRATA) | {"sealed": SEALED, "promise": promise()}, "w2": make_plan(STRATA)}
    extract = make_extract(
        tmp_path / "x", [*rows("w1"), *rows("w2")[:48]], plans=plans, waves=("w1", "w2"), weights={"w1": 1, "w2": 1}
    )
    assert CliRunner().invoke(main, [str(extract), "--out", str(tmp_path / "r"), "--no-documents"]).exit_code == 0
    (found,) = context(tmp_path / "r")["promises"]
    half = next(row for row in found["rows"] if row["what"] == "half_width")
    figure = read_figures(tmp_path / "r")["probability/overall/index/wave/w1"]

    assert found["wave"] == "w1"
    assert half["reached"] == pytest.approx((float(figure["high"]) - float(figure["low"])) / 2, abs=1e-8)
