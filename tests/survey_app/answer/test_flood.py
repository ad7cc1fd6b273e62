"""A point takes so many forms a minute; whose form is over it keeps the answers and sends them a minute later."""

from uuid import uuid4

import pytest
import sqlalchemy as sa
from flask import Flask

from survey_app import database
from survey_app.answer import flood
from survey_app.answer.flood import Flood
from survey_app.models import CollectionPoint, Response
from survey_app.proofs.tokens import Token
from tests import factories
from tests.survey_app.answer.conftest import GOOD, Citizen


@pytest.fixture
def two(open_app: Flask) -> Flood:
    open_app.extensions["flood"] = Flood(2)
    return open_app.extensions["flood"]  # type: ignore[no-any-return]


def test_the_third_form_of_a_minute_comes_back_with_its_answers_and_counts_later(
    open_app: Flask, citizen: Citizen, two: Flood, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = citizen.open(), citizen.open()
    taken = [citizen.send(token).status_code for token in (first, second, second)]
    token = citizen.open()
    over = citizen.send(token)
    monkeypatch.setattr(flood, "MINUTE", 0.0)
    later = citizen.send(token)

    assert taken == [303, 303, 303]
    assert (over.status_code, over.headers["Retry-After"]) == (429, "60")
    for name, value in {"token": token, **GOOD}.items():
        assert f'name="{name}" value="{value}"' in over.text
    assert later.status_code == 303
    with open_app.app_context():
        assert database.session().scalar(sa.select(sa.func.count()).select_from(Response)) == 3


def _token(proof: str = "") -> Token:
    return Token("K7QF3MX", "a" * 12, uuid4(), factories.NOON, proof)


@pytest.mark.parametrize(
    ("mode", "simulated", "proof", "over"),
    [
        ("qr_open", False, "", True),
        ("qr_slip", False, "", False),
        ("qr_open", True, "", False),
        ("visit_code", False, "", True),
        ("visit_code", False, "ABCD2345", False),
    ],
)
def test_points_are_counted_apart_and_slips_codes_and_trials_never(
    app: Flask, mode: str, simulated: bool, proof: str, over: bool
) -> None:
    session = database.session()
    point = factories.make_point(session, mode=mode)
    point.wave.simulated = simulated
    other = CollectionPoint(id=point.id + 1, mode=mode, wave=point.wave)
    counted = Flood(1)

    assert [counted.is_over(place, _token(proof), 100.0) for place in (point, other)] == [False, False]
    assert counted.is_over(point, _token(proof), 100.0) is over
    assert not counted.is_over(point, _token(proof), 161.0)
