"""An office with a box of paper forms: three people at the keyboard, a batch, and sheets with serials."""

import random
import re
from html import unescape
from itertools import islice

from flask import Flask
from werkzeug.test import TestResponse

from survey_app import clock, database
from survey_app.models import PaperBatch
from survey_app.paper import codes
from survey_app.points import ALPHABET
from tests import factories
from tests.staff import Staff, csrf_in, make_staff

TYPISTS = ("an@example.vn", "binh@example.vn", "chi@example.vn")
GOOD = {"_filled_on": "20/11/2026", "respondent_type": "citizen", "A1.1": "4", "A2.1": "5", "N7": "no"}


def serials(count: int, seed: int = 1) -> list[str]:
    draw = random.Random(seed)
    drawn = ("".join(draw.choices(ALPHABET, k=10)) for _ in iter(int, 1))
    return list(islice(filter(codes.is_serial, drawn), count))


SERIAL = serials(1)[0]


def make_batch(app: Flask, officers: bool = False, instrument: str = "sipas2017") -> int:
    """A batch of 50 forms for a box, or with ten cases of officers; on the day of `factories.NOON`."""
    app.config["CLOCK"] = lambda: factories.NOON
    with app.app_context():
        session = database.session()
        wave = factories.make_wave(session, instrument)
        point = factories.make_point(session, wave=wave, mode="paper_self", code="PAPER22")
        for number in range(1, 11):
            factories.make_case(session, wave, point.unit, number)
        place = {"unit_id": point.unit_id, "point_id": None if officers else point.id}
        batch = PaperBatch(wave_id=wave.id, issued_on=clock.local_day(factories.NOON), issued=50, **place)
        session.add(batch)
        session.commit()
        return batch.id


def typists(app: Flask, count: int = 3, role: str = "officer") -> list[Staff]:
    for email in TYPISTS[:count]:
        make_staff(app, role, email)
    return [Staff(app, email) for email in TYPISTS[:count]]


def type_sheet(
    person: Staff, answers: dict[str, str] | None = None, serial: str = SERIAL, batch: int = 1, **own: str
) -> TestResponse:
    path = f"/field/paper/batches/{batch}/sheets/{serial}?variant=full&language=vi"
    fields = {"csrf_token": csrf_in(person.get("/field/paper/").text), **(answers or GOOD), **own}
    return person.client.post(path, data=fields)


def said(person: Staff, response: TestResponse) -> str:
    """The notice on the page to which an answer leads."""
    page = person.get(response.location.partition("#")[0]).text
    return " ".join(unescape(text) for text in re.findall(r'role="status">([^<]*)<', page))
