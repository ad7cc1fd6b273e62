"""A condition and its lines say the same, for every condition and all answers."""

from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from questionnaires import conditions_form
from questionnaires.conditions_form import CannotShow

VALUES = {"N1": ["a", "b", "c"], "N2": [1, 2], "kind": ["ward", "counter"]}
leaves = st.one_of(
    st.builds(lambda v: {"question": "N1", "any_of": v}, st.lists(st.sampled_from("abc"), min_size=1, unique=True)),
    st.builds(lambda v: {"number": "N2", "at_least": v}, st.sampled_from([1, 2])),
    st.builds(lambda v: {"any_rated": v}, st.lists(st.sampled_from([1, 2]), min_size=1, unique=True)),
    st.builds(lambda v: {"place": "kind", "any_of": [v]}, st.sampled_from(["ward", "counter"])),
)
conditions = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.builds(lambda members: {"all_of": members}, st.lists(inner, min_size=1, max_size=3)),
        st.builds(lambda members: {"any_of": members}, st.lists(inner, min_size=1, max_size=3)),
    ),
    max_leaves=8,
)


def holds(condition: dict[str, Any], world: dict[str, Any]) -> bool:
    """The meaning, written here once more. N1 stands for a multiple choice: a set of options."""
    if "all_of" in condition:
        return all(holds(member, world) for member in condition["all_of"])
    if "question" in condition:
        return bool(world["N1"] & set(condition["any_of"]))
    if "number" in condition:
        return bool(world["N2"] >= condition["at_least"])
    if "any_rated" in condition:
        return bool(world["rated"] & set(condition["any_rated"]))
    if "place" in condition:
        return world["kind"] in condition["any_of"]
    return any(holds(member, world) for member in condition["any_of"])


WORLDS = [
    {"N1": set(chosen), "N2": number, "rated": set(rated), "kind": kind}
    for chosen, number, rated, kind in product(
        ["", "a", "b", "ab", "c", "abc"], [0, 1, 2], [[], [1], [2], [1, 2]], ["ward", "counter"]
    )
]


@given(conditions)
def test_lines_say_what_the_condition_says(condition: dict[str, Any]) -> None:
    try:
        rows = conditions_form.to_rows(condition)
    except CannotShow:  # What is refused, and why, the tests below say.
        return
    again = conditions_form.from_rows(rows)

    assert again is not None
    assert [holds(condition, world) for world in WORLDS] == [holds(again, world) for world in WORLDS]
    assert conditions_form.to_rows(again) == rows


def test_lines_are_as_few_as_one_would_write() -> None:
    yes, late = {"question": "N1", "any_of": ["yes"]}, {"question": "N5", "any_of": ["late"]}

    assert conditions_form.to_rows(None) == []
    assert conditions_form.from_rows([[]]) is None
    assert conditions_form.to_rows(yes) == [[yes]]
    assert conditions_form.to_rows({"all_of": [yes, {"any_of": [yes, late]}]}) == [[yes]]
    assert conditions_form.to_rows({"any_of": [yes, {"question": "N1", "any_of": ["no"]}]}) == [
        [{"question": "N1", "any_of": ["yes", "no"]}]
    ]


def test_what_would_explode_is_refused_and_kept() -> None:
    pairs = [
        {"all_of": [{"question": f"A{n}", "any_of": ["x"]}, {"question": f"B{n}", "any_of": ["x"]}]} for n in range(12)
    ]

    with pytest.raises(CannotShow, match="kept as it is") as refused:
        conditions_form.to_rows({"any_of": pairs})

    assert refused.value.kind == "too_many"


@pytest.mark.parametrize("broken", [{}, [], "yes", {"all_of": []}, {"any_of": ["yes"]}, {"question": "N1"}])
def test_a_condition_with_faults_is_refused(broken: Any) -> None:
    with pytest.raises(CannotShow) as refused:
        conditions_form.to_rows(broken)

    assert refused.value.kind == "not_a_condition"
