"""Numbers in addresses, from the URL map: one that no row can have does not exist."""

import pytest
from flask import Flask
from werkzeug.routing import IntegerConverter

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
