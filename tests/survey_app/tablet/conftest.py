"""A real Chromium on an empty page of our origin: for the modules that lie below the screens."""

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Page

from tests.browser import browser_context_args, browser_type_launch_args, live_server, serving

__all__ = ["browser_context_args", "browser_type_launch_args", "live_server"]


@pytest.fixture(scope="session")
def origin() -> Iterator[str]:
    """Serves the modules and an empty page: what lies below the screens needs no office."""
    app = Flask("survey_app")
    app.add_url_rule("/", "empty", lambda: "<!doctype html><title>empty</title>")
    with serving(app) as address:
        yield address


@pytest.fixture
def modules(page: Page, origin: str) -> Page:
    page.goto(origin)
    return page
