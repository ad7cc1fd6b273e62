"""A wave whose cases come from a real sealed draw: the frame of a kind, sealed on one day, drawn on the next."""

from pathlib import Path

import pytest
from flask import Flask

from survey_app import database
from survey_app.planning import process
from tests import factories, made_once
from tests.conftest import make_app
from tests.staff import Staff, signed_in
from tests.survey_app.manage.plan_frames import UNITS
from tests.survey_app.manage.test_plan import call_here, draw, seal, the_day_after


def make_drawn(app: Flask, kind: str) -> Staff:
    """The manager who drew it. `app` is that of `console_app`, and nobody has used it yet."""
    made_once.copied(app.config["SETTINGS"].instance, _make_drawn, kind)
    manager = Staff(app, "manager@example.vn")
    the_day_after(app)
    return manager


def _make_drawn(folder: Path, kind: str) -> None:
    app = make_app(folder, f"sqlite:///{folder / 'test.sqlite'}")
    with app.app_context():
        session = database.session()
        factories.make_wave(session)
        for code in UNITS:
            factories.make_unit(session, code, parent_code="395")
        session.commit()
    manager = signed_in(app, "manager")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(process, "call", call_here)
        seal(manager, kind)
        assert draw(app, manager).status_code == 302
    app.extensions["engine"].dispose()
