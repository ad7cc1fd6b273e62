"""Double entry finds every planted mistake; of many entries of one sheet at once one becomes a response."""

import random
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from questionnaires import loader
from questionnaires.checking import OTHER
from questionnaires.conditions import Setting
from questionnaires.model import GeneralRating, Instrument, LongText, RatedItem, SingleChoice
from questionnaires.routing import questions_asked
from survey_app import database
from survey_app.models import PaperBatch, PaperSheet, Response
from survey_app.paper import sheets, typing_page
from survey_app.paper.sheets import By, Done
from survey_app.paper.typing_page import DAY, Printed
from survey_app.simulation import forms, population
from tests import factories
from tests.survey_app.entry.office import GOOD, make_batch, serials

SHEETS, PEOPLE = 300, 8
PAPER = Setting("counter", "paper_self", "xã")
Form = dict[str, list[str]]


def plant(instrument: Instrument, form: Form, count: int, draw: random.Random) -> tuple[Form, set[str]]:
    """The form with up to `count` fields read wrongly, none of which changes what is asked; and which they are."""
    wrong, planted = dict(form), set()
    questions = list(instrument.questions())
    asked = questions_asked(instrument, read_values(form), PAPER)
    while len(planted) < count:
        question = draw.choice([one for one in questions if one.code in asked and one.code not in planted])
        tried = {**wrong, question.code: misread(question, wrong.get(question.code, []), draw)}
        stays = questions_asked(instrument, read_values(tried), PAPER) == asked and question.code + OTHER not in form
        if stays and not question.required:
            wrong, planted = tried, planted | {question.code}
    if draw.random() < 0.2:
        wrong, planted = {**wrong, DAY: ["19/11/2026"]}, planted | {DAY}
    return wrong, planted


def read_values(form: Form) -> dict[str, Any]:
    return {
        code: int(values[0]) if values[0].isdigit() else values[0]
        for code, values in form.items()
        if values and not code.startswith("_")
    }


def misread(question: Any, said: list[str], draw: random.Random) -> list[str]:
    """Another box, a box left out or one too many, a word written otherwise."""
    if isinstance(question, RatedItem | GeneralRating):
        options = [[], *([str(level)] for level in range(1, 6))]
    elif isinstance(question, SingleChoice):
        options = [[], *([option.code] for option in question.options if not option.specify)]
    elif isinstance(question, LongText):
        options = [[], ["Ghế ngồi chờ còn ít"], ["Ghế ngồi chờ còn it"]]
    else:
        options = [[], said[:1]] if len(said) > 1 else [[]] if said else [[question_option(question)]]
    return draw.choice([option for option in options if option != said])


def question_option(question: Any) -> str:
    return str(question.options[0].code) if hasattr(question, "options") else "7"


def type_in(app: Flask, serial: str, form: Form, account: int) -> str:
    with app.app_context():
        session = database.writing(database.session())
        batch = session.scalars(sa.select(PaperBatch)).one()
        printed = Printed(serial, "full", "vi")
        found = typing_page.read(session, batch, printed, form, factories.NOON)
        assert found.reading is not None, (found.faults, found.own)
        try:
            outcome = sheets.take(session, batch, printed, found.reading, By(account, factories.NOON, "key"))
        except Done as done:
            return f"done: {done.state}"
        session.commit()
        return outcome


@pytest.mark.slow
@pytest.mark.parametrize("code", ["sipas2017", "yte_ngoaitru"])
def test_double_entry_finds_all_planted_mistakes_and_no_other(console_app: Flask, code: str) -> None:
    make_batch(console_app, instrument=code)
    people(console_app)
    instrument, draw = loader.load_builtin(code), random.Random(11)
    assert isinstance(instrument, Instrument)
    commune = population.make(instrument, ["001"], population.Profile(5, gates=gates_of(instrument))).communes[0]
    crowd = [person for hamlet in commune.hamlets for person in hamlet.people][:SHEETS]
    found: list[tuple[set[str], set[str]]] = []
    for serial, person in zip(serials(SHEETS, 5), crowd, strict=True):
        form = {DAY: ["20/11/2026"], **forms.fill(instrument, person, forms.PAPER, PAPER)}
        wrong, planted = plant(instrument, form, draw.choice((0, 0, 1, 1, 2, 5)), draw)
        first, second = (form, wrong) if draw.random() < 0.5 else (wrong, form)
        type_in(console_app, serial, first, 1)
        outcome = type_in(console_app, serial, second, 2)
        found.append((planted, differing(console_app, serial)))
        assert outcome == ("differs" if planted else "kept")
    kept = sum(not planted for planted, _ in found)

    assert [seen for _, seen in found] == [planted for planted, _ in found]
    assert sum(len(planted) for planted, _ in found) > SHEETS / 2
    assert count(console_app, Response) == kept > SHEETS / 8


def gates_of(instrument: Instrument) -> dict[str, float]:
    return dict.fromkeys(population.gates(instrument), 0.5)


def differing(app: Flask, serial: str) -> set[str]:
    with app.app_context():
        sheet = database.session().scalars(sa.select(PaperSheet).where(PaperSheet.serial == serial)).one()
        return set(sheets.differing(sheet)) if sheet.state == "differs" else set()


def people(app: Flask) -> None:
    with app.app_context():
        session = database.session()
        for number in range(PEOPLE + 1):
            factories.make_user(session, f"{number}@example.vn")
        session.commit()


def count(app: Flask, model: type[Any]) -> int:
    with app.app_context():
        return database.session().scalar(sa.select(sa.func.count()).select_from(model)) or 0


@pytest.mark.parametrize("typed_before", [True, False])
def test_of_many_entries_at_once_one_sheet_becomes_one_response(app_on_any_database: Flask, typed_before: bool) -> None:
    app = app_on_any_database
    make_batch(app)
    people(app)
    database.session().rollback()
    form = {name: [value] for name, value in GOOD.items()}
    (serial,) = serials(1)
    before = [type_in(app, serial, form, 1)] if typed_before else []
    with ThreadPoolExecutor(PEOPLE) as typing:
        outcomes = list(typing.map(lambda account: type_in(app, serial, form, account), range(2, PEOPLE + 2)))

    assert sorted(before + outcomes) == ["done: kept"] * (PEOPLE - 2 + typed_before) + ["first", "kept"]
    assert (count(app, Response), count(app, PaperSheet)) == (1, 1)
