"""No stratum gets more answers than the plan's most, however many officers take reserves at the same moment."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor

from flask import Flask

from survey_app import database
from survey_app.casework import cases, progress
from survey_app.models import Case, Plan
from tests import factories

MOST = 8
SPEC = {"stages": [{"unit": "code"}], "allocation": {"total": 12, "rule": "equal", "maximum": MOST}}


def make_refusals(app: Flask, sample: int, refused: int, reserves: int, spec: object = SPEC) -> None:
    session = database.session()
    wave, unit = factories.make_wave(session), factories.make_unit(session)
    session.add(Plan(wave_id=wave.id, frame_kind="dossiers", spec=json.dumps(spec)))
    for number in range(1, sample + 1):
        factories.make_case(session, wave, unit, number, disposition="refused" if number <= refused else "open")
    for number in range(1, reserves + 1):
        factories.make_case(session, wave, unit, sample + number, reserve=number)
    session.commit()


def replace_at_once(app: Flask, numbers: list[int]) -> list[int]:
    """Each case in a thread of its own, all at the same moment; returns the reserves that were given."""
    start = threading.Barrier(len(numbers))

    def one(number: int) -> int:
        with app.app_context():
            session = database.session()
            case = session.get_one(Case, number)  # As the request has read it before it begins to write.
            session.rollback()
            start.wait()
            database.writing(session)
            try:
                reserve = cases.replace(session, case).number
                session.commit()
            except ValueError:
                session.rollback()
                return 0
            return reserve

    with ThreadPoolExecutor(len(numbers)) as threads:
        return [number for number in threads.map(one, numbers) if number]


def active() -> int:
    session = database.session()
    session.expire_all()
    return session.query(Case).where(progress.in_use(), Case.disposition.in_(cases.ACTIVE)).count()


def test_parallel_replacements_stop_at_the_most_of_the_stratum(app_on_any_database: Flask) -> None:
    make_refusals(app_on_any_database, sample=12, refused=7, reserves=7)
    given = replace_at_once(app_on_any_database, list(range(1, 8)))

    assert len(given) == len(set(given)) == MOST - 5
    assert active() == MOST


def test_parallel_replacements_of_different_cases_each_get_a_reserve(app_on_any_database: Flask) -> None:
    """Without a most; the second waits for the first and takes the next one, instead of being told there is none."""
    make_refusals(app_on_any_database, 6, 6, 6, {"stages": [{"unit": "code"}]})
    given = replace_at_once(app_on_any_database, list(range(1, 7)))

    assert sorted(given) == list(range(7, 13))


def test_one_case_asked_for_many_times_at_once_gets_one_reserve(app_on_any_database: Flask) -> None:
    make_refusals(app_on_any_database, 6, 1, 6, {"stages": [{"unit": "code"}]})
    given = replace_at_once(app_on_any_database, [1] * 6)

    assert given == [7]
    assert active() == 6
