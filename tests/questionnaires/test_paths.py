"""The ways through an instrument: exactly the sets of questions that random answers can lead to."""

from itertools import product
from typing import Any

import pytest

from questionnaires import loader
from questionnaires.answers import Value
from questionnaires.conditions import Setting
from questionnaires.paths import paths
from questionnaires.routing import questions_asked
from tests.questionnaires.examples import make_choice, make_factor, make_instrument, make_item, make_part


def late(code: str, *values: str) -> dict[str, Any]:
    return {"question": code, "any_of": list(values)}


def test_the_paths_are_all_that_answers_can_lead_to() -> None:
    """Counted by trying every answer to every question that a condition looks at."""
    questions = [
        make_choice("Q1"),
        make_choice("Q2", show_if=late("Q1", "yes")),
        make_choice("Q3", show_if={"any_of": [late("Q2", "no"), {"all_of": [late("Q1", "no"), late("Q2", "yes")]}]}),
        make_choice("Q4", show_if={"all_of": [late("Q1", "yes"), {"any_rated": [1, 2]}]}),
        {"kind": "number", "code": "K", "text": {"vi": "Mấy lần?", "en": "How often?"}, "maximum": 9},
        make_choice("Q5", show_if={"number": "K", "at_least": 2, "at_most": 4}),
    ]
    instrument = make_instrument([make_factor([make_item()]), make_part(questions)])
    answers: dict[str, list[Value | None]] = {code: ["yes", "no", None] for code in ("Q1", "Q2")}
    answers |= {"A1.1": [1, 5, None], "K": [0, 2, 5, None]}
    tried = {
        questions_asked(instrument, {code: one for code, one in zip(answers, chosen, strict=True) if one is not None})
        for chosen in product(*answers.values())
    }
    found = paths(instrument)

    assert found.all
    assert {path.asked for path in found.found} == tried


@pytest.mark.parametrize("code", loader.builtin_codes())
def test_the_answers_of_each_path_lead_along_it(code: str) -> None:
    instrument = loader.load_builtin(code)
    for setting in (Setting(), Setting(mode="kiosk", variant="short")):
        found = paths(instrument, setting).found

        assert found
        for path in found:
            assert questions_asked(instrument, path.answers, setting) == path.asked


def test_more_paths_than_anybody_reads_are_cut_and_said() -> None:
    questions = [make_choice(f"Q{n}") for n in range(10)]
    questions += [make_choice(f"R{n}", show_if=late(f"Q{n}", "yes")) for n in range(10)]
    found = paths(make_instrument([make_factor([make_item()]), make_part(questions)]))

    assert (len(found.found), found.all) == (40, False)
