"""What guards an account is changed only by whoever proved within ten minutes who they are."""

import pytest
import sqlalchemy as sa
from flask import Flask

from survey_app import accounts, database
from survey_app.accounts import confirming
from survey_app.clock import utc_now
from survey_app.models import AuditEntry, Passkey, User
from tests.filled import PASSKEY
from tests.staff import PASSWORD, Staff, make_staff, signed_in
from tests.survey_app.accounts.authenticator import set_clock
from tests.survey_app.accounts.test_second_factor import APP, HOME, turned_on
from tests.survey_app.test_permissions import _address

CONFIRM, OWN_PASSWORD = "/account/confirm", "/account/password"
NEW = {"new_password": PASSWORD, "new_password_confirm": PASSWORD}


def wait(staff: Staff, seconds: float = 601) -> Staff:
    with staff.client.session_transaction() as cookie:
        cookie[confirming.KEY] -= seconds
    return staff


def confirm(staff: Staff, password: str = PASSWORD, way: str = f"{CONFIRM}?next={HOME}") -> tuple[int, str]:
    done = staff.post(way, form_on=CONFIRM, password=password)
    return done.status_code, done.location or done.text


def deeds(app: Flask) -> list[str]:
    with app.app_context():
        return list(database.session().scalars(sa.select(AuditEntry.deed).order_by(AuditEntry.number)))


def test_every_page_of_the_second_step_and_of_passkeys_asks_who_it_is(console_app: Flask) -> None:
    """Whatever is added to them: the addresses are those of the application."""
    manager = wait(signed_in(console_app, "manager"))
    opened = []
    for rule in console_app.url_map.iter_rules():
        if rule.endpoint.startswith("factor.") or rule.endpoint in confirming.PASSKEYS:
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                path = _address(rule)
                answer = manager.client.get(path) if method == "GET" else manager.post(path)
                opened += [f"{method} {path}"] if not (answer.location or "").startswith(CONFIRM) else []

    assert opened == []
    assert manager.get("/account/").status_code == 200


def test_every_change_of_an_account_asks_the_administrator_who_it_is(console_app: Flask) -> None:
    """Whatever is added, too; lists and pages are read without."""
    administrator = wait(signed_in(console_app, "administrator"))
    opened, asked = [], []
    for rule in console_app.url_map.iter_rules():
        if rule.endpoint.startswith("people.") and "POST" in (rule.methods or set()):
            path = _address(rule)
            answer = administrator.post(path)
            opened += [path] if not (answer.location or "").startswith(CONFIRM) else []
            asked.append(answer.location)
    invited = administrator.get("/accounts/new")

    assert opened == []
    assert len(asked) > 8
    assert invited.location == f"{CONFIRM}?next=/accounts/new"
    assert [administrator.get(path).status_code for path in ("/accounts/", "/accounts/1")] == [200, 200]
    assert administrator.post("/accounts/1/invite").location == f"{CONFIRM}?next=/accounts/1"
    assert confirm(administrator, way=f"{CONFIRM}?next=/accounts/1") == (302, "/accounts/1")
    assert administrator.get("/accounts/new").status_code == 200


def test_at_an_open_screen_nothing_is_changed_until_the_password_is_given(
    console_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_clock(monkeypatch, console_app)
    manager = signed_in(console_app, "manager")
    turned_on(manager)
    with console_app.app_context():
        user = accounts.find_user(database.session(), "manager@example.vn")
        database.session().add(Passkey(user_id=user.id, **PASSKEY))
        database.session().commit()
    wait(manager)
    sent = [manager.post(f"{HOME}{deed}") for deed in ("off", "codes", "passkeys/1/remove")]
    told = manager.get(sent[0].location).text
    wrong = confirm(manager, "not it")
    assert (manager.get(HOME).location or "").startswith(CONFIRM)
    right = confirm(manager)
    removed = manager.post(f"{HOME}passkeys/1/remove", form_on=HOME)

    assert [one.location for one in sent] == [f"{CONFIRM}?next={HOME}"] * 3
    assert "Chưa có gì thay đổi" in told
    assert (wrong[0], "Mật khẩu không đúng" in wrong[1]) == (422, True)
    assert right == (302, HOME)
    assert removed.location == HOME
    assert manager.post(f"{HOME}off", form_on=HOME).location == HOME
    assert deeds(console_app)[2:] == ["wrong_password", "own.confirm", "factor.remove_passkey", "factor.turn_off"]


def test_the_proof_lasts_ten_minutes_and_a_sign_in_is_one(console_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    at = utc_now().replace(microsecond=0)
    monkeypatch.setattr(confirming, "utc_now", lambda: at)
    manager = signed_in(console_app, "manager")
    assert wait(manager, 600).get(APP).status_code == 200
    assert wait(manager, 1).get(APP).location == f"{CONFIRM}?next={APP}"
    assert confirm(manager, way=f"{CONFIRM}?next={APP}") == (302, APP)
    assert manager.get(APP).status_code == 200


def test_the_password_is_not_guessed_at_an_open_screen(console_app: Flask) -> None:
    manager = wait(signed_in(console_app, "manager"))
    tries = [confirm(manager, "not it")[0] for _ in range(10)]

    assert tries == [422] * 10
    assert confirm(manager)[0] == 429
    assert manager.post(OWN_PASSWORD, form_on=CONFIRM, password="not it").status_code == 429
    assert deeds(console_app).count("wrong_password") == 10


def test_confirming_leads_nowhere_else(console_app: Flask) -> None:
    manager = signed_in(console_app, "manager")
    page = manager.get(f"{CONFIRM}?next=https://evil.example/")

    assert "evil" not in page.text
    assert confirm(manager, way=f"{CONFIRM}?next=https://evil.example/") == (302, "/account/")


def test_a_first_password_is_chosen_only_by_whoever_proved_who_they_are(console_app: Flask) -> None:
    """As by whoever comes by single sign-on only; without it the administrator helps."""
    manager = signed_in(console_app, "manager")
    with console_app.app_context():
        accounts.find_user(database.session(), "manager@example.vn").password = None
        database.session().commit()
    wait(manager)
    refused = manager.post(OWN_PASSWORD, form_on=CONFIRM, **NEW)
    page = manager.get(refused.location).text
    with console_app.app_context():
        kept = database.session().scalars(sa.select(User.password)).one()
    assert refused.location == f"{CONFIRM}?next={OWN_PASSWORD}"
    assert 'name="password"' not in page
    assert "chưa có mật khẩu" in page
    assert confirm(manager, "")[0] == 422
    assert kept is None

    wait(manager, -601)  # As after a new sign-in.
    assert manager.post(OWN_PASSWORD, form_on=OWN_PASSWORD, **NEW).location == "/account/?changed=1"
    assert deeds(console_app)[-2:] == ["security.change_password", "sign_in"]
    assert wait(manager).get(OWN_PASSWORD).status_code == 200  # From now on the page asks for it itself.


def test_whoever_must_set_up_a_second_step_can_confirm_first(console_app: Flask) -> None:
    make_staff(console_app, "administrator")
    with console_app.app_context():
        role = database.session().scalars(sa.select(User)).one().roles[0]
        role.second_factor = True
        database.session().commit()
    administrator = wait(Staff(console_app, "administrator@example.vn"))

    assert administrator.get("/accounts/").location == HOME
    assert administrator.get(HOME).location == f"{CONFIRM}?next={HOME}"
    assert administrator.get(CONFIRM).status_code == 200
    assert confirm(administrator) == (302, HOME)
    assert administrator.get(HOME).status_code == 200
