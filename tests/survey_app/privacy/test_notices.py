"""What people are told before they answer, and the register that is filled from it."""

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from survey_app import surveys
from survey_app.privacy import retention
from tests import staff
from tests.survey_app.answer.conftest import CODE, make_open_point

WAVE = "sipas-2026-dot-1"


@pytest.mark.parametrize(("language", "words"), [("vi", "đến ngày 29/01/2027"), ("en", "until 29 Jan 2027")])
def test_the_form_leads_to_the_whole_notice(console_app: Flask, language: str, words: str) -> None:
    make_open_point(console_app)
    client = console_app.test_client()
    with Session(console_app.extensions["engine"]) as session:
        wave = surveys.find_wave(session, WAVE)
        assert wave is not None
        days = {f"{kind}_days": count for kind, count in retention.DEFAULT_DAYS.items()}
        retention.keep(session, wave, days | {f"contact_{language}": "0237 3 869 999"})
        session.commit()
    assert f"/notice/{WAVE}?lang={language}" in client.get(f"/p/{CODE}?lang={language}").text
    page = client.get(f"/notice/{WAVE}?lang={language}")

    assert words in page.text
    assert "0237 3 869 999" in page.text
    assert 'id="guardians"' not in page.text
    assert page.headers.getlist("Set-Cookie") == []
    assert client.get("/notice/none").status_code == 404


def test_students_notice_speaks_to_their_guardians(console_app: Flask) -> None:
    make_open_point(console_app, "gd_thpt")

    assert 'id="guardians"' in console_app.test_client().get(f"/notice/{WAVE}").text


def test_the_register_has_every_wave_with_purpose_days_and_recipients(console_app: Flask) -> None:
    make_open_point(console_app)
    page = staff.signed_in(console_app, "manager").get("/manage/register").text

    for words in ("Phòng Nội vụ huyện Thọ Xuân", "29/01/2027", "Câu trả lời của Ông/Bà giúp cơ quan", "Tệp liên hệ"):
        assert words in page
