"""Every kind of error has a page in the person's language, with its own code and its own headers."""

import pytest
from flask import Flask, abort
from flask.testing import FlaskClient
from markupsafe import escape
from werkzeug.exceptions import TooManyRequests

from survey_app.web import access, errors


@pytest.mark.parametrize("code", sorted(errors.WORDS))
def test_an_error_is_said_in_words(app: Flask, code: int) -> None:
    with app.test_request_context("/?lang=en"):
        response = app.make_response(errors.show(_error(code)))

    title, advice = (escape(text) for text in errors.WORDS[code])
    assert response.status_code == code
    assert f"<h1>{title}</h1>" in response.get_data(as_text=True)
    assert advice in response.get_data(as_text=True)


def _error(code: int) -> errors.HTTPException:
    try:
        abort(code)
    except errors.HTTPException as error:
        return error


def test_the_reason_of_our_own_is_shown_and_the_library_words_are_not(app: Flask) -> None:
    with app.test_request_context("/?lang=en"):
        ours, theirs = errors.show(errors.HTTPException("Unit 15520 is needed.")), errors.show(_error(404))

    assert "Unit 15520 is needed." in str(ours)
    assert "URL was not found" not in str(theirs)


def test_a_wait_is_told_to_machines_too(app: Flask) -> None:
    with app.test_request_context("/"):
        response = app.make_response(errors.show(TooManyRequests(retry_after=60)))

    assert response.headers["Retry-After"] == "60"


def test_an_unknown_address_is_a_page(client: FlaskClient) -> None:
    response = client.get("/no/such/page?lang=en")

    assert response.status_code == 404
    assert "There is no such page" in response.text


def test_a_wrong_method_says_which_are_allowed(client: FlaskClient) -> None:
    response = client.put("/p/K7QF3MX")

    assert response.status_code == 405
    assert "GET" in response.headers["Allow"]


def test_citizens_pages_are_open_to_anyone(app: Flask) -> None:
    assert app.extensions["access"]["answer"].rule is access.anyone
