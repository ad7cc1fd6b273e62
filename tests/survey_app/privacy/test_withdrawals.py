"""Taking one's own answers back: what goes, what stays, who may, until when; and that nobody is found out by it."""

import json
import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask, current_app
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from survey_app import extract, responses
from survey_app.models import Base, Publication, Response, ResponseConflict, SlipBatch, Survey, Wave
from survey_app.proofs import slips
from survey_app.proofs.slips import Slip
from tests import factories
from tests.conftest import make_app
from tests.survey_app.answer.conftest import GOOD, Citizen, make_open_point, token_in
from tests.survey_app.answer.test_unlinkable import SIZE, SLIP_POINT, everything
from tests.survey_app.answer.test_unlinkable import filled as slips_filled

NOON = factories.NOON


@pytest.fixture
def citizen(app_outside: Flask) -> Citizen:
    make_open_point(app_outside)
    return Citizen(app_outside.test_client())


@pytest.fixture
def app_outside(tmp_path: Path) -> Iterator[Flask]:
    """Not in its context, so that every request has one of its own."""
    app = make_app(tmp_path, f"sqlite:///{tmp_path / 'test.sqlite'}")
    yield app
    app.extensions["engine"].dispose()


@pytest.fixture
def session(app_outside: Flask) -> Iterator[Session]:
    with Session(app_outside.extensions["engine"]) as session:
        yield session


def sent(citizen: Citizen, token: str = "", **answers: str) -> str:
    """The receipt of what was sent."""
    response = citizen.send(token or citizen.open(), GOOD | answers)
    assert response.status_code == 303, response.text
    return receipt_on(citizen.client.get(response.location))


def receipt_on(page: TestResponse) -> str:
    found = re.search(r'class="receipt"[^>]*>([-2-9A-Z]{14})<', page.text)
    assert found, page.text
    return found[1]


def withdraw(client: FlaskClient, receipt: str, sure: str = "yes", language: str = "en") -> TestResponse:
    return client.post(f"/withdraw?lang={language}", data={"receipt": receipt, "sure": sure})


def kept(session: Session) -> list[Response]:
    session.rollback()
    session.expire_all()
    return list(session.scalars(sa.select(Response).order_by(Response.id)))


def approve(session: Session, survey: Survey, at: Any) -> None:
    made, second = factories.make_user(session), factories.make_user(session, "binh@example.vn")
    shared: dict[str, Any] = {"release": "r", "release_hash": "0", "extract_hash": "0", "number": 1, "made_at": at}
    by = {"made_by_id": made.id, "approved_by_id": second.id, "approved_at": at}
    session.add(Publication(survey_id=survey.id, state="approved", frozen_at=at, **shared, **by))
    session.commit()


def test_from_thanks_to_taken_back_in_both_languages_without_cookie_or_script(
    tmp_path: Path, any_database_url: str
) -> None:
    app = make_app(tmp_path, any_database_url)
    make_open_point(app)
    citizen, session = Citizen(app.test_client()), Session(app.extensions["engine"])
    thanks = citizen.client.get(citizen.send(citizen.open()).location)
    receipt = receipt_on(thanks)
    assert '<form method="post" action="/withdraw?lang=vi">' in thanks.text
    asked = withdraw(citizen.client, receipt.lower().replace("-", " "), sure="", language="vi")

    assert "Ông/Bà muốn rút hẳn phiếu này?" in asked.text
    assert [one.withdrawn for one in kept(session)] == [False]
    assert receipt not in asked.request.path
    assert asked.headers.getlist("Set-Cookie") == []
    assert "Your answers are taken back" in withdraw(citizen.client, receipt).text
    (response,) = kept(session)
    assert (response.void, response.withdrawn, response.state) == (True, True, "accepted")
    assert response.answers == '{"states":{},"values":{}}'
    assert "taken back already" in withdraw(citizen.client, receipt).text
    session.close()
    app.extensions["engine"].dispose()


def test_nothing_of_what_was_said_is_left_in_any_row_but_that_it_was(citizen: Citizen, session: Session) -> None:
    planted = "Gọi tôi 0912345678"
    token = citizen.open()
    receipt = sent(citizen, token, comment=planted)
    assert citizen.send(token, GOOD | {"comment": planted + " nhé"}).status_code == 409
    before = kept(session)[0].content_hash
    withdraw(citizen.client, receipt)
    session.rollback()
    rows = repr([session.execute(sa.select(table)).all() for table in Base.metadata.sorted_tables])

    assert planted not in rows
    assert before not in rows
    assert receipt not in rows
    assert receipt.replace("-", "") not in rows
    assert session.scalar(sa.select(sa.func.count()).select_from(ResponseConflict)) == 0
    (response,) = kept(session)
    assert (response.local_day, response.mode, response.language) == (date(2026, 11, 23), "qr_open", "vi")


def test_sent_again_it_has_the_first_receipt_and_stays_taken_back(citizen: Citizen, session: Session) -> None:
    token = citizen.open()
    receipt = sent(citizen, token)
    withdraw(citizen.client, receipt)
    again = citizen.client.get(citizen.send(token).location)

    assert receipt_on(again) == receipt
    assert "Phiếu này đã được rút lại" in again.text
    assert [one.withdrawn for one in kept(session)] == [True]
    other = citizen.send(token, GOOD | {"A1.1": "1"}, language="en")
    assert (other.status_code, "What you sent now was not kept" in other.text) == (409, True)
    assert session.scalar(sa.select(sa.func.count()).select_from(ResponseConflict)) == 0
    assert [one.answers for one in kept(session)] == ['{"states":{},"values":{}}']


