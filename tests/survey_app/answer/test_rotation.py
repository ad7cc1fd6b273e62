"""Items that rotate: each form has an order of its own, which it keeps, and which the response and the extract tell."""

import json
import re
from pathlib import Path
from uuid import UUID

import pyarrow.parquet as pq
import pytest
from flask import Flask

from questionnaires.model import AnyInstrument
from survey_app import clock, database, extract
from survey_app.answer.rotation import order_of
from survey_app.models import InstrumentVersion, Response, Survey
from survey_app.proofs import tokens
from tests.questionnaires.examples import make_choice, make_factor, make_instrument, make_item, make_part
from tests.survey_app.answer.conftest import CODE, GOOD, Citizen, token_in
from tests.survey_app.answer.showcase import make_showcase

ITEMS = ["A1.1", "A1.2", "A1.3", "A1.4"]
ANSWERS = {"A1.1": "1", "A1.4": "5"}


def _rotating(code: str = "tiny") -> AnyInstrument:
    factor = make_factor([make_item(item) for item in ITEMS], rotate=True)
    return make_instrument([factor, make_part([make_choice()])], code=code)


def _shown(page: str) -> list[str]:
    return re.findall(r'id="q-(A1\.\d)"', page)


@pytest.fixture
def citizen(open_app: Flask) -> Citizen:
    make_showcase(open_app, _rotating(), "TURNS22")
    return Citizen(open_app.test_client(), "TURNS22")


def test_forms_come_in_eight_orders_and_each_keeps_its_own(citizen: Citizen) -> None:
    seen: set[tuple[str, ...]] = set()
    draws = 0
    while draws < 60 or (len(seen) < 8 and draws < 400):  # All eight come but for once in 10²².
        draws += 1
        page = citizen.client.get(citizen.path).text
        token, shown = token_in(page), _shown(page)
        again = citizen.send(token, ANSWERS, _language="en").text
        faulty = citizen.send(token, ANSWERS | {"A1.2": "9"}).text

        assert _shown(again) == _shown(faulty) == shown
        assert f'href="#q-A1.2">Câu {shown.index("A1.2") + 1}</a>' in faulty
        seen.add(tuple(shown))

    assert len(seen) == 8


def test_the_order_is_stored_and_the_answers_stay_in_the_instruments(open_app: Flask, citizen: Citizen) -> None:
    token = citizen.open()
    citizen.send(token, ANSWERS)
    citizen.send(token, ANSWERS)
    with open_app.app_context():
        [kept] = database.session().query(Response)

        assert kept.item_order == tokens.read("token key of the tests", token).response_id.int % 8
        assert json.loads(kept.answers)["values"] == {"A1.1": 1, "A1.4": 5}


def test_nothing_is_noted_where_nothing_rotates_or_a_sheet_of_paper_was_filled_in(open_app: Flask) -> None:
    Citizen(open_app.test_client()).send(Citizen(open_app.test_client()).open())
    with open_app.app_context():
        assert [kept.item_order for kept in database.session().query(Response)] == [None]
    assert order_of(_rotating(), "paper_self", UUID(int=7)) is None
    assert order_of(_rotating(), "tablet", UUID(int=7)) == 7


def test_the_extract_tells_the_order_in_its_last_column(open_app: Flask, citizen: Citizen, tmp_path: Path) -> None:
    citizen.send(citizen.open(), ANSWERS)
    Citizen(open_app.test_client(), CODE).send(Citizen(open_app.test_client(), CODE).open(), GOOD)
    columns = {}
    with open_app.app_context():
        session = database.session()
        assert session.query(InstrumentVersion).count() == 2
        for survey in session.query(Survey):
            folder = tmp_path / survey.slug
            extract.write(session, survey, folder, clock.now())
            table = pq.read_table(folder / "responses.parquet")
            columns[survey.slug] = table.column_names
            if "item_order" in table.column_names:
                assert table["item_order"].to_pylist() == [kept.item_order for kept in _kept(survey)]

    assert columns["showcase-turns22"][-1] == "item_order"
    assert "item_order" not in columns["sipas-2026"]


def _kept(survey: Survey) -> list[Response]:
    waves = [wave.id for wave in survey.waves]
    return list(database.session().query(Response).filter(Response.wave_id.in_(waves)))
