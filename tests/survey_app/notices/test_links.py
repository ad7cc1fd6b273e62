"""Links by mail: to a new account, and for whoever forgot the password; sent by a real server that also fails."""

import re
import socket
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from benchmarks.site import free_port
from survey_app import accounts, database, doctor
from survey_app.accounts import invitations
from survey_app.clock import utc_now
from survey_app.models import AuditEntry, Letter
from survey_app.notices import outbox, post, sending
from survey_app.notices.sending import Report
from tests.staff import PASSWORD, Staff, csrf_in, make_staff, signed_in
from tests.survey_app.notices import postman
from tests.survey_app.notices.postman import Postman

NEW = {"email": "moi@example.vn", "name": "Lê Thị Mới", "roles": ["officer"], "branch": "0"}


def use_mail(app: Flask, server: str) -> None:
    own = {"mail_server": server, "mail_from": "Khảo sát <khaosat@example.vn>"}
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], **own)


def send(app: Flask, later: timedelta = timedelta()) -> Report:
    def now() -> datetime:
        return utc_now() + later

    with app.app_context():
        return sending.send_due(database.engine(), app.config["SETTINGS"], now)


def letters(app: Flask) -> list[Letter]:
    with app.app_context():
        return list(database.session().scalars(sa.select(Letter).order_by(Letter.id)))


@pytest.fixture
def mail(console_app: Flask) -> Iterator[Postman]:
    with postman.at_work() as (found, port):
        use_mail(console_app, f"smtp://127.0.0.1:{port}?tls=off")
        yield found


def _link(text: str) -> str:
    found = re.search(r"http://localhost:8000(/invitation/\S+)", text)
    assert found, text
    return found[1]


def _choose(client: FlaskClient, path: str) -> int:
    token = csrf_in(client.get(path).text)
    return client.post(path, data={"csrf_token": token, "password": PASSWORD, "again": PASSWORD}).status_code


def _forgot(app: Flask, email: str, client: FlaskClient | None = None) -> tuple[int, str]:
    client = client or app.test_client()
    token = csrf_in(client.get("/forgotten-password").text)
    answer = client.post("/forgotten-password", data={"csrf_token": token, "email": email})
    return answer.status_code, client.get("/login").text if answer.status_code == 302 else answer.text


def test_a_new_account_gets_its_link_on_the_screen_and_by_mail(console_app: Flask, mail: Postman) -> None:
    administrator = signed_in(console_app, "administrator")
    console_app.config["CLOCK"] = utc_now
    page = administrator.post("/accounts/new", **NEW).text
    waits = letters(console_app)
    assert send(console_app).sent == 1
    assert send(console_app).sent == 0

    assert 'value="http://localhost:8000/invitation/' in page
    assert "moi@example.vn trong vài phút" in page
    assert [(one.kind, one.about) for one in waits] == [("invitation", "")]
    letter = mail.letters[0]
    assert (letter["To"], letter["From"]) == ("moi@example.vn", "Khảo sát <khaosat@example.vn>")
    assert letter["Subject"] == "Tài khoản của Ông/Bà trong Hài Lòng"
    assert letter.get_content().startswith("Kính gửi Ông/Bà Lê Thị Mới,")
    assert _choose(console_app.test_client(), _link(letter.get_content())) == 302
    assert Staff(console_app, "moi@example.vn").get("/field/cases").status_code == 200
    with console_app.app_context():
        deeds = set(database.session().execute(sa.select(AuditEntry.deed, AuditEntry.who)).tuples())
    assert ("password_chosen", "moi@example.vn") in deeds


def test_a_forgotten_password_is_answered_alike_whoever_asks(console_app: Flask, mail: Postman) -> None:
    make_staff(console_app, "officer")
    closed = make_staff(console_app, "viewer", "closed@example.vn")
    with console_app.app_context():
        user = accounts.find_user(database.session(), "closed@example.vn")
        accounts.deactivate(database.session(), user, utc_now())
        database.session().commit()
    asked = ("OFFICER@example.vn", "stranger@example.vn", "closed@example.vn", "no address")
    seen = {_without_tokens(_forgot(console_app, email)) for email in asked}
    report = send(console_app)

    assert len(seen) == 1
    assert "Nếu địa chỉ này có tài khoản" in seen.pop()
    assert [letter["To"] for letter in mail.letters] == ["officer@example.vn"]
    assert (report.sent, report.waiting) == (1, 0)
    assert closed not in {letter.account_id for letter in letters(console_app)}
    assert "2 giờ" in mail.letters[0].get_content()
    assert _choose(console_app.test_client(), _link(mail.letters[0].get_content())) == 302


