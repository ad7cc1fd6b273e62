"""The checks of the field: measures against plain counting, signs against simulated honest and inventing officers."""

import json
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest
from click.testing import CliRunner
from openpyxl import load_workbook

from analysis.__main__ import main
from analysis.columns import NotNumbers, UnknownTerms
from analysis.engine import DuckDB
from analysis.extract import read_extract
from analysis.field_checks import RULES, field_checks
from analysis.field_checks.of_extract import of_extract
from analysis.field_checks.rules import Cases
from analysis.files import field as annex
from analysis.report import source
from analysis.report.blocks import Paragraph, Table, plain
from analysis.report.content import compose
from analysis.report.fieldwork import SIGNS
from analysis.report.translation import English, pairs, translated
from questionnaires import loader
from survey_app.results.analysis_words import FIELD_SIGNS
from tests.analysis.extracts import make_extract
from tests.analysis.field_officers import ITEMS, OFFICERS, survey
from tests.analysis.random_answers import make_random_rows, make_schema

SURVEYS = 60


def plainly(frame: pd.DataFrame) -> Iterator[tuple[str, dict[str, float]]]:
    """The same measures, counted form by form."""
    usual = frame["seconds"].median()
    for who, forms in frame.groupby("who"):
        rows = [tuple(row) for row in forms[list(ITEMS)].to_numpy()]
        own = Counter(row for row in rows if len(set(row)) > 1)
        yield (
            str(who),
            {
                "interviews": len(rows),
                "seconds": forms["seconds"].median(),
                "quick": 100 * (forms["seconds"] < usual / 2).mean(),
                "same": 100 * sum(len(set(row)) == 1 for row in rows) / len(rows),
                "alike": max(own.values()),
                "fives": 100 * sum(row.count(5) for row in rows) / (len(rows) * len(ITEMS)),
            },
        )


def test_the_measures_are_those_of_plain_counting() -> None:
    found = survey(1)
    table = field_checks(found.frame, items=ITEMS, by="who", seconds="seconds", cases=found.cases).table()

    for who, expected in plainly(found.frame):
        assert table.loc[who, list(expected)].to_dict() == pytest.approx(expected), who
    assert len(table) == OFFICERS


def test_inventors_are_found_and_honest_officers_are_left_alone() -> None:
    """The figures stand in the docstring of `field_checks`, measured on more surveys than there is time for here."""
    complete, marked, honest = 0, 0, 0
    for seed in range(SURVEYS):
        made = survey(seed)
        signs = field_checks(made.frame, items=ITEMS, by="who", seconds="seconds", cases=made.cases).signs
        complete += all(signs[who] for who in made.inventors)
        marked += sum(bool(found) for who, found in signs.items() if who not in made.inventors)
        honest += OFFICERS - len(made.inventors)

    assert complete >= 0.9 * SURVEYS
    assert marked <= honest / 20


def test_a_survey_of_honest_officers_alone_is_quiet() -> None:
    marked = 0
    for seed in range(1000, 1030):
        made = survey(seed, inventors=0)
        found = field_checks(made.frame, items=ITEMS, by="who", seconds="seconds", cases=made.cases)
        marked += sum(map(bool, found.signs.values()))

    assert marked <= 30 * OFFICERS / 20


def test_small_groups_stand_together_and_bear_no_sign() -> None:
    frame = survey(2).frame
    small = frame.assign(who=frame["who"].where(frame.index >= 9, [f"new {place // 3}" for place in frame.index]))
    small.loc[small["who"].str.startswith("new"), list(ITEMS)] = 5
    found = field_checks(small, items=ITEMS, by="who", seconds="seconds", cases={"new 0": Cases({"refused": 2}, 1)})
    table = found.table()

    assert not any(str(who).startswith("new") for who in table.index)
    assert table.loc["", "interviews"] == 9
    assert (table.loc["", "failed"], table.loc["", "reserves"], table.loc["", "signs"]) == (2, 1, "")


