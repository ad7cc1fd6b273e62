"""What an attacker tries everywhere: probes in every part of an address, every parameter, every field of a form."""

import inspect
import re
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import quote, urlsplit

import lxml.html
import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests import factories, staff
from tests.conftest import make_app, new_postgres_database
from tests.survey_app import every_page
from tests.survey_app.every_page import LOOKING, Visit

SCRIPT = "<script>alert(19)</script>"
PROBE = f"""7'"); DROP TABLE response; --{SCRIPT}{{{{7*191}}}}${{7*191}}%0d%0aX-Probe: 1../../etc/passwd\0"""
RUN = re.compile(r"\b1337\b|root:x:0")  # What a template or a file would answer.
TYPED = ("text", "search", "email", "tel", "url", "number", "date", "hidden", None)
# They would end the visit of all others; each has tests of its own.
LEFT_OUT = ("/logout", "/account/sessions", "/account/password", "/accounts/")


class Office(NamedTuple):
    app: Flask
    clients: dict[str, FlaskClient]
    visits: list[Visit]


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory, postgres_server: str) -> Iterator[Office]:
    """On PostgreSQL, which takes fewer texts than SQLite does."""
    app = make_app(tmp_path_factory.mktemp("attacked"), new_postgres_database(postgres_server))
    app.config["CLOCK"] = lambda: factories.NOON
    app.testing = False  # A fault is answered as in production: with 500, which is what we look for.
    parts = every_page.fill(app)
    clients = {person: staff.Staff(app, f"{person}@example.vn").client for person in LOOKING[1:]}
    yield Office(app, clients | {"anonymous": app.test_client()}, list(every_page.visits(app, parts)))
    app.extensions["engine"].dispose()


def _faults(what: str, response: TestResponse) -> list[str]:
    found = [f"{what}: {response.status_code}"] if response.status_code >= 500 else []
    text = response.get_data(as_text=response.mimetype.startswith("text/")) if response.is_sequence else ""
    if response.mimetype == "text/html" and isinstance(text, str):
        found += [f"{what}: runs"] if SCRIPT in text or RUN.search(text) else []
    return found + ([f"{what}: header"] if "X-Probe" in response.headers else [])


def _parameters(app: Flask, endpoint: str) -> set[str]:
    """The names that the code behind a page asks the address for."""
    source = inspect.getsource(inspect.getmodule(inspect.unwrap(app.view_functions[endpoint])))  # type: ignore[arg-type]
    return set(re.findall(r'args(?:\.get|\.getlist)?[(\[]\s*"(\w+)"', source)) | {"lang", "q", "page", "sort", "next"}


def test_every_answer_has_the_headers_that_keep_others_out(office: Office) -> None:
    without = []
    for visit in [
        *office.visits,
        Visit("anonymous", "none", "/there/is/nothing"),
        Visit("anonymous", "none", "/p/ABC"),
    ]:
        for method in ("GET", "POST"):
            headers = office.clients[visit.person].open(visit.path, method=method, buffered=True).headers
            policy = headers.get("Content-Security-Policy", "unsafe")
            sound = "unsafe" not in policy and "default-src 'none'" in policy and "frame-ancestors" in policy
            others = [headers.get(name) for name in ("X-Content-Type-Options", "Referrer-Policy")]
            if not sound or others != ["nosniff", "no-referrer"]:
                without.append(f"{method} {visit.path}: {policy} {others}")

    assert without == []


def test_probes_in_addresses_and_parameters_do_nothing(office: Office) -> None:
    faults, asked = [], 0
    for visit in office.visits:
        client, path = office.clients[visit.person], urlsplit(visit.path).path
        names = _parameters(office.app, visit.endpoint)
        queries = [dict.fromkeys(names, PROBE), *({name: PROBE} for name in names)]
        answers = [client.get(path, query_string=query, buffered=True) for query in queries]
        rules = office.app.url_map.iter_rules(visit.endpoint)
        for name in {name for rule in rules for name in rule.arguments}:
            changed = _with_part(office.app, visit, name)
            answers += [client.get(changed, buffered=True)] if changed else []
        asked += len(answers)
        faults += [fault for answer in answers for fault in _faults(f"{visit.person} {answer.request.url}", answer)]

    assert asked > 5 * len(office.visits)
    assert faults == []


def _with_part(app: Flask, visit: Visit, name: str) -> str:
    """The address with one of its parts exchanged, where that part takes any text."""
    endpoint, parts = app.url_map.bind("localhost").match(urlsplit(visit.path).path)
    mark = "made-of-a-mark"
    if not isinstance(parts.get(name), str):
        return ""
    try:
        built = app.url_map.bind("localhost").build(endpoint, parts | {name: mark})
    except ValueError:  # One of a few words.
        return ""
    return built.replace(mark, quote(PROBE, safe=""))


def test_probes_in_every_field_of_every_form_do_nothing(office: Office) -> None:
    """Twice: what people type, then also what pages say for them. Afterwards all pages are looked at again."""
    faults, sent = [], set()
    for visit in office.visits:
        client = office.clients[visit.person]
        for form in _forms(client.get(visit.path, buffered=True)):
            action = urlsplit(form.action or visit.path).path
            key = (action, tuple(sorted({field.name for field in form.inputs if field.name})))
            if key in sent or any(action.startswith(left) for left in LEFT_OUT):
                continue
            sent.add(key)
            for hidden_too in (False, True):
                answer = _send(client, form, action, hidden_too)
                faults += _faults(f"{visit.person} {form.method} {action}", answer)
    for visit in office.visits:
        faults += _faults(f"afterwards {visit.path}", office.clients[visit.person].get(visit.path, buffered=True))

    assert {action for action, _names in sent} & {"/withdraw", "/manage/surveys/new", "/register/new"}
    assert len(sent) > 60
    assert faults == []


def _forms(response: TestResponse) -> list[lxml.html.FormElement]:
    if response.mimetype != "text/html" or response.status_code != 200:
        return []
    return list(lxml.html.document_fromstring(response.text).forms)


def _send(client: FlaskClient, form: lxml.html.FormElement, action: str, hidden_too: bool) -> TestResponse:
    fields: dict[str, list[str]] = {}
    for name, value in form.form_values():
        fields.setdefault(name, []).append(value)
    for field in form.inputs:
        kind = field.get("type")
        typed = field.tag == "textarea" or (field.tag == "input" and kind in TYPED)
        if field.name and field.name != "csrf_token" and typed and (kind != "hidden" or hidden_too):
            fields[field.name] = [PROBE]
    if form.method == "GET":
        return client.get(action, query_string=fields, buffered=True)
    return client.post(action, data=fields, buffered=True)
