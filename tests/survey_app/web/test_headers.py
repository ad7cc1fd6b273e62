"""What may be kept of a page: nothing of the console's."""

import pytest
from flask import Flask

from survey_app import database
from tests import factories
from tests.staff import signed_in
from tests.survey_app.results.folders import make_release_folder


def test_pages_of_staff_are_stored_nowhere(console_app: Flask) -> None:
    make_release_folder(console_app.config["SETTINGS"].releases / "release-1")
    analyst = signed_in(console_app, "analyst")
    paths = ("/login", "/start", "/results/", "/results/release-1", "/results/release-1/chart/overall.svg")
    found = {path: analyst.get(path).headers["Cache-Control"] for path in paths}

    assert found == dict.fromkeys(paths, "no-store")
    assert console_app.test_client().get("/login").headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", ["/p/K7QF3MX", "/static/console.css"])
def test_what_everybody_may_see_is_not_touched_by_that(console_app: Flask, path: str) -> None:
    console_app.config["CLOCK"] = lambda: factories.NOON
    with console_app.app_context():
        factories.make_point(database.session(), code="K7QF3MX")
        database.session().commit()

    response = console_app.test_client().get(path, buffered=True)

    assert response.headers["Cache-Control"] in ("private, no-cache", "no-cache")