def test_forms_with_few_ratings_are_neither_alike_nor_of_one_value() -> None:
    frame = pd.DataFrame({"who": ["a"] * 20 + ["b"] * 20, "A1": 5, "A2": [4, 5] * 20})
    table = field_checks(frame, items=["A1", "A2"], by="who").table()

    assert table["same"].tolist() == [0, 0]
    assert table["alike"].tolist() == [0, 0]
    assert table["quick"].tolist() == [0, 0]


def test_any_dataframe_will_do_and_what_is_no_number_is_refused_by_name() -> None:
    frame = survey(3).frame
    missing = frame.astype(dict.fromkeys(ITEMS, "Int8")).mask(frame.index.to_series() == 4, other=pd.NA)
    table = field_checks(missing, items=ITEMS, by="who", seconds="seconds").table()

    assert table["interviews"].sum() == len(frame) - 1
    with pytest.raises(UnknownTerms, match="A99"):
        field_checks(frame, items=["A99"], by="who")
    with pytest.raises(NotNumbers, match="who"):
        field_checks(frame, items=["who"], by="who")


def test_the_rules_have_their_words_on_pages_and_in_documents() -> None:
    assert list(RULES) == list(SIGNS) == list(FIELD_SIGNS)


# ---------------------------------------------------------------- from an extract to the documents

FORM = loader.load_builtin("sipas2017")
CODES = tuple(item.code for item in FORM.items)
COLUMNS = (("officer", pa.int32()), ("seconds", pa.int32()), ("burst", pa.bool_()))


def forms(draw: random.Random, unit: str, officer: int | None, count: int, **fields: Any) -> list[dict[str, Any]]:
    """Answers from 3 to 5, no two forms alike; `same` gives one value to all."""
    fixed: dict[str, Any] = {"unit": unit, "mode": "tablet", "point": None, "wave": "w1"}
    rows = make_random_rows(FORM, count, draw, **fixed | {key: fields[key] for key in fields if key in fixed})
    for row in rows:
        row |= {code: fields.get("same") or draw.choice((3, 4, 5)) for code in CODES}
        row |= {"officer": officer, "seconds": fields.get("seconds", draw.randint(400, 700)), "burst": None}
    return rows


