"""Comments by theme in a release: counted as coded, told only where five spoke of it, absent where nobody coded."""

import json
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner, Result

from analysis.__main__ import main
from analysis.report import docx, html, printed, source, xlsx
from analysis.report.blocks import Report, Table, plain
from analysis.report.content import compose
from analysis.report.translation import English, in_english, pairs, translated
from analysis.site.disclosure import opened
from tests.analysis.extracts import Row, make_extract, make_row, write_manifest

NAMES = {
    "waiting": ("Thời gian chờ", "Waiting"),
    "praise": ("Khen ngợi", "Praise"),
    "payment": ("Nhũng nhiễu", "Payment"),
    "nothing": ("Không có nội dung", "Nothing"),
}


SPOKE = {"waiting": 12, "praise": 13, "payment": 4}


def write_codes(folder: Path, codes: list[tuple[str, str, str]], backwards: bool = False) -> None:
    rows = [("id", "question", "theme"), *codes[:: -1 if backwards else 1]]
    (folder / "comment_themes.csv").write_text("".join(",".join(row) + "\n" for row in rows), "utf-8")
    names = [{"code": code, "name": {"vi": vi, "en": en}} for code, (vi, en) in NAMES.items()]
    (folder / "themes.json").write_text(json.dumps({"themes": names, "nothing": ["nothing"]}), "utf-8")
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    write_manifest(folder, manifest)


def commented(count: int, mode: str = "tablet") -> list[Row]:
    return [make_row(comment=f"Ý kiến {number}", comment__state=0, mode=mode) for number in range(count)]


def codes_of(rows: list[Row]) -> list[tuple[str, str, str]]:
    """12 speak of waiting, 13 praise, 8 do both; 4 speak of payment; 3 say nothing; the rest nobody read."""
    themes = [("waiting", "praise")] * 8 + [("waiting",)] * 4 + [("praise",)] * 5 + [("payment",)] * 4
    themes += [("nothing",)] * 3
    return [(str(row["id"]), "comment", theme) for row, given in zip(rows, themes, strict=False) for theme in given]


def analysed(folder: Path) -> Result:
    command = [str(folder), "--out", str(folder.with_name(f"{folder.name}-release")), "--no-documents"]
    return CliRunner().invoke(main, command)


def hash_of(folder: Path) -> str:
    result = analysed(folder)
    assert result.exit_code == 0, result.output
    found: dict[str, str] = json.loads(
        (folder.with_name(f"{folder.name}-release") / "manifest.json").read_text("utf-8")
    )
    return found["release_hash"]


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    return [*commented(30), *commented(12, "qr_open"), *(make_row() for _ in range(40))]


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory, rows: list[Row]) -> source.Release:
    folder = tmp_path_factory.mktemp("themes") / "extract"
    make_extract(folder, rows)
    opened_up = [(str(row["id"]), "comment", "praise" if i % 2 else "waiting") for i, row in enumerate(rows[30:42])]
    write_codes(folder, [*codes_of(rows), *opened_up])
    hash_of(folder)
    return source.read(folder.with_name("extract-release"))


def test_themes_are_counted_among_those_whose_comments_were_coded(release: source.Release) -> None:
    found = {
        figure.id: (figure.n, figure.base, figure.estimate)
        for figure in release.figures.values()
        if figure.level == "theme"
    }

    assert found == {
        "probability/theme/waiting/all/all": (70, 21, 57.142857143),
        "probability/theme/praise/all/all": (70, 21, 61.904761905),
        "probability/theme/payment/all/all": (70, 21, 19.047619048),
        "open/theme/waiting/all/all": (12, 12, 50.0),
        "open/theme/praise/all/all": (12, 12, 50.0),
    }
    assert release.context["themes"]["counts"] == [
        {"wave": "w1", "series": "probability", "wrote": 30, "coded": 24, "said": 21, "people": SPOKE},
        {"wave": "w1", "series": "open", "wrote": 12, "coded": 12, "said": 12, "people": {"waiting": 6, "praise": 6}},
    ]


def tables(report: Report, words: str = "nhóm vấn đề") -> list[Table]:
    return [block for block in report.blocks if isinstance(block, Table) and words in block.caption]


