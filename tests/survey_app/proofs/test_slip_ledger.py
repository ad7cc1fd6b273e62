"""The ledger of slips: sums that agree, batches where the draw has people, and prints that leave their trace."""

import json
from datetime import date

import pytest
from flask import Flask

from survey_app import database
from survey_app.models import CollectionPoint
from survey_app.proofs import slip_ledger, slips
from survey_app.proofs.slips import Slip
from tests import factories

DAY = date(2026, 11, 23)
PLAN = {
    "strata": [
        {
            "code": "15520",
            "unit": "15520",
            "psus": [
                {"code": "15520-01", "drawn": 3},
                {"code": "15520-02", "drawn": 2},
                {"code": "-09", "sampled": False},
            ],
        }
    ]
}


def make_drawn_point() -> CollectionPoint:
    """Three cases with weight 4 in one PSU, two with 2.5 in the other; a reserve and a re-interview beside them."""
    session = database.session()
    point = factories.make_point(session, wave=factories.make_wave(session, plan_json=json.dumps(PLAN)), mode="qr_slip")
    for number in range(1, 4):
        case = factories.make_case(session, point.wave, point.unit, number, weight=4.0)
    factories.make_case(session, point.wave, point.unit, 4, weight=4.0, reserve=1)
    factories.make_case(session, point.wave, point.unit, 5, weight=4.0, reinterview_of_id=case.id)
    for number in (6, 7):
        factories.make_case(session, point.wave, point.unit, number, psu="15520-02", weight=2.5)
    session.commit()
    return point


def test_the_ledger_adds_up_whatever_becomes_of_the_slips(app: Flask) -> None:
    session = database.session()
    batch = slips.add_batch(session, factories.make_point(session, mode="qr_slip"), 40)
    slip_ledger.note_print(batch, DAY)
    for serial in (0, 1, 2):
        slips.spend(session, Slip(batch.code, serial))
    for serial, why in ((10, "returned"), (11, "spoiled"), (12, "spoiled"), (13, "replaced")):
        slips.take_out(session, Slip(batch.code, serial), why)  # type: ignore[arg-type]
    other = slips.add_batch(session, batch.point, 5)
    line, total = slip_ledger.line(batch), slip_ledger.together(map(slip_ledger.line, (batch, other)))

    assert (line.made, line.issued, line.spent, line.returned, line.spoiled, line.replaced) == (40, 40, 3, 1, 2, 1)
    assert line.left == 33 == len([s for s in range(40) if s > 2 and not 10 <= s <= 13])
    assert (total.made, total.issued, total.left) == (45, 40, 38)


def test_a_batch_stands_in_a_psu_of_the_draw_with_the_weight_of_its_cases(app: Flask) -> None:
    found = slip_ledger.psus(database.session(), make_drawn_point())

    assert [(psu.psu, psu.weight, psu.cases) for psu in found] == [("15520-01", 4.0, 3), ("15520-02", 2.5, 2)]


def test_without_a_plan_there_is_no_psu_to_choose(app: Flask) -> None:
    session = database.session()
    point = factories.make_point(session, mode="qr_slip")
    factories.make_case(session, point.wave, point.unit)

    assert slip_ledger.psus(session, point) == []


def test_the_batches_of_a_plan_are_made_once(app_on_any_database: Flask) -> None:
    session, point = database.session(), make_drawn_point()
    factories.make_point(session, wave=point.wave, unit=point.unit, mode="qr_slip")
    made = slip_ledger.add_missing(session, point.wave)

    assert [(batch.point_id, batch.psu, batch.weight, batch.size) for batch in made] == [
        (point.id, "15520-01", 4.0, 3),
        (point.id, "15520-02", 2.5, 2),
    ]
    assert slip_ledger.add_missing(session, point.wave) == []


def test_a_psu_with_more_cases_than_a_batch_holds_gets_several() -> None:
    assert slip_ledger._sizes(1700) == [800, 800, 100]


def test_the_first_print_gives_out_and_the_second_needs_a_reason_that_stays(app: Flask) -> None:
    session = database.session()
    batch = slips.add_batch(session, factories.make_point(session, mode="qr_slip"), 5)
    assert slip_ledger.never_printed(session, batch.wave) == [batch]
    slip_ledger.note_print(batch, DAY)

    assert (batch.issued_on, batch.remark, slip_ledger.never_printed(session, batch.wave)) == (DAY, "", [])
    with pytest.raises(ValueError, match="exist twice"):
        slip_ledger.note_print(batch, date(2026, 11, 24), "  ")
    slip_ledger.note_print(batch, date(2026, 11, 24), "giấy kẹt")
    slip_ledger.note(batch, date(2026, 11, 25), "giao trưởng thôn")
    assert batch.issued_on == DAY
    assert batch.remark.splitlines() == ["2026-11-24 ↻ giấy kẹt", "2026-11-25 giao trưởng thôn"]


def test_notes_end_where_there_is_no_room_and_lose_nothing(app: Flask) -> None:
    session = database.session()
    batch = slips.add_batch(session, factories.make_point(session, mode="qr_slip"), 5)
    slip_ledger.note(batch, DAY, "x" * 480)

    with pytest.raises(ValueError, match="no room"):
        slip_ledger.note(batch, DAY, "one more")
    assert batch.remark.endswith("x" * 480)
