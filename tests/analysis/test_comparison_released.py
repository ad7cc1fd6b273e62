"""Two releases of a survey whose instrument changed: what compares, what needs a note, what is refused."""

import json
import random
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from click.testing import CliRunner

from analysis.__main__ import main
from analysis.comparison import Released, SeriesBreak, change, released, trend
from questionnaires import editing, loader, outline
from questionnaires.model import Instrument
from tests.analysis import extracts
from tests.analysis.extracts import SCHEMA, make_extract, make_instrument, make_plan, make_row

NOTE = "From 2018 the index counts one more item."


def plain() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(loader.to_json(make_instrument()))
    return found


def reworded() -> dict[str, Any]:
    question = dict(outline.question(plain(), "A1"))
    return editing.put_question(plain(), "A1", question | {"text": {"vi": "Khác hẳn", "en": "A1"}})


def with_one_more() -> dict[str, Any]:
    words = {"vi": "Thêm", "en": "More"}
    item = dict(outline.question(plain(), "B1")) | {"code": "B2", "text": words, "criterion": words}
    return editing.add_question(plain(), "B", item)


def release(folder: Path, content: dict[str, Any], high: float) -> Path:
    """A planned wave of two communes with three villages each; `high`: the share of those who are satisfied."""
    instrument = loader.read(content)
    assert isinstance(instrument, Instrument)
    dice = random.Random(7)
    items = [item.code for item in instrument.items]
    rows = [
        make_row(unit=unit, stratum=unit, psu=f"{unit}-{psu}", case=f"{unit}-{psu}-{n}", weight=10.0)
        | {code: 5 if dice.random() < high else 2 for code in items}
        for unit in ("001", "002")
        for psu in (1, 2, 3)
        for n in range(10)
    ]
    plan = make_plan({unit: (unit, [f"{unit}-{psu}" for psu in (1, 2, 3)]) for unit in ("001", "002")})
    schema = pa.schema([*SCHEMA, *(pa.field(code, pa.int8()) for code in items if code not in SCHEMA.names)])
    extract = make_extract(folder / "extract", rows, instrument=instrument, plans={"w1": plan}, schema=schema)
    result = CliRunner().invoke(main, [str(extract), "--out", str(folder / "release"), "--no-documents"])
    assert result.exit_code == 0, result.output
    return folder / "release"


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return release(tmp_path_factory.mktemp("2017"), plain(), 0.7)


def figures(before: Path, after: Path, place: str) -> tuple[Released, Released]:
    name = f"probability/{place}/all/all"
    return released(before, name, "2017"), released(after, name, "2018")


def test_a_reworded_item_stands_beside_the_change(tmp_path: Path, before: Path) -> None:
    after = release(tmp_path, reworded(), 0.9)

    index, item, other = (change(*figures(before, after, f"{p}")) for p in ("overall/index", "item/A1", "item/B1"))

    assert index.test.estimate > 0
    assert (
        [(one.place, one.what) for one in index.remarks]
        == [("A1", "reworded")]
        == [(one.place, one.what) for one in item.remarks]
    )
    assert "people may understand the new words differently" in str(index.table()["remarks"][0])
    assert (other.remarks, index.breaks, item.breaks) == ((), (), ())


def test_an_added_item_breaks_the_index_but_not_what_was_left_alone(
    tmp_path: Path, before: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(extracts, "SCHEMA", extracts.SCHEMA.append(pa.field("B2", pa.int8())))
    after = release(tmp_path, with_one_more(), 0.9)

    for place in ("overall/index", "factor/B"):
        with pytest.raises(SeriesBreak, match=r"the instrument changed from small 1 to small 1 \(B2 added\)"):
            change(*figures(before, after, place))
    noted = change(*figures(before, after, "overall/index"), note=NOTE)

    assert (noted.note, [one.what for one in noted.breaks]) == (NOTE, ["the instrument"])
    for place in ("item/A1", "item/B1", "factor/A"):
        untouched = trend(figures(before, after, place)).changes[0]
        assert (untouched.breaks, untouched.remarks) == ((), ())


def test_two_series_are_not_compared(before: Path) -> None:
    index, item = (released(before, f"probability/{place}/all/all", "2017") for place in ("overall/index", "item/A1"))

    with pytest.raises(ValueError, match="the index and A1 are two series"):
        change(index, item)


def test_a_figure_that_was_not_published_is_named(before: Path) -> None:
    with pytest.raises(ValueError, match="no figure probability/item/Z9/all/all"):
        released(before, "probability/item/Z9/all/all", "2017")
