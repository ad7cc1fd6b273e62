"""The bulletin: its length, its verdict, and every number in it heard again and compared with the figures."""

from decimal import Decimal
from pathlib import Path

import pytest

from analysis.report import source
from analysis.report.blocks import plain
from analysis.report.publication import Publication
from analysis.report.source import Release
from analysis.short_forms import bulletin
from tests.analysis.release_fixture import make_release
from tests.analysis.short_forms.test_spoken import UNITS, heard

VERDICTS = ("met", "not_met", "undecided", "")
WITH_INDEX = ("sipas2017", "sipas2022", "sipas2026", "yte_noitru", "gd_mamnon")


def release(folder: Path, **wanted: object) -> Release:
    return source.read(make_release(folder, number_of_units=2, **wanted))  # type: ignore[arg-type]


def said(found: Release) -> str:
    return "\n".join(map(plain, bulletin.spoken_paragraphs(found)))


def value(words: str) -> Decimal:
    whole, _, fraction = words.removesuffix(" phần trăm").partition(" phẩy ")
    return Decimal(f"{heard(whole)}.{''.join(str(UNITS[word]) for word in fraction.split()) or 0}")


@pytest.mark.parametrize("instrument", WITH_INDEX)
@pytest.mark.parametrize("verdict", VERDICTS)
@pytest.mark.parametrize("simulated", [True, False])
def test_it_takes_sixty_to_ninety_seconds_and_holds_nothing_to_stumble_on(
    tmp_path: Path, instrument: str, verdict: str, simulated: bool
) -> None:
    found = release(tmp_path, verdict=verdict, instrument=instrument, simulated=simulated)
    words = said(found)

    assert bulletin.LEAST_WORDS <= len(words.split()) <= bulletin.MOST_WORDS
    assert not any(sign.isdigit() or sign in "%/()&“”–" for sign in words)
    assert not [word for word in words.split() if len(word) > 1 and word.isupper()]
    assert ("số liệu mô phỏng" in words) == simulated


def test_every_number_that_is_heard_is_the_figure_of_the_release(tmp_path: Path) -> None:
    found = release(tmp_path)
    numbers = [run for line in bulletin.spoken_paragraphs(found) for run in line if run.figure]

    assert len(numbers) == 6
    for run in numbers:
        name, part = run.figure.split("#")
        figure = found.figures[name]
        if part == "n":
            assert heard(run.text) == figure.n
        else:
            assert value(run.text) == Decimal(found.display[name][part]["vi"].replace(",", "."))
            assert abs(float(value(run.text)) - getattr(figure, part)) <= 0.005


def test_no_verdict_can_be_heard_as_another(tmp_path: Path) -> None:
    heard_verdicts = {verdict: said(release(tmp_path / (verdict or "none"), verdict=verdict)) for verdict in VERDICTS}

    assert "khảo sát đạt mục tiêu." in heard_verdicts["met"]
    assert "chưa" not in heard_verdicts["met"].partition("Kết luận:")[2].split(".")[0]
    assert "khảo sát chưa đạt mục tiêu." in heard_verdicts["not_met"]
    for verdict in ("undecided", ""):
        assert "khảo sát đạt" not in heard_verdicts[verdict]
        assert "khảo sát chưa đạt" not in heard_verdicts[verdict]


def test_without_a_sample_it_says_that_there_is_no_index(tmp_path: Path) -> None:
    words = said(release(tmp_path, series=("open",)))

    assert "chưa có chỉ số hài lòng" in words
    assert bulletin.LEAST_WORDS <= len(words.split()) <= bulletin.MOST_WORDS


def test_the_text_is_a_draft_until_it_has_a_number(tmp_path: Path) -> None:
    found = release(tmp_path)

    assert bulletin.as_text(found, Publication()).startswith("[DỰ THẢO]\n[SỐ LIỆU MÔ PHỎNG")
    assert "DỰ THẢO" not in bulletin.as_text(found, Publication(document_number="12/BC-PNV"))
