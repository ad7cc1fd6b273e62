"""The board of NĐ 61: every limit of the bands, the counting of dossiers, faults of the file by line."""

from decimal import Decimal
from pathlib import Path

import pytest

from analysis.report import source
from analysis.report.blocks import Paragraph, Table, plain
from analysis.report.publication import Publication
from analysis.short_forms import board, periods
from analysis.short_forms.board_scores import BadDossiers, Scored, band, read, total
from tests.analysis.release_fixture import make_release

HEAD = "indicator,two_points,one_point,no_points,self_score,appraised_score,note\n"


def dossiers(folder: Path, *lines: str) -> Path:
    file = folder / "dossiers.csv"
    file.write_text(HEAD + "\n".join(lines) + "\n", "utf-8")
    return file


def with_total(folder: Path, wanted: str) -> dict[int, Scored]:
    """Nine scores that add up to the total, as a file gives them."""
    left, lines = Decimal(wanted), []
    for indicator in range(1, 10):
        score = min(left, Decimal(2))
        left -= score
        lines.append(f"{indicator},,,,{score},{score},")
    return dict(read(dossiers(folder, *lines)))


@pytest.mark.parametrize(
    ("points", "name"),
    [
        ("18", "Xuất sắc"), ("15.01", "Xuất sắc"), ("15", "Xuất sắc"), ("15.00", "Xuất sắc"),
        ("14.99", "Tốt"), ("12", "Tốt"), ("11.99", "Khá"), ("9", "Khá"), ("8.99", "Trung bình"), ("6", "Trung bình"),
        ("5.99", "Yếu"), ("0", "Yếu"),
    ],
)  # fmt: skip
def test_a_limit_belongs_to_the_better_band(tmp_path: Path, points: str, name: str) -> None:
    found = total(with_total(tmp_path, points))

    assert found == Decimal(points)
    assert band(found) == name


def test_fifteen_that_binary_fractions_would_miss_is_fifteen(tmp_path: Path) -> None:
    scores = ["1.10", "1.70", "1.90", "2", "2", "2", "1.90", "1.20", "1.20"]
    found = total(read(dossiers(tmp_path, *(f"{place},,,,{score},," for place, score in enumerate(scores, 1)))))

    assert sum(map(float, scores)) != 15
    assert found == 15
    assert band(found) == "Xuất sắc"


def test_dossiers_are_worth_two_one_and_nothing_and_halves_round_up(tmp_path: Path) -> None:
    found = read(dossiers(tmp_path, "1,700,250,50,,,", "3,1,0,7,,,", "7,995,,5,1.99,,"))

    assert [one.self_score for one in found.values()] == [Decimal("1.65"), Decimal("0.25"), Decimal("1.99")]
    assert found[1].counts == (700, 250, 50)
    assert read(dossiers(tmp_path, "1,1,1,198,,,"))[1].self_score == Decimal("0.02")  # Exactly 0.015.


def test_nothing_is_classed_before_all_nine_are_there(tmp_path: Path) -> None:
    found = read(dossiers(tmp_path, "1,,,,2,,", "2,,,,2,,"))

    assert total(found) is None
    assert total(found, wanted=(1, 2)) == 4


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("10,1,1,1,,,", "line 2: indicator 10 is not one of 1 to 9"),
        ("1,,,,,,", "give one of them"),
        ("1,1,x,1,,,", "must be whole numbers"),
        ("1,-1,2,1,,,", "must be whole numbers"),
        ("1,0,0,0,,,", "no dossier at all"),
        ("1,,,,2.01,,", "not from 0 to 2"),
        ("1,,,,1.005,,", "at most two decimals"),
        ("1,,,,NaN,,", "self_score NaN"),
        ("1,1,1,1,1.5,,", "correct one"),
    ],
)
def test_a_wrong_line_is_named(tmp_path: Path, line: str, fault: str) -> None:
    with pytest.raises(BadDossiers, match=fault):
        read(dossiers(tmp_path, line))


def test_all_faults_come_at_once(tmp_path: Path) -> None:
    with pytest.raises(BadDossiers, match=r"line 2: .*; line 4: indicator 1 stands twice"):
        read(dossiers(tmp_path, "12,,,,1,,", "1,,,,1,,", "1,,,,1,,"))


def test_the_sheet_keeps_both_scores_and_both_bands(tmp_path: Path) -> None:
    release = source.read(make_release(tmp_path / "release", number_of_units=1))
    lines = [f"{place},,,,2,1.66," for place in range(1, 10)]
    sheet = board.document(release, Publication(), read(dossiers(tmp_path, *lines)), periods.parse("2026-Q3"))
    (table,) = (block for block in sheet.blocks if isinstance(block, Table))
    words = [plain(block.text) for block in sheet.blocks if isinstance(block, Paragraph)]

    assert [plain(cell) for cell in table.rows[-1].cells][2:5] == ["18,00", "18,00", "14,94"]
    assert "Xếp loại theo điểm tự chấm: Xuất sắc (18,00 điểm)." in words
    assert "Xếp loại theo điểm thẩm định: Tốt (14,94 điểm)." in words
    assert "quý III năm 2026" in sheet.front.abstract
