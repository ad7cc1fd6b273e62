"""The charts that a release has only with more data: funnel, trend, priorities; and where tiles stand."""

import csv
import json
import re
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import matplotlib as mpl
import pytest
from matplotlib.text import Text

from analysis import charts
from analysis.charts.chart import Chart
from analysis.charts.tiles import FILE, LOOKS, cells_of, layout
from analysis.release import release_hash
from analysis.report import printed, source
from questionnaires import loader
from tests.analysis.release_fixture import make_release, units

REGISTER = Path(__file__).parents[2] / "survey_app" / "data" / "units_tho_xuan.csv"
INDEX = "probability/overall/index/all/all"
CASES = {"complete": 1_190, "partial": 40, "refused": 31, "not_contacted": 40, "moved": 11}


def painted(folder: Path, name: str) -> Chart | None:
    with mpl.rc_context(fname=charts.STYLE):
        return charts.PAINTERS[name](printed.read(folder))


def written(chart: Chart | None) -> str:
    assert chart is not None
    return "\n".join(text.get_text() for text in chart.canvas.findobj(Text) if isinstance(text, Text))


def again(folder: Path) -> None:
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    (folder / "manifest.json").write_text(json.dumps(manifest | {"release_hash": release_hash(folder)}), "utf-8")


def with_cases(folder: Path) -> None:
    context = json.loads((folder / "context.json").read_text("utf-8"))
    found = [{"disposition": name, "aapor": "", "cases": cases} for name, cases in CASES.items()]
    context["cases"] = {"dot-1": {"cases": sum(CASES.values()), "dispositions": found, "shown": {}}}
    (folder / "context.json").write_text(json.dumps(context), "utf-8")


def with_earlier(folder: Path, years: dict[int, float], broken: int) -> None:
    """The change into the year `broken` is not comparable."""
    changes = [
        {"id": INDEX, "from": f"s{before}", "to": f"s{after}", "breaks": [_BREAK] if after == broken else []}
        for before, after in pairwise(years)
    ]
    periods = [_period(year, value) for year, value in years.items()]
    (folder / "earlier.json").write_text(json.dumps({"periods": periods, "changes": changes}), "utf-8")


_BREAK = {"what": "the instrument", "before": "1", "after": "2"}


def _period(year: int, value: float) -> dict[str, Any]:
    numbers = {"estimate": value, "low": value - 1.5, "high": value + 1.5}
    texts = {part: {"vi": f"{one:.2f}".replace(".", ","), "en": f"{one:.2f}"} for part, one in numbers.items()}
    figure = {**numbers, "n": year, "base": 9, "verdict": "met", "texts": texts}
    period = {"from": f"{year}-09-05", "to": f"{year}-10-20"}
    return {"slug": f"s{year}", "period": period, "figures": {INDEX: figure}}


