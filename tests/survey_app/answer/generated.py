"""Random instruments that a page can meet: every kind of question, nested conditions, short variants, rotation."""

import hashlib
import json
from typing import Any

from hypothesis import strategies as st

from questionnaires import loader
from questionnaires.conditions import Setting
from questionnaires.model import Instrument
from tests.questionnaires.examples import make_data, make_factor, make_item, make_part, text

KINDS = (
    "single",
    "single",
    "single",
    "multiple",
    "ranking",
    "number",
    "percentage",
    "date",
    "short_text",
    "text",
    "general_rating",
)
LOOKED_AT = ("single", "multiple", "ranking", "number", "percentage", "rated", "general_rating")
OPTIONS = [{"code": code, "text": text(f"Ý {code}")} for code in ("a", "b", "c")]
Question = dict[str, Any]


@st.composite
def instruments(draw: st.DrawFn) -> Instrument:
    """Four parts; each question may look at any before it."""
    before: list[Question] = []
    parts = [_factor(draw, "A1", before, first=True)]
    parts.append(
        make_part([_question(draw, f"N{number}", before) for number in range(draw(st.integers(2, 5)))], "part1")
    )
    parts.append(_factor(draw, "A2", before))
    parts.append(
        make_part([_question(draw, f"M{number}", before) for number in range(draw(st.integers(1, 3)))], "part2")
    )
    data = make_data(parts)
    data["scale"]["not_used"] = text("Không dùng")
    data["version"] = hashlib.sha256(json.dumps(data).encode()).hexdigest()[:30]  # One content, one version.
    instrument = loader.read(data)
    assert isinstance(instrument, Instrument)
    return instrument


def settings_of_points() -> st.SearchStrategy[Setting]:
    kinds, variants = st.sampled_from(["counter", "ward"]), st.sampled_from(["full", "short"])
    return st.builds(Setting, kinds, st.sampled_from(["qr_open", "kiosk"]), st.just("xã"), variants)


def _factor(draw: st.DrawFn, code: str, before: list[Question], first: bool = False) -> dict[str, Any]:
    """The first item of all is asked of everybody, so that no form is empty."""
    items, earlier = [], list(before)
    for number in range(1, draw(st.integers(1, 3)) + 1):
        item = make_item(f"{code}.{number}", text=text(f"Ông/Bà thấy {{office}} thế nào ({number})?"))
        if not (first and number == 1):
            item |= _asked_of_some(draw, earlier)
        items.append(item)
    before.extend({"kind": "rated", **item} for item in items)
    return make_factor(items, code, **({"rotate": True} if draw(st.booleans()) else {}))


def _question(draw: st.DrawFn, code: str, before: list[Question]) -> Question:
    kind = draw(st.sampled_from(KINDS))
    question: Question = {"kind": kind, "code": code, "text": text(f"Câu {code}")} | _asked_of_some(draw, before)
    if kind in ("single", "multiple", "ranking"):
        question["options"] = OPTIONS + [{"code": "d", "text": text("Ý khác"), "specify": True}] * draw(st.booleans())
    if kind in ("number", "percentage"):
        question["maximum"] = 9
    if kind not in ("short_text", "text"):
        question["prefer_not"] = draw(st.booleans())
    question["required"] = draw(st.booleans())
    before.append(question)
    return question


def _asked_of_some(draw: st.DrawFn, before: list[Question]) -> dict[str, Any]:
    """A third hangs simply on the last choice, so that chains grow."""
    kind, choices = draw(st.integers(0, 3)), [one for one in before if one["kind"] in ("single", "rated")]
    found: dict[str, Any] = {}
    if kind == 1 and choices:
        values = [1, 3, 4, 5] if choices[-1]["kind"] == "rated" else ["a", "b"]
        found = {"show_if": {"question": choices[-1]["code"], "any_of": values}}
    elif kind:
        found = {"show_if": draw(_conditions(before))}
    return found | ({"full_only": True} if draw(st.integers(0, 7)) == 0 else {})


def _conditions(before: list[Question]) -> st.SearchStrategy[dict[str, Any]]:
    leaves = [_leaf(question) for question in before if question["kind"] in LOOKED_AT]
    leaves.append(st.just({"any_rated": [1, 2]}) if before else st.just({"place": "kind", "any_of": ["counter"]}))
    leaves.append(st.sampled_from([{"place": "kind", "any_of": ["ward"]}, {"place": "mode", "any_of": ["qr_open"]}]))
    return st.recursive(
        st.one_of(leaves), lambda inner: _joined("all_of", inner) | _joined("any_of", inner), max_leaves=5
    )


def _leaf(question: Question) -> st.SearchStrategy[dict[str, Any]]:
    code, kind = question["code"], question["kind"]
    if kind in ("number", "percentage"):
        within = st.integers(0, 5).map(lambda low: {"number": code, "at_least": low, "at_most": low + 3})
        return within | st.integers(0, 9).map(lambda value: {"question": code, "any_of": [value]})
    levels: st.SearchStrategy[Any] = st.sampled_from([1, 2, 3, 4, 5] if "rat" in kind else ["a", "b", "c"])
    return st.lists(levels, min_size=1, max_size=3, unique=True).map(
        lambda any_of: {"question": code, "any_of": any_of}
    )


def _joined(name: str, inner: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    return st.lists(inner, min_size=2, max_size=3).map(lambda conditions: {name: conditions})