def cells(table: Table) -> list[list[str]]:
    return [[plain(cell).strip() for cell in row.cells] for row in table.rows]


def test_the_report_tells_themes_of_five_people_and_more_with_their_base(release: source.Release) -> None:
    first, second = tables(compose(printed.without(release, opened(release).kept_back(release)), {}))

    assert cells(first) == [["Khen ngợi", "13", "61,90"], ["Thời gian chờ", "12", "57,14"], ["Nhũng nhiễu", "x", "x"]]
    assert "21 người có ý kiến đã được phân nhóm" in first.note
    assert "6 người khác" in first.note
    assert cells(second) == [["Thời gian chờ", "6", "50,00"], ["Khen ngợi", "6", "50,00"]]


def test_nothing_of_it_stays_vietnamese_in_the_english_report(release: source.Release) -> None:
    report, english = compose(release, {}), English(dict(pairs(release.context)))
    translated(report, english)
    first = tables(in_english(report, release.context), "Comments by theme")[0]

    assert cells(first)[0] == ["Praise", "13", "61.90"]
    assert first.note.startswith("Base: 21 people whose comments were coded. Comments of 6 more people")
    assert not [words for words in english.missing if "nhóm" in words or "Ý KIẾN" in words]


def test_no_document_tells_a_small_theme_nor_a_comment(release: source.Release, tmp_path: Path) -> None:
    release = printed.without(release, opened(release).kept_back(release))
    report = compose(release, {})
    xlsx.write(report, release, tmp_path / "report.xlsx")
    html.write(report, tmp_path, tmp_path / "report.html")
    docx.write(report, tmp_path, tmp_path / "report.docx")
    book = openpyxl.load_workbook(tmp_path / "report.xlsx")
    told = [[cell for cell in row if cell is not None] for row in book["Ý kiến"].iter_rows(min_row=3, values_only=True)]

    assert told[0][2:] == ["Khen ngợi", 13, 21, 61.904761905, "61,90", ""]
    assert told[2][2:] == ["Nhũng nhiễu", xlsx.KEPT_BACK]
    small = next(row for row in book["Số liệu"].iter_rows(values_only=True) if str(row[0]).endswith("payment/all/all"))
    assert set(small[6:14]) == {None}
    assert "Ý kiến 0" not in (tmp_path / "report.html").read_text("utf-8")


def test_the_public_site_decides_on_themes_as_on_any_other_cell(release: source.Release) -> None:
    found = opened(release)
    shown = {id for id in found.shown if "/theme/" in id}

    assert shown == {one for one in release.figures if "/theme/" in one} - {"probability/theme/payment/all/all"}


def test_an_extract_without_codes_gives_the_release_of_before(tmp_path: Path, rows: list[Row]) -> None:
    make_extract(tmp_path / "plain", rows)
    make_extract(tmp_path / "coded", rows)
    make_extract(tmp_path / "shuffled", rows[::-1], files=3)
    write_codes(tmp_path / "coded", codes_of(rows))
    write_codes(tmp_path / "shuffled", codes_of(rows), backwards=True)
    plainly, coded, shuffled = (hash_of(tmp_path / name) for name in ("plain", "coded", "shuffled"))
    context = json.loads((tmp_path / "plain-release" / "context.json").read_text("utf-8"))

    assert "themes" not in context
    assert "/theme/" not in (tmp_path / "plain-release" / "figures.csv").read_text("utf-8")
    assert coded == shuffled != plainly


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (("00000000-0000-4000-8000-00000000ffff", "comment", "waiting"), "names 1 responses without a comment"),
        (("00000000-0000-4000-8000-00000000ffff", "comment", "nonsense"), "does not name the theme nonsense"),
    ],
)
def test_codes_that_fit_no_comment_are_refused(
    tmp_path: Path, rows: list[Row], code: tuple[str, ...], words: str
) -> None:
    make_extract(tmp_path / "extract", rows)
    write_codes(tmp_path / "extract", [code])
    result = analysed(tmp_path / "extract")

    assert result.exit_code == 2
    assert words in result.output
