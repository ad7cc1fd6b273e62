"""What a tablet takes along to start without a line: complete, named by its content, and nobody's data in it."""

import hashlib
import json
import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from survey_app.tablet import held

STATIC = Path(held.STATIC) / "tablet"


@pytest.fixture
def client(console_app: Flask) -> FlaskClient:
    """Each request in a context of its own, for each has its language."""
    return console_app.test_client()


@pytest.fixture
def worker(client: FlaskClient) -> str:
    return client.get("/tablet/worker.js").text


def _held(worker: str) -> dict[str, str]:
    found = re.search(r"const HELD = (\{.*?\});", worker)
    assert found

    return dict(json.loads(found[1]))


def test_each_hash_is_that_of_what_stands_at_the_address(client: FlaskClient, worker: str) -> None:
    addresses = _held(worker)

    assert {"/tablet/?lang=vi", "/tablet/?lang=en", "/static/tablet/app.js"} <= set(addresses)
    for address, digest in addresses.items():
        response = client.get(address, buffered=True)
        assert hashlib.sha256(response.data).hexdigest() == digest, address


def test_every_script_that_a_script_imports_is_held(worker: str) -> None:
    addresses = _held(worker)
    imported = {
        f"/static/tablet/{name}"
        for path in STATIC.glob("*.js")
        for name in re.findall(r'from "\./([a-z_]+\.js)"', path.read_text())
        if (STATIC / name).exists()
    }

    assert imported <= set(addresses)


def test_the_name_changes_with_the_content(app: Flask) -> None:
    with app.test_request_context():
        found = held.digests()

    assert held.version(found) != held.version({**found, "/tablet/?lang=vi": "0" * 64})
    assert held.version(found) == held.version(dict(found))


def test_the_worker_is_short_and_knows_nothing_of_answers(worker: str) -> None:
    assert len(worker.splitlines()) < 80
    assert 'request.method !== "GET"' in worker
    assert not [address for address in _held(worker) if address.startswith("/api")]


def test_no_script_is_longer_than_one_can_hold_in_mind() -> None:
    long = {path.name: len(path.read_text().splitlines()) for path in STATIC.glob("*.js")}

    assert {name: lines for name, lines in long.items() if lines > 250} == {}


def test_every_text_that_a_script_asks_for_is_there(client: FlaskClient) -> None:
    said = {
        name for path in STATIC.glob("*.js") for name in re.findall(r'(?<![#.])\bsay\("([a-z_.]+)"', path.read_text())
    }
    for language in ("vi", "en"):
        shell = client.get(f"/tablet/?lang={language}").text
        assert said - set(re.findall(r'data-word="([a-z_.]+)"', shell)) == set()


def test_every_screen_that_a_script_draws_is_there(client: FlaskClient) -> None:
    drawn = {name for path in STATIC.glob("*.js") for name in re.findall(r'\bpiece\("([a-z-]+)"', path.read_text())}

    assert drawn - set(re.findall(r'<template id="t-([a-z-]+)"', client.get("/tablet/").text)) == set()
