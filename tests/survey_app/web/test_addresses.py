"""Numbers in addresses, from the URL map: one that no row can have does not exist."""

from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.routing import IntegerConverter

from survey_app import create_app, database
from tests import staff
from tests.conftest import make_settings
from tests.staff import signed_in


@pytest.mark.parametrize("number", [10**9, 2**31, 2**63, 10**30, "9" * 5000, "٣"])
def test_a_number_that_no_row_can_have_is_no_address(console_app: Flask, number: object) -> None:
    console_app.config["PROPAGATE_EXCEPTIONS"] = False
    officer = signed_in(console_app, "officer").client
    console_app.config["WTF_CSRF_ENABLED"] = False
    tried = 0
    for rule in console_app.url_map.iter_rules():
        numbers = [name for name, converter in rule._converters.items() if isinstance(converter, IntegerConverter)]
        path = rule.rule
        for name in numbers:
            path = path.replace(f"<int:{name}>", str(number))
        for method in sorted((rule.methods or set()) & {"GET", "POST"}) if numbers else ():
            tried += 1
            assert officer.open(path, method=method).status_code == 404, path

    assert tried >= 5


def test_the_largest_number_that_a_row_can_have_is_asked_for(console_app: Flask) -> None:
    adapter = console_app.url_map.bind("localhost")

    assert adapter.match(f"/field/cases/{10**9 - 1}") == ("field.show_case", {"case_id": 10**9 - 1})


@pytest.mark.parametrize("behind", [True, False])
def test_only_our_own_proxy_is_believed(tmp_path: Path, behind: bool) -> None:
    """Behind it a page is secure, forms still work without a Referer, and cookies travel encrypted."""
    url = f"sqlite:///{tmp_path / 'test.sqlite'}"
    database.upgrade(url)
    app = create_app(replace(make_settings(tmp_path, url), behind_proxy=behind))
    staff.make_staff(app, "manager")
    client, forwarded = app.test_client(), {"X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.7"}
    page = client.get("/login", headers=forwarded)
    fields = {"csrf_token": staff.csrf_in(page.text), "email": "manager@example.vn", "password": staff.PASSWORD}
    signed_in = client.post("/login", data=fields, headers=forwarded)
    app.extensions["engine"].dispose()

    assert ("Strict-Transport-Security" in page.headers) == behind
    assert signed_in.status_code == 302
