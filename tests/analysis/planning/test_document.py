"""The plan document: every number in DOCX and PDF is in the plan's files; marks of draft and simulation; sections."""

import csv
import json
import re
import zipfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import docx
import pypdfium2
import pytest
from click.testing import CliRunner

from analysis.planning import folder
from analysis.planning.__main__ import main
from analysis.planning.document import writing
from analysis.report.words import count, day
from tests.analysis.planning.plans import FRAMES, PLANS, plan

ABOUT = Path(__file__).parent / "about.json"
NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
ISO = re.compile(r"\d{4}-\d\d-\d\d")
SECTIONS = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII", "XIII")


@pytest.fixture(scope="module", params=sorted(PLANS))
def written(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("document") / request.param
    folder.write_sealed(
        path, FRAMES[request.param], plan(request.param, simulated=True), datetime(2017, 6, 1, tzinfo=UTC)
    )
    folder.write_drawn(path, "012345", datetime(2017, 6, 10, 12, tzinfo=UTC))
    writing.write(folder.read(path), writing.read_about(ABOUT), path)
    return path


def _pdf_text(path: Path) -> str:
    return "\n".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(path))


def _docx_text(path: Path) -> str:
    document = docx.Document(str(path))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([paragraph.text for paragraph in document.paragraphs] + cells)


def _leaves(content: Any) -> Iterator[Any]:
    if isinstance(content, dict):
        for value in content.values():
            yield from _leaves(value)
        yield from content.keys()
    elif isinstance(content, list):
        for value in content:
            yield from _leaves(value)
    else:
        yield content


def _shown(value: Any) -> Iterator[str]:
    """How a value of the files may be written in an official document."""
    if isinstance(value, str):
        yield from NUMBER.findall(day(value)) if ISO.match(value) else NUMBER.findall(value)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield count(round(value))
        for number in (value, 100 * value):
            yield f"{number:g}".replace(".", ",")
            yield from (f"{number:.{digits}f}".replace(".", ",") for digits in (0, 1, 2))


def _sums(path: Path) -> Iterator[int]:
    """What is added up: strata and cases by unit, type and all; outlooks; amounts of the budget."""
    planned = json.loads((path / "plan.json").read_text(encoding="utf-8"))["strata"]
    with (path / "cases.csv").open(encoding="utf-8", newline="") as file:
        cases = [case for case in csv.DictReader(file) if case["reserve"] == case["reserve_psu"] == "0"]
    about = json.loads(ABOUT.read_text(encoding="utf-8"))
    rows = json.loads((path / "promise.json").read_text(encoding="utf-8"))["rows"]
    totals: dict[Any, int] = defaultdict(int)
    for stratum in planned:
        for column in ("size", "psus", "units", "cases"):
            for key in ("", stratum["unit"], stratum["respondent_type"]):
                totals[column, key] += stratum[column]
    yield from totals.values()
    yield len(planned)
    yield from Counter(case["unit"] for case in cases).values()
    yield from Counter(case["unit"] for case in cases if case["reinterview"] == "1").values()
    yield from Counter(row["outlook"] for row in rows if row["level"] == "unit").values()
    amounts = [cost["quantity"] * cost["price"] for cost in about["budget"]]
    yield from (*amounts, sum(amounts))


def _known(path: Path) -> set[str]:
    names = ("plan.json", "promise.json", "seal.json", "draw.json")
    contents = [json.loads(file.read_text(encoding="utf-8")) for file in (*(path / name for name in names), ABOUT)]
    values = [*contents, *_sums(path), *writing.read_about(ABOUT).model_dump(mode="json").values()]
    commitment = contents[2]["commitment"]
    pieces = [commitment[at : at + 8] for at in range(0, 64, 8)] + [commitment[:16]]
    # The formula's 1, SHA-256, the truth at which outlooks are judged; numbers of pages, tables, lines.
    fixed = {"1", "256", "90", *map(str, range(1, 16)), "0"}
    return {text for value in _leaves(values) for text in _shown(value)} | set(NUMBER.findall(" ".join(pieces))) | fixed


def test_every_number_stands_in_the_plans_files(written: Path) -> None:
    known = _known(written)
    for text in (_docx_text(written / f"{writing.NAME}.docx"), _pdf_text(written / f"{writing.NAME}.pdf")):
        found = NUMBER.findall(text)
        strange = sorted({number for number in found if number.rstrip(".,") not in known})

        assert len(found) > 150
        assert strange == []


def test_a_number_that_is_in_no_file_would_be_found(written: Path) -> None:
    assert "4.711" not in _known(written)


def test_the_sections_stand_in_the_official_order(written: Path) -> None:
    text = _pdf_text(written / f"{writing.NAME}.pdf")
    places = [re.search(rf"^{section}\. [A-ZĐ]", text, re.MULTILINE) for section in SECTIONS]
    starts = [place.start() for place in places if place]

    assert len(starts) == 13
    assert starts == sorted(starts)
    assert [f"PHỤ LỤC {number}" in text for number in SECTIONS[:6]] == [True] * 6


