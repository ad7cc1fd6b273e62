"""The second step of a sign-in: set up, asked for, guessed at, lost and taken away."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from flask import Flask
from werkzeug.test import TestResponse

from survey_app import accounts, create_app, database
from survey_app.accounts import second_factor
from survey_app.commands import cli
from survey_app.models import AuditEntry, Letter, Passkey, User
from tests.conftest import make_app
from tests.filled import PASSKEY
from tests.staff import PASSWORD, Staff, csrf_in, make_staff, signed_in
from tests.survey_app.accounts.authenticator import (
    AT,
    SoftwarePasskey,
    code,
    key_on,
    recovery_codes_on,
    set_clock,
)
from tests.survey_app.notices.test_links import use_mail

HOME = "/account/second-factor/"
APP, CODE, RECOVERY = f"{HOME}app", "/login/code", "/login/recovery-code"


@pytest.fixture
def any_app(tmp_path: Path, any_database_url: str) -> Iterator[Flask]:
    app = make_app(tmp_path, any_database_url)
    yield app
    app.extensions["engine"].dispose()


@pytest.fixture
def clocked(console_app: Flask, monkeypatch: pytest.MonkeyPatch) -> Flask:
    set_clock(monkeypatch, console_app)
    return console_app


def turned_on(staff: Staff) -> tuple[str, list[str]]:
    """The key of the app and the recovery codes; the code before the present one is used up by it."""
    key = key_on(staff.get(APP).text)
    done = staff.post(APP, form_on=HOME, code=code(key, AT - 30))
    assert done.status_code == 200, done.text
    return key, recovery_codes_on(done.text)


def half_in(app: Flask, email: str = "manager@example.vn") -> Staff:
    staff = Staff(app, email)
    assert staff.signed_in.location.partition("?")[0] == CODE, staff.signed_in.text
    return staff


def tried(staff: Staff, typed: str, at: str = CODE) -> TestResponse:
    return staff.post(at, form_on=at, code=typed)


def _deeds(app: Flask) -> list[AuditEntry]:
    with app.app_context():
        return list(database.session().scalars(sa.select(AuditEntry).order_by(AuditEntry.number)))


def test_the_app_is_turned_on_by_a_code_and_asked_for_from_then_on(clocked: Flask) -> None:
    manager = signed_in(clocked, "manager")
    page = manager.get(APP).text
    key = key_on(page)
    wrong = manager.post(APP, form_on=HOME, code="000000")
    done = manager.post(APP, form_on=HOME, code=f" {code(key)[:3]} {code(key)[3:]}")
    codes = recovery_codes_on(done.text)
    again = Staff(clocked, "manager@example.vn")

    assert 'src="data:image/svg+xml;base64,' in page
    assert (wrong.status_code, key_on(wrong.text)) == (422, key)
    assert len(set(codes)) == 10
    assert recovery_codes_on(manager.get(HOME).text) == []
    assert again.signed_in.location.partition("?")[0] == CODE
    assert "/login" in again.get("/manage/surveys").location
    assert tried(again, code(key, AT + 30)).location == "/start"
    assert again.get("/manage/surveys").status_code == 200
    assert [(one.deed, one.thing) for one in _deeds(clocked)] == [
        *(("sign_in", ""), ("factor.turn_on", ""), ("sign_in", "code")),
    ]


def test_neither_secret_nor_recovery_code_can_be_read_in_database_or_audit(clocked: Flask) -> None:
    manager = signed_in(clocked, "manager")
    key, codes = turned_on(manager)
    with clocked.app_context():
        connection = database.session().connection()
        kept = str(connection.exec_driver_sql("SELECT * FROM account").all())
    told = " ".join(one.detail for one in _deeds(clocked))

    for secret in (re.sub(r"[\s-]", "", key), *codes, *(one.replace("-", "") for one in codes)):
        assert secret not in kept
    assert "tf_totp_secret" in told
    assert not [secret for secret in (key, *codes) if secret in told]


def test_after_the_password_alone_nothing_is_open_and_the_page_speaks_the_language_of_the_account(
    clocked: Flask,
) -> None:
    manager = signed_in(clocked, "manager")
    turned_on(manager)
    vietnamese = half_in(clocked).get(CODE).text
    manager.post("/language", to="en", next="/start")
    waiting = half_in(clocked)
    page = waiting.get(CODE)

    assert "Mật khẩu đúng" in vietnamese
    assert "The password is right" in page.text
    assert 'inputmode="numeric" autocomplete="one-time-code"' in page.text
    assert page.headers["Cache-Control"] == "no-store"
    assert "<script" not in page.text
    assert "/login" in waiting.get("/account/").location
    for closed in ("/tf-setup", "/tf-rescue", "/mf-recovery-codes"):
        assert manager.get(closed).status_code == 403
    assert manager.get(CODE).location == "/start"
    assert manager.get("/account/").status_code == 200


def test_the_choice_of_a_language_keeps_where_somebody_wanted_to_go(clocked: Flask) -> None:
    turned_on(signed_in(clocked, "manager"))
    waiting = half_in(clocked)
    page = waiting.get(f"{CODE}?next=/manage/units%3Fq%3Dtho").text
    english = unescape(re.findall(r'href="([^"]*)" lang="en"', page)[0])
    action = re.findall(r'action="(/login/code[^"]*)"', waiting.get(english).text)[0]

    assert 'lang="en">' in waiting.get(english).text
    assert "next=/manage/units?q%3Dtho" in unescape(action)
    assert "lang=en" in action


def test_pages_of_passkeys_name_the_address_that_a_key_belongs_to(clocked: Flask) -> None:
    manager = signed_in(clocked, "manager")
    pages = [manager.get(path).text for path in (HOME, "/account/passkey")]
    with clocked.app_context():
        found = accounts.find_user(database.session(), "manager@example.vn").id
    add_passkey(clocked, found)
    pages.append(Staff(clocked, "manager@example.vn").get("/login/passkey").text)

    assert ["gắn với địa chỉ localhost;" in page for page in pages] == [True] * 3


def test_where_somebody_wanted_to_go_and_in_which_language_outlasts_the_second_step(clocked: Flask) -> None:
    key, _codes = turned_on(signed_in(clocked, "manager"))
    client = clocked.test_client()
    token = csrf_in(client.get("/login").text)
    fields = {"csrf_token": token, "email": "manager@example.vn", "password": PASSWORD}
    sent_on = client.post("/login?lang=en&next=/manage/units", data=fields).location
    page = client.get(sent_on).text
    action = re.findall(r'<form method="post" action="(/login/code[^"]*)"', page)[0]
    done = client.post(unescape(action), data={"csrf_token": csrf_in(page), "code": code(key)})

    assert "The password is right" in page
    assert done.location == "/manage/units"
    assert '<html lang="en">' in client.get("/manage/units").text


def test_the_second_step_leads_to_no_foreign_address(clocked: Flask) -> None:
    key, codes = turned_on(signed_in(clocked, "manager"))
    ways = [(CODE, code(key)), (RECOVERY, codes[0])]
    led = [half_in(clocked).post(f"{way}?next=https://evil.example/", form_on=way, code=typed) for way, typed in ways]

    assert [one.status_code for one in led] == [302, 302]
    assert [one.location for one in led if "evil" in one.location] == []


def test_a_code_opens_once(any_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where two come with it at the same moment."""
    set_clock(monkeypatch, any_app)
    key, _codes = turned_on(signed_in(any_app, "manager"))
    used = tried(half_in(any_app), code(key, AT - 30))
    browsers = [half_in(any_app) for _ in range(3)]
    tokens = [csrf_in(one.get(CODE).text) for one in browsers]
    with ThreadPoolExecutor(3) as pool:
        answers = list(
            pool.map(lambda pair: pair[0].client.post(CODE, data={"csrf_token": pair[1], "code": code(key)}),
                     zip(browsers, tokens, strict=True))
        )  # fmt: skip

    assert (used.status_code, 'role="alert"' in used.text) == (200, True)
    assert sorted(one.status_code for one in answers) == [200, 200, 302]


