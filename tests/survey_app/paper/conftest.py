"""One application for all paper forms: they need its translations and nothing of its database."""

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.conftest import make_app


@pytest.fixture(scope="module")
def translations(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    folder = tmp_path_factory.mktemp("paper")
    app = make_app(folder, f"sqlite:///{folder / 'test.sqlite'}")
    with app.app_context():
        yield app
    app.extensions["engine"].dispose()
