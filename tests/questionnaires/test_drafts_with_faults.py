"""Whatever stands at any place of a draft: faults and advice are named, versions compared, and nothing falls over."""

import contextlib
import json
import random
from typing import Any

from questionnaires import changes, editing, lint, loader, outline

JUNK: list[Any] = [
    None,
    5,
    -1.5,
    True,
    "",
    "x",
    "á" * 300,
    [],
    {},
    [1],
    [[]],
    [None],
    {"vi": 3},
    {"x": {"y": []}},
    {"any_of": 1},
]
BUILTIN = ("sipas2017", "sipas2026", "nd61_ba_muc", "yte_ngoaitru")


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(found for name, one in inner for found in places(one, (*path, name)))]


def spoiled(value: Any, path: tuple[Any, ...], junk: Any) -> Any:
    if not path:
        return junk
    copied = value.copy()
    copied[path[0]] = spoiled(value[path[0]], path[1:], junk)
    return copied


def short(code: str) -> Any:
    """A few parts and questions of each kind, so that every place is spoiled some time."""
    data = json.loads(loader.to_json(loader.load_builtin(code)))
    data["parts"] = [*data["parts"][:3], *data["parts"][5:7]]
    for part in data["parts"]:
        part[outline.list_name(part)] = part[outline.list_name(part)][:3]
    return data


def test_junk_at_any_place_is_a_fault_and_no_accident() -> None:
    dice = random.Random(5)
    whole = [short(code) for code in BUILTIN]
    for number in range(300):
        base = draft = whole[number % len(whole)]
        for _ in range(dice.choice((1, 1, 2, 5))):
            draft = spoiled(draft, dice.choice(places(draft)[1:]), dice.choice(JUNK))

        with contextlib.suppress(loader.InstrumentFaults):
            loader.read(draft)
        assert all(one.message for one in lint.advice(draft, base))
        changes.compare(draft, base)
        for code in ["A1.1", "respondent_type", "nothing"]:
            outline.place_hash(draft, code)
            outline.looking_at(draft, code)
            with contextlib.suppress(outline.NotThere):
                outline.questions_before(draft, code)
                outline.possible_values(draft, code)
            with contextlib.suppress(outline.NotThere, editing.CannotEdit):
                editing.duplicate_question(draft, code)
                editing.rename_question(draft, code, "renamed")
                editing.remove_question(draft, code, anyway=True)
        with contextlib.suppress(outline.NotThere, editing.CannotEdit):
            editing.suggested_code(draft, "A1")
            editing.move_part(draft, "A1", 0)
