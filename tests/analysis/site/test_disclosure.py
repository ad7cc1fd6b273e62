"""No cell that is kept back can be worked out from what is public: tried by linear programming and by subtraction."""

import itertools
import random
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from analysis.report import source
from analysis.site import attack, building
from analysis.site.cells import cells_of, is_small
from analysis.site.disclosure import Opened, opened
from questionnaires import loader
from tests.analysis.extracts import make_plan
from tests.analysis.random_answers import make_random_rows, make_schema
from tests.analysis.site.places import by_id, publish, read_rows
from tests.analysis.test_command import release_of

FORM = loader.load_builtin("sipas2017")
SIZES = {"001": 28, "002": 34, "003": 80, "004": 31, "005": 60, "006": 45}
Rows = list[dict[str, Any]]


def _rows(seed: int, sizes: Mapping[str, int] = SIZES) -> Rows:
    """Weighted answers of units of those sizes, three of them by telephone, and open ones."""
    draw, rows = random.Random(seed), []
    for unit, size in sizes.items():
        for number, row in enumerate(make_random_rows(FORM, size, draw, unit=unit)):
            place = {"stratum": f"S{unit}", "psu": f"{unit}P{number % 3}", "case": f"{unit}-{number}"}
            rows.append(row | place | {"weight": draw.uniform(1, 9), "mode": "phone" if len(rows) < 3 else "tablet"})
    opens = (("001", "QUAY1", 35), ("001", "QUAY2", 5), ("003", "QUAY3", 20))
    came = [make_random_rows(FORM, n, draw, unit=unit, point=at, mode="qr_open") for unit, at, n in opens]
    return [*rows, *itertools.chain.from_iterable(came)]


def _made(folder: Path, rows: Rows, *, weighted: bool = True, **more: Any) -> Path:
    units = sorted({row["unit"] for row in rows})
    plan = make_plan({f"S{unit}": (unit, [f"{unit}P{number}" for number in range(3)]) for unit in units})
    if not weighted:
        rows = [row | dict.fromkeys(("stratum", "psu", "case", "weight")) for row in rows]
    plans, schema = {"w1": plan} if weighted else None, make_schema(FORM)
    if more:
        schema = schema.append(pa.field("unit_end", pa.string()))
    return release_of(folder, rows, instrument=FORM, plans=plans, schema=schema, **more)


@pytest.fixture(scope="module", params=["weighted", "plain"])
def folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _made(tmp_path_factory.mktemp(request.param), _rows(8), weighted=request.param == "weighted")


def test_linear_programming_finds_no_base_that_is_kept_back(folder: Path) -> None:
    release = source.read(folder)
    public = opened(release)
    ranges = attack.ranges_of_counts(release, public)

    assert len(public.hidden) > 100
    for key, found in ranges.items():
        if key in public.cells:
            assert found.low - 1e-6 <= public.cells[key].base <= found.high + 1e-6, key  # The attack is sound.
        assert found.width >= 1.0, key


def test_linear_programming_finds_no_rate_that_is_kept_back(folder: Path) -> None:
    release = source.read(folder)

    for key, found in attack.ranges_of_rates(release, opened(release)).items():
        assert found.width > 0.01, key


def test_a_merged_unit_gives_none_of_its_parts_away(tmp_path: Path) -> None:
    """Of 28 people in one part nothing is told: the whole less the other parts would be those 28."""
    sizes = {"001": 28, "002": 34, "003": 80, "007": 40}
    merged = ["001", "002", "007"]
    rows = [row | {"unit_end": "007" if row["unit"] in merged else row["unit"]} for row in _rows(8, sizes)]
    one = {
        "kind": "merge",
        "effective_on": "2017-06-15",
        "basis": "1",
        "from": ["Xã 001", "Xã 002"],
        "into": ["Xã 007"],
    }
    changes = {"last_day": "2017-06-30", "parts": {"007": merged}, "not_comparable": [], "changes": [one]}
    release = source.read(_made(tmp_path, rows, unit_changes=changes))
    public = opened(release)
    whole = {key for key in public.cells if key.domain_type == "unit_end" and key.series == "probability"}

    assert {key.domain for key in whole} == {"007"}
    assert {public.cells[key].respondents for key in whole} == {102}
    assert not whole <= public.hidden
    for key, found in attack.ranges_of_counts(release, public).items():
        if key in public.cells:
            assert found.low - 1e-6 <= public.cells[key].base <= found.high + 1e-6, key
        assert found.width >= 1.0, key


def test_the_attack_succeeds_where_only_the_small_cells_are_kept_back(folder: Path) -> None:
    release = source.read(folder)
    cells = cells_of(release)
    naive = Opened(cells, frozenset(key for key, cell in cells.items() if is_small(cell)))

    found = attack.ranges_of_counts(release, naive)

    assert [key for key, one in found.items() if one.width < 1e-6]


def _site(folder: Path, releases: Sequence[Path]) -> Path:
    for number, place in enumerate(releases, start=1):
        publish(place, number)
    building.build(folder, folder / "public", "https://hailong.example.vn")
    return folder / "public" / "ket-qua" / "files" / "survey"


