"""What a place changes in a form: which questions are there, their numbers, the words in braces."""

from typing import Any

import pytest
from flask import Flask

from questionnaires import loader
from questionnaires.model import AnyInstrument
from survey_app import database
from survey_app.answer.places import place_of_case
from survey_app.models import CollectionPoint, Response
from tests import factories
from tests.questionnaires.examples import make_choice, make_data, make_factor, make_item, make_part, text
from tests.survey_app.answer.conftest import Citizen, token_in
from tests.survey_app.answer.showcase import make_showcase


def _instrument(**fields: Any) -> AnyInstrument:
    """Question N1 is for wards, A1.2 for the full form, N3 for those who said yes to N2."""
    parts = [
        make_part([make_choice("N1", show_if={"place": "kind", "any_of": ["ward"]})], "before"),
        make_factor([make_item(), make_item("A1.2", full_only=True)]),
        make_part(
            [
                make_choice("N2", text=text("{survey} của {owner}: {unit}", "{survey} by {owner}: {unit}")),
                make_choice("N3", show_if={"question": "N2", "any_of": ["yes"]}),
            ],
        ),
    ]
    return loader.read(make_data(parts, title=text("Về {procedure} tại {office}", "{procedure} at {office}"), **fields))


def _numbers(page: str) -> list[str]:
    return [part.split("<")[0] for part in page.split("<b>")[1:]]


@pytest.mark.parametrize(
    ("point", "codes"),
    [
        ({}, ["A1.1", "A1.2", "N2", "N3"]),
        ({"kind": "ward"}, ["N1", "A1.1", "A1.2", "N2", "N3"]),
        ({"variant": "short"}, ["A1.1", "N2", "N3"]),
    ],
)
def test_a_page_has_the_questions_of_its_place_numbered_through(open_app: Flask, point: Any, codes: list[str]) -> None:
    make_showcase(open_app, _instrument(), "PLACE22", **point)
    citizen = Citizen(open_app.test_client(), "PLACE22")
    page = citizen.client.get(f"{citizen.path}?lang=en").text
    faults = citizen.send(citizen.open(), {"N3": "nonsense", "N2": "yes", "A1.1": "4"}).text

    assert [code for code in ("N1", "A1.1", "A1.2", "N2", "N3") if f'name="{code}"' in page] == codes
    assert _numbers(page) == [f"{number}." for number in range(1, len(codes) + 1)]
    assert f"for question {codes.index('N2') + 1}." in page
    assert f'href="#q-N3">Câu {len(codes)}</a>' in faults


def test_an_answer_to_a_question_that_the_place_leaves_out_is_settled_by_the_person(open_app: Flask) -> None:
    make_showcase(open_app, _instrument(), "PLACE22", variant="short")
    citizen = Citizen(open_app.test_client(), "PLACE22")
    asked = citizen.send(citizen.open(), {"A1.1": "4", "A1.2": "5"})

    assert asked.status_code == 422
    assert 'name="_drop_not_asked"' in asked.text
    assert citizen.send(token_in(asked.text), {"A1.1": "4", "A1.2": "5"}, _drop_not_asked="1").status_code == 303
    with open_app.app_context():
        [kept] = database.session().query(Response)
        assert '"A1.2":-2' in kept.answers


def test_texts_take_the_words_of_the_place_and_stay_harmless(open_app: Flask) -> None:
    make_showcase(open_app, _instrument(), "PLACE22", procedure_en="<b>birth</b>", label_en="Desk {unit} & more")
    client = open_app.test_client()
    page = client.get("/p/PLACE22?lang=en").text

    assert "<h1>&lt;b&gt;birth&lt;/b&gt; at Desk {unit} &amp; more</h1>" in page
    survey, owner = (
        "Survey of satisfaction with administrative service 2026",
        "Office of Home Affairs of Thọ Xuân district",
    )
    assert f"{survey} by {owner}: xã Thọ Hải" in page
    assert "Về thủ tục đã làm tại Bộ phận Một cửa xã Thọ Hải" in client.get("/p/PLACE22?lang=vi").text


def test_no_name_of_an_office_is_taken_for_the_mark_of_a_form(open_app: Flask) -> None:
    make_showcase(open_app, _instrument(), "PLACE22", label_vi="Quầy @token@", label_en="Desk @token@")
    citizen = Citizen(open_app.test_client(), "PLACE22")

    assert "Quầy @token@" in citizen.client.get(f"{citizen.path}?lang=vi").text
    assert citizen.send(citizen.open(), {"A1.1": "4"}).status_code == 303


def test_a_case_is_asked_what_its_unit_and_the_tablet_leave(app: Flask) -> None:
    session = database.session()
    make_showcase(app, _instrument(), "PLACE22")
    point = session.query(CollectionPoint).one()
    case = factories.make_case(session, point.wave, point.unit)
    with app.test_request_context():
        place = place_of_case(case, "vi", "/", "tablet")

    assert (place.setting.kind, place.setting.mode, place.setting.unit_type) == ("", "tablet", "xã")
    assert place.words()["office"] == "xã Thọ Hải"