def test_codes_of_another_time_are_worth_nothing(clocked: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    key, _codes = turned_on(signed_in(clocked, "manager"))
    waiting = half_in(clocked)

    assert [tried(waiting, code(key, AT + away)).status_code for away in (-60, 60, 90)] == [200, 200, 200]
    set_clock(monkeypatch, clocked, AT + 90)
    assert tried(waiting, code(key, AT + 60)).status_code == 302


def test_a_recovery_code_opens_once_however_it_is_typed(clocked: Flask) -> None:
    manager = signed_in(clocked, "manager")
    _key, codes = turned_on(manager)
    first = tried(half_in(clocked), f" {codes[0].upper().replace('-', ' ')}", RECOVERY)
    again = tried(half_in(clocked), codes[0], RECOVERY)
    second = tried(half_in(clocked), codes[1], RECOVERY)

    assert [one.status_code for one in (first, again, second)] == [302, 200, 302]
    assert "<dd>8</dd>" in manager.get(HOME).text
    assert [(one.deed, one.thing) for one in _deeds(clocked)][-3:] == [
        *(("sign_in", "recovery code"), ("wrong_code", ""), ("sign_in", "recovery code")),
    ]


def test_guessing_is_braked_by_account_over_both_kinds_of_codes(clocked: Flask) -> None:
    """From wherever it comes, for whoever guesses has the password."""
    key, codes = turned_on(signed_in(clocked, "manager"))
    key_of_officer, _codes = turned_on(signed_in(clocked, "officer"))
    guessing = half_in(clocked)
    tries = [tried(guessing, "000000").status_code for _ in range(6)]
    tries += [tried(guessing, "0000-0000-0000", RECOVERY).status_code for _ in range(4)]
    late = [tried(half_in(clocked), code(key)), tried(half_in(clocked), codes[0], RECOVERY)]

    assert tries == [200] * 10
    assert [one.status_code for one in late] == [429, 429]
    assert "chờ mười phút" in late[0].text
    assert tried(half_in(clocked, "officer@example.vn"), code(key_of_officer)).status_code == 302
    assert [one.deed for one in _deeds(clocked)].count("wrong_code") == 10


def test_a_program_that_guesses_codes_is_noted_as_a_browser_is(clocked: Flask) -> None:
    key, _codes = turned_on(signed_in(clocked, "manager"))
    waiting = half_in(clocked)
    fields = {"csrf_token": csrf_in(waiting.get(CODE).text), "code": "000000"}
    json = {"Accept": "application/json"}
    wrong = [waiting.client.post(way, data=fields, headers=json).status_code for way in (CODE, RECOVERY)]
    sent = waiting.client.post(CODE, json=fields, headers={"X-CSRFToken": fields["csrf_token"]})
    right = waiting.client.post(CODE, data={**fields, "code": code(key)}, headers=json)

    assert (wrong, sent.status_code, right.status_code) == ([200, 200], 415, 302)
    assert [one.deed for one in _deeds(clocked)][2:] == ["wrong_code", "wrong_code", "sign_in"]


def test_the_app_is_turned_off_and_codes_are_made_anew(clocked: Flask) -> None:
    manager = signed_in(clocked, "manager")
    _key, codes = turned_on(manager)
    assert manager.get(APP).location == HOME  # Another telephone only after the first one is turned off.
    renewed = recovery_codes_on(manager.post(f"{HOME}codes", form_on=HOME).text)
    assert len(renewed) == 10
    assert tried(half_in(clocked), codes[0], RECOVERY).status_code == 200
    off = manager.post(f"{HOME}off", form_on=HOME)

    assert off.location == HOME
    assert Staff(clocked, "manager@example.vn").signed_in.location == "/start"
    with clocked.app_context():
        user = accounts.find_user(database.session(), "manager@example.vn")
        assert (user.tf_totp_secret, user.mf_recovery_codes) == (None, [])


def test_the_key_that_an_app_scanned_stays_until_its_code_is_right(clocked: Flask) -> None:
    """Whoever loads the page once more, or reads it in another language, need not scan anew."""
    manager = signed_in(clocked, "manager")
    key = key_on(manager.get(APP).text)
    manager.post("/language", to="en", next=APP)
    english = manager.get(APP).text
    manager.post(APP, form_on=HOME, code="000000")
    later = key_on(manager.get(APP).text)
    anew = key_on(manager.post(APP, form_on=HOME, anew="1").text)

    assert "Turn it on" in english
    assert (key_on(english), later) == (key, key)
    assert anew != key
    assert manager.post(APP, form_on=HOME, code=code(key)).status_code == 422
    assert manager.post(APP, form_on=HOME, code=code(anew)).status_code == 200


def test_nobody_is_offered_the_key_that_somebody_else_saw_in_the_same_browser(clocked: Flask) -> None:
    officer = signed_in(clocked, "officer")
    key = key_on(officer.get(APP).text)
    officer.post("/logout")
    make_staff(clocked, "manager")
    officer.post("/login", email="manager@example.vn", password=PASSWORD)

    assert "manager@example.vn" in officer.get("/account/").text
    assert key_on(officer.get(APP).text) != key


def test_whoever_has_a_role_that_must_have_a_second_step_sets_it_up_first(clocked: Flask) -> None:
    administrator, manager = signed_in(clocked, "administrator"), signed_in(clocked, "manager")
    saved = administrator.post("/accounts/second-factor", roles=["manager"])
    led = manager.get("/manage/surveys")
    page = manager.get(HOME).text
    posted = manager.post("/manage/surveys/new", form_on=HOME, slug="x")
    help_page = manager.get("/help/quan-ly").text
    ways = [set(re.findall(r'(?:href|action)="(/[^"?]*)', head)) for head in map(_head, (page, help_page))]

    assert saved.location == "/accounts/"
    assert led.location == posted.location == HOME
    assert "Vai trò của Ông/Bà bắt buộc" in page
    assert ways == [{"/start", HOME, "/help/quan-ly", "/language", "/logout"}] * 2  # And all of them are open.
    assert '/account/"' not in page
    assert f'href="{HOME}"' not in _head(administrator.get("/accounts/").text)
    assert administrator.get("/accounts/").status_code == 200
    turned_on(manager)
    assert 'href="/manage/surveys"' in _head(manager.get("/manage/surveys").text)
    assert "people.require_second_factor" in [one.deed for one in _deeds(clocked)]
    checked = re.findall(r'<input checked[^>]*value="(\w+)"', administrator.get("/accounts/second-factor").text)
    assert checked == ["manager"]


def _head(page: str) -> str:
    return page.partition("<header")[2].partition("</header>")[0]


def test_an_administrator_takes_a_lost_second_step_away_but_not_the_own_one(clocked: Flask) -> None:
    manager, administrator = signed_in(clocked, "manager"), signed_in(clocked, "administrator")
    turned_on(manager)
    turned_on(administrator)
    with clocked.app_context():
        session = database.session()
        ids = {user.email.partition("@")[0]: user.id for user in session.scalars(sa.select(User))}
        session.add(Passkey(user_id=ids["manager"], **PASSKEY))
        session.commit()
    for account_id in ids.values():
        administrator.post(f"/accounts/{account_id}/second-factor/reset")

    assert "/login" in manager.get("/account/").location
    assert Staff(clocked, "manager@example.vn").signed_in.location == "/start"
    assert half_in(clocked, "administrator@example.vn")
    last = next(one for one in reversed(_deeds(clocked)) if one.deed == "people.reset_second_factor")
    assert (last.who, last.thing) == ("administrator@example.vn", str(ids["manager"]))


def test_the_only_administrator_gets_in_again_by_command(clocked: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    turned_on(signed_in(clocked, "administrator"))
    settings = clocked.config["SETTINGS"]
    monkeypatch.setenv("INSTANCE", str(settings.instance))
    monkeypatch.setenv("DATABASE_URL", settings.database_url)
    done = CliRunner().invoke(cli, ["user", "reset-second-factor", "administrator@example.vn"])

    assert done.exit_code == 0, done.output
    assert Staff(clocked, "administrator@example.vn").signed_in.location == "/start"
    assert "command.user.reset-second-factor" in [one.deed for one in _deeds(clocked)]


@pytest.mark.parametrize("meanwhile", ["closed", "new password", "reset"])
def test_a_sign_in_that_waits_for_its_code_ends_with_what_changed_meanwhile(clocked: Flask, meanwhile: str) -> None:
    key, _codes = turned_on(signed_in(clocked, "manager"))
    waiting = half_in(clocked)
    token = csrf_in(waiting.get(CODE).text)
    with clocked.app_context():
        session = database.session()
        user = accounts.find_user(session, "manager@example.vn")
        if meanwhile == "closed":
            user.active = False
        elif meanwhile == "reset":
            accounts.reset_second_factor(session, user)
        else:
            accounts.set_password(session, user, "một mật khẩu khác")
        session.commit()
    answer = waiting.client.post(CODE, data={"csrf_token": token, "code": code(key)})

    assert answer.location.partition("?")[0] == "/login"
    assert "/login" in waiting.get("/account/").location


def add_passkey(app: Flask, account_id: int) -> SoftwarePasskey:
    passkey = SoftwarePasskey(f"passkey of {account_id}".encode())
    kept = {"credential_id": passkey.name, "public_key": passkey.public_key, "sign_count": 0}
    with app.app_context():
        database.session().add(Passkey(user_id=account_id, **PASSKEY | kept))
        database.session().commit()
    return passkey


def tried_passkey(waiting: Staff, passkey: SoftwarePasskey) -> TestResponse:
    """In the browser that waits for a second step, whichever it is asked for there."""
    asked = waiting.post("/login/passkey", form_on="/login/passkey")
    action = re.findall(r'<form method="post" action="(/login/passkey/[^"]*)"', asked.text)[0]
    fields = {"csrf_token": csrf_in(asked.text), **passkey.answer(asked.text)}
    return waiting.client.post(unescape(action), data=fields)


@pytest.mark.parametrize("second", ["passkey", "app"])
def test_a_passkey_opens_its_owner_s_account_only_after_its_owner_s_password(clocked: Flask, second: str) -> None:
    """Whoever found a key, and has an account with any second step, comes in as nobody else."""
    officer, manager = make_staff(clocked, "officer"), make_staff(clocked, "manager")
    found = add_passkey(clocked, officer)
    if second == "passkey":
        add_passkey(clocked, manager)
    else:
        turned_on(Staff(clocked, "manager@example.vn"))
    waiting = Staff(clocked, "manager@example.vn")
    refused = tried_passkey(waiting, found)
    deeds = [(one.deed, one.who) for one in _deeds(clocked)]
    whose = Staff(clocked, "officer@example.vn")
    taken = tried_passkey(whose, found)

    assert refused.location.partition("?")[0] == "/login/passkey"
    assert deeds[-1] == ("wrong_passkey", "manager@example.vn")
    assert "wrong_passkey" not in [one.deed for one in _deeds(clocked)[len(deeds) :]]
    assert "/login" in waiting.get("/account/").location
    assert taken.location == "/start"
    assert "officer@example.vn" in whose.get("/account/").text


def test_refused_passkeys_count_with_codes_and_lose_nothing_on_the_way(clocked: Flask) -> None:
    officer, manager = make_staff(clocked, "officer"), make_staff(clocked, "manager")
    found, own = add_passkey(clocked, officer), add_passkey(clocked, manager)
    waiting = Staff(clocked, "manager@example.vn")
    token = csrf_in(waiting.get("/login/passkey").text)
    way = "/login/passkey/no-token?lang=en&next=/manage/units"
    back = waiting.client.post(way, data={"csrf_token": token}).location
    tries = [tried_passkey(waiting, found).status_code for _ in range(9)]

    assert back == "/login/passkey?lang=en&next=/manage/units"
    assert tries == [302] * 9
    assert [one.deed for one in _deeds(clocked)].count("wrong_passkey") == 10
    assert tried_passkey(waiting, own).status_code == 429
    assert "/login" in waiting.get("/account/").location


def test_nobody_removes_the_passkey_of_somebody_else(clocked: Flask) -> None:
    officer = make_staff(clocked, "officer")
    manager = signed_in(clocked, "manager")
    with clocked.app_context():
        database.session().add(Passkey(user_id=officer, **PASSKEY))
        database.session().commit()

    assert manager.post(f"{HOME}passkeys/1/remove", form_on=HOME).status_code == 404
    assert Staff(clocked, "officer@example.vn").signed_in.location.partition("?")[0] == "/login/passkey"


def test_the_installation_s_own_key_opens_the_secrets_whatever_else_is_renewed(
    clocked: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sessions are signed by another one. `password_salt` is in every backup, for passwords need it as well."""
    key, codes = turned_on(signed_in(clocked, "manager"))
    with clocked.app_context():
        secret = accounts.find_user(database.session(), "manager@example.vn").tf_totp_secret
        assert second_factor.shown(accounts.find_user(database.session(), "manager@example.vn"), secret)["key"] == key
    settings = clocked.config["SETTINGS"]
    other = create_app(replace(settings, secret_key="another secret key", token_key="another token key"))
    set_clock(monkeypatch, other)

    assert tried(half_in(other), code(key)).status_code == 302
    assert tried(half_in(other), codes[0], RECOVERY).status_code == 302
    other.extensions["engine"].dispose()


def test_every_change_of_a_second_step_is_told_by_mail(clocked: Flask) -> None:
    """A new passkey too: the browser's test sees that."""
    use_mail(clocked, "smtp://127.0.0.1:1?tls=off")
    manager, administrator = signed_in(clocked, "manager"), signed_in(clocked, "administrator")
    told = []

    def note() -> None:
        with clocked.app_context():
            session = database.session()
            told.append([letter.kind for letter in session.scalars(sa.delete(Letter).returning(Letter))])
            session.commit()

    turned_on(manager)
    note()
    with clocked.app_context():
        account_id = accounts.find_user(database.session(), "manager@example.vn").id
        passkey = Passkey(user_id=account_id, **PASSKEY)
        database.session().add(passkey)
        database.session().commit()
        remove = f"{HOME}passkeys/{passkey.id}/remove"
    for address in (f"{HOME}codes", remove, f"{HOME}off"):
        manager.post(address, form_on=HOME)
        note()
    add_passkey(clocked, account_id)
    administrator.post(f"/accounts/{account_id}/second-factor/reset")
    note()
    manager.post(f"{HOME}codes", form_on="/login")  # Its session has ended.
    note()

    assert told == [["second_step"]] * 5 + [[]]
