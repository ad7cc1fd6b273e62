"""What a device takes along: an officer's open cases with all that was tried, the waves of the next days, the forms."""

import gzip
import json
from datetime import date, timedelta

import sqlalchemy as sa

from survey_app import database
from survey_app.casework import cases, persons
from survey_app.models import Case, Device, Plan, Unit, Wave
from tests import factories
from tests.staff import make_staff
from tests.survey_app.field.tablets import POINT, Office, any_office, office

__all__ = ["any_office", "office"]


def test_a_tablet_takes_its_officers_open_cases_and_forms_for_all_of_them(any_office: Office) -> None:
    other = make_staff(any_office.app, "officer", "other@example.vn")
    with any_office.app.app_context():
        session = database.session()
        cases.settle(session, session.get_one(Case, 2), "not_contacted", date(2026, 11, 22), "evening", "call")
        cases.settle(session, session.get_one(Case, 3), "refused", date(2026, 11, 22), "evening")
        session.get_one(Case, 4).officer_id = other
        session.get_one(Case, 5).reinterview_of_id = 1
        session.get_one(Case, 5).planned_day = date(2026, 11, 20)
        session.commit()
    tablet = any_office.tablet()
    found = tablet.package()
    (wave,) = found["waves"]
    by_id = {case["id"]: case for case in found["cases"]}

    assert sorted(by_id) == [1, 2, *range(5, 13)]
    assert (by_id[5]["reinterview"], by_id[5]["planned_day"]) == (True, "2026-11-20")
    assert by_id[2]["attempts"] == [
        {"day": "2026-11-22", "part": "evening", "channel": "call", "outcome": "not_contacted"}
    ]
    assert by_id[1]["unit"] == {"code": "15520", "name": "xã Thọ Hải", "type": "xã"}
    assert {(form["language"], form["mode"], form["unit_type"]) for form in wave["forms"]} == {
        (language, mode, "xã") for language in ("vi", "en") for mode in ("tablet", "phone")
    }
    assert {form["hash"] for form in wave["forms"]} == set(found["forms"])
    assert (wave["version"], wave["state"], wave["closes_on"]) == (any_office.version, "open", "2026-11-30")
    assert tablet.package(list(found["forms"]))["forms"] == {}
    assert any_office.look(Device.seen_on) == [date(2026, 11, 23)]


def test_a_tablet_knows_whom_to_ask_in_a_household_by_whatever_is_counted(any_office: Office) -> None:
    seal, number = "ab" * 32, "012345"
    before = any_office.tablet().package()["cases"]
    with any_office.app.app_context():
        session = database.session()
        drawn = {"state": "drawn", "commitment": seal, "public_number": number}
        session.add(Plan(wave_id=session.get_one(Case, 1).wave_id, frame_kind="households", **drawn))
        session.get_one(Case, 2).eligible = 3
        for again, first in ((11, 1), (12, 2)):
            session.get_one(Case, again).reinterview_of_id = first
        session.commit()
    by_id = {case["id"]: case for case in any_office.tablet().package()["cases"]}
    places = [persons.place(seal, number, 1, eligible) for eligible in range(1, 31)]

    assert not any({"persons", "person", "eligible"} & case.keys() for case in before)
    assert by_id[1]["persons"] == by_id[11]["persons"] == places
    for case in (by_id[2], by_id[12]):
        assert (case["eligible"], case["person"]) == (3, persons.place(seal, number, 2, 3))
        assert "persons" not in case


def test_waves_that_are_over_or_far_away_stay_at_the_office(office: Office) -> None:
    with office.app.app_context():
        session = database.session()
        survey, unit = session.scalars(sa.select(Wave)).one().survey, session.scalars(sa.select(Unit)).one()
        today = office.at.date()
        for slug, first, last in (("past", -9, -1), ("soon", 14, 20), ("far", 15, 20)):
            days = {"opens_on": today + timedelta(first), "closes_on": today + timedelta(last)}
            wave = factories.make_wave(session, survey=survey, slug=slug, **days)
            factories.make_case(session, wave, unit, officer_id=office.officer_id)
        session.commit()
    tablet = office.tablet()

    assert [wave["slug"] for wave in tablet.package()["waves"]] == [office.wave, "soon"]
    office.change(Wave, closed_at=office.at - timedelta(minutes=1))
    assert tablet.package()["waves"] == []


def test_a_kiosk_takes_its_point_and_no_case(office: Office) -> None:
    found = office.tablet("kiosk").package()

    assert (found["kind"], found["cases"]) == ("kiosk", [])
    assert found["point"]["code"] == POINT
    assert {(form["language"], form["mode"]) for form in found["waves"][0]["forms"]} == {
        ("vi", "kiosk"),
        ("en", "kiosk"),
    }


def test_the_package_is_compressed_for_a_slow_line(office: Office) -> None:
    tablet = office.tablet()
    seen: list[bytes] = []
    client = office.app.test_client()

    def send(method: str, path: str, headers: object, body: bytes) -> tuple[int, bytes]:
        answer = client.open(path, method=method, headers={**headers, "Accept-Encoding": "gzip"}, data=body)  # type: ignore[dict-item]
        seen.append(answer.data)
        return answer.status_code, gzip.decompress(answer.data)

    tablet.send = send
    found = tablet.package()

    assert len(seen[0]) * 4 < len(json.dumps(found))
