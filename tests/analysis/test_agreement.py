"""Agreement of two interviews against tables worked by hand and by others, and by a truth that is known."""

import json
import random
import subprocess
import sys
from typing import Any

import pytest

from analysis.agreement import agreement, by_group, compared
from questionnaires import loader
from questionnaires.model import RatedItem

SIPAS = loader.load_builtin("sipas2017")
ITEMS = [one.code for one in SIPAS.questions() if isinstance(one, RatedItem)]


def table(yes: int, yes_no: int, no_yes: int, no: int) -> list[tuple[str, str]]:
    return [("y", "y")] * yes + [("y", "n")] * yes_no + [("n", "y")] * no_yes + [("n", "n")] * no


def test_kappa_and_ac1_are_those_worked_by_hand() -> None:
    found = agreement(table(20, 5, 10, 15))

    assert (found.base, found.equal) == (50, pytest.approx(70))
    assert found.kappa == pytest.approx((0.7 - 0.5) / 0.5)
    assert found.ac1 == pytest.approx((0.7 - 2 * 0.55 * 0.45) / (1 - 2 * 0.55 * 0.45))


def test_gwets_own_table_shows_why_kappa_is_not_enough() -> None:
    """Gwet (2002), two raters, 125 subjects: 118, 5, 2, 0; they agree on 94 %, kappa is -0.02, AC1 0.94."""
    found = agreement(table(118, 5, 2, 0))

    assert found.kappa == pytest.approx(-0.0234, abs=5e-5)
    assert found.ac1 == pytest.approx(0.9408, abs=5e-5)


def test_chance_alone_gives_nothing_and_the_same_answers_give_everything() -> None:
    drawn = random.Random(1)
    chance = agreement([(drawn.choices((3, 4, 5), (1, 6, 3))[0], drawn.choices((3, 4, 5), (1, 6, 3))[0])
                        for _ in range(40_000)])  # fmt: skip
    same = agreement([(4, 4)] * 30 + [(5, 5)] * 10)
    one = agreement([(4, 4)] * 30)

    assert chance.kappa == pytest.approx(0, abs=0.02)
    assert (same.equal, same.kappa, same.ac1) == (100, 1, 1)
    assert (one.equal, one.kappa, one.ac1) == (100, None, 1)  # Kappa divides by nothing where all say the same.
    assert agreement([]).equal is None


def answers(value: Any = 4, **values: Any) -> dict[str, Any]:
    return {"values": {**dict.fromkeys(ITEMS, value), "sex": "male", **values}, "states": {}}


def test_a_reason_for_no_answer_is_an_answer_and_what_was_not_asked_is_none() -> None:
    first, second = answers(), answers()
    del first["values"][ITEMS[0]]
    first["states"][ITEMS[0]] = -1
    second["states"][ITEMS[1]] = -2
    del second["values"][ITEMS[1]]
    found = {one["code"]: one for one in compared(SIPAS, [(first, second)])["items"]}

    assert found[ITEMS[0]]["equal"] == 0
    assert ITEMS[1] not in found
    assert compared(SIPAS, [(first, second)])["overall"]["base"] == len(ITEMS) - 1


def _pairs(group: str, count: int, changed: float) -> list[tuple[str, Any, Any]]:
    """Second answers that differ with a known chance."""
    drawn = random.Random(group)
    found = []
    for _ in range(count):
        first = answers()
        second = answers(**{code: 4 if drawn.random() > changed else 3 for code in ITEMS})
        found.append((group, first, second))
    return found


def test_who_agrees_strikingly_little_is_found_and_nobody_else() -> None:
    said = by_group(SIPAS, [*_pairs("a", 12, 0.1), *_pairs("b", 12, 0.12), *_pairs("c", 8, 0.5), *_pairs("d", 4, 0.9)])

    # Of four interviews nothing is said.
    assert {group: one["low"] for group, one in said.items()} == {"a": False, "b": False, "c": True, "d": False}
    assert said["c"]["overall"]["equal"] == pytest.approx(50, abs=8)


def test_the_command_says_the_same_of_standard_input() -> None:
    pairs = [{"group": group, "first": first, "second": second} for group, first, second in _pairs("a", 6, 0.2)]
    asked = {"instrument": json.loads(loader.to_json(SIPAS)), "pairs": pairs}
    command = [sys.executable, "-m", "analysis.agreement"]
    said = json.loads(
        subprocess.run(command, input=json.dumps(asked), capture_output=True, text=True, check=True).stdout
    )

    assert said["interviews"] == 6
    assert said["overall"] == compared(SIPAS, [(one["first"], one["second"]) for one in pairs])["overall"]
    assert said["groups"]["a"]["low"] is False
