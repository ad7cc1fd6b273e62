"""Single sign-on: against a real provider of another maker, and against one that lies."""

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from html import unescape
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from survey_app import accounts, create_app, database
from survey_app.accounts import single_sign_on
from survey_app.clock import utc_now
from survey_app.models import AuditEntry, StaffSession, User
from tests.conftest import make_app
from tests.oidc import liar as lying
from tests.oidc import province as provinces
from tests.oidc.liar import Liar
from tests.oidc.province import CLIENT, SECRET, Province
from tests.staff import PASSWORD, Staff, csrf_in, make_staff
from tests.survey_app.accounts.authenticator import code, set_clock
from tests.survey_app.accounts.test_second_factor import turned_on

START, BACK = "/login/single-sign-on", "http://localhost:8000/login/single-sign-on/back"
OFFICER = {"email": "Officer@example.vn", "email_verified": True}


@pytest.fixture(scope="module")
def province(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Province]:
    with provinces.at_work(tmp_path_factory.mktemp("province"), BACK) as found:
        yield found


@pytest.fixture
def liar() -> Iterator[Liar]:
    with lying.at_work() as found:
        yield found


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Callable[[str], Flask]]:
    """Makes an application that knows the provider, with an officer."""
    made = []

    def make(issuer: str) -> Flask:
        plain = make_app(tmp_path, f"sqlite:///{tmp_path / 'test.sqlite'}")
        own = {"oidc_issuer": issuer, "oidc_client_id": CLIENT, "oidc_client_secret": SECRET}
        app = create_app(replace(plain.config["SETTINGS"], **own))
        make_staff(app, "officer")
        made.extend([plain, app])
        return app

    yield make
    for app in made:
        app.extensions["engine"].dispose()


def come_back(client: FlaskClient, address: str) -> TestResponse:
    assert address.startswith(BACK)
    return client.get(address.removeprefix("http://localhost:8000"))


def enter(app: Flask, provider: Province, who: str, *, start: str = START, client: Any = None) -> TestResponse:
    client = client or app.test_client()
    left = client.get(start)
    assert left.status_code == 302, left.text
    return come_back(client, provider.answer(left.location, who))


def lie(app: Flask, liar: Liar, client: FlaskClient | None = None) -> TestResponse:
    client = client or app.test_client()
    left = client.get(START)
    return come_back(client, liar.answer(left.location)) if left.status_code == 302 else left


def deeds(app: Flask) -> list[tuple[str, str, str]]:
    with app.app_context():
        entries = database.session().scalars(sa.select(AuditEntry).order_by(AuditEntry.number))
        return [(one.deed, one.thing, one.who) for one in entries]


def change(app: Flask, **fields: Any) -> None:
    with app.app_context():
        user = accounts.find_user(database.session(), "officer@example.vn")
        for name, value in fields.items():
            setattr(user, name, value)
        database.session().commit()


def sessions(app: Flask) -> int:
    with app.app_context():
        return database.session().scalar(sa.select(sa.func.count()).select_from(StaffSession)) or 0


