"""Visit codes: made offline by a counter's software, read for that point only, spent once, late ones worth less."""

import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from survey_app import database
from survey_app.models import VisitWeek
from survey_app.proofs import visits
from survey_app.proofs.visits import BadVisit
from tests import factories

DAY = date(2026, 11, 23)
KEY = visits.point_key("secret", "K7QF3MX")


def test_a_code_is_read_for_its_own_point() -> None:
    visit = visits.read(KEY, visits.new_code(KEY, "H", DAY), factories.NOON)

    assert (visit.group, visit.week) == ("H", visits.week_of(DAY))
    with pytest.raises(BadVisit):
        visits.read(visits.point_key("secret", "ANOTHER"), visit.code, factories.NOON)


@pytest.mark.parametrize(("weeks", "fresh"), [(0, True), (4, True), (5, False), (60, False)])
def test_a_code_is_fresh_for_five_weeks(weeks: int, fresh: bool) -> None:
    code = visits.new_code(KEY, "A", DAY - timedelta(weeks=weeks))

    assert visits.read(KEY, code, factories.NOON).is_fresh(factories.NOON) is fresh


def test_a_changed_code_is_refused() -> None:
    code = visits.new_code(KEY, "A", DAY)
    changed = [code[:place] + ("B" if letter != "B" else "C") + code[place + 1 :] for place, letter in enumerate(code)]

    for other in changed:
        with pytest.raises(BadVisit):
            visits.read(KEY, other, factories.NOON)


def test_a_group_is_one_letter_of_ours() -> None:
    with pytest.raises(ValueError, match="one of the letters"):
        visits.new_code(KEY, "O", DAY)


def test_a_code_is_spent_once_in_a_row_that_tells_no_order(app_on_any_database: Flask) -> None:
    session = database.session()
    point = factories.make_point(session, mode="visit_code")
    found = [visits.read(KEY, visits.new_code(KEY, "A", DAY), factories.NOON) for _ in range(5)]

    assert [visits.spend(session, point, visit) for visit in (*found, found[2])] == [True] * 5 + [False]
    row = session.query(VisitWeek).one()
    digests = [row.spent[start : start + 8] for start in range(0, len(row.spent), 8)]
    assert digests == sorted(digests)
    assert len(digests) == 5


def test_the_example_of_the_guide_makes_codes_that_are_read() -> None:
    """What a maker of counters' software copies from docs/visit-codes.md, with nothing of ours."""
    guide = (Path(__file__).parents[3] / "docs" / "visit-codes.md").read_text("utf-8")
    example = re.search(r"```python\n(.*?)```", guide, re.DOTALL)
    assert example
    copied: dict[str, Any] = {}
    exec(example[1], copied)

    assert example[1].count("\n") <= 15
    for weeks in range(5):
        day = DAY - timedelta(weeks=weeks)
        visit = visits.read(KEY, copied["visit_code"](KEY, "H", day), factories.NOON)
        assert (visit.group, visit.week, visit.is_fresh(factories.NOON)) == ("H", visits.week_of(day), True)
