"""What the report says, before it is written to any file: verdicts, traces, and what is left out."""

import json
import re
from collections import Counter
from pathlib import Path

import pytest
from click.testing import CliRunner

from analysis.__main__ import main
from analysis.release import release_hash
from analysis.report import source
from analysis.report.blocks import Box, Paragraph, Picture, Report, Table, plain
from analysis.report.content import compose
from analysis.report.words import count, day
from tests.analysis.extracts import make_extract, make_row
from tests.analysis.printed import runs_in, runs_of
from tests.analysis.release_fixture import corrected_verdicts, make_release

DECIMAL = re.compile(r"\d,\d")
ALT = {name: "words" for name in ("overall", "factors", "items", "forest")}


def said(folder: Path, alt: dict[str, str] | None = None) -> Report:
    return compose(source.read(folder), ALT if alt is None else alt)


def box(report: Report) -> Box:
    return next(block for block in report.blocks if isinstance(block, Box))


def words(report: Report) -> str:
    """The text of everything but tables and pictures."""
    boxes = box(report).lines
    paragraphs = [block.text for block in report.blocks if isinstance(block, Paragraph)]
    return "\n".join([box(report).headline, *(plain(text) for text in (*boxes, *paragraphs))])


@pytest.mark.parametrize(
    ("verdict", "headline", "reason"),
    [
        ("met", "ĐẠT MỤC TIÊU: ", "nên kết luận đạt có đủ cơ sở"),
        ("not_met", "CHƯA ĐẠT MỤC TIÊU: ", "nên kết luận chưa đạt có đủ cơ sở"),
        ("undecided", "CHƯA ĐỦ CƠ SỞ KẾT LUẬN: ", "Không được đọc kết quả này là “đạt”"),
        ("", "KHÔNG ĐỦ SỐ LIỆU: ", "Không đưa ra kết luận"),
    ],
)
def test_each_verdict_has_its_own_sentence(tmp_path: Path, verdict: str, headline: str, reason: str) -> None:
    found = box(said(make_release(tmp_path, verdict=verdict)))

    assert found.verdict == verdict
    assert found.headline.startswith(headline)
    assert "Chỉ số hài lòng về sự phục vụ hành chính" in found.headline
    assert reason in plain(found.lines[-1])


def test_the_point_reading_stands_beside_the_verdict_and_names_itself(tmp_path: Path) -> None:
    lines = [plain(line) for line in box(said(make_release(tmp_path, verdict="undecided"))).lines]

    assert lines[2].startswith("Đọc theo giá trị điểm")
    assert lines[2].endswith("trên 80%.")


def test_exactly_eighty_is_not_above_eighty(tmp_path: Path) -> None:
    make_release(tmp_path, verdict="undecided", estimate=80.0)

    assert "không trên 80%." in plain(box(said(tmp_path)).lines[2])


def test_why_there_is_no_verdict_is_said(tmp_path: Path) -> None:
    make_release(tmp_path, verdict="", respondents=12)

    assert "vì có dưới 30 người trả lời" in plain(box(said(tmp_path)).lines[-1])


def test_open_answers_alone_give_no_index_and_no_verdict(tmp_path: Path) -> None:
    report = said(make_release(tmp_path, series=("open",)), alt={})

    assert box(report).verdict == "none"
    assert "không phải mẫu chọn theo xác suất" in words(report)
    assert not re.search("91,20", words(report))


def test_the_open_series_is_shown_apart_without_interval_or_verdict(tmp_path: Path) -> None:
    report = said(make_release(tmp_path))
    tables = [block for block in report.blocks if isinstance(block, Table)]
    holding = [table for table in tables if any(run.figure.startswith("open/") for run in runs_in(table))]

    assert [table.caption for table in holding] == ["Bảng 7. Kết quả của các loạt số liệu ngoài mẫu (để tham khảo)"]
    assert [column.title for column in holding[0].columns][1:] == ["Số người trả lời", "Số câu trả lời", "Giá trị (%)"]


