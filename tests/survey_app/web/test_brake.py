"""Guessing passwords is slowed down by account and address together; nobody else waits."""

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from survey_app import create_app, database
from survey_app.models import AuditEntry, BrakeCount
from survey_app.web.brake_counts import InDatabase
from tests import factories
from tests.staff import PASSWORD, csrf_in, make_staff

HALL, HOME = "203.0.113.7", "198.51.100.9"


def _sign_in(
    client: FlaskClient, password: str, address: str = HALL, role: str = "manager", lang: str = "vi"
) -> TestResponse:
    fields = {"csrf_token": csrf_in(client.get("/login").text), "email": f"{role}@example.vn", "password": password}
    return client.post(f"/login?lang={lang}", data=fields, environ_base={"REMOTE_ADDR": address})


def test_ten_wrong_passwords_make_the_account_wait_at_this_address_only(console_app: Flask) -> None:
    console_app.config["CLOCK"] = lambda: factories.NOON
    for role in ("manager", "officer"):
        make_staff(console_app, role)
    with console_app.app_context():
        factories.make_point(database.session(), code="K7QF3MX")
        database.session().commit()
    client = console_app.test_client()
    tries = [_sign_in(client, "wrong").status_code for _ in range(10)]
    right = _sign_in(client, PASSWORD)

    assert tries == [200] * 10
    assert right.status_code == 429
    assert "đợi mười phút" in right.text
    assert "Wait ten minutes" in _sign_in(client, PASSWORD, lang="en").text
    assert client.get("/p/K7QF3MX", environ_base={"REMOTE_ADDR": HALL}).status_code == 200
    assert _sign_in(console_app.test_client(), PASSWORD, role="officer").status_code == 302
    assert _sign_in(console_app.test_client(), PASSWORD, HOME).status_code == 302


def test_signs_that_nobody_sees_make_no_other_account_of_an_address(console_app: Flask) -> None:
    """The account is looked up without them: each of the ten addresses is the same person's."""
    make_staff(console_app, "manager")
    client, unseen = console_app.test_client(), ("\ufe0f", "\u034f")

    def tried(email: str, password: str = "wrong") -> int:
        fields = {"csrf_token": csrf_in(client.get("/login").text), "email": email, "password": password}
        return client.post("/login", data=fields).status_code

    wrong = [tried(f"manager@exam{unseen[n % 2] * (1 + n // 2)}ple.vn") for n in range(9)]
    wrong.append(tried("MANAGER@example\uff0evn"))
    with console_app.app_context():
        deeds = list(database.session().scalars(sa.select(AuditEntry.deed)))

    assert wrong == [200] * 10
    assert tried("manager@example.vn", PASSWORD) == 429
    assert deeds == ["sign_in_failed"] * 10


def test_a_network_of_ipv6_is_one_address(console_app: Flask) -> None:
    make_staff(console_app, "manager")
    client = console_app.test_client()
    tries = [_sign_in(client, "wrong", f"2001:db8:0:1::{number:x}").status_code for number in range(10)]

    assert tries == [200] * 10
    assert _sign_in(client, PASSWORD, "2001:db8:0:1:ffff::1").status_code == 429
    assert _sign_in(console_app.test_client(), PASSWORD, "2001:db8:0:2::1").status_code == 302
    assert _sign_in(console_app.test_client(), PASSWORD, "::ffff:198.51.100.9").status_code == 302


def test_right_passwords_use_up_nothing(console_app: Flask) -> None:
    make_staff(console_app, "manager")

    assert [_sign_in(console_app.test_client(), PASSWORD).status_code for _ in range(11)] == [302] * 11


def test_workers_count_together_and_keep_no_name(app_on_any_database: Flask) -> None:
    """Two applications on one database, as two workers are."""
    app = app_on_any_database
    make_staff(app, "manager")
    other = create_app(app.config["SETTINGS"])
    workers = (app.test_client(), other.test_client())
    tries = [_sign_in(workers[number % 2], "wrong").status_code for number in range(10)]
    refused = [_sign_in(client, PASSWORD).status_code for client in workers]
    with database.engine().connect() as connection:
        rows = connection.execute(sa.select(BrakeCount.key_hash, BrakeCount.count)).all()
    other.extensions["engine"].dispose()

    assert tries == [200] * 10
    assert refused == [429, 429]
    assert [row[1] >= 10 for row in rows] == [True]
    assert "manager" not in rows[0].key_hash


def test_counts_begin_anew_when_their_time_is_over(app_on_any_database: Flask) -> None:
    engine = database.engine()
    counts = InDatabase(engine=engine, key="key")
    found = [counts.incr("one", 600), counts.incr("one", 600), counts.incr("two", 600), counts.get("one")]
    with engine.execution_options(writes=True).begin() as connection:
        connection.execute(sa.update(BrakeCount).values(until=factories.NOON.replace(year=2020)))

    assert found == [1, 2, 1, 2]
    assert counts.get("one") == 0
    assert counts.incr("one", 600) == 1
    assert counts.get_expiry("one") > counts.get_expiry("two")
