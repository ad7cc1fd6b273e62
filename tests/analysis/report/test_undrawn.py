"""Answers that no sealed plan drew: no verdict, never called a probability sample, and told so beside the headline."""

import json
import random
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from analysis.__main__ import main
from analysis.charts.chart import WITHHELD
from analysis.charts.indices import forest, overall
from analysis.charts.tiles import tiles
from analysis.report import source
from analysis.report.blocks import Box, Report, plain
from analysis.report.conclusions import drafted
from analysis.report.content import compose
from analysis.report.publication import Publication
from analysis.report.source import Release
from analysis.report.translation import English, in_english, pairs, translated
from analysis.report.undrawn import IMPORTED, NOTE, SOME
from analysis.series import MODES
from analysis.short_forms import brief, bulletin, conversion, par_component, period_report, periods
from analysis.site import addresses
from analysis.site.building import build
from questionnaires.model import LANGUAGES, Language
from tests.analysis.extracts import ITEMS, make_extract, make_plan, make_row, read_figures
from tests.analysis.release_fixture import make_release
from tests.analysis.short_forms.test_english import texts
from tests.analysis.site.places import make_published

CLAIMS = re.compile("theo xác suất|chọn ngẫu nhiên|ngẫu nhiên đơn giản|probability sample|random", re.IGNORECASE)
STRATA = {"S1": ("001", ["P1", "P2", "P3"]), "S2": ("002", ["P4", "P5", "P6"])}


def released(folder: Path, rows: list[dict[str, Any]], **extract: Any) -> Path:
    made = make_extract(folder / "extract", rows, **extract)
    result = CliRunner().invoke(main, [str(made), "--out", str(folder / "release"), "--no-documents"])
    assert result.exit_code == 0, result.output
    return folder / "release"


def rows_of(wave: str, *, drawn: bool, mode: str = "qr_slip") -> list[dict[str, Any]]:
    """120 people who are nearly all satisfied, of two units."""
    chance = random.Random(wave)
    rows = []
    for number in range(120):
        stratum, psu = f"S{number % 2 + 1}", f"P{3 * (number % 2) + number % 3 + 1}"
        place = {"stratum": stratum, "psu": psu, "weight": 2.0} if drawn else {}
        answers = {item: chance.choice([5] * 30 + [2]) for item in ITEMS}
        rows.append(make_row(wave=wave, unit=f"00{number % 2 + 1}", mode=mode, **place, **answers))
    return rows


def index_of(figures: dict[str, dict[str, str]], name: str) -> tuple[str, bool]:
    row = figures[name]
    return row["verdict"], "no verdict: no sealed plan" in row["method"]


@pytest.mark.parametrize("mode", MODES["probability"])
def test_without_a_plan_no_channel_of_the_sample_gets_a_verdict(tmp_path: Path, mode: str) -> None:
    release = released(tmp_path, rows_of("w1", drawn=False, mode=mode))
    figures = read_figures(release)
    index = figures["probability/overall/index/all/all"]

    assert float(index["low"]) > 80  # Who reads the limits alone would call it met.
    for domain in ("all/all", "unit/001", f"mode/{mode}", "respondent_type/citizen"):
        assert index_of(figures, f"probability/overall/index/{domain}") == ("", True)
    assert len((release / "multiplicity.csv").read_text("utf-8").splitlines()) == 1  # Its head.


def test_with_a_plan_the_same_answers_are_judged(tmp_path: Path) -> None:
    release = released(tmp_path, rows_of("w1", drawn=True), plans={"w1": make_plan(STRATA)})

    assert index_of(read_figures(release), "probability/overall/index/all/all") == ("met", False)
    assert source.read(release).undrawn == ()


def test_one_wave_without_a_plan_takes_the_verdict_from_the_whole(tmp_path: Path) -> None:
    rows = [*rows_of("w1", drawn=True), *rows_of("w2", drawn=False)]
    more = {"waves": ("w1", "w2"), "weights": {"w1": 1.0, "w2": 1.0}}
    release = released(tmp_path, rows, plans={"w1": make_plan(STRATA)}, **more)
    figures, read = read_figures(release), source.read(release)

    assert index_of(figures, "combined/overall/index/all/all") == ("", True)
    assert index_of(figures, "probability/overall/index/wave/w1") == ("met", False)
    assert index_of(figures, "probability/overall/index/wave/w2") == ("", True)
    assert (read.undrawn, read.all_undrawn) == (("w2",), False)
    report = compose(read, {})
    assert SOME["vi"] in words(report)
    assert "Không có kế hoạch chọn mẫu: w2." in words(report)


def test_a_plan_without_its_seal_is_named(tmp_path: Path) -> None:
    release = released(tmp_path, rows_of("w1", drawn=True), plans={"w1": make_plan(STRATA)})
    sealed = make_plan(STRATA) | {"sealed": {"commitment": "c" * 64}}
    other = released(tmp_path / "sealed", rows_of("w1", drawn=True), plans={"w1": sealed})

    assert "không kèm mã niêm phong" in words(compose(source.read(release), {}))
    assert "không kèm mã niêm phong" not in words(compose(source.read(other), {}))


def words(report: Report) -> str:
    return "\n".join(texts(report))


