"""Whatever merges into whatever, nothing is lost and nothing is doubled; and the way back leads to where it was."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import hypothesis.strategies as st
import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import Phase, given, settings
from sqlalchemy.orm import Session

from survey_app import database, units
from survey_app.accounts import branches
from survey_app.models import Base, Case, CollectionPoint, UnitChange, UnitMove, User, Wave
from survey_app.unit_changes import asked as asking
from survey_app.unit_changes import carrying, undoing
from tests import factories
from tests.conftest import make_app
from tests.survey_app.unit_changes.conftest import BASIS, DAY, NAMES, answer, at, fill

CODES = list(NAMES)
OWN = "own"  # The new unit takes the code of the first that ends.
OF_UNITS = ("account", "collection_point", "case", "paper_batch", "register_entry", "response", "visit_week", "unit")


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    folder = tmp_path_factory.mktemp("nothing-lost")
    app = make_app(folder, f"sqlite:///{folder / 'test.sqlite'}")
    with app.app_context():
        fill(database.session())
    yield app
    app.extensions["engine"].dispose()


def rows(session: Session) -> dict[str, list[Any]]:
    """All that names a unit, as it is, by its table; without what the change itself added."""
    session.flush()
    tables = [Base.metadata.tables[name] for name in OF_UNITS]
    found = {}
    for table in tables:
        columns = [column for column in table.columns if column.name != "update_datetime"]
        found[table.name] = sorted(map(tuple, session.execute(sa.select(*columns))), key=repr)
    return found


CHANGES = st.one_of(
    st.tuples(st.just("merge"), st.permutations(CODES).map(lambda codes: codes[:2]), st.sampled_from([OWN, "109"])),
    st.tuples(st.just("merge"), st.just(CODES), st.sampled_from([OWN, "109"])),
    st.tuples(st.just("join"), st.permutations(CODES).map(lambda codes: codes[:2]), st.none()),
    st.tuples(st.just("rename"), st.sampled_from(CODES).map(lambda code: [code]), st.sampled_from(["", "109"])),
)
ANSWERS = st.lists(st.tuples(st.booleans(), st.integers(1, 6), st.integers(-3, 0)), max_size=8)


@settings(max_examples=25, phases=(Phase.explicit, Phase.generate))
@given(CHANGES, ANSWERS, st.integers(0, 2))
def test_counts_before_are_counts_after_and_undone_all_is_as_it_was(
    filled: Flask, change: tuple[str, list[str], str | None], answers: list[tuple[bool, int, int]], back: int
) -> None:
    with filled.app_context():
        session = database.session()
        before, entered = _begin(session, change, answers, back)
        after = rows(session)

        assert {name: len(found) for name, found in after.items() if name != "unit"} == {
            name: len(found) for name, found in before.items() if name != "unit"
        }
        day = DAY - timedelta(days=back)
        ended = {place.id for place in asking.of_change(entered).units}
        on_map = {unit.id for unit in units.valid_on(session, DAY)}
        assert not ended & on_map
        for column in (User.branch_id, CollectionPoint.unit_id):
            assert set(session.scalars(sa.select(column).where(column.is_not(None)))) <= on_map
        assert set(session.scalars(sa.select(Case.unit_id).where(Case.disposition == "open"))) <= on_map
        moved = session.scalars(sa.select(UnitMove).where(UnitMove.thing == "unit")).all()
        for move in moved:
            assert move.from_id in branches.units_below(session, move.to_id)
        assert entered.effective_on == day
        undoing.undo(session, entered, 1, "Nhầm", factories.NOON)
        assert rows(session) == before
        session.rollback()


def _begin(
    session: Session, change: tuple[str, list[str], str | None], answers: list[tuple[bool, int, int]], back: int
) -> tuple[dict[str, list[Any]], UnitChange]:
    wave = session.scalars(sa.select(Wave)).one()
    places = {
        True: session.scalars(sa.select(CollectionPoint).order_by(CollectionPoint.id)).all(),
        False: session.scalars(sa.select(Case).where(Case.disposition == "open").order_by(Case.id)).all(),
    }
    for at_point, which, days in answers:
        place = places[at_point][which - 1]
        if at_point or place.disposition == "open":
            answer(session, wave, place, DAY + timedelta(days=days))
    before = rows(session)
    kind, codes, code = change
    part = (codes[0], "", "", "") if kind == "join" else (codes[0] if code == OWN else code or "", "Mới", "xã", "")
    day = DAY - timedelta(days=back)
    asked = asking.read(session, "merge" if kind == "join" else kind, day, BASIS, codes, [part])
    by = session.scalars(sa.select(User)).first()
    assert by
    return before, carrying.enter(session, asked, by.id, at(DAY))
