"""Expected half-widths on the page: the real analysis behind the door, a real sealed plan, counts of a real field."""

import csv
import io
import json
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from survey_app import database
from survey_app.models import Case, Response
from tests import factories
from tests.staff import signed_in
from tests.survey_app.fieldwork.drawn import make_drawn
from tests.survey_app.fieldwork.running import WAVE, answer, day, make_running


def _precision(manager: Any) -> dict[str, dict[str, str]]:
    text = manager.get(f"{WAVE}/field/precision.csv").data.decode("utf-8-sig")
    return {row["code"]: row for row in csv.DictReader(io.StringIO(text))}


def test_before_the_field_the_expected_is_what_the_sealed_folder_promised(console_app: Flask) -> None:
    manager = make_drawn(console_app, "households")
    console_app.config["CLOCK"] = lambda: factories.NOON - timedelta(days=22)  # The first day of the wave.
    found = _precision(manager)
    folder = console_app.config["SETTINGS"].plans / "1" / "sealed"
    promised = {row["code"]: row for row in json.loads((folder / "promise.json").read_text())["rows"]}

    assert set(found) == set(promised)
    for code, row in found.items():
        assert float(row["promised"]) == pytest.approx(promised[code]["half_width"], rel=1e-12)
        assert float(row["expected"]) == pytest.approx(float(row["promised"]), rel=1e-12)


def test_a_commune_that_refuses_is_named_first_with_what_helps_and_values_change_nothing(console_app: Flask) -> None:
    manager = make_drawn(console_app, "households")
    with console_app.app_context():
        session = database.session()
        sample = sa.select(Case).where(Case.reserve == 0, Case.reinterview_of_id.is_(None)).order_by(Case.number)
        cases = session.scalars(sample).all()
        for place, case in enumerate(cases):
            if case.stratum == "15529" and place % 4:
                case.disposition = "refused"
            else:
                answer(session, case, day(24), value=5)
        session.commit()
    before, page = _precision(manager), manager.get(f"{WAVE}/field").text
    with console_app.app_context():
        session = database.session()
        for kept in session.scalars(sa.select(Response)):
            kept.answers = kept.answers.replace(":5", ":1")
        assert session.is_modified(kept)
        session.commit()

    assert list(before)[:2] == ["", "15529"]
    assert before["15529"]["missed"] == "True"
    assert int(before["15529"]["more"]) > 0
    assert before["15520"]["missed"] == "False"
    assert f"thêm {before['15529']['more']} trả lời" in page
    assert _precision(manager) == before


def test_without_a_sealed_plan_nothing_was_promised(console_app: Flask) -> None:
    make_running(console_app)
    manager = signed_in(console_app, "manager")

    assert "không có độ chính xác nào được hứa" in manager.get(f"{WAVE}/field").text
    assert _precision(manager) == {}
