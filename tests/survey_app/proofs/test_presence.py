"""Codes of the screen of a kiosk: made alike on both sides, good for ten minutes, and what an answer is marked by."""

import json
from datetime import timedelta

import cv2
import numpy as np
import pytest
from flask import Flask
from playwright.sync_api import Page

from survey_app import database
from survey_app.models import CollectionPoint, Response
from survey_app.proofs import presence
from tests import factories
from tests.browser import browser_context_args, browser_type_launch_args
from tests.survey_app.answer.conftest import GOOD, Citizen, make_open_point, token_in
from tests.survey_app.tablet.conftest import modules, origin

__all__ = ["browser_context_args", "browser_type_launch_args", "modules", "origin"]
KEY = presence.point_key("token key of the tests", "HALL222")


@pytest.fixture
def hall(console_app: Flask) -> Flask:
    make_open_point(console_app, code="HALL222")
    with console_app.app_context():
        session = database.session()
        session.query(CollectionPoint).one().mode = "kiosk"
        session.commit()
    return console_app


def test_a_code_holds_for_ten_minutes() -> None:
    code = presence.code(KEY, factories.NOON)

    for minutes, good in ((-2, False), (-1, True), (0, True), (10, True), (11, False)):
        assert presence.proves(KEY, code.lower(), factories.NOON + timedelta(minutes=minutes)) is good
    assert not presence.proves(presence.point_key("token key of the tests", "OTHER22"), code, factories.NOON)
    assert not presence.proves(KEY, "é\ud800" * 30, factories.NOON)


@pytest.mark.parametrize("good", [True, False])
def test_who_scanned_it_answers_on_the_own_phone_and_is_marked_as_present(hall: Flask, good: bool) -> None:
    code = presence.code(KEY, factories.NOON if good else factories.NOON - timedelta(hours=1))
    client = hall.test_client()
    page = client.get(f"/k/HALL222/{code}").text
    sent = Citizen(client, "HALL222").send(token_in(page), GOOD)
    with hall.app_context():
        [kept] = database.session().query(Response)

        assert (kept.mode, json.loads(kept.paradata or "{}")) == (
            "qr_open",
            {"present": True} if good else {},
        )
    # Only the kiosk itself shows the form to the next person.
    assert "Refresh" not in client.get(sent.headers["Location"]).headers


def test_the_kiosks_own_address_proves_no_kiosk(hall: Flask) -> None:
    """Its QR or typed code works at home too, so what is sent from there counts as an answer of the open QR."""
    citizen = Citizen(hall.test_client(), "HALL222")
    citizen.send(citizen.open(), GOOD)
    with hall.app_context():
        [kept] = database.session().query(Response)

        assert (kept.mode, kept.paradata) == ("qr_open", None)


def test_elsewhere_it_opens_the_form_as_the_sheet_does(open_point: Flask) -> None:
    assert open_point.test_client().get("/k/K7QF3MX/ABCDEF").headers["Location"].startswith("/p/K7QF3MX")


@pytest.fixture
def open_point(console_app: Flask) -> Flask:
    make_open_point(console_app)
    return console_app


@pytest.mark.browser
def test_the_kiosk_makes_the_same_codes_and_any_reader_reads_them(modules: Page) -> None:
    stamps = [int(factories.NOON.timestamp()) + 61 * step for step in range(40)]
    made = modules.evaluate(
        "async ([key, stamps]) => { const { codeAt } = await import('/static/kiosk/presence.js');"
        " return Promise.all(stamps.map((at) => codeAt(key, at * 1000))); }",
        [KEY, stamps],
    )
    assert made == [presence.code(KEY, factories.NOON + timedelta(seconds=61 * step)) for step in range(40)]
    texts = [f"https://khaosat.thoxuan.gov.vn/k/HALL222/{code}" for code in made] + ["x", "x" * 78]
    script = "async (texts) => { const { modules } = await import('/static/kiosk/qr.js'); return texts.map(modules); }"
    drawn = modules.evaluate(script, [*texts, "x" * 79])

    assert drawn[-1] is None
    assert [_read(rows) for rows in drawn[:-1]] == texts


def _read(rows: list[list[bool]]) -> str:
    picture = np.pad(np.where(np.array(rows), 0, 255).astype(np.uint8), 4, constant_values=255)
    return str(cv2.QRCodeDetector().detectAndDecode(np.kron(picture, np.ones((8, 8), np.uint8)))[0])