def _groups(rows: Sequence[Mapping[str, str]]) -> Iterator[tuple[Mapping[str, str], Sequence[Mapping[str, str]]]]:
    """The row of the whole and those of its domains, for every figure and every type of domain."""
    wholes = {(row["series"], row["level"], row["code"]): row for row in rows if row["domain_type"] == "all"}
    parts = defaultdict(list)
    for row in rows:
        if row["domain_type"] != "all":
            parts[row["series"], row["level"], row["code"], row["domain_type"]].append(row)
    return ((wholes[key[:3]], found) for key, found in parts.items() if key[:3] in wholes)


def test_subtraction_from_the_open_data_leads_to_no_cell(folder: Path, tmp_path: Path) -> None:
    copy = tmp_path / "releases" / "one"
    copy.parent.mkdir()
    _copy(folder, copy)
    rows = read_rows(_site(tmp_path / "releases", [copy]) / "1" / "figures.csv")
    shown = [row for row in rows if row["suppressed"] == "0"]

    assert all(row["n"] == row["estimate"] == row["low"] == row["verdict"] == "" for row in rows if row not in shown)
    assert min(int(row["n"]) for row in shown if row["n"] and "=" not in row["code"]) >= 5
    assert min(int(row["base"]) for row in shown) >= 5
    assert min(min(int(row["n"]), int(row["base"])) for row in shown if row["domain_type"] == "unit") >= 30
    assert not any(row["level"] == "profile" and row["domain_type"] == "unit" for row in rows)
    for whole, parts in _groups(rows):
        if parts[0]["domain_type"] == "unit" and whole["level"] in ("overall", "factor"):
            continue  # They do not add up: each unit leaves out its own criteria.
        assert whole["suppressed"] == "1" or sum(row["suppressed"] == "1" for row in parts) != 1, whole["id"]


def test_no_collection_point_reaches_the_public(folder: Path, tmp_path: Path) -> None:
    """One of 35 answers in a unit of 40 has figures, which would give away the other five."""
    copy = tmp_path / "releases" / "one"
    copy.parent.mkdir()
    _copy(folder, copy)
    public = _site(tmp_path / "releases", [copy]).parents[2]
    files = [file for file in public.resolve().rglob("*") if file.is_file() and file.suffix != ".gz"]
    texts = [file.read_text("utf-8") for file in files]
    places = [row["domain"] for row in read_rows(folder / "figures.csv") if row["domain_type"] == "point"]

    assert set(places) == {"QUAY1"}
    assert len(texts) > 20
    assert not any("QUAY" in text or "/point/" in text for text in texts)
    assert not any(key.domain_type == "point" for key in opened(source.read(folder)).cells)


def test_open_data_are_the_figures_letter_by_letter(folder: Path, tmp_path: Path) -> None:
    copy = tmp_path / "releases" / "one"
    copy.parent.mkdir()
    _copy(folder, copy)
    published, figures = (
        read_rows(_site(tmp_path / "releases", [copy]) / "1" / "figures.csv"),
        by_id(folder / "figures.csv"),
    )

    for row in published:
        if row["suppressed"] == "0":
            assert {name: row[name] for name in figures[row["id"]]} == figures[row["id"]]


def test_a_release_with_one_answer_less_gives_nobody_away(tmp_path: Path) -> None:
    """Every pair of cells that both publications show has the same people, or differs by five at the least."""
    rows = _rows(8)
    releases = tmp_path / "releases"
    first = _made(releases / "a", rows)
    second = _made(releases / "b", [row for number, row in enumerate(rows) if number != 70])  # One of unit 003.
    site = _site(releases, [first, second])
    old, new = by_id(site / "1" / "figures.csv"), by_id(site / "2" / "figures.csv")
    both = [id for id in old if id in new and "0" == old[id]["suppressed"] == new[id]["suppressed"]]

    assert len(both) > 100
    for id in both:
        row = new[id]
        if row["domain_type"] == "all" and row["level"] in ("overall", "factor", "block"):
            continue  # The result of the whole is corrected in plain sight.
        change = abs(int(row["base"]) - int(old[id]["base"])) if "=" not in row["code"] else 0
        assert change == 0 or change >= 5, id
        assert row["domain_type"] == "all" or abs(int(row["n"]) - int(old[id]["n"])) in (0, *range(5, 999)), id
    assert new["probability/overall/index/unit/003"]["suppressed"] == "1"
    assert all(new[id]["suppressed"] == "1" for id in old if old[id]["suppressed"] == "1" and id in new)


def test_a_release_of_two_units_shows_neither_where_one_is_small(tmp_path: Path) -> None:
    public = opened(source.read(_made(tmp_path, _rows(3, {"001": 20, "002": 90}))))
    shown = [key for key in public.cells if key not in public.hidden and key.series == "probability"]

    assert not any(key.domain_type == "unit" for key in shown)
    assert any(key.domain_type == "all" for key in shown)


def test_what_is_kept_back_does_not_depend_on_the_order_of_figures(folder: Path) -> None:
    release = source.read(folder)
    turned = replace(release, figures=dict(reversed(release.figures.items())))

    assert opened(turned).hidden == opened(release).hidden


def _copy(source_folder: Path, copy: Path) -> None:
    copy.mkdir()
    for file in source_folder.iterdir():
        if file.is_file():
            (copy / file.name).write_bytes(file.read_bytes())