def test_every_decimal_number_names_the_figure_whose_text_it_is(tmp_path: Path) -> None:
    make_release(tmp_path)
    display = json.loads((tmp_path / "display.json").read_text("utf-8"))
    figures = source.read(tmp_path).figures
    for run in runs_of(said(tmp_path)):
        if not run.figure:
            assert not DECIMAL.search(run.text), run
            continue
        name, part = run.figure.split("#")
        expected = count(getattr(figures[name], part)) if part in ("n", "base") else display[name][part]["vi"]

        assert run.text.removesuffix("%") == expected


def test_every_table_with_figures_states_its_base(tmp_path: Path) -> None:
    for block in said(make_release(tmp_path)).blocks:
        if isinstance(block, Table) and any(run.figure for run in runs_in(block)):
            assert "Cơ sở:" in block.note, block.caption
            assert not DECIMAL.search(block.note)


def test_tables_and_figures_are_numbered_without_gaps(tmp_path: Path) -> None:
    blocks = said(make_release(tmp_path)).blocks
    for kind, word in ((Table, "Bảng"), (Picture, "Hình")):
        captions = [block.caption for block in blocks if isinstance(block, kind)]

        assert [caption.split(".")[0] for caption in captions] == [f"{word} {n}" for n in range(1, len(captions) + 1)]


def test_no_picture_without_a_chart(tmp_path: Path) -> None:
    report = said(make_release(tmp_path, without=("factor", "item")), alt={"overall": "words"})

    assert [block.name for block in report.blocks if isinstance(block, Picture)] == ["overall"]


def test_a_release_without_plan_or_omissions_says_so(tmp_path: Path) -> None:
    make_release(tmp_path, number_of_units=0)

    assert "Trong kỳ này không có tiêu chí nào bị loại" in words(said(tmp_path))


def test_omissions_are_listed_without_their_small_bases(tmp_path: Path) -> None:
    report = said(make_release(tmp_path, number_of_units=2))
    table = next(block for block in report.blocks if isinstance(block, Table) and "bị loại" in block.caption)

    assert [plain(row.cells[2]) for row in table.rows] == ["A5.2, A5.3, A5.4"] * 2


def test_units_are_counted_by_their_own_verdict_and_by_that_of_the_list(tmp_path: Path) -> None:
    report = said(make_release(tmp_path))
    figures = source.read(tmp_path).of_domain_type("unit")
    listed = corrected_verdicts(tmp_path)
    expected = [
        Counter(figure.verdict for figure in figures),
        Counter(row["verdict_holm"] for row in listed.values()) + Counter({"": 41 - len(listed)}),
    ]
    found = re.search(r"xét riêng từng đơn vị: (.+?)\. Khi xét cùng lúc các đơn vị \(Holm\): (.+?)\.", words(report))

    assert found
    for sentence, verdicts in zip(found.groups(), expected, strict=True):
        numbers = [int(number) for number in re.findall(r"(\d+) đơn vị", sentence)]
        assert numbers == [verdicts[verdict] for verdict in ("met", "not_met", "undecided", "")]


def test_the_annex_says_what_the_correction_means_where_there_is_one(tmp_path: Path) -> None:
    for corrected in (True, False):
        report = said(make_release(tmp_path / str(corrected), corrected=corrected))
        tables = [block for block in report.blocks if isinstance(block, Table)]
        (table,) = [table for table in tables if table.caption.endswith(". Chỉ số theo đơn vị")]

        assert ("trong cả danh sách không quá 5%" in table.note) == corrected
        assert ("(Holm)" in words(report)) == corrected
        assert len(table.columns) == 9 + corrected


def test_the_text_ends_as_official_texts_end(tmp_path: Path) -> None:
    paragraphs = [block for block in said(make_release(tmp_path)).blocks if isinstance(block, Paragraph)]
    last_of_the_body = [block for block in paragraphs if plain(block.text).endswith("./.")]

    assert len(last_of_the_body) == 1


