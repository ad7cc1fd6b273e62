"""A whole place gives way to the reserve place of a real draw, with its reason, and can be undone in time."""

import json
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from analysis.extract import _strata as strata_as_read
from survey_app import database
from survey_app.casework import cases, progress, spare_psus
from survey_app.models import Case, CaseOfficer, Wave, WaveStep
from tests.staff import Staff, make_staff
from tests.survey_app.fieldwork.drawn import make_drawn
from tests.survey_app.fieldwork.running import WAVE, answer, day
from tests.survey_app.manage.test_plan import the_day_after

PLACES = f"{WAVE}/places"


@pytest.fixture
def manager(console_app: Flask) -> Staff:
    """96 cases of 6 in each of 16 hamlets, with a reserve hamlet in each commune; all given to An."""
    found = make_drawn(console_app, "households")
    an = make_staff(console_app, "officer", "an@example.vn")
    with console_app.app_context():
        database.session().execute(sa.update(Case).where(Case.reserve == 0).values(officer_id=an, planned_day=day(27)))
        database.session().commit()
    return found


def look(app: Flask) -> dict[str, Any]:
    """The first place of the sample and the reserve place of its stratum: their cases in use; the plan as kept."""
    with app.app_context():
        session = database.session()
        wave = session.get_one(Wave, 1)
        stratum = session.scalars(sa.select(Case.stratum).order_by(Case.number)).first()
        here = sa.select(Case).where(Case.stratum == stratum, Case.reinterview_of_id.is_(None))
        old = session.scalars(here.where(Case.reserve == 0).order_by(Case.psu, Case.number)).first()
        assert old is not None
        spare = session.scalars(here.where(Case.reserve == 100).order_by(Case.number)).all()
        ids = [case.id for case in spare]
        used = {case.number for case in session.scalars(sa.select(Case).where(progress.in_use()))}
        gone = session.scalars(here.where(Case.reserve == 0, Case.psu == old.psu)).all()
        read = next(one for one in strata_as_read(json.loads(wave.plan_json or "")) if one.code == stratum)
        steps = session.execute(sa.select(WaveStep.kind, WaveStep.reason, WaveStep.detail).order_by(WaveStep.id)).all()
        return {
            "key": f"{stratum}|{old.psu}",
            "old": old.psu,
            "spare": spare[0].psu,
            "spare_key": f"{stratum}|{spare[0].psu}",
            "in_use": len(used),
            "spare_used": len({case.number for case in spare} & used),
            "officers": {case.officer_id for case in spare},
            "held": session.scalars(sa.select(CaseOfficer.case_id).where(CaseOfficer.case_id.in_(ids))).all(),
            "gone": {case.disposition for case in gone},
            "sampled": set(read.cases_by_psu),
            "people": read.people_by_psu.get(spare[0].psu),
            "steps": [tuple(step) for step in steps],
        }


def test_the_reserve_place_takes_over_with_officer_and_reason_and_goes_back(console_app: Flask, manager: Staff) -> None:
    before = look(console_app)
    page = manager.get(f"{PLACES}/swap?place={before['key']}").text
    without = manager.post(f"{PLACES}/swap", place=before["key"], reason="other", remark=" ")
    done = manager.post(f"{PLACES}/swap", place=before["key"], reason="flood", remark="nước sông Chu lên")
    after, listed = look(console_app), manager.get(PLACES).text
    twice = manager.post(f"{PLACES}/swap", place=before["key"], reason="flood")
    back = manager.post(f"{PLACES}/back", place=before["spare_key"])
    again = look(console_app)

    assert before["spare"] in page
    assert "không ai tự chọn" in page
    assert (without.status_code, done.status_code, twice.status_code, back.status_code) == (422, 302, 422, 302)
    assert (before["spare_used"], after["spare_used"], again["spare_used"]) == (0, 6, 0)
    assert (before["gone"], after["gone"], again["gone"]) == ({"open"}, {"other"}, {"open"})
    assert after["officers"] != {None}
    assert again["officers"] == {None}
    assert (len(before["held"]), len(again["held"])) == (0, 6)  # Their tablets may have asked meanwhile.
    assert after["sampled"] == before["sampled"] - {before["old"]} | {before["spare"]}
    assert after["people"] == 30  # Households of the hamlet in the frame.
    assert again["sampled"] == before["sampled"]
    assert after["steps"][-1] == (
        "amended",
        "lũ lụt, bão hoặc sạt lở: nước sông Chu lên",
        f"PSU {before['old']} → {before['spare']}",
    )
    assert again["steps"][-1][2] == f"PSU {before['spare']} → {before['old']}"
    assert f"thay cho {before['old']}" in listed


def test_once_somebody_has_answered_nothing_is_swapped_or_undone(console_app: Flask, manager: Staff) -> None:
    found = look(console_app)
    manager.post(f"{PLACES}/swap", place=found["key"], reason="road")
    with console_app.app_context():
        session = database.session()
        stratum, spare = found["spare_key"].split("|")
        new = session.scalars(sa.select(Case).where(Case.stratum == stratum, Case.psu == spare)).first()
        assert new is not None
        answer(session, new, day(26))
        session.commit()
    back = manager.post(f"{PLACES}/back", place=found["spare_key"], follow=True)
    swapped = manager.post(f"{PLACES}/swap", place=found["spare_key"], reason="road")

    assert "Không thể hoàn tác nữa" in back.text
    assert swapped.status_code == 422
    assert look(console_app)["gone"] == {"other"}


def test_what_a_visit_said_stays_and_single_reserves_stay_in_their_place(console_app: Flask, manager: Staff) -> None:
    found = look(console_app)
    stratum, old = found["key"].split("|")
    with console_app.app_context():
        session = database.session()
        here = sa.select(Case).where(Case.stratum == stratum, Case.psu == old, Case.reserve == 0).order_by(Case.number)
        refused = session.scalars(here).first()
        assert refused is not None
        cases.settle(session, refused, "refused", day(25), "morning")
        assert cases.next_reserve(session, refused) is not None
        session.commit()
    manager.post(f"{PLACES}/swap", place=found["key"], reason="village")
    with console_app.app_context():
        session = database.session()
        gone, spare = session.scalars(here).all(), found["spare"]
        new = session.scalars(sa.select(Case).where(Case.stratum == stratum, Case.psu == spare, Case.reserve == 100))
        first = new.first()
        assert first is not None
        cases.settle(session, first, "refused", day(26), "morning")
        reserve = cases.replace(session, first)
        taken = reserve.psu, reserve.reserve
        session.rollback()
        closed = [cases.next_reserve(session, case) for case in gone]
    manager.post(f"{PLACES}/back", place=found["spare_key"])

    assert closed == [None] * len(gone)
    assert taken == (spare, 101)
    with console_app.app_context():
        assert [case.disposition for case in database.session().scalars(here)] == [
            "refused",
            *["open"] * (len(gone) - 1),
        ]


def test_where_cases_were_drawn_one_by_one_there_is_no_place_to_swap(console_app: Flask) -> None:
    manager = make_drawn(console_app, "dossiers")
    the_day_after(console_app)

    assert "từng trường hợp được rút riêng" in manager.get(PLACES).text
    with console_app.app_context():
        session = database.session()
        assert spare_psus.places(session, session.get_one(Wave, 1)) == []