def test_the_extract_counts_it_and_changes_by_nothing_else(citizen: Citizen, session: Session, tmp_path: Path) -> None:
    receipts = [sent(citizen, **{"A1.1": str(1 + number % 5)}) for number in range(6)]
    survey = session.scalars(sa.select(Survey)).one()
    extracts = [extract.write(session, survey, tmp_path / name, NOON) for name in ("before", "same")]
    withdraw(citizen.client, receipts[2])
    withdraw(citizen.client, "2222-2222-2222")
    session.rollback()
    extracts += [extract.write(session, survey, tmp_path / name, NOON) for name in ("after", "again")]
    before, after = (json.loads((tmp_path / name / "manifest.json").read_text()) for name in ("before", "after"))

    assert [one.responses for one in extracts] == [6, 6, 5, 5]
    assert extracts[0].hash == extracts[1].hash != extracts[2].hash == extracts[3].hash
    assert (before["excluded"], after["excluded"]) == ([], [{"reason": "withdrawn", "count": 1}])
    changed = {name for name in before["files"] if before["files"][name] != after["files"][name]}
    assert changed == {"responses.parquet"}
    assert set(after["files"]) - set(before["files"]) == {"withdrawals.json"}


def test_unknown_entered_by_staff_and_too_late_are_each_told(citizen: Citizen, session: Session) -> None:
    receipt = sent(citizen)
    typed_in = sent(citizen)
    key = "token key of the tests"
    staff = next(one for one in kept(session) if responses.receipt(key, one.id, one.content_hash) == typed_in)
    staff.mode = "paper_self"
    session.commit()
    unknown = [withdraw(citizen.client, code) for code in ("", "2222-2222-2222", receipt[:-1], "0OI1", receipt + "2")]
    wave = session.scalars(sa.select(Wave)).one()
    ends = NOON + timedelta(days=8)
    approve(session, wave.survey, ends - timedelta(days=3))  # Of a release made before the end nothing is frozen.
    assert "for good?" in withdraw(citizen.client, receipt, sure="").text
    session.scalars(sa.select(Publication)).one().frozen_at = ends
    session.commit()
    late = [withdraw(citizen.client, receipt, sure=word) for word in ("", "yes")]

    assert {(one.status_code, "We do not know this receipt code" in one.text) for one in unknown} == {(404, True)}
    assert {(one.status_code, "too late" in one.text) for one in late} == {(409, True)}
    assert "An officer entered" in withdraw(citizen.client, typed_in).text
    assert [one.withdrawn for one in kept(session)] == [False, False]


def test_guessing_is_braked_and_knowing_is_not(citizen: Citizen, session: Session) -> None:
    receipts = [sent(citizen) for _ in range(3)]
    for letter in responses.ALPHABET:
        assert withdraw(citizen.client, f"2222-2222-222{letter}").status_code == 404
    blocked = withdraw(citizen.client, receipts[0])

    assert (blocked.status_code, "Wait ten minutes" in blocked.text) == (429, True)
    assert not any(one.withdrawn for one in kept(session))


def test_slips_stay_spent_and_do_not_tell_who_took_back(tmp_path: Path, postgres_server: str) -> None:
    """As in test_unlinkable: the same people, with each other's slips, leave the same database; also after one of them
    took the answers back.
    """
    left = []
    for name, serials in {"own": [0, 3, 4, 7, 8, 11, 12, 15], "other": [11, 0, 15, 7, 3, 12, 8, 4]}.items():
        (tmp_path / name).mkdir()
        with slips_filled(tmp_path / name, postgres_server, serials) as session:
            spent = session.scalars(sa.select(SlipBatch.spent).order_by(SlipBatch.id)).all()
            _withdraw_first(session)
            assert session.scalars(sa.select(SlipBatch.spent).order_by(SlipBatch.id)).all() == spent
            found = everything(session)
            # The seal is made of the random id.
            found["response"] = [[len(c) if isinstance(c, str) else c for c in row] for row in found["response"]]
            left.append(found)

    assert sum(row[-1] is True for row in left[0]["response"]) == 1
    assert {name: left[0][name] == left[1][name] for name in left[0]} == dict.fromkeys(left[0], True)


def _withdraw_first(session: Session) -> None:
    """Of whom wrote first: that is the same person in both."""
    first = session.scalars(sa.select(Response).order_by(sa.literal_column("ctid")).limit(1)).one()
    receipt = responses.receipt("token key of the tests", first.id, first.content_hash)
    session.rollback()
    assert withdraw(current_app.test_client(), receipt).status_code == 200
    session.rollback()
    session.expire_all()


def test_a_spent_slip_opens_nothing_after_its_answers_were_taken_back(app_outside: Flask, session: Session) -> None:
    app = app_outside
    app.config["CLOCK"] = lambda: NOON
    point = factories.make_point(session, code=SLIP_POINT, mode="qr_slip")
    batch = slips.add_batch(session, point, SIZE, "15520", "15520-1", 2.5)
    session.commit()
    code, client = Slip(batch.code, 3).code("token key of the tests"), app.test_client()
    opened = client.get(f"/s/{code}")
    answer = client.post(f"/p/{SLIP_POINT}", data=GOOD | {"token": token_in(opened.text)})
    receipt = receipt_on(client.get(answer.location))

    assert withdraw(client, receipt).status_code == 200
    assert client.get(f"/s/{code}").status_code == 410
    assert client.post(f"/p/{SLIP_POINT}", data=GOOD | {"token": token_in(opened.text)}).status_code == 303
    assert [(one.withdrawn, one.batch_id) for one in kept(session)] == [(True, batch.id)]