@pytest.fixture(scope="module")
def extract(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Account 77 invented unit 001 in haste, 5 asked in 002, 9 and once or twice 4 in 003; a point repeats itself."""
    draw = random.Random(3)
    rows = [*forms(draw, "001", 77, 40, seconds=100, same=5), *forms(draw, "002", 5, 60)]
    rows += [*forms(draw, "003", 9, 50), *forms(draw, "003", 4, 2)]
    opened = forms(draw, "002", None, 12, mode="qr_open", point="K7QF3MX", seconds=None)
    for row in opened[:4]:
        row |= {code: opened[0][code] for code in CODES}
    for row in opened:
        row["local_day"] = date(2017, 6, 2)
    opened[7]["burst"] = opened[8]["burst"] = True
    outcomes = {"002": {"complete": 60, "refused": 12}, "003": {"complete": 52, "moved": 9, "not_contacted": 6}}
    groups = [{"unit": "001", "officer": 77, "outcomes": {"complete": 40}, "reserves": 0}]
    groups += [
        {"unit": unit, "officer": officer, "outcomes": outcomes[unit], "reserves": 3}
        for unit, officer in (("002", 5), ("003", 9))
    ]
    cases = {"w1": {"cases": 179, "dispositions": [], "rates": {}, "groups": groups}}
    schema = pa.schema([*make_schema(FORM), *COLUMNS])
    folder = tmp_path_factory.mktemp("field")
    return make_extract(folder / "extract", [*rows, *opened], instrument=FORM, schema=schema, cases=cases)


@pytest.fixture(scope="module")
def release(extract: Path) -> Path:
    result = CliRunner().invoke(main, [str(extract), "--out", str(extract.parent / "release"), "--no-documents"])
    assert result.exit_code == 0, result.output
    return extract.parent / "release"


def test_an_extract_gives_units_and_running_numbers_in_the_place_of_officers(extract: Path) -> None:
    (found,) = of_extract(DuckDB(), read_extract(extract))
    units = {one["group"]: one for one in found["units"]}
    officers = {one["group"]: one for one in found["officers"]}

    assert units["001"]["signs"] == ["quick", "same", "high", "smooth"]
    assert (units["001"]["quick"], units["001"]["same"], units["001"]["fives"]) == (100, 100, 100)
    assert units["001"]["shown"]["minutes"] == {"vi": "1,67", "en": "1.67"}
    assert (units["002"]["signs"], units["003"]["signs"]) == ([], [])
    assert units["003"]["outcomes"] == {"refused": 0, "moved": 9, "wrong_data": 0, "not_reached": 6}
    assert units["003"]["reserves"] == 3
    assert [(who, one["interviews"]) for who, one in officers.items()] == [("1", 60), ("2", 50), ("3", 40), ("", 2)]
    assert officers["3"]["signs"] == units["001"]["signs"]
    assert found["open"] == {"forms": 12, "alike": 4, "alike_places": 1, "bursts": 2, "bursts_places": 1}


def test_an_extract_without_notes_has_units_alone_and_one_without_interviews_nothing(tmp_path: Path) -> None:
    rows = make_random_rows(FORM, 12, random.Random(4), mode="tablet")
    (found,) = of_extract(
        DuckDB(), read_extract(make_extract(tmp_path / "a", rows, instrument=FORM, schema=make_schema(FORM)))
    )
    paper = [row | {"mode": "paper_self"} for row in rows]
    none = of_extract(
        DuckDB(), read_extract(make_extract(tmp_path / "b", paper, instrument=FORM, schema=make_schema(FORM)))
    )

    assert (found["officers"], found["open"], found["units"][0]["seconds"]) == ([], {}, None)
    assert found["units"][0]["signs"] == []  # There is nobody beside it.
    assert none == []


def test_the_report_names_units_and_signs_and_no_officer(release: Path) -> None:
    found = source.read(release)
    report = compose(found, {})
    (table,) = (one for one in report.blocks if isinstance(one, Table) and "Dấu hiệu cần xem lại" in one.caption)
    texts = [plain(one.text) for one in report.blocks if isinstance(one, Paragraph)]
    english = English(dict(pairs(found.context)))
    translated(report, english)

    assert [[plain(cell) for cell in row.cells] for row in table.rows] == [
        ["Xã 001", "; ".join([f"Í{SIGNS['quick'][1:]}", *(SIGNS[sign] for sign in ("same", "high", "smooth"))])]
    ]
    assert "không phải là kết luận về sai phạm" in table.note
    assert any(text.startswith("4 trong 12 phiếu kênh mở") and "2 phiếu được gửi dồn dập" in text for text in texts)
    assert not {words for words in english.missing if "dấu hiệu" in words.lower() or "phiếu" in words}
    assert {one["group"] for one in found.context["field"][0]["officers"]} == {"1", "2", "3", ""}
    assert "groups" not in json.dumps(found.context["cases"])


def test_a_unit_of_few_people_is_counted_and_not_named(release: Path) -> None:
    found = source.read(release)
    hidden = {name: replace(one, kept_back=True) for name, one in found.figures.items() if one.domain == "001"}
    texts = [
        plain(one.text)
        for one in compose(replace(found, figures={**found.figures, **hidden}), {}).blocks
        if isinstance(one, Paragraph)
    ]

    assert "1 đơn vị nữa có dấu hiệu cần xem lại nhưng quá ít người trả lời nên không nêu tên." in texts
    assert "ít nhất một phần ba số cuộc phỏng vấn" not in " ".join(texts)


def test_analysts_have_the_numbers_in_a_workbook(release: Path, tmp_path: Path) -> None:
    annex.write(release, tmp_path)
    book = load_workbook(tmp_path / annex.FILE)
    units, officers = (list(book[name].iter_rows(min_row=3, values_only=True)) for name in ("Đơn vị", "Điều tra viên"))

    assert [row[1:5] for row in units] == [
        ("001", "Xã 001", 40, 100),
        ("002", "Xã 002", 60, units[1][4]),
        ("003", "Xã 003", 52, units[2][4]),
    ]
    assert [row[1] for row in officers] == ["1", "2", "3", ""]
    assert officers[-1][2].startswith("Dưới 5 phiếu")
    assert "LƯU HÀNH NỘI BỘ" in book["Đơn vị"]["A1"].value
