"""An officer's day: the list of cases, an interview on the citizen's own form, results of visits."""

import json
import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from survey_app import database
from survey_app.casework import cases
from survey_app.models import Case, CaseAttempt, CollectionPoint, Response, ResponseConflict
from survey_app.web import listing
from tests import factories
from tests.staff import Staff, csrf_in, make_staff
from tests.survey_app.answer.conftest import GOOD, token_in
from tests.survey_app.answer.showcase import every_widget, make_showcase


@pytest.fixture
def officer(console_app: Flask) -> Staff:
    """With cases 1 to 3 of an open wave, whose ids are the same."""
    officer_id = make_staff(console_app, "officer")
    with console_app.app_context():
        session = database.session()
        wave, unit = factories.make_wave(session), factories.make_unit(session)
        for number in (1, 2, 3):
            factories.make_case(session, wave, unit, number, officer_id=officer_id)
        session.commit()
    return Staff(console_app, "officer@example.vn")


@pytest.fixture
def look(console_app: Flask) -> Callable[[Callable[[Session], Any]], Any]:
    def ask(query: Callable[[Session], Any]) -> Any:
        with console_app.app_context():
            return query(database.session())

    return ask


def interview(officer: Staff, case: int, answers: dict[str, str] = GOOD, token: str = "") -> Any:
    page = officer.get(f"/field/cases/{case}/answer").text
    fields = {"csrf_token": csrf_in(page), "token": token or token_in(page), **answers}
    return officer.client.post(f"/field/cases/{case}/answer", data=fields)


def disposition(case: int) -> Callable[[Session], str]:
    return lambda session: session.get_one(Case, case).disposition


def test_an_interview_is_kept_under_its_case_and_leads_to_the_next(officer: Staff, look: Any) -> None:
    sent = interview(officer, 1)
    receipt = officer.get(sent.location).text
    kept = look(lambda session: session.scalars(sa.select(Response)).one())

    assert sent.status_code == 303
    assert (kept.case_id, kept.point_id, kept.mode, kept.state) == (1, None, "tablet", "accepted")
    assert look(disposition(1)) == "complete"
    assert 'href="/field/cases/2"' in receipt


def test_an_interview_names_its_officer_and_how_long_it_took(console_app: Flask, officer: Staff, look: Any) -> None:
    page = officer.get("/field/cases/1/answer").text
    console_app.config["CLOCK"] = lambda: factories.NOON + timedelta(minutes=7)
    fields = {"csrf_token": csrf_in(page), "token": token_in(page), **GOOD}
    officer.client.post("/field/cases/1/answer", data=fields)

    assert look(lambda session: session.scalars(sa.select(Response.paradata)).one()) == '{"whole":420,"officer":1}'
    assert "mã điều tra viên" in page


def test_somebody_of_another_type_than_drawn_has_to_be_confirmed(officer: Staff, look: Any) -> None:
    other = {**GOOD, "respondent_type": "business"}
    asked = interview(officer, 1, other)
    unchanged = look(lambda session: session.scalar(sa.select(sa.func.count(Response.id))))
    again = {"csrf_token": csrf_in(asked.text), "token": token_in(asked.text), **other}
    confirmed = re.search(r'name="_other_type" value="([^"]*)"', asked.text)[1]  # type: ignore[index]
    sent = officer.client.post("/field/cases/1/answer", data={**again, "_other_type": confirmed})

    assert (asked.status_code, unchanged, sent.status_code) == (422, 0, 303)
    assert "Kết quả rút mẫu: người dân" in asked.text
    kept = look(lambda session: session.scalars(sa.select(Response.paradata)).one())
    assert json.loads(kept)["other_type"] is True