@pytest.fixture(scope="module")
def undrawn(tmp_path_factory: pytest.TempPathFactory) -> Release:
    folder = tmp_path_factory.mktemp("undrawn")
    return source.read(make_release(folder, series=("probability",), number_of_units=3, drawn=False))


def documents(release: Release) -> dict[str, Report]:
    nothing = Publication()
    return {
        "report": compose(release, {}),
        "brief": brief.document(release, nothing, {}),
        "period report": period_report.document(release, nothing, {}, periods.parse("2026-Q3")),
    }


def test_every_document_says_so_beside_the_headline_in_both_languages(undrawn: Release) -> None:
    for name, report in documents(undrawn).items():
        box = next(block for block in report.blocks if isinstance(block, Box))
        said = "\n".join(map(plain, box.lines))
        english = in_english(report, undrawn.context)
        said_in_english = next(block for block in english.blocks if isinstance(block, Box))

        assert box.verdict == "undrawn", name
        assert box.headline.startswith("KHÔNG KẾT LUẬN"), name
        assert NOTE["vi"] in said, name
        assert said_in_english.headline.startswith("NOT JUDGED"), name
        assert NOTE["en"] in "\n".join(map(plain, said_in_english.lines)), name


def test_no_document_calls_them_a_probability_sample_and_all_of_it_is_said_in_english(undrawn: Release) -> None:
    for name, report in documents(undrawn).items():
        english = English(dict(pairs(undrawn.context)))
        translated(report, english)

        assert not CLAIMS.search(words(report)), name
        assert not CLAIMS.search(words(in_english(report, undrawn.context))), name
        assert english.missing <= {"PHÒNG NỘI VỤ"}, name
        assert "đạt mục tiêu trên" not in words(report).lower().replace("chưa đạt", "đạt"), name


def test_the_bulletin_says_it_aloud(undrawn: Release) -> None:
    said = "\n".join(map(plain, bulletin.spoken_paragraphs(undrawn)))

    assert bulletin.LEAST_WORDS <= len(said.split()) <= bulletin.MOST_WORDS
    assert "không kết luận là đạt hay chưa đạt mục tiêu" in said
    assert "con số chỉ mô tả những người đã trả lời" in said
    assert not CLAIMS.search(said)


def test_no_points_are_given_for_what_is_not_judged(undrawn: Release) -> None:
    rows = list(par_component.rows(undrawn, conversion.read(conversion.DEFAULT)))

    assert rows
    assert {row["points"] for row in rows} == {""}
    assert all("không có kế hoạch niêm phong" in row["flags"] for row in rows)


def test_conclusions_and_charts_say_it_too(undrawn: Release) -> None:
    for language, why in (("vi", "kế hoạch đã niêm phong"), ("en", "no sample was drawn under a sealed plan")):
        first, units, *_ = (plain(one) for one in drafted(undrawn, language))  # type: ignore[arg-type]
        assert why in first
        assert ("niêm phong" if language == "vi" else "sealed plan") in units
    for draw in (overall, forest, tiles):
        chart = draw(undrawn)
        assert chart is not None
        assert WITHHELD["vi"] in chart.alt
        assert WITHHELD["en"] in chart.english


def test_the_public_pages_say_it_beside_the_headline(tmp_path: Path) -> None:
    make_published(tmp_path / "releases" / "one", series=("probability",), number_of_units=3, drawn=False)
    build(tmp_path / "releases", tmp_path / "public", "https://example.vn")
    for language in LANGUAGES:

        def text(*parts: str | int, language: Language = language) -> str:
            page = addresses.page(language, "sipas-2017", *parts).strip("/")
            return (tmp_path / "public" / page / "index.html").read_text("utf-8")

        for parts in ((), (1,), (1, "method"), (1, "embed"), (1, "units", "15481")):
            assert NOTE[language] in text(*parts), (language, parts)
            assert not CLAIMS.search(text(*parts)), (language, parts)
        assert {"vi": "Không kết luận", "en": "Not judged"}[language] in text(1, "units")


def test_an_older_release_keeps_what_it_published_and_says_what_it_is(tmp_path: Path) -> None:
    make_release(tmp_path, verdict="met", number_of_units=2)
    context = json.loads((tmp_path / "context.json").read_text("utf-8"))
    context["waves"][0]["has_plan"], context["counts"]["plan"] = False, None
    (tmp_path / "context.json").write_text(json.dumps(context), "utf-8")
    manifest = json.loads((tmp_path / "manifest.json").read_text("utf-8"))
    manifest["release_hash"] = source.release_hash(tmp_path)
    (tmp_path / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    box = next(block for block in compose(source.read(tmp_path), {}).blocks if isinstance(block, Box))

    assert box.verdict == "met"
    assert NOTE["vi"] in plain(box.lines[-1])


def test_answers_of_another_system_are_called_that(tmp_path: Path) -> None:
    make_release(tmp_path, number_of_units=2, drawn=False)
    release = source.read(tmp_path)
    imported = replace(release, context={**release.context, "imported": {"sha256": "0" * 64}})
    box = next(block for block in compose(imported, {}).blocks if isinstance(block, Box))

    assert [plain(line) for line in box.lines[-2:]] == [NOTE["vi"], IMPORTED["vi"]]
