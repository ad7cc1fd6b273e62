"""An application without an open context: requests then keep nothing from one to the next, as in a real server."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from tests.conftest import make_app


@pytest.fixture
def console_app(tmp_path: Path) -> Iterator[Flask]:
    app = make_app(tmp_path, f"sqlite:///{tmp_path / 'test.sqlite'}")
    yield app
    app.extensions["engine"].dispose()