def with_drivers(folder: Path) -> None:
    factors = loader.load_builtin("sipas2017").factors
    columns = ("wave", "series", "level", "code", "n", "rank", "importance_share", "performance", "gain", "quadrant")
    with (folder / "drivers.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        for place, factor in enumerate(factors):
            quadrant = ("improve first", "keep", "possible overkill", "low priority", "keep")[place]
            row = ("dot-1", "probability", "factor", factor.code, 1_200, place + 1, 30.25 - 5 * place, 71.5 + 4 * place)
            writer.writerow((*row, 1.2, quadrant))


def make_rich_release(folder: Path) -> Path:
    """With all that a chart may be drawn of."""
    make_release(folder, number_of_units=8)
    with_cases(folder)
    with_earlier(folder, {2015: 81.25, 2016: 79.4, 2017: 84.3}, broken=2017)
    with_drivers(folder)
    again(folder)
    return folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_rich_release(tmp_path_factory.mktemp("release"))


def test_the_funnel_counts_down_from_the_cases_drawn_to_the_answers_counted(folder: Path) -> None:
    chart = painted(folder, "funnel")
    assert chart is not None

    assert re.findall(r"\d[\d.]*", written(chart)) == ["1.312", "1.261", "1.230", "1.230"]
    assert chart.alt == (
        "Từ mẫu đến kết quả: rút vào mẫu: 1.312, gặp được: 1.261, đã trả lời: 1.230, được tính vào chỉ số: 1.230."
    )
    assert chart.english.endswith(
        "drawn into the sample: 1,312, contacted: 1,261, answered: 1,230, counted in the index: 1,230."
    )


def test_without_cases_the_funnel_has_only_what_the_plan_drew_and_what_was_counted(tmp_path: Path) -> None:
    assert re.findall(r"\d[\d.]*", written(painted(make_release(tmp_path), "funnel"))) == ["1.312", "1.230"]


def test_the_trend_draws_no_line_over_a_break_and_names_it(folder: Path) -> None:
    chart = painted(folder, "trend")
    assert chart is not None
    lines = [line.get_xdata() for line in chart.canvas.axes[0].get_lines()]

    assert [0, 1] in [list(one) for one in lines]
    assert [1, 2] not in [list(one) for one in lines]
    assert "Đổi mẫu phiếu" in written(chart).replace("\n", " ")
    assert "10/2017: 84,30% (không so sánh được" in chart.alt
    assert "10/2016: 79.40%;" in chart.english
    for value in ("81,25%", "79,40%", "84,30%"):
        assert value in written(chart)


def test_the_priorities_name_every_factor_with_its_two_numbers(folder: Path) -> None:
    chart = painted(folder, "priorities")
    assert chart is not None

    for numbers in ("quan trọng 30,25%, hài lòng 71,50%", "quan trọng 10,25%, hài lòng 87,50%"):
        assert numbers in written(chart)
        assert numbers in chart.alt
    assert "importance 30.25%, satisfied 71.50%, improve first" in chart.english


@pytest.mark.parametrize("name", ["trend", "priorities"])
def test_what_was_not_computed_is_not_drawn(tmp_path: Path, name: str) -> None:
    assert painted(make_release(tmp_path, number_of_units=2), name) is None


@pytest.mark.parametrize(("day", "number"), [("2017-06-01", 41), ("2019-12-01", 30), ("2026-01-01", 8)])
def test_every_commune_of_the_register_has_a_tile_of_its_own(day: str, number: int) -> None:
    with REGISTER.open(encoding="utf-8", newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if row["type"] in ("xã", "thị trấn")]
    valid = {row["code"] for row in rows if (row["valid_from"] or "0") <= day <= (row["valid_to"] or "9")}
    cells = layout(day)

    assert set(cells) == valid
    assert len(set(cells.values())) == len(cells) == number


def test_each_map_begins_on_a_day() -> None:
    with FILE.open(encoding="utf-8", newline="") as lines:
        days = {row["units_from"] for row in csv.DictReader(lines)}

    assert [date.fromisoformat(day).year for day in sorted(days)] == [2017, 2019, 2025]


def test_unknown_units_stand_below_in_their_order_and_nothing_overlaps() -> None:
    known = [unit["code"] for unit in units(41)]
    cells = cells_of([*known, "99002", "99001"], "2017-06-01")
    strangers = cells_of([f"{code:05}" for code in range(20)], "2017-06-01")

    assert len(set(cells.values())) == 43
    assert cells["99002"][0] > max(cells[code][0] for code in known)
    assert list(strangers.values()) == [(place // 9, place % 9) for place in range(20)]


def test_a_tile_shows_its_verdict_without_colour(folder: Path) -> None:
    words = written(painted(folder, "tiles"))
    release = source.read(folder)

    assert len({look[5] for look in LOOKS.values()}) == len(LOOKS)
    for figure in release.of_domain_type("unit"):
        assert f"{LOOKS[figure.verdict][5]} {release.shown(figure)}" in words


def test_units_of_fewer_than_five_are_not_drawn(tmp_path: Path) -> None:
    folder = make_release(tmp_path, number_of_units=4)
    rows = (folder / "figures.csv").read_text("utf-8").splitlines()
    hidden = next(place for place, row in enumerate(rows) if "/index/unit/15487" in row)
    cells = next(csv.reader([rows[hidden]]))
    rows[hidden] = ",".join([*cells[:6], "4", "4", *cells[8:]])
    (folder / "figures.csv").write_text("\n".join(rows) + "\n", "utf-8")
    again(folder)
    for name in ("tiles", "forest"):
        chart = painted(folder, name)
        assert chart is not None
        assert "Sao Vàng" not in written(chart) + chart.alt + chart.english
        assert "Lam Sơn" in written(chart)
