"""The codebook: every column of a real extract, the labels and states of its values, who was asked."""

import io
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import openpyxl
import pyarrow.parquet as pq
import pytest
from sqlalchemy.orm import Session

from questionnaires import exchange, loader
from questionnaires.exchange.codebook import Variable, variables
from questionnaires.model import Questionnaire
from survey_app import extract
from tests.factories import NOON, make_point, make_wave
from tests.questionnaires.examples import make_choice, make_factor, make_instrument, make_item, make_part, text

CODES = loader.builtin_codes()
DDI = "{ddi:codebook:2_5}"
# Below a variable, in the order of the schema of DDI-Codebook 2.5.
ORDER = ["labl", "qstn", "valrng", "universe", "catgry", "varFormat"]
ARROW = {"integer": ("int8", "int32"), "number": ("double",), "text": ("string",), "date": ("date32[day]",)}


def by_name(instrument: Questionnaire) -> dict[str, Variable]:
    return {variable.name: variable for variable in variables(instrument)}


@pytest.mark.parametrize("code", CODES)
def test_the_columns_are_those_of_a_real_extract(code: str, session: Session, tmp_path: Path) -> None:
    instrument = loader.load_builtin(code)
    point = make_point(session, wave=make_wave(session, code))
    extract.write(session, point.wave.survey, tmp_path / "out", NOON)
    schema = pq.read_schema(tmp_path / "out" / "responses.parquet")

    found = variables(instrument)

    assert [variable.name for variable in found] == schema.names
    for variable in found:
        kind = str(schema.field(variable.name).type)
        assert kind.startswith("list") if variable.type == "list" else kind in ARROW[variable.type], variable.name


def test_levels_states_and_the_base_are_in_words() -> None:
    found = by_name(loader.load_builtin("sipas2017"))

    assert [value.value for value in found["A5.2"].values] == [1, 2, 3, 4, 5, -1, -2]
    assert [value.missing for value in found["A5.2"].values] == [False] * 5 + [True] * 2
    assert found["A5.2"].base.en == "Those for whom N7 is “Yes”"
    assert found["A5.2"].base.vi == "Những người mà N7 là “Đã gửi”"
    assert found["N6a__state"].values[0].value == 0
    assert found["M__other"].type == "text"


def test_conditions_of_every_kind_are_in_words() -> None:
    number = {"kind": "number", "code": "N", "text": text("Tuổi"), "dont_know": True, "maximum": 120}
    condition = {
        "all_of": [
            {"number": "N", "at_least": 18, "at_most": 60},
            {"any_of": [{"any_rated": [1, 2]}, {"question": "A1.1", "any_of": [5]}, {"question": "N", "any_of": [7]}]},
            {"place": "mode", "any_of": ["kiosk", "tablet"]},
        ]
    }
    asked = make_choice("C", show_if=condition, full_only=True, prefer_not=True)
    found = by_name(make_instrument([make_factor([make_item()]), make_part([number, asked])]))

    assert found["C"].base.en == (
        "Those for whom (N from 18 to 60 and (any item was rated 1 or 2 or A1.1 is “Mức 5 in English” or N is “7”)"
        " and mode is “kiosk” or “tablet”) (full form only)"
    )
    assert [value.value for value in found["C__state"].values] == [0, -1, -2, -4]
    assert [value.value for value in found["N__state"].values] == [0, -1, -3]
    assert found["N"].bounds == (0, 120)


def rows(content: bytes, sheet: str) -> list[dict[str, Any]]:
    values = openpyxl.load_workbook(io.BytesIO(content))[sheet].values
    headings = next(values)
    return [dict(zip(headings, row, strict=True)) for row in values]


def test_the_workbook_has_a_row_for_each_variable_and_each_value() -> None:
    instrument = loader.load_builtin("sipas2017")
    written = exchange.write(instrument, "codebook")

    labels = {(row["name"], row["value"]): row["label_vi"] for row in rows(written.content, "values")}

    assert written.file_name == "sipas2017-1.0-codebook.xlsx"
    assert [row["name"] for row in rows(written.content, "variables")] == list(by_name(instrument))
    assert labels["A1.1", "5"] == "Rất hài lòng"
    assert labels["N5", "late"] == "Trễ hẹn"
    assert {row["field"]: row["text"] for row in rows(written.content, "about")}["content_hash"] == loader.content_hash(
        instrument
    )


@pytest.mark.parametrize("code", CODES)
def test_ddi_has_what_the_schema_requires_in_its_order(code: str) -> None:
    instrument = loader.load_builtin(code)
    root = ET.fromstring(exchange.write(instrument, "ddi").content)

    assert root.tag == f"{DDI}codeBook"
    assert [child.tag.removeprefix(DDI) for child in root] == ["stdyDscr", "fileDscr", "dataDscr"]
    assert root.findtext(f"{DDI}stdyDscr/{DDI}citation/{DDI}titlStmt/{DDI}titl") == instrument.title.vi
    assert [var.get("name") for var in root.iter(f"{DDI}var")] == list(by_name(instrument))
    for var in root.iter(f"{DDI}var"):
        places = [ORDER.index(child.tag.removeprefix(DDI)) for child in var]
        assert places == sorted(places)
    ids = [element.get("ID") for element in root.iter() if element.get("ID")]
    assert len(ids) == len(set(ids))
    for group in root.iter(f"{DDI}varGrp"):
        assert set(group.get("var", "").split()) <= set(ids)
