"""The short forms in English: nothing is left in Vietnamese but names, and figures are those of the Vietnamese form."""

import csv
import re
from pathlib import Path

import pytest

from analysis.report import printed
from analysis.report.blocks import Box, Paragraph, Report, Table, plain
from analysis.report.publication import Publication
from analysis.report.translation import English, pairs, translated
from analysis.short_forms import board, board_scores, brief, conversion, par_component, period_report, periods
from tests.analysis.release_fixture import make_release
from tests.analysis.short_forms.test_board import dossiers
from tests.analysis.short_forms.test_forms import finished, pages, run, word_text
from tests.analysis.test_more_charts import again, with_cases, with_drivers

ISSUER = "PHÒNG NỘI VỤ"  # Said by the survey in English, as a whole.
NAMES = re.compile("Thọ Xuân|Lam Sơn|PHÒNG NỘI VỤ|đã kiểm tra")
VIETNAMESE = re.compile("[ăâđêôơưàáạảãấầẩẫậắằẳẵặèéẹẻẽếềểễệìíỉịĩòóỏọõốồổỗộớờởỡợùúụủũứừửữựỳýỷỹỵ]", re.IGNORECASE)
PERIODS = ("2026-Q3", "2026-H1", "2026-H2", "2026-9M", "2026", "ad-hoc")
SCORED = ("1,120,1230,4,,1.75,đã kiểm tra", "3,10,5,1,,,", "5,1,2,3,,1,", "7,10,,1,,1,", "2,,,,1.5,1.5,")
REST = ("4,,,,1,1,", "6,,,,2,2,", "8,,,,2,2,", "9,,,,2,2,")


def forms(folder: Path) -> list[Report]:
    release, nothing = printed.read(folder), Publication()
    parts = [board_scores.read(dossiers(folder, *lines)) for lines in (SCORED, (*SCORED, *REST))]
    return [
        brief.document(release, nothing, {}),
        *(period_report.document(release, nothing, {}, periods.parse(code)) for code in PERIODS),
        *(board.document(release, nothing, scores, periods.parse("2026-H2")) for scores in parts),
    ]


def texts(report: Report) -> list[str]:
    found = [report.title, report.front.kind, report.front.abstract]
    for block in report.blocks:
        if isinstance(block, Table):
            found += [block.caption, block.note, *(column.title for column in block.columns)]
            found += [plain(cell) for row in block.rows for cell in row.cells]
        elif isinstance(block, Paragraph):
            found.append(plain(block.text))
        elif isinstance(block, Box):
            found += [block.headline, *map(plain, block.lines)]
    return found


@pytest.mark.parametrize("instrument", ["sipas2017", "yte_ngoaitru", "gd_th_thcs"])
@pytest.mark.parametrize("verdict", ["met", "not_met", "undecided", ""])
def test_every_word_is_said_in_english(tmp_path: Path, instrument: str, verdict: str) -> None:
    people = 1_230 if verdict else 12
    make_release(tmp_path, verdict, instrument=instrument, respondents=people, number_of_units=2)
    with_cases(tmp_path)
    if instrument == "sipas2017":
        with_drivers(tmp_path)
    again(tmp_path)
    context = printed.read(tmp_path).context
    for report in forms(tmp_path):
        english = English(dict(pairs(context)))
        said = translated(report, english)

        assert english.missing <= {ISSUER, "đã kiểm tra"}
        assert [text for text in texts(said) if VIETNAMESE.search(NAMES.sub("", text))] == []
        assert [type(block) for block in said.blocks] == [type(block) for block in report.blocks]


def test_the_component_says_the_same_numbers_in_english(tmp_path: Path) -> None:
    release = printed.read(make_release(tmp_path, number_of_units=2))
    english = English(dict(pairs(release.context)))
    rows = list(par_component.rows(release, conversion.read(conversion.DEFAULT)))
    said = par_component.in_english(rows, english)
    titles = [english.say(title) for title in par_component.titles(release).values()]

    for row, other in zip(rows, said, strict=True):
        assert {name for name in row if row[name] != other[name]} <= {"name", "verdict", "flags"}
    assert not any(VIETNAMESE.search(NAMES.sub("", text)) for row in said for text in row.values())
    assert not any(map(VIETNAMESE.search, titles))
    assert not english.missing


def test_both_languages_lie_side_by_side_and_the_bulletin_in_one(tmp_path: Path) -> None:
    folder = finished(tmp_path / "release", number_of_units=2)
    run(folder, "--period", "2026-Q3", "--dossiers", dossiers(tmp_path, *SCORED, *REST))
    short = folder / "short"
    english = {file.name for file in short.iterdir() if ".en." in file.name}

    assert english == {
        *(f"{name}.en.{kind}" for name in ("brief", "period_report", "board") for kind in ("docx", "pdf")),
        *(f"par_component.en.{kind}" for kind in ("csv", "xlsx")),
    }
    for name in ("brief", "period_report", "board"):
        both = [re.findall(r"\d+[.,]\d\d\b", word_text(short / f"{name}{of}.docx")) for of in ("", ".en")]
        assert [number.translate(str.maketrans(",.", ".,")) for number in both[0]] == both[1]
    assert len(pages(short / "brief.en.pdf")) == 1
    assert "quarter III of 2026" in pages(short / "period_report.en.pdf")[0]
    with (short / "par_component.en.csv").open(encoding="utf-8-sig", newline="") as lines:
        assert [row["name"] for row in csv.DictReader(lines)] == ["Thọ Xuân township", "Lam Sơn township"]