def test_figures_changed_after_the_release_are_refused(tmp_path: Path) -> None:
    make_release(tmp_path)
    with (tmp_path / "figures.csv").open("a", encoding="utf-8") as file:
        file.write("\n")

    with pytest.raises(source.ReleaseDoesNotMatch, match="analyse again"):
        source.read(tmp_path)


def test_the_office_above_the_issuer_comes_from_the_owner(tmp_path: Path) -> None:
    front = said(make_release(tmp_path)).front

    assert (front.superior, front.issuer) == ("UBND HUYỆN THỌ XUÂN", "PHÒNG NỘI VỤ")
    assert front.place.startswith("Thọ Xuân, ngày")


@pytest.mark.parametrize(("iso", "shown"), [("2017-09-05", "05/9/2017"), ("2017-02-10", "10/02/2017")])
def test_days_are_written_as_the_decree_asks(iso: str, shown: str) -> None:
    assert day(iso) == shown


def test_waves_that_nothing_combines_are_concluded_one_by_one(tmp_path: Path) -> None:
    rows = [make_row(wave=wave, unit=unit) for wave, unit in (("w1", "001"), ("w2", "002")) for _ in range(40)]
    extract = make_extract(tmp_path / "extract", rows, waves=("w1", "w2"))
    result = CliRunner().invoke(main, [str(extract), "--out", str(tmp_path / "release"), "--no-documents"])
    assert result.exit_code == 0, result.output

    report = said(tmp_path / "release", alt={})

    assert box(report).verdict == "waves"
    assert any(isinstance(block, Table) and "theo đợt khảo sát" in block.caption for block in report.blocks)


def test_the_steps_of_a_wave_are_printed_with_their_reasons(tmp_path: Path) -> None:
    """Whoever moved the days of a survey is named, with why and when; an extract without steps has no such table."""
    step = {"kind": "extended", "at": "2017-10-18T09:05+07:00", "by": "Lê Thị An", "reason": "Bão số 10"}
    steps = [step | {"detail": "2017-10-20 → 2017-10-31"}, {**step, "kind": "closed", "by": "", "reason": "Đủ mẫu"}]
    steps.append({**step, "kind": "sealed", "reason": "", "detail": "0123456789abcdef" * 4})
    folder = make_release(tmp_path)
    without = [block.caption for block in said(folder).blocks if isinstance(block, Table)]
    context = json.loads((folder / "context.json").read_text("utf-8"))
    context["waves"][0]["steps"] = steps
    (folder / "context.json").write_text(json.dumps(context), "utf-8")
    manifest = json.loads((folder / "manifest.json").read_text("utf-8")) | {"release_hash": release_hash(folder)}
    (folder / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    (table,) = (block for block in said(folder).blocks if isinstance(block, Table) and "Các bước" in block.caption)

    assert not any("Các bước" in caption for caption in without)
    assert [[plain(cell) for cell in row.cells] for row in table.rows] == [
        ["Đợt 1", "09:05, 18/10/2017", "Gia hạn (20/10/2017 → 31/10/2017)", "Bão số 10", "Lê Thị An"],
        ["Đợt 1", "09:05, 18/10/2017", "Đóng sớm", "Đủ mẫu", "Bằng câu lệnh"],
        ["Đợt 1", "09:05, 18/10/2017", "Niêm phong kế hoạch chọn mẫu (0123456789ab…)", "–", "Lê Thị An"],
    ]


def test_corrected_and_voided_forms_are_counted_in_words(tmp_path: Path) -> None:
    folder = make_release(tmp_path)
    context = json.loads((folder / "context.json").read_text("utf-8"))
    context["counts"]["corrected"] = 21
    (folder / "context.json").write_text(json.dumps(context), "utf-8")
    manifest = json.loads((folder / "manifest.json").read_text("utf-8")) | {"release_hash": release_hash(folder)}
    (folder / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    report = said(folder)
    cells = [run.text for table in report.blocks if isinstance(table, Table) for run in runs_in(table)]

    assert "21 phiếu do cán bộ nhập đã được sửa có lý do" in words(report)
    assert "Phiếu do cán bộ nhập, đã bị hủy có lý do" in cells
