"""`make_every_kind`: a small instrument with all kinds of question, and surveys whose analysts' files are tested."""

import json
import random
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from analysis.__main__ import main
from questionnaires import loader
from questionnaires.model import Instrument
from tests import made_once
from tests.analysis.extracts import make_extract, make_instrument, make_plan
from tests.analysis.random_answers import make_random_plan, make_random_rows, make_schema


def _text(text: str) -> dict[str, str]:
    return {"vi": text, "en": f"{text} (English)"}


def make_every_kind() -> Instrument:
    """Beside what the small instrument has: blocks, a ranking, a share, days, numbers below 0, and words of people."""
    content: dict[str, Any] = json.loads(loader.to_json(make_instrument()))
    options = [{"code": code, "text": _text(text)} for code, text in (("fee", "Phí"), ("time", "Thời hạn"))]
    other = [*options, {"code": "other", "text": _text("Việc khác"), "specify": True}]
    content["blocks"] = [{"code": "policy", "title": _text("Chính sách"), "weight": 2.0}]
    content["blocks"].append({"code": "service", "title": _text("Phục vụ"), "weight": 1.0})
    content["formula"]["beside"].append("O_block")
    content["formula"]["base_minimum"] = 20
    factors = [part for part in content["parts"] if part["kind"] == "factor"]
    for factor, block in zip(factors, content["blocks"], strict=True):
        factor["block"] = block["code"]
    factors[0]["items"][0] |= {"not_used": False, "dont_know": True, "prefer_not": True}
    long = "Ông/Bà đánh giá thế nào về thời hạn trả kết quả ở {office}, " * 6
    more = [
        {"kind": "ranking", "code": "first.of.all", "text": _text("Việc cần làm trước"), "options": other, "ranks": 2},
        {"kind": "percentage", "code": "met", "text": _text("Đáp ứng bao nhiêu phần trăm"), "dont_know": True},
        {"kind": "number", "code": "change", "text": _text("Tăng hay giảm"), "minimum": -50, "maximum": 50},
        {"kind": "date", "code": "handed_in", "text": _text("Ngày nộp hồ sơ")},
        {"kind": "single", "code": "why", "text": _text(long), "options": other},
        {"kind": "single", "code": "service_field", "text": _text("Lĩnh vực"), "options": options},
        {"kind": "short_text", "code": "word", "text": _text("Một từ")},
    ]
    next(part for part in content["parts"] if part["kind"] == "assessment")["questions"] += more
    return loader.from_json(json.dumps(content))  # type: ignore[return-value]


def make_files_of_plan(folder: Path, *options: str) -> Path:
    return made_once.copied(folder, _make_files_of_plan, *options)


def _make_files_of_plan(folder: Path, *options: str) -> Path:
    """A sample in strata and PSUs with weights, three responses outside its frame, and open answers beside it."""
    instrument, draw, plan = make_every_kind(), random.Random(17), make_random_plan(units=3, psus=4)
    rows = make_random_rows(instrument, 240, draw, plan=plan)
    rows += make_random_rows(instrument, 60, draw, mode="qr_open", unit="001", point="DX-01")
    rows += make_random_rows(instrument, 3, draw, mode="phone")
    return _released(folder, rows, options, plans={"w1": plan}, instrument=instrument, schema=make_schema(instrument))


def make_files_of_open_answers(folder: Path, *options: str) -> Path:
    return made_once.copied(folder, _make_files_of_open_answers, *options)


def _make_files_of_open_answers(folder: Path, *options: str) -> Path:
    instrument, draw = make_every_kind(), random.Random(18)
    rows = [row for unit in ("001", "002") for row in make_random_rows(instrument, 45, draw, mode="qr_open", unit=unit)]
    return _released(folder, rows, options, instrument=instrument, schema=make_schema(instrument))


def make_files_of_undrawn_answers(folder: Path, *options: str) -> Path:
    return made_once.copied(folder, _make_files_of_undrawn_answers, *options)


def _make_files_of_undrawn_answers(folder: Path, *options: str) -> Path:
    """By a channel of the sample, but without a plan: intervals as of a plain sample, and no verdict."""
    instrument, draw = make_every_kind(), random.Random(20)
    rows = [
        row for unit in ("001", "002") for row in make_random_rows(instrument, 45, draw, mode="paper_self", unit=unit)
    ]
    return _released(folder, rows, options, instrument=instrument, schema=make_schema(instrument))


def make_files_of_waves(folder: Path, *options: str) -> Path:
    """Two waves of a survey combined by stated weights, and buttons at a counter; one stratum has a single PSU."""
    instrument, counter, draw = make_every_kind(), loader.load_builtin("nd61_ba_muc"), random.Random(19)
    plans = {
        "w1": make_plan({"S0": ("000", ["a", "b"]), "S1": ("001", ["c", "d", "e"])}),
        "w2": make_plan({"T0": ("001", ["a", "b", "z"]), "T1": ("002", ["x", "y"])}),
    }
    del plans["w2"]["strata"][1]["psus"][1]
    plans["w2"]["strata"][1]["psus"].append({"code": "never", "name": "never", "sampled": False, "drawn": 0})
    rows = [
        *make_random_rows(instrument, 120, draw, plan=plans["w1"]),
        *make_random_rows(instrument, 90, draw, plan=plans["w2"], wave="w2"),
        *make_random_rows(instrument, 30, draw, mode="kiosk", unit="009", wave="w2"),
        *make_random_rows(counter, 60, draw, mode="counter_3", unit="001", wave="w3"),
    ]
    waves: dict[str, Any] = {"waves": ("w1", "w2"), "weights": {"w1": 2, "w2": 1}, "others": {"w3": counter}}
    schema = make_schema(instrument, counter)
    return _released(folder, rows, options, plans=plans, instrument=instrument, schema=schema, **waves)


def _released(folder: Path, rows: list[dict[str, Any]], options: tuple[str, ...], **extract: Any) -> Path:
    """The folder with extract, release (figures only) in it."""
    written = make_extract(folder / "extract", rows, **extract)
    command = [str(written), "--out", str(folder / "release"), "--no-documents", *options]
    result = CliRunner().invoke(main, command)
    assert result.exit_code == 0, result.output
    return folder
