"""Accounts in the console: invited by a link, given rights, closed; and the page of one's own."""

import re
from datetime import timedelta
from html import unescape

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from survey_app import accounts, database
from survey_app.accounts import invitations
from survey_app.clock import local_day, utc_now
from survey_app.models import AuditEntry, Passkey, Role, User
from survey_app.people import browsers
from tests import factories
from tests.filled import PASSKEY
from tests.staff import PASSWORD, Staff, csrf_in, make_staff, signed_in

RIGHTS = {"name": "Lê Thị An", "roles": ["officer"], "branch": "0"}


def _link(page: str) -> str:
    found = re.search(r'id="link" readonly value="http://localhost:8000([^"]*)"', page)
    assert found, page
    return unescape(found[1])


def _choose(client: FlaskClient, path: str, password: str, again: str = "") -> int:
    token = csrf_in(client.get(path).text)
    return client.post(path, data={"csrf_token": token, "password": password, "again": again or password}).status_code


def test_an_invitation_leads_to_a_password_and_is_then_used_up(console_app: Flask) -> None:
    administrator = signed_in(console_app, "administrator")
    path = _link(administrator.post("/accounts/new", email="an@example.vn", **RIGHTS).text)
    invited = console_app.test_client()
    refused = [_choose(invited, path, "password123"), _choose(invited, path, PASSWORD, "something else")]
    page = invited.get(path)

    assert (page.status_code, page.headers["Cache-Control"]) == (200, "no-store")
    assert refused == [422, 422]
    assert _choose(invited, path, PASSWORD) == 302
    assert invited.get(path).status_code == 410
    assert Staff(console_app, "an@example.vn").get("/field/cases").status_code == 200