def test_the_signature_is_not_parted_from_the_text(written: Path) -> None:
    """Word keeps a paragraph with what follows where every one in between says so."""
    document = docx.Document(str(written / f"{writing.NAME}.docx"))
    before = document.element.body.xpath("w:tbl[contains(., 'Nơi nhận')]/preceding-sibling::w:p[position() <= 2]")

    assert len(before) == 2
    assert all(paragraph.xpath("w:pPr/w:keepNext[not(@w:val='0')]") for paragraph in before)


def test_a_draft_says_so_and_a_numbered_plan_does_not(tmp_path: Path, written: Path) -> None:
    about = writing.read_about(ABOUT)
    numbered = about.model_copy(update={"number": "45/KH-PNV", "signed_on": about.first_day})
    writing.write(folder.read(written), numbered, tmp_path)
    draft, final = (_pdf_text(place / f"{writing.NAME}.pdf") for place in (written, tmp_path))

    assert "DỰ THẢO – chưa ban hành" in draft
    assert "DỰ THẢO" not in final
    assert "Số: 45/KH-PNV" in final
    assert "Thọ Xuân, ngày 01 tháng 01 năm 2017" in final
    assert "KẾ HOẠCH MÔ PHỎNG" in final


def test_the_command_writes_both_and_says_what_is_wrong(tmp_path: Path, written: Path) -> None:
    told = CliRunner().invoke(main, ["document", str(written), "--about", str(ABOUT), "--out", str(tmp_path), "--json"])
    broken = tmp_path / "about.json"
    broken.write_text('{"title": "x"}', encoding="utf-8")
    refused = CliRunner().invoke(main, ["document", str(written), "--about", str(broken)])

    assert [Path(file).suffix for file in json.loads(told.stdout)["files"]] == [".docx", ".pdf"]
    assert refused.exit_code == 2
    assert "issuer: Field required" in refused.stderr


def _template(path: Path, *paragraphs: str) -> Path:
    document = docx.Document()
    document.styles["Normal"].font.name = "Arial"
    for text in paragraphs:
        document.add_paragraph(text)
    document.save(str(path / "office.docx"))
    return path / "office.docx"


def test_an_office_puts_the_plan_into_its_own_template(tmp_path: Path, written: Path) -> None:
    office = _template(
        tmp_path, "{{ co_quan }} ({{ ma_cam_ket }})", "{{ muc_XI }}", "Giữa", "{{ muc_V }}", "{{ phu_luc }}"
    )
    about = writing.read_about(ABOUT).model_copy(update={"issuer": "Phòng <Nội vụ> & {{ 7 * 7 }}"})
    file, _ = writing.write(folder.read(written), about, tmp_path, office)
    document = docx.Document(str(file))
    texts = [paragraph.text for paragraph in document.paragraphs]
    order = [texts.index(text) for text in ("XI. TIẾN ĐỘ", "Giữa", "V. CHỌN MẪU")]

    assert texts[0] == f"PHÒNG <NỘI VỤ> & {{{{ 7 * 7 }}}} ({folder.read(written).commitment})"
    assert order == sorted(order)
    assert "I. MỤC ĐÍCH, YÊU CẦU" not in texts
    assert document.styles["Normal"].font.name == "Arial"
    assert document.tables[0].cell(1, 1).text == "Rút mẫu công khai"
    assert not [text for text in texts if "⟦" in text]


def test_the_starter_holds_the_whole_plan(tmp_path: Path, written: Path) -> None:
    started = CliRunner().invoke(main, ["template", str(tmp_path / "mau.docx")])
    file, _ = writing.write(folder.read(written), writing.read_about(ABOUT), tmp_path, tmp_path / "mau.docx")
    whole = [paragraph.text for paragraph in docx.Document(str(written / f"{writing.NAME}.docx")).paragraphs]

    assert started.exit_code == 0
    assert set(whole) <= {paragraph.text for paragraph in docx.Document(str(file)).paragraphs}


@pytest.mark.parametrize("field", ["{{ ten_khong_co }}", "{{ ''.__class__.__mro__ }}", "{% for x in %}", "{{ 1/0 }}"])
def test_a_template_with_what_is_no_field_is_refused(field: str, tmp_path: Path, written: Path) -> None:
    command = ["document", str(written), "--about", str(ABOUT), "--out", str(tmp_path), "--template"]
    told = CliRunner().invoke(main, [*command, str(_template(tmp_path, field))])

    assert told.exit_code == 2
    assert "cannot be filled in" in told.stderr


def test_a_template_that_unpacks_to_far_more_than_one_leaves_the_plan(tmp_path: Path, written: Path) -> None:
    office, out = _template(tmp_path, "{{ co_quan }}"), tmp_path / "out"
    out.mkdir()
    (out / "ke-hoach-khao-sat.docx").write_bytes(b"as it was")
    with zipfile.ZipFile(office, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/media/bomb.bin", b"0" * 50_000_000)
    told = CliRunner().invoke(
        main, ["document", str(written), "--about", str(ABOUT), "--out", str(out), "--template", str(office)]
    )

    assert told.exit_code == 2
    assert "unpacks to far more" in told.stderr
    assert (out / "ke-hoach-khao-sat.docx").read_bytes() == b"as it was"
