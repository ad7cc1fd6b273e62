"""Each response is kept once: repeats, conflicts, modes, late ones; on both databases."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from flask import Flask

from questionnaires import loader
from questionnaires.answers import Answers
from questionnaires.checking import check
from survey_app import database, responses
from survey_app.models import Response, ResponseConflict, Wave
from survey_app.responses import CaseTaken, ResponseConflictError, Stored
from tests import factories


def answers(**given: str) -> Answers:
    submitted = {"respondent_type": ["citizen"], "A1.1": ["4"]} | {code: [value] for code, value in given.items()}
    found = check(loader.load_builtin("sipas2017"), submitted).answers
    assert found is not None
    return found


def store(wave: Wave, response_id: UUID, content: Answers, case_id: int | None = None, **fields: object) -> Stored:
    session = database.writing(database.session())
    defaults = {"token_key": "key", "mode": "tablet" if case_id else "qr_open", "language": "vi"}
    times = {"begun": factories.NOON, "sent": factories.NOON + timedelta(minutes=3)}
    place = {"unit_id": 1, "point_id": None if case_id else 1, "case_id": case_id}
    named = {"response_id": response_id, "wave": wave, "answers": content}
    stored = responses.store(session.connection(), **(defaults | times | place | named | fields))  # type: ignore[arg-type]
    session.commit()
    return stored


@pytest.fixture
def wave(app_on_any_database: Flask) -> Wave:
    session = database.session()
    point = factories.make_point(session)
    factories.make_case(session, point.wave, point.unit)
    session.commit()
    wave = point.wave
    assert wave.instrument_version.state == "published"
    session.close()  # As in a view: what was found stays readable, and no transaction is open.
    return wave


def count(model: type[Response | ResponseConflict]) -> int:
    return database.session().scalar(sa.select(sa.func.count()).select_from(model)) or 0


def test_a_repeat_gives_the_same_receipt_and_no_second_row(wave: Wave) -> None:
    response_id = uuid4()

    first, second = (store(wave, response_id, answers(comment="Tốt")) for _ in range(2))

    assert (first.new, second.new) == (True, False)
    assert first.receipt == second.receipt
    assert count(Response) == 1


def test_the_same_words_in_other_bytes_are_a_repeat(wave: Wave) -> None:
    response_id = uuid4()
    store(wave, response_id, answers(comment="Hài lòng"))

    assert not store(wave, response_id, answers(comment="Ha\u0300i lo\u0300ng"), language="en").new


def test_other_content_is_refused_and_kept_once_beside_the_first(wave: Wave) -> None:
    response_id = uuid4()
    store(wave, response_id, answers())
    session = database.session()

    for _ in range(2):
        with pytest.raises(ResponseConflictError):
            store(wave, response_id, answers(comment="Khác"))
        session.commit()

    assert session.scalars(sa.select(Response.answers)).one() == answers().canonical_json()
    assert session.scalars(sa.select(ResponseConflict.answers)).one() == answers(comment="Khác").canonical_json()


def test_a_case_is_answered_once(wave: Wave) -> None:
    store(wave, uuid4(), answers(), case_id=1)

    with pytest.raises(CaseTaken):
        store(wave, uuid4(), answers(), case_id=1)


def test_a_repeat_for_a_case_is_no_second_answer(wave: Wave) -> None:
    response_id = uuid4()
    first = store(wave, response_id, answers(), case_id=1)

    assert store(wave, response_id, answers(), case_id=1) == Stored(first.receipt, False, "accepted")


def test_only_the_local_day_is_kept_of_the_time(wave: Wave) -> None:
    evening = factories.NOON.replace(hour=18)  # 01:00 of the next day in Asia/Ho_Chi_Minh.
    store(wave, uuid4(), answers(), sent=evening)

    assert database.session().scalars(sa.select(Response.local_day)).one().day == factories.NOON.day + 1


def test_what_comes_long_after_the_close_waits_for_a_manager(wave: Wave) -> None:
    december = factories.NOON + timedelta(days=20)

    assert store(wave, uuid4(), answers(), sent=december).state == "late"
    assert store(wave, uuid4(), answers(), begun=december - timedelta(hours=1), sent=december).state == "accepted"


def test_a_receipt_says_nothing_to_those_without_the_key() -> None:
    response_id = uuid4()

    assert responses.receipt("key", response_id, "aa") == responses.receipt("key", response_id, "aa")
    assert responses.receipt("key", response_id, "aa") != responses.receipt("other key", response_id, "aa")
    assert len(responses.receipt("key", response_id, "aa")) == 14


@pytest.mark.parametrize(
    ("answered", "kind"), [(22, "complete"), (18, "complete"), (17, "partial"), (11, "partial"), (10, "broken_off")]
)
def test_how_much_of_a_form_makes_it_complete(answered: int, kind: str) -> None:
    """More than 80 % of the ratings that were asked: complete; half and more: partial."""
    instrument = loader.load_builtin("sipas2017")
    assert len(instrument.ratings) == 22
    values = dict.fromkeys(instrument.ratings[:answered], 4)
    states = dict.fromkeys(instrument.ratings[answered:], -1)

    assert responses.completeness(Answers(values, states), instrument) == kind


def test_what_was_not_asked_is_not_missing() -> None:
    instrument = loader.load_builtin("sipas2017")
    first, *others = instrument.ratings

    assert responses.completeness(Answers({first: 5}, dict.fromkeys(others, -2)), instrument) == "complete"


def test_of_a_case_it_is_kept_how_much_was_answered(wave: Wave) -> None:
    store(wave, uuid4(), answers(), case_id=1)
    store(wave, uuid4(), answers())

    assert set(database.session().scalars(sa.select(Response.completeness))) == {"broken_off", None}
