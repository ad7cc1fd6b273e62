"""`make_random_rows`: answers of every kind of question to any instrument, drawn without any truth behind them."""

import random
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import pyarrow as pa

from questionnaires.kinds import THREE_LEVELS
from questionnaires.model import (
    AnyQuestion,
    Day,
    GeneralRating,
    Instrument,
    MultipleChoice,
    Number,
    Percentage,
    Questionnaire,
    Ranking,
    RatedItem,
    SingleChoice,
    ThreeLevelRating,
)
from survey_app.extract.columns import columns, fields
from tests.analysis.extracts import make_plan, make_row

# Among them a formula for a spreadsheet, one of two lines, and one of more bytes than a .dta's usual text.
WRITTEN = (
    *("=1+1", "Cán bộ nhiệt tình, hướng dẫn rõ ràng", "“Đề nghị” thêm ghế\nở nơi chờ"),
    ("Đề nghị trả kết quả đúng hẹn. " * 66).strip(),
)
FIXED = ("id", "wave", "unit", "point", "mode", "language", "local_day", "respondent_type")
DESIGN = ("stratum", "psu", "case", "weight")


def make_schema(*instruments: Questionnaire) -> pa.Schema:
    """As `hailong extract` writes it."""
    kinds = {"local_day": pa.date32(), "weight": pa.float64()}
    named = [(name, kinds.get(name, pa.string())) for name in (*FIXED, *DESIGN)]
    asked = [field for column in columns(instruments) for field in fields(column) if field[0] != "respondent_type"]
    return pa.schema([*named, *asked])


def make_random_plan(units: int, psus: int) -> dict[str, Any]:
    """`units` strata of as many PSUs, the last of which nobody answers in."""
    return make_plan({f"S{u:02}": (f"{u:03}", [f"S{u:02}P{p}" for p in range(psus)]) for u in range(units)})


def make_random_rows(
    instrument: Questionnaire, count: int, draw: random.Random, *, plan: Mapping[str, Any] | None = None, **fixed: Any
) -> list[dict[str, Any]]:
    """`count` responses; with a plan, weighted ones of its PSUs but the last of each stratum."""
    psus = [(s["unit"], s["code"], psu["code"]) for s in (plan or {"strata": []})["strata"] for psu in s["psus"][:-1]]
    types = [one.code for one in instrument.respondent_types]
    asks = any(question.code == "respondent_type" for question in instrument.questions())
    rows = []
    for number in range(count):
        row = {key: value for key, value in make_row(**fixed).items() if key in (*FIXED, *DESIGN)}
        if psus:
            row["unit"], row["stratum"], row["psu"] = psus[number % len(psus)]
            row |= {"case": f"{row['psu']}-{number}", "weight": draw.uniform(1, 90)}
        for question in instrument.questions():
            row |= _answer(question, instrument, draw, "business" if number % 3 else "citizen")
        said = row.get("respondent_type") if asks else types[0]
        rows.append(row | {"respondent_type": said, "local_day": date(2017, 6, 1) + timedelta(number % 20)})
    return rows


def _answer(question: AnyQuestion, instrument: Questionnaire, draw: random.Random, tilt: str) -> dict[str, Any]:
    states = [-1, -2, *([-3] if question.dont_know else []), *([-4] if question.prefer_not else [])]
    none = draw.random() < 0.15
    if isinstance(question, RatedItem | GeneralRating):
        unused = [0] if isinstance(instrument, Instrument) and instrument.not_used_allowed(question) else []
        likely = [5, 4, 5, 4, 3, 1] if tilt == "citizen" else [5, 5, 4, 4, 4, 2]
        return {question.code: draw.choice([*states, *unused]) if none else draw.choice(likely)}
    value = None if none else _value(question, draw)
    return {question.code: value, f"{question.code}__state": draw.choice(states) if value is None else 0}


def _value(question: AnyQuestion, draw: random.Random) -> Any:
    options: Sequence[str] = [option.code for option in getattr(question, "options", ())]
    if isinstance(question, SingleChoice):
        return draw.choice(options)
    if isinstance(question, MultipleChoice):
        return draw.sample(options, draw.randint(1, min(question.max_choices or 9, len(options))))
    if isinstance(question, Ranking):
        return draw.sample(options, draw.randint(1, min(question.ranks, len(options))))
    if isinstance(question, Number | Percentage):
        return draw.randint(question.minimum, min(question.maximum, question.minimum + 40))
    if isinstance(question, ThreeLevelRating):
        return draw.choice(THREE_LEVELS)
    if isinstance(question, Day):
        return date(2017, 5, 1) + timedelta(draw.randint(0, 30))
    return draw.choice(WRITTEN)