def test_a_link_that_is_forged_or_old_or_of_a_closed_account_opens_nothing(
    console_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_staff(console_app, "officer")
    client = console_app.test_client()
    with console_app.app_context():
        user = accounts.find_user(database.session(), "officer@example.vn")
        good, forged = invitations.make("test secret key", user), invitations.make("another key", user)

    assert client.get(f"/invitation/{good}").status_code == 200
    assert client.get(f"/invitation/{forged}").status_code == 410
    monkeypatch.setattr(invitations, "VALID", timedelta(seconds=-1))
    assert client.get(f"/invitation/{good}").status_code == 410
    monkeypatch.undo()
    with console_app.app_context():
        database.session().execute(sa.update(User).values(ends_on=local_day(utc_now()) - timedelta(days=1)))
        database.session().commit()
    assert client.get(f"/invitation/{good}").status_code == 410


def test_all_that_is_wrong_with_an_invitation_is_said_at_once(console_app: Flask) -> None:
    administrator = signed_in(console_app, "administrator")
    wrong = administrator.post("/accounts/new", email="ADMINISTRATOR@example.vn", name="", branch="0")
    no_address = administrator.post("/accounts/new", email="an example.vn", name="An", branch="0")
    faults = [re.findall(r'<li><a href="#(\w+)">', page.text) for page in (wrong, no_address)]
    path = _link(administrator.post("/accounts/new", email=" an@example.vn ", **RIGHTS).text)
    client = console_app.test_client()
    fields = {"csrf_token": csrf_in(client.get(path).text), "password": "short", "again": "other"}
    password = client.post(path, data=fields)

    assert (wrong.status_code, no_address.status_code, password.status_code) == (422, 422, 422)
    assert faults == [["email", "name", "roles"], ["email", "roles"]]
    assert "Đã có tài khoản" in wrong.text
    assert "không phải là địa chỉ" in no_address.text
    assert re.findall(r'<li><a href="#(\w+)">', password.text) == ["password", "again"]


def test_a_wrong_address_is_corrected_and_what_hung_on_it_ends(console_app: Flask) -> None:
    officer, administrator = signed_in(console_app, "officer"), signed_in(console_app, "administrator")
    with console_app.app_context():
        link = invitations.make("test secret key", accounts.find_user(database.session(), "officer@example.vn"))
    taken = administrator.post("/accounts/1/email", email="Administrator@example.vn")
    none = administrator.post("/accounts/1/email", email="")
    same = administrator.post("/accounts/1/email", email="officer@example.vn")
    told = administrator.get("/accounts/1").text
    assert officer.get("/field/cases").status_code == 200
    done = administrator.post("/accounts/1/email", email=" Lan@example.vn")

    assert (taken.status_code, none.status_code) == (422, 422)
    assert "Đã có tài khoản" in taken.text
    assert (same.location, done.location) == ("/accounts/1", "/accounts/1")
    assert "Không có gì thay đổi" in told
    assert "/login" in officer.get("/field/cases").location
    assert console_app.test_client().get(f"/invitation/{link}").status_code == 410
    assert Staff(console_app, "officer@example.vn").signed_in.status_code == 200
    assert Staff(console_app, "lan@example.vn").signed_in.status_code == 302
    rows = administrator.get("/audit/?who=lan@example.vn").text.partition("<tbody>")[2]
    assert rows.count("<tr") == 2  # Also what the person did under the address of before.
    with console_app.app_context():
        last = database.session().scalars(sa.select(AuditEntry).where(AuditEntry.deed == "people.correct_address"))
        assert [(one.who, one.thing, "email" in one.detail) for one in last][-1:] == [
            ("administrator@example.vn", "1", True)
        ]


def test_whoever_came_by_a_wrong_address_comes_by_single_sign_on_no_more(console_app: Flask) -> None:
    administrator = signed_in(console_app, "administrator")
    with console_app.app_context():
        session = database.session()
        user = accounts.add_user(session, "lan@example.vn", None, ("viewer",))
        user.sso_issuer, user.sso_subject = "https://id.example", "lan"
        session.commit()
        path = f"/accounts/{user.id}/email"
    administrator.post(path, email="lam@example.vn")

    with console_app.app_context():
        user = accounts.find_user(database.session(), "lam@example.vn")
        assert (user.sso_issuer, user.sso_subject) == (None, None)


def test_an_administrator_does_not_end_with_a_day_that_is_over(console_app: Flask) -> None:
    administrator = signed_in(console_app, "administrator")
    own = {"name": "Quản trị", "roles": ["administrator"], "branch": "0"}
    over = administrator.post("/accounts/1", **own, ends_on="2020-01-01")

    assert over.status_code == 422
    assert "Ông/Bà sẽ tự khóa mình" in over.text
    assert administrator.get("/accounts/1").status_code == 200


def test_the_list_says_who_has_a_second_step_and_who_must(console_app: Flask) -> None:
    administrator = signed_in(console_app, "administrator")
    with console_app.app_context():
        session = database.session()
        for name, role in (("app", "manager"), ("key", "viewer"), ("none", "manager"), ("free", "viewer")):
            accounts.add_user(session, f"{name}@example.vn", None, (role,))
        accounts.find_user(session, "app@example.vn").tf_primary_method = "authenticator"
        session.add(Passkey(user_id=accounts.find_user(session, "key@example.vn").id, **PASSKEY))
        session.scalars(sa.select(Role).where(Role.name == "manager")).one().second_factor = True
        session.commit()
    listed = {}
    for which in ("set", "missing", "none", "unknown"):
        rows = administrator.get(f"/accounts/?second={which}").text.partition("<tbody>")[2]
        listed[which] = set(re.findall(r"(\w+)@example", rows))
    page = administrator.get("/accounts/").text
    cells = re.findall(r'<td data-label="Xác thực hai bước">(.*?)</td>', page, re.DOTALL)
    shown = [re.sub(r"<[^>]*>|\s+", " ", cell).split() for cell in cells]

    assert listed["set"] == {"app", "key"}
    assert listed["missing"] == {"none"}
    assert listed["none"] == {"free", "administrator", "none"}
    assert listed["unknown"] == {"app", "key", "none", "free", "administrator"}
    assert [" ".join(cell) for cell in shown] == [  # By their address.
        "chưa thiết lập",
        "đã thiết lập bắt buộc",
        "chưa thiết lập",
        "đã thiết lập",
        "bắt buộc, chưa thiết lập",
    ]


def test_rights_are_changed_and_hold_at_once(console_app: Flask) -> None:
    officer = signed_in(console_app, "officer")
    administrator = signed_in(console_app, "administrator")
    with console_app.app_context():
        unit = factories.make_unit(database.session()).id
        database.session().commit()
    assert officer.get("/manage/surveys").status_code == 403
    saved = administrator.post("/accounts/1", name="An", roles=["manager"], branch=str(unit))

    assert saved.status_code == 302
    assert [officer.get(path).status_code for path in ("/manage/surveys", "/manage/surveys/new")] == [200, 403]
    again = administrator.post("/accounts/1", name="An", roles=["administrator"], branch=str(unit))
    assert (again.status_code, "hãy chọn toàn địa bàn" in again.text) == (422, True)


def test_a_closed_account_is_out_at_once_and_may_come_back(console_app: Flask) -> None:
    officer, administrator = signed_in(console_app, "officer"), signed_in(console_app, "administrator")
    administrator.post("/accounts/1/active", active="0")
    assert "/login" in officer.get("/field/cases").location
    assert Staff(console_app, "officer@example.vn").signed_in.status_code == 200
    administrator.post("/accounts/1/active", active="1")

    assert Staff(console_app, "officer@example.vn").signed_in.status_code == 302


def test_nobody_shuts_themselves_out(console_app: Flask) -> None:
    administrator = signed_in(console_app, "administrator")
    administrator.post("/accounts/1/active", active="0")
    changed = administrator.post("/accounts/1", name="An", roles=["viewer"], branch="0")

    assert changed.status_code == 422
    assert administrator.get("/accounts/").status_code == 200


def test_sessions_are_listed_in_plain_words_and_ended_one_by_one(console_app: Flask) -> None:
    here = signed_in(console_app, "officer")
    other = console_app.test_client()
    agent = {"User-Agent": "Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0"}
    token = csrf_in(other.get("/login").text)
    other.post("/login", headers=agent, data={"csrf_token": token, "email": "officer@example.vn", "password": PASSWORD})
    page = here.get("/account/").text
    assert "Firefox, Windows" in page
    assert page.count('/end"') == 2  # The other one, and all others.
    ended = here.post("/account/sessions/2/end")

    assert ended.status_code == 302
    assert "/login" in other.get("/account/", headers=agent).location
    assert here.get("/account/").status_code == 200


def test_nobody_ends_a_session_of_somebody_else(console_app: Flask) -> None:
    officer, analyst = signed_in(console_app, "officer"), signed_in(console_app, "analyst")

    assert analyst.post("/account/sessions/1/end").status_code == 404
    assert officer.get("/account/").status_code == 200


def test_an_administrator_ends_all_sessions_of_an_account(console_app: Flask) -> None:
    officer, administrator = signed_in(console_app, "officer"), signed_in(console_app, "administrator")
    administrator.post("/accounts/1/sessions/end")

    assert "/login" in officer.get("/account/").location


def test_an_account_that_prepares_and_approves_is_pointed_out(console_app: Flask) -> None:
    administrator = signed_in(console_app, "administrator")
    other = make_staff(console_app, "officer")
    one = make_staff(console_app, "analyst")
    before = administrator.get("/accounts/?lang=vi").text
    administrator.post(f"/accounts/{one}", **RIGHTS | {"name": "Trần Bình", "roles": ["analyst", "approver"]})
    hint = "chuẩn bị số liệu và phê duyệt"

    assert hint not in before
    assert re.search(rf'{hint}[^<]*<a href="/accounts/{one}">Trần Bình</a>\.', administrator.get("/accounts/").text)
    assert hint in administrator.get(f"/accounts/{one}").text
    assert hint not in administrator.get(f"/accounts/{other}").text


def test_accounts_are_found_and_paged(console_app: Flask) -> None:
    administrator = signed_in(console_app, "administrator")
    with console_app.app_context():
        session = database.session()
        for number in range(60):
            factories.make_user(session, f"user{number:02}@example.vn", name=f"Người {number:02}")
        session.commit()
    first, second = administrator.get("/accounts/").text, administrator.get("/accounts/?page=2").text

    assert ("user48@" in first, "user49@" in first, "user49@" in second) == (True, False, True)
    assert administrator.get("/accounts/?q=Người 07").text.count("@example.vn") == 2  # Also one's own, in the heading.
    assert "administrator@" in administrator.get("/accounts/?q=administrator").text
    assert administrator.get("/accounts/?q=%25").text.count("user") == 0


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        ("Mozilla/5.0 (Linux; Android 15; SM-A546) Chrome/140.0 Mobile Safari/537.36", "Chrome, Android"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile Safari/604.1", "Safari, iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge, Windows"),
        ("Mozilla/5.0 (Windows NT 10.0) coc_coc_browser/130 Chrome/130 Safari/537.36", "Cốc Cốc, Windows"),
        ("curl/8.0", ""),
    ],
)
def test_a_browser_is_named_as_people_name_it(user_agent: str, words: str) -> None:
    assert browsers.in_words(user_agent) == words