def _without_tokens(answer: tuple[int, str]) -> str:
    assert answer[0] == 302
    return re.sub(r'value="[^"]*"', "", answer[1])


def test_a_link_that_was_asked_for_is_of_two_hours_and_fills_no_letter_box(
    console_app: Flask, mail: Postman, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_staff(console_app, "officer")
    client = console_app.test_client()
    answers = [_forgot(console_app, "officer@example.vn", client)[0] for _time in range(4)]
    assert answers == [302, 302, 302, 429]
    assert send(console_app).sent == 1
    console_app.config["CLOCK"] = lambda: utc_now() + timedelta(minutes=5)
    with console_app.app_context():
        outbox.write(database.session(), letters(console_app)[0].account_id, "password", utc_now())
        database.session().commit()
    assert send(console_app).sent == 0
    path = _link(mail.letters[0].get_content())
    assert client.get(path).status_code == 200
    monkeypatch.setattr(invitations, "utc_now", lambda: utc_now() + timedelta(hours=2, minutes=1))
    assert client.get(path).status_code == 410


@pytest.mark.parametrize("way", ["link", "own page", "closed", "sessions ended"])
def test_no_link_is_made_for_a_matter_that_is_over(console_app: Flask, mail: Postman, way: str) -> None:
    """The letter waits, as behind a server that is away, while the account gets another password or ends."""
    officer, settings = signed_in(console_app, "officer"), console_app.config["SETTINGS"]
    administrator = signed_in(console_app, "administrator")
    console_app.config["CLOCK"] = utc_now
    assert _forgot(console_app, "officer@example.vn")[0] == 302
    waits = letters(console_app)
    with console_app.app_context():
        user = accounts.find_user(database.session(), "officer@example.vn")
        path, account = f"/invitation/{invitations.make(settings.secret_key, user)}", f"/accounts/{user.id}"
    new = {"new_password": "một mật khẩu khác", "new_password_confirm": "một mật khẩu khác"}
    deeds = {
        "link": lambda: _choose(console_app.test_client(), path),
        "own page": lambda: officer.post("/account/password", password=PASSWORD, **new).status_code,
        "closed": lambda: administrator.post(f"{account}/active", active="0").status_code,
        "sessions ended": lambda: administrator.post(f"{account}/sessions/end").status_code,
    }
    assert deeds[way]() == 302
    if way == "closed":
        administrator.post(f"{account}/active", active="1")

    told = ["password_set"] if way in ("link", "own page") else []

    assert [one.kind for one in waits] == ["password"]
    assert [one.kind for one in letters(console_app)] == told
    assert send(console_app).sent == len(told)
    assert [letter["Subject"] for letter in mail.letters] == ["Tài khoản của Ông/Bà có mật khẩu mới"] * len(told)
    assert "/invitation/" not in "".join(letter.get_content() for letter in mail.letters)


def test_both_addresses_are_told_of_a_correction_and_the_old_one_of_nobody(console_app: Flask, mail: Postman) -> None:
    """The old one may have been mistyped: whoever reads there learns neither a name nor the new one."""
    administrator = signed_in(console_app, "administrator")
    console_app.config["CLOCK"] = utc_now
    administrator.post("/accounts/new", **NEW)
    with console_app.app_context():
        path = f"/accounts/{accounts.find_user(database.session(), NEW['email']).id}"  # type: ignore[arg-type]
    assert administrator.post(f"{path}/email", email="le.thi.moi@example.vn").status_code == 302
    assert [one.kind for one in letters(console_app)] == ["moved_from", "moved_to"]  # The invitation waits no more.
    assert send(console_app).sent == 2
    told = {letter["To"]: letter.get_content() for letter in mail.letters}

    assert set(told) == {NEW["email"], "le.thi.moi@example.vn"}
    assert "le.thi.moi" not in told["moi@example.vn"]
    assert "Lê Thị Mới" not in told["moi@example.vn"]
    assert "le.thi.moi@example.vn" in told["le.thi.moi@example.vn"]
    send(console_app, timedelta(minutes=11))
    assert letters(console_app) == []  # No address of before is kept.


def test_without_a_mail_server_nothing_is_written_and_no_page_offers_it(console_app: Flask) -> None:
    administrator = signed_in(console_app, "administrator")
    page = administrator.post("/accounts/new", **NEW).text
    client = console_app.test_client()

    assert "/invitation/" in page
    assert "trong vài phút" not in page
    assert letters(console_app) == []
    assert client.get("/forgotten-password").status_code == 404
    assert "/forgotten-password" not in client.get("/login").text
    assert "Thư điện tử" not in administrator.get("/account/").text.replace("Địa chỉ thư điện tử", "")


def _invite(app: Flask) -> Staff:
    administrator = signed_in(app, "administrator")
    app.config["CLOCK"] = utc_now
    assert administrator.post("/accounts/new", **NEW).status_code == 200
    return administrator


def test_a_server_that_is_away_hangs_or_comes_back_hinders_no_deed(
    console_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = free_port()
    use_mail(console_app, f"smtp://127.0.0.1:{port}?tls=off")
    _invite(console_app)
    assert send(console_app).away == "ConnectionRefusedError"
    with socket.create_server(("127.0.0.1", port)), monkeypatch.context() as patch:
        patch.setattr(post, "SECONDS", 0.3)  # It takes the call and never says a word.
        assert send(console_app).away == "SMTPServerDisconnected"
    assert [letter.tries for letter in letters(console_app)] == [0]
    with postman.at_work(port) as (found, _port):
        report = send(console_app)

        assert (report.sent, report.waiting, report.away) == (1, 0, "")
        assert len(found.letters) == 1


def test_a_letter_that_is_refused_for_now_is_tried_later_and_one_for_good_is_not(
    console_app: Flask, mail: Postman
) -> None:
    _invite(console_app)
    mail.answers = ["451 try later", "451 try later", "550 who is moi@example.vn"]
    first = send(console_app)
    at_once = send(console_app)
    assert (first.refused, first.waiting) == (["letter 1: recipient 451"], 1)
    assert (at_once.refused, mail.answers) == ([], ["451 try later", "550 who is moi@example.vn"])
    assert send(console_app, timedelta(minutes=6)).refused == ["letter 1: recipient 451"]
    assert send(console_app, timedelta(minutes=12)).refused == []
    last = send(console_app, timedelta(hours=1))
    assert (last.refused, last.waiting) == (["letter 1: recipient 550"], 0)
    assert send(console_app, timedelta(days=1)).sent == 0
    assert letters(console_app) == []


def test_a_letter_is_given_up_after_three_days(console_app: Flask, mail: Postman) -> None:
    _invite(console_app)
    mail.answers = ["451 try later"] * 99
    hours = 0
    while letters(console_app):
        hours += 1
        send(console_app, timedelta(hours=hours))

    assert hours == 72
    assert 14 <= 99 - len(mail.answers) <= 16


def test_a_run_that_dies_after_the_letter_went_out_does_not_send_it_again_at_once(
    console_app: Flask, mail: Postman, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_anything: object) -> None:
        raise KeyboardInterrupt

    _invite(console_app)
    with monkeypatch.context() as patch:
        patch.setattr(outbox, "settle", die)
        with pytest.raises(KeyboardInterrupt):
            send(console_app)
    assert send(console_app).sent == 0
    assert send(console_app, timedelta(minutes=6)).sent == 1
    assert len({letter["Message-ID"] for letter in mail.letters}) == 1
    assert len(mail.letters) == 2


def test_who_is_there_is_proved_before_a_password_is_said(
    console_app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context, trusted = postman.certificate(tmp_path)
    options = {"authenticator": postman.who_knows("me", "a p@ss:word"), "auth_required": True, "tls_context": context}
    with postman.at_work(require_starttls=True, **options) as (found, port):
        use_mail(console_app, f"smtp://me:a%20p%40ss%3Aword@localhost:{port}")
        _invite(console_app)
        assert send(console_app).away == "SSLCertVerificationError"
        monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
        use_mail(console_app, f"smtp://me:wrong@localhost:{port}")
        assert send(console_app).away == "SMTPAuthenticationError 535"
        use_mail(console_app, f"smtp://me:a%20p%40ss%3Aword@localhost:{port}")
        assert send(console_app).sent == 1
        assert len(found.letters) == 1


@pytest.mark.parametrize(
    ("text", "usable"),
    [
        ("smtp://host", True),
        ("smtps://me:word@host:465", True),
        ("smtp://host:25?tls=off", True),
        ("smtp://me:word@host?tls=off", False),
        ("smtps://host?tls=off", False),
        ("smtp://host:99999", False),
        ("host:25", False),
        ("smtp://host/path", False),
    ],
)
def test_a_password_never_travels_in_the_clear(text: str, usable: bool) -> None:
    assert post.is_address(text) is usable


def test_the_doctor_says_when_letters_wait(console_app: Flask) -> None:
    use_mail(console_app, "smtp://127.0.0.1:1?tls=off")
    _invite(console_app)
    settings = console_app.config["SETTINGS"]

    def said(later: timedelta) -> list[str]:
        return [check.message for check in doctor.examine(settings, utc_now() + later) if check.name == "mail"]

    assert said(timedelta()) == []
    assert "1 letters wait since" in said(timedelta(hours=2))[0]