def test_an_interview_by_telephone_is_one_on_every_page(officer: Staff, look: Any) -> None:
    begin = "/field/cases/1/answer?by=phone"
    page = officer.get(begin).text
    action = unescape(re.search(r'<form method="post" action="([^"]*)"', page)[1])  # type: ignore[index]
    fields = {"csrf_token": csrf_in(page), "token": token_in(page), **GOOD}
    faulty = officer.client.post(action, data={**fields, "A1.1": "9"})
    sent = officer.client.post(action, data=fields)

    assert begin in officer.get("/field/cases/2").text.replace("cases/2", "cases/1")
    assert "by=phone" in faulty.text
    assert sent.status_code == 303
    assert look(lambda session: session.scalars(sa.select(Response.mode)).one()) == "phone"


def test_an_attempt_by_telephone_is_noted_as_one(officer: Staff, look: Any) -> None:
    officer.post("/field/cases/1/disposition", disposition="not_contacted", channel="call", part="morning")
    officer.post("/field/cases/1/disposition", disposition="not_contacted", channel="visit", part="evening")
    officer.post("/field/cases/1/disposition", disposition="not_contacted", channel="pigeon", part="evening")
    officer.post("/field/cases/1/disposition", disposition="not_contacted", channel="", part="evening")

    assert look(lambda session: session.scalars(sa.select(CaseAttempt.channel)).all()) == ["call", "visit"]
    assert "gọi điện thoại: không gặp" in officer.get("/field/cases/1").text


def test_the_receipt_cannot_be_made_up(officer: Staff) -> None:
    assert officer.get("/field/cases/1/receipt?r=AAAA.accepted").status_code == 302


def test_the_same_interview_sent_twice_is_kept_once(officer: Staff, look: Any) -> None:
    page = officer.get("/field/cases/1/answer").text
    fields = {"csrf_token": csrf_in(page), "token": token_in(page), **GOOD}
    first, again = (officer.client.post("/field/cases/1/answer", data=fields) for _ in range(2))

    assert first.location == again.location
    assert look(lambda session: session.scalar(sa.select(sa.func.count()).select_from(Response))) == 1


def test_other_answers_under_the_same_id_are_a_conflict_and_the_first_stay(officer: Staff, look: Any) -> None:
    page = officer.get("/field/cases/1/answer").text
    fields = {"csrf_token": csrf_in(page), "token": token_in(page), **GOOD}
    officer.client.post("/field/cases/1/answer", data=fields)
    other = officer.client.post("/field/cases/1/answer", data={**fields, "A1.1": "1"})

    assert other.status_code == 409
    assert '"A1.1":4' in look(lambda session: session.scalars(sa.select(Response)).one().answers)
    assert look(lambda session: session.scalar(sa.select(sa.func.count()).select_from(ResponseConflict))) == 1


def test_a_case_takes_one_response_whoever_opened_a_second_form(officer: Staff, look: Any) -> None:
    early = token_in(officer.get("/field/cases/1/answer").text)
    interview(officer, 1)
    fields = {"csrf_token": csrf_in(officer.get("/field/cases/2").text)}
    late = officer.client.post("/field/cases/1/answer", data={**fields, "token": early, **GOOD, "A1.1": "2"})

    assert late.status_code == 409
    assert look(lambda session: session.scalar(sa.select(sa.func.count()).select_from(Response))) == 1


def test_a_token_of_another_case_keeps_nothing_and_loses_nothing(officer: Staff, look: Any) -> None:
    foreign = token_in(officer.get("/field/cases/2/answer").text)
    page = interview(officer, 1, {**GOOD, "comment": "giữ lại chữ này"}, foreign)

    assert page.status_code == 400
    assert "giữ lại chữ này" in page.text
    assert look(lambda session: session.scalar(sa.select(sa.func.count()).select_from(Response))) == 0


def test_a_mistake_comes_back_with_what_was_typed(officer: Staff) -> None:
    page = interview(officer, 1, {**GOOD, "A1.1": "9", "comment": "còn đây"})

    assert page.status_code == 422
    assert "còn đây" in page.text
    assert 'name="csrf_token"' in page.text


def test_the_language_switch_keeps_the_answers(officer: Staff) -> None:
    page = interview(officer, 1, {**GOOD, "comment": "còn đây", "_language": "en"})

    assert page.status_code == 200
    assert '<html lang="en">' in page.text
    assert "còn đây" in page.text


