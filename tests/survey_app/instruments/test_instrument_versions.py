"""Versions: published by two people, retired for new starts, listed with who and where."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from questionnaires import loader
from survey_app import waves
from survey_app.instruments import instrument_versions
from tests.factories import NOON, make_version, make_wave
from tests.survey_app.instruments.test_drafts import make_account


def test_nobody_is_author_and_approver_at_once(session: Session) -> None:
    an = make_account(session, "An")

    with pytest.raises(sa.exc.IntegrityError, match="two_people"):
        instrument_versions.publish(session, loader.load_builtin("sipas2017"), NOON, author_id=an, approver_id=an)


def test_a_retired_version_is_offered_to_no_new_wave(session: Session) -> None:
    kept, retired = make_version(session, "sipas2017"), make_version(session, "gd_th_thcs")

    instrument_versions.retire(session, retired)

    assert instrument_versions.published(session) == [kept]
    assert [number for number, _ in instrument_versions.choices(session, "vi", None)] == [kept.id]
    with pytest.raises(ValueError, match="is retired"):
        instrument_versions.publish(session, loader.load_builtin("gd_th_thcs"), NOON)


def test_what_was_begun_before_the_version_was_retired_is_accepted(session: Session) -> None:
    wave = make_wave(session)

    instrument_versions.retire(session, wave.instrument_version)

    assert waves.state(wave, NOON) == "retired"
    assert waves.state_of_response(wave, NOON - timedelta(hours=23), NOON) == "accepted"
    assert waves.state_of_response(wave, NOON - timedelta(days=2), NOON) == "late"


def test_a_draft_version_cannot_be_retired(session: Session) -> None:
    with pytest.raises(ValueError, match="not published"):
        instrument_versions.retire(session, make_version(session, state="draft"))


def test_versions_are_listed_with_people_and_waves(session: Session) -> None:
    an, binh = make_account(session, "An"), make_account(session, "Bình")
    wave = make_wave(session)
    instrument_versions.publish(
        session, loader.load_builtin("gd_th_thcs"), NOON + timedelta(days=1), author_id=an, approver_id=binh
    )

    first, second = instrument_versions.listed(session)

    assert (first.version.code, first.author, first.approver, first.waves) == ("gd_th_thcs", "An", "Bình", ())
    assert (second.version.code, second.author, second.waves) == ("sipas2017", "", (wave,))