def test_whoever_turned_a_second_step_on_is_asked_for_it_by_this_way_too(
    site: Callable[[str], Flask], province: Province, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = site(province.issuer)
    set_clock(monkeypatch, app)
    key, _codes = turned_on(Staff(app, "officer@example.vn"))
    province.knows({"7": OFFICER})
    client = app.test_client()
    answer = enter(app, province, "7", start=f"{START}?next=/account/", client=client)
    assert "/login" in client.get("/account/").location
    page = client.get(answer.location).text
    done = client.post(answer.location, data={"csrf_token": csrf_in(page), "code": code(key)})

    assert answer.location == "/login/code?next=/account/"
    assert "Đăng nhập một lần đã xác nhận" in page
    assert "Mật khẩu đúng" not in page
    assert done.location == "/account/"
    assert client.get("/account/").status_code == 200


def test_after_a_password_the_second_step_speaks_of_the_password_whatever_was_tried_before(
    site: Callable[[str], Flask], province: Province, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = site(province.issuer)
    set_clock(monkeypatch, app)
    turned_on(Staff(app, "officer@example.vn"))
    province.knows({"7": OFFICER})
    officer = Staff(app, "nobody@example.vn")
    enter(app, province, "7", client=officer.client)
    officer.post("/login", form_on="/login", email="officer@example.vn", password=PASSWORD)

    assert "Mật khẩu đúng" in officer.get("/login/code").text


CONFIRM = "/account/confirm"


def without_password(app: Flask, provider: Province) -> FlaskClient:
    """The browser of somebody who signs in by single sign-on only, which does not say when it asked who they are."""
    change(app, password=None)
    provider.knows({"7": OFFICER, "8": {"email": "another@example.vn", "email_verified": True}})
    client = app.test_client()
    assert enter(app, provider, "7", client=client).status_code == 302
    return client


def test_whoever_has_no_password_proves_at_the_province_who_they_are(
    site: Callable[[str], Flask], province: Province
) -> None:
    app = site(province.issuer)
    client = without_password(app, province)
    asked = client.get("/account/password")
    way = unescape(re.findall(rf'href="({START}[^"]*)"', client.get(asked.location).text)[0])
    left = client.get(way)
    done = come_back(client, province.answer(left.location, "7"))
    token = csrf_in(client.get("/account/password").text)
    new = {"csrf_token": token, "new_password": PASSWORD, "new_password_confirm": PASSWORD}
    chosen = client.post("/account/password", data=new)

    assert asked.location == f"{CONFIRM}?next=/account/password"
    assert "prompt=login" in left.location
    assert "max_age=600" in left.location
    assert (done.status_code, done.location) == (302, "/account/password")
    assert client.get("/account/second-factor/").status_code == 200
    assert chosen.location == "/account/?changed=1"
    assert [deed for deed, _thing, _who in deeds(app)] == [
        *("sso_bound", "sign_in", "own.confirm", "security.change_password", "sign_in"),
    ]


def test_another_person_of_the_province_confirms_nothing(site: Callable[[str], Flask], province: Province) -> None:
    app = site(province.issuer)
    make_staff(app, "viewer", "another@example.vn")
    client = without_password(app, province)
    refused = enter(app, province, "8", start=f"{START}?confirm=1&next=/account/password", client=client)
    broken_off = enter(app, province, "", start=f"{START}?confirm=1&next=/account/password", client=client)

    assert (refused.status_code, broken_off.status_code) == (403, 403)
    assert "tài khoản khác" in refused.text
    assert f'href="{CONFIRM}?next=/account/password"' in refused.text
    assert client.get("/account/password").location.startswith(CONFIRM)
    assert "officer@example.vn" in client.get("/account/").text
    assert ("sso_bound", "", "another@example.vn") not in deeds(app)


def test_a_province_that_let_somebody_in_from_before_confirms_nothing(site: Callable[[str], Flask], liar: Liar) -> None:
    """Whoever passes by an open screen may find the province's session open too, and can change what is asked of it."""
    app = site(liar.issuer)
    change(app, password=None)
    client = app.test_client()
    assert lie(app, liar, client).status_code == 302
    found = []
    for said in ({}, {"auth_time": int(time.time()) - 700}, {"auth_time": "now"}, {"auth_time": int(time.time()) - 5}):
        liar.sign = lambda claims, said=said: lying.signed({**claims, **said})  # type: ignore[misc]
        left = client.get(f"{START}?confirm=1&next=/account/password")
        found.append(come_back(client, liar.answer(left.location)).status_code)
        opened = client.get("/account/password").status_code == 200
        assert opened == (found[-1] == 302)

    assert found == [403, 403, 502, 302]


def test_a_sign_in_there_just_now_is_a_proof_here(site: Callable[[str], Flask], liar: Liar) -> None:
    app = site(liar.issuer)
    change(app, password=None)
    client = app.test_client()
    liar.sign = lambda claims: lying.signed({**claims, "auth_time": int(time.time())})
    lie(app, liar, client)

    assert client.get("/account/password").status_code == 200


def test_somebody_the_province_knows_enters_as_the_account_that_is_here(
    site: Callable[[str], Flask], province: Province
) -> None:
    app, client = site(province.issuer), None
    province.knows({"7": OFFICER})
    client = app.test_client()
    answer = enter(app, province, "7", start=f"{START}?next=/account/", client=client)
    page = client.get("/account/")

    assert (answer.status_code, answer.location) == (302, "/account/")
    assert "officer@example.vn" in page.text
    assert client.get("/accounts/").status_code == 403  # The role is ours to give.
    assert deeds(app) == [
        ("sso_bound", "", "officer@example.vn"),
        ("sign_in", "single_sign_on", "officer@example.vn"),
    ]
    assert client.post("/logout", data={"csrf_token": csrf_in(page.text)}).status_code == 302
    assert sessions(app) == 0
    assert enter(app, province, "7", client=client).status_code == 302
    assert [deed for deed, _thing, _who in deeds(app)].count("sso_bound") == 1


def test_the_way_there_asks_as_it_should_and_leads_nowhere_else(
    site: Callable[[str], Flask], province: Province
) -> None:
    app = site(province.issuer)
    province.knows({"7": OFFICER})
    client = app.test_client()
    page = client.get("/login?lang=en").text
    left = client.get(START, headers={"Host": "evil.example.vn"})
    asked = dict(part.split("=", 1) for part in left.location.partition("?")[2].split("&"))

    assert f'href="{START}?lang=en"' in page
    assert "Single sign-on of the province" in page
    assert left.headers["Cache-Control"] == "no-store"
    assert asked["redirect_uri"] == BACK.replace(":", "%3A").replace("/", "%2F")
    assert (asked["response_type"], asked["code_challenge_method"], asked["client_id"]) == ("code", "S256", CLIENT)
    assert {"state", "nonce", "code_challenge"} <= set(asked)
    assert SECRET not in left.location
    for foreign in ("https://evil.example.vn/", "//evil.example.vn", "/\\evil.example.vn", "javascript:alert(1)"):
        answer = enter(app, province, "7", start=f"{START}?next={foreign}")
        assert (answer.status_code, answer.location) == (302, "/start")


def test_strangers_and_unproved_addresses_stay_outside(site: Callable[[str], Flask], province: Province) -> None:
    app = site(province.issuer)
    for why, said in (
        ("Chưa có tài khoản", {"email": "stranger@example.vn", "email_verified": True}),
        ("chưa được xác nhận", {"email": "officer@example.vn", "email_verified": False}),
        ("chưa được xác nhận", {"email": "officer@example.vn"}),
        ("chưa được xác nhận", {"email": "officer@example.vn", "email_verified": "true"}),
        ("chưa được xác nhận", {}),
    ):
        province.knows({"8": said})
        answer = enter(app, province, "8")

        assert (answer.status_code, answer.headers["Cache-Control"]) == (403, "no-store")
        assert why in answer.text
        assert "again=1" in answer.text
    assert (sessions(app), deeds(app)) == (0, [])


def test_the_address_counts_once_then_only_who_the_provider_says_it_is(
    site: Callable[[str], Flask], province: Province
) -> None:
    """Somebody else who is given the address later is not let in, until an administrator says so."""
    app = site(province.issuer)
    province.knows({"7": OFFICER, "9": OFFICER})
    assert enter(app, province, "7").status_code == 302
    refused = enter(app, province, "9")
    province.knows({"7": {"email": "married@example.vn", "email_verified": False}, "9": OFFICER})
    assert enter(app, province, "7").status_code == 302  # Under a new name, and still the same person.
    make_staff(app, "administrator")
    administrator = Staff(app, "administrator@example.vn")
    with app.app_context():
        officer = accounts.find_user(database.session(), "officer@example.vn").id
    assert province.issuer in administrator.get(f"/accounts/{officer}").text
    assert administrator.post(f"/accounts/{officer}/single-sign-on/loosen").status_code == 302

    assert (refused.status_code, "của người khác" in refused.text) == (403, True)
    assert sessions(app) == 1  # The administrator's.
    assert enter(app, province, "9").status_code == 302
    assert enter(app, province, "7").status_code == 403


def test_an_account_that_ended_or_was_closed_stays_so(site: Callable[[str], Flask], province: Province) -> None:
    app = site(province.issuer)
    province.knows({"7": OFFICER})
    change(app, ends_on=date(2020, 1, 1))
    assert "đã đóng" in enter(app, province, "7").text
    change(app, ends_on=None)
    client = app.test_client()
    assert enter(app, province, "7", client=client).status_code == 302
    assert client.get("/field/cases").status_code == 200
    with app.app_context():
        accounts.deactivate(database.session(), accounts.find_user(database.session(), "officer@example.vn"), utc_now())
        database.session().commit()
    assert client.get("/field/cases").status_code == 302
    assert enter(app, province, "7").status_code == 403


def test_whoever_breaks_off_there_is_told_so(site: Callable[[str], Flask], province: Province) -> None:
    app = site(province.issuer)
    answer, english = enter(app, province, ""), enter(app, province, "", start=f"{START}?lang=en")

    assert (answer.status_code, english.status_code) == (403, 403)
    assert "Vui lòng thử lại" in answer.text
    assert "let nobody in" in english.text
    assert f'href="{START}?lang=en"' in english.text


def test_a_way_back_that_was_used_or_belongs_to_another_browser_opens_nothing(
    site: Callable[[str], Flask], province: Province
) -> None:
    app = site(province.issuer)
    province.knows({"7": OFFICER})
    client, thief = app.test_client(), app.test_client()
    address = province.answer(client.get(START).location, "7")
    thief.get(START)
    stolen = come_back(thief, address)
    bare = app.test_client().get("/login/single-sign-on/back?code=x")
    first = come_back(client, address)
    client.post("/logout", data={"csrf_token": csrf_in(client.get("/account/").text)})
    again = come_back(client, address)

    assert (stolen.status_code, bare.status_code, first.status_code, again.status_code) == (400, 400, 302, 400)
    assert "không bắt đầu từ đây" in stolen.text
    assert thief.get("/account/").status_code == 302


def test_a_code_is_taken_once_even_with_the_cookie_of_before(site: Callable[[str], Flask], province: Province) -> None:
    app = site(province.issuer)
    province.knows({"7": OFFICER})
    client = app.test_client()
    address = province.answer(client.get(START).location, "7")
    cookie = client.get_cookie("session")
    assert cookie
    assert come_back(client, address).status_code == 302
    copied = app.test_client()
    copied.set_cookie("session", cookie.value)

    assert come_back(copied, address).status_code == 403


FORGED: dict[str, Callable[[dict[str, Any]], str | None]] = {
    "another key": lambda claims: lying.signed(claims, lying.STRANGERS_KEY),
    "no signature": lying.unsigned,
    "our secret": lying.with_our_secret,
    "the public key as a secret": lying.with_the_public_key,
    "for another site": lambda claims: lying.signed({**claims, "aud": "another"}),
    "by another issuer": lambda claims: lying.signed({**claims, "iss": "https://evil.example.vn"}),
    "another nonce": lambda claims: lying.signed({**claims, "nonce": "another"}),
    "no nonce": lambda claims: lying.signed({name: claims[name] for name in claims if name != "nonce"}),
    "nobody": lambda claims: lying.signed({name: claims[name] for name in claims if name != "sub"}),
    "no words": lambda _claims: "x.y.z",
    "no id_token": lambda _claims: None,
}


def test_no_forged_answer_lets_anybody_in(site: Callable[[str], Flask], liar: Liar) -> None:
    app = site(liar.issuer)
    assert lie(app, liar).status_code == 302  # The truth does.
    before = sessions(app)
    found = {}
    for name, sign in FORGED.items():
        liar.sign = sign
        answer = lie(app, liar)
        found[name] = (answer.status_code, "Không xác thực được phản hồi" in answer.text)

    assert found == dict.fromkeys(FORGED, (502, True))
    assert sessions(app) == before


def test_an_answer_of_another_time_is_told_as_a_wrong_clock(site: Callable[[str], Flask], liar: Liar) -> None:
    app = site(liar.issuer)
    for moved in ({"exp": 1_000_000}, {"iat": 9_000_000_000}, {"nbf": 9_000_000_000}):
        liar.sign = lambda claims, moved=moved: lying.signed({**claims, **moved})  # type: ignore[misc]
        answer = lie(app, liar)
        assert (answer.status_code, "Đồng hồ" in answer.text) == (502, True)


def test_what_is_said_of_somebody_else_beside_the_token_does_not_count(
    site: Callable[[str], Flask], liar: Liar
) -> None:
    app = site(liar.issuer)
    without = {"email", "email_verified"}
    liar.sign = lambda claims: lying.signed({name: claims[name] for name in claims if name not in without})
    liar.userinfo = {"sub": "8", "email": "officer@example.vn", "email_verified": True}
    assert lie(app, liar).status_code == 502
    liar.userinfo["sub"] = "7"
    assert lie(app, liar).status_code == 302


def test_a_provider_that_is_down_or_speaks_for_another_is_told_and_asked_again(
    site: Callable[[str], Flask], liar: Liar, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = site(liar.issuer)
    liar.status = 500
    down = lie(app, liar)
    liar.status, liar.document = 200, {"issuer": "https://evil.example.vn"}
    other = lie(app, liar)
    liar.document = {"id_token_signing_alg_values_supported": ["none", "HS256"]}
    weak = lie(app, liar)
    liar.document = {}

    assert (down.status_code, "không trả lời" in down.text) == (503, True)
    assert (other.status_code, weak.status_code) == (502, 502)
    assert lie(app, liar).status_code == 302


def test_trying_in_vain_is_braked(site: Callable[[str], Flask], liar: Liar) -> None:
    app, client = site(liar.issuer), None
    client = app.test_client()
    found = [client.get("/login/single-sign-on/back?code=x&state=y").status_code for _try in range(31)]

    assert found == [400] * 30 + [429]
    assert client.get(START).status_code == 302  # Who begins anew is not counted, nor are passwords.


def test_without_a_provider_there_is_no_way(console_app: Flask) -> None:
    client = console_app.test_client()

    assert client.get(START).status_code == 404
    assert client.get(BACK.removeprefix("http://localhost:8000")).status_code == 404
    assert START not in client.get("/login").text


def test_another_provider_binds_anew(session: sa.orm.Session) -> None:
    """The administrator of the server chose it."""
    user = accounts.add_user(session, "an@example.vn", None, ("viewer",))
    said = {"sub": "7", "email": "an@example.vn", "email_verified": True}
    assert single_sign_on.account_of(session, "https://old.example.vn", said) is user
    assert single_sign_on.account_of(session, "https://new.example.vn", {**said, "sub": "9"}) is user
    assert (user.sso_issuer, user.sso_subject) == ("https://new.example.vn", "9")
    assert session.scalars(sa.select(User)).one().sso_subject == "9"
    assert re.fullmatch(r"\w+", single_sign_on.NAME)
