"""Slips: none can be invented, each is spent once, and nothing in the database says with which answer."""

import os
import random
import threading

import pytest
from flask import Flask

from survey_app import database
from survey_app.models import SlipBatch
from survey_app.points import ALPHABET
from survey_app.proofs import slips
from survey_app.proofs.slips import BadSlip, Slip, SlipSpent, SlipVoid
from tests import factories

KEY = "a key of the tests"
CHANGED_CODES = int(os.environ.get("CHANGED_CODES", "200000"))  # The long form has a million.


def make_batch(size: int = 40) -> SlipBatch:
    session = database.session()
    batch = slips.add_batch(session, factories.make_point(session, mode="qr_slip"), size, "15520", "15520-01", 2.5)
    session.commit()
    return batch


def test_a_printed_code_is_read_however_it_is_typed() -> None:
    slip = Slip("K7QF", 799)
    code = slip.code(KEY)

    assert len(code) == slips.LENGTH + 3
    assert slips.read(KEY, code) == slip
    assert slips.read(KEY, f" {code.lower().replace('-', ' ')} ") == slip


def test_changed_codes_are_all_refused() -> None:
    """One to three letters of a true code changed."""
    chance = random.Random(6)
    true = Slip("K7QF", 5).code(KEY).replace("-", "")
    accepted = 0
    for _ in range(CHANGED_CODES):
        letters = list(true)
        for place in chance.sample(range(len(letters)), chance.randint(1, 3)):
            letters[place] = chance.choice(ALPHABET.replace(letters[place], ""))
        try:
            slips.read(KEY, "".join(letters))
            accepted += 1
        except BadSlip:
            pass

    assert accepted == 0


@pytest.mark.parametrize("typed", ["", "ABC", "0" * 14, "K7QF" * 4, "\udcff" * 14, "𝟕" * 14])
def test_what_is_no_code_is_refused(typed: str) -> None:
    with pytest.raises(BadSlip):
        slips.read(KEY, typed)


def test_a_code_of_another_key_or_beyond_the_batch_is_refused(app: Flask) -> None:
    batch = make_batch(size=3)

    with pytest.raises(BadSlip):
        slips.read(KEY, Slip(batch.code, 1).code("another key"))
    with pytest.raises(BadSlip):
        slips.find(database.session(), Slip(batch.code, 3))


def test_a_slip_is_spent_once_and_its_neighbours_stay(app_on_any_database: Flask) -> None:
    batch, session = make_batch(), database.session()
    slips.spend(session, Slip(batch.code, 8))
    session.commit()

    with pytest.raises(SlipSpent):
        slips.spend(session, Slip(batch.code, 8))
    assert slips.count_spent(slips.spend(session, Slip(batch.code, 9))) == 2


def test_a_slip_taken_out_cannot_be_used_and_is_counted(app: Flask) -> None:
    batch, session = make_batch(), database.session()
    slips.take_out(session, Slip(batch.code, 3), "spoiled")

    with pytest.raises(SlipVoid):
        slips.spend(session, Slip(batch.code, 3))
    assert (batch.spoiled, slips.count_spent(batch)) == (1, 0)


def test_of_many_who_come_at_once_with_one_slip_one_is_let_in(app_on_any_database: Flask) -> None:
    slip = Slip(make_batch().code, 17)
    let_in, at_once = [], threading.Barrier(12)

    def come() -> None:
        with app_on_any_database.app_context():
            at_once.wait()
            session = database.writing(database.session())
            try:
                slips.spend(session, slip)
                session.commit()
                let_in.append(1)
            except SlipSpent:
                session.rollback()

    comers = [threading.Thread(target=come) for _ in range(12)]
    for comer in comers:
        comer.start()
    for comer in comers:
        comer.join()

    assert len(let_in) == 1