def test_a_closed_wave_takes_no_new_interview_but_the_one_begun_in_time(
    console_app: Flask, officer: Staff, look: Any
) -> None:
    page = officer.get("/field/cases/1/answer").text
    console_app.config["CLOCK"] = lambda: factories.NOON.replace(month=12, day=24)
    assert officer.get("/field/cases/2/answer").status_code == 302
    fields = {"csrf_token": csrf_in(page), "token": token_in(page), **GOOD}
    sent = officer.client.post("/field/cases/1/answer", data=fields)

    assert sent.status_code == 303
    assert look(lambda session: session.scalars(sa.select(Response)).one().state) == "late"


def test_a_refusal_is_noted_and_an_answered_case_stays_answered(officer: Staff, look: Any) -> None:
    noted = officer.post("/field/cases/1/disposition", disposition="refused")
    interview(officer, 2)
    officer.post("/field/cases/2/disposition", disposition="refused")
    officer.post("/field/cases/3/disposition", disposition="complete")

    assert noted.location == "/field/cases/2"
    assert [look(disposition(case)) for case in (1, 2, 3)] == ["refused", "complete", "open"]


def test_the_list_is_filtered_and_paged(officer: Staff, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "A_PAGE", 2)
    officer.post("/field/cases/1/disposition", disposition="refused")
    to_visit = officer.get("/field/cases").text
    everything, second = (officer.get(f"/field/cases?disposition=all&page={page}").text for page in (1, 99))

    assert "/field/cases/1" not in to_visit
    assert "/field/cases/3" in to_visit
    assert 'rel="next"' in everything
    assert "/field/cases/3" in second
    assert "/field/cases/1" in officer.get("/field/cases?disposition=refused&q=15520").text
    assert "/field/cases/1" not in officer.get("/field/cases?disposition=refused&q=99").text


def test_the_next_case_is_the_next_open_one_of_the_wave_from_the_beginning_again(app_on_any_database: Flask) -> None:
    officer_id = make_staff(app_on_any_database, "officer")
    session = database.session()
    wave, unit = factories.make_wave(session), factories.make_unit(session)
    made = [
        factories.make_case(session, wave, unit, number, officer_id=officer_id, disposition=disposition)
        for number, disposition in enumerate(("open", "refused", "open", "complete"), 1)
    ]
    following = [cases.next_to_visit(session, officer_id, case) for case in made]

    assert [case.number if case else None for case in following] == [3, 3, 1, 1]
    assert len(session.scalars(cases.of_officer(officer_id, "open", unit.code)).all()) == 2


def test_an_interview_of_several_pages_asks_what_the_unit_leaves_and_is_kept_once(
    console_app: Flask, officer: Staff, look: Any
) -> None:
    make_showcase(console_app, every_widget(), "WDGETS2")
    with console_app.app_context():
        session = database.session()
        point = session.scalars(sa.select(CollectionPoint).where(CollectionPoint.code == "WDGETS2")).one()
        officer_id = session.get_one(Case, 1).officer_id
        case = factories.make_case(session, point.wave, point.unit, 1, officer_id=officer_id).id
        session.commit()
    path = f"/field/cases/{case}/answer"
    first = officer.get(path).text
    fields = {"csrf_token": csrf_in(first), "token": token_in(first), "A1.1": "4", "waited": "yes", "minutes": "90"}
    second = officer.client.post(path, data={**fields, "_page": "1", "_go": "2"})
    sent = officer.client.post(path, data={**fields, "_page": "2", "why": "Máy hỏng"})

    assert "tại xã Thọ Hải?" in first
    assert second.status_code == 200
    assert 'name="why"' in second.text
    assert 'name="csrf_token"' in second.text
    assert sent.status_code == 303
    assert '"why":"Máy hỏng"' in look(lambda session: session.scalars(sa.select(Response)).one().answers)
