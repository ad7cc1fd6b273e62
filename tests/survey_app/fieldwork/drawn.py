"""A wave whose cases come from a real sealed draw: the frame of a kind, sealed on one day, drawn on the next."""

import pytest
from flask import Flask

from survey_app import database
from survey_app.planning import process
from tests import factories
from tests.staff import Staff, signed_in
from tests.survey_app.manage.plan_frames import UNITS
from tests.survey_app.manage.test_plan import call_here, draw, seal


def make_drawn(app: Flask, kind: str, **changed: str) -> Staff:
    """The manager who drew it."""
    with app.app_context():
        session = database.session()
        factories.make_wave(session)
        for code in UNITS:
            factories.make_unit(session, code, parent_code="395")
        session.commit()
    manager = signed_in(app, "manager")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(process, "call", call_here)
        seal(manager, kind, **changed)
        assert draw(app, manager).status_code == 302
    return manager
