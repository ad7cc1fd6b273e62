"""The life of a publication, on both databases: two people, the offices' time, corrections, and each step once."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from survey_app import accounts, corrections, database, releases
from survey_app.audit import chain
from survey_app.models import Publication, User
from survey_app.publishing import notes, open_waves, replies, steps
from survey_app.wave_life import By
from tests import factories
from tests.survey_app.publishing.story import NOON, Story, make_story

LATER = NOON + timedelta(days=11)


@pytest.fixture
def session(app_on_any_database: Flask) -> Session:
    return database.session()


@pytest.fixture
def story(app_on_any_database: Flask, session: Session) -> Story:
    return make_story(app_on_any_database, session)


def test_a_release_goes_its_way_and_freezes_the_wave(session: Session, story: Story) -> None:
    wave = factories.make_wave(
        session, survey=story.survey, opens_on=NOON.date() - timedelta(60), closes_on=NOON.date() - timedelta(40)
    )
    publication = story.entered(session)
    before = corrections.frozen(session, wave)
    release = releases.find(story.folder, "release-1")
    assert release is not None
    steps.approve(session, publication, release, By(NOON, story.manager))

    assert (publication.number, before) == (1, None)
    assert corrections.frozen(session, wave) is publication
    steps.show(session, publication, By(NOON, story.manager), 10)
    assert publication.reply_until == (NOON + timedelta(days=10)).date()
    with pytest.raises(ValueError, match="still have time"):
        steps.publish(
            session, publication, By(NOON + timedelta(days=10), story.manager), story.codes(session, publication)
        )
    with pytest.raises(ValueError, match="number and the day"):
        steps.publish(session, publication, By(LATER, story.manager), story.codes(session, publication))
    steps.name_document(session, publication, "12/BC-PNV", LATER.date(), LATER.date())
    steps.publish(session, publication, By(LATER, story.manager), story.codes(session, publication))
    assert (publication.state, publication.published_at) == ("published", LATER)
    with pytest.raises(ValueError, match="can no longer be changed"):
        steps.name_document(session, publication, "", None, LATER.date())
    with pytest.raises(ValueError, match="What is published stays"):
        steps.drop(session, publication, "nhầm", By(NOON, story.manager))


def test_whoever_enters_a_release_never_approves_it(session: Session, story: Story) -> None:
    publication, release = story.entered(session), releases.find(story.folder, "release-1")
    assert release is not None
    with pytest.raises(ValueError, match="a second person"):
        steps.approve(session, publication, release, By(NOON, story.analyst))
    session.commit()
    change = sa.update(Publication).values(state="approved", approved_by_id=story.analyst)
    with pytest.raises(sa.exc.IntegrityError, match="two_people"):
        session.execute(change)


def test_whoever_wrote_the_conclusions_does_not_approve_them(session: Session, story: Story) -> None:
    """Also where somebody else edited them later, or they are the draft again."""
    publication, release = story.entered(session), releases.find(story.folder, "release-1")
    assert release is not None
    edited = chain.Deed(NOON, story.manager, "an@example.vn", "", "results.keep_conclusions", "release-1")
    chain.append(session, edited)
    with pytest.raises(ValueError, match="wrote the conclusions"):
        steps.approve(session, publication, release, By(NOON, story.manager))
    other = factories.make_user(session, "approver@example.vn")
    session.flush()
    steps.approve(session, publication, release, By(NOON, other.id))

    assert publication.approved_by_id == other.id


def test_a_release_whose_files_were_changed_is_neither_entered_nor_approved(session: Session, story: Story) -> None:
    publication, release = story.entered(session), releases.find(story.folder, "release-1")
    assert release is not None
    figures = release.folder / "figures.csv"
    figures.write_text(figures.read_text().replace("84.3", "94.3"))
    with pytest.raises(ValueError, match="were changed"):
        steps.approve(session, publication, release, By(NOON, story.manager))
    assert publication.state == "draft"


def test_it_is_published_early_only_when_all_offices_have_nothing_to_say(session: Session, story: Story) -> None:
    publication = story.shown(session)
    offices = story.offices(session, publication)
    for office in offices:
        replies.keep(
            session, publication, office, "" if office is not offices[0] else "Chưa đồng ý.", By(NOON, story.manager)
        )
    with pytest.raises(ValueError, match="still have time"):
        steps.publish(session, publication, By(NOON, story.manager), story.codes(session, publication))
    replies.keep(session, publication, offices[0], "  ", By(NOON, story.manager), erases=True)
    steps.publish(session, publication, By(NOON, story.manager), story.codes(session, publication))

    assert publication.state == "published"


def test_an_office_replies_until_the_last_day_and_its_last_word_counts(session: Session, story: Story) -> None:
    publication = story.shown(session)
    office = story.offices(session, publication)[1]
    replies.keep(session, publication, office, "Một.", By(NOON, story.manager))
    replies.keep(session, publication, office, "Hai.\r\n\r\nBa.", By(NOON + timedelta(days=10), story.manager))
    with pytest.raises(ValueError, match="is over"):
        replies.keep(session, publication, office, "Bốn.", By(LATER, story.manager))
    told = notes.content(session, publication, True, ())

    assert told["replies"] == [
        {"office": office.name, "unit": office.code, "text": "Hai.\n\nBa.", "received_on": "2026-12-03"}
    ]
    assert (told["state"], told["approved_by"], told["reply_until"]) == ("shown", "Trần Bình", "2026-12-03")


def test_it_is_told_who_took_which_step_in_the_roles_of_that_day(session: Session, story: Story) -> None:
    analyst, manager = session.get_one(User, story.analyst), session.get_one(User, story.manager)
    accounts.set_rights(session, analyst, ("analyst",), None)
    accounts.set_rights(session, manager, ("approver", "manager"), None)
    publication = story.shown(session)
    for office in story.offices(session, publication)[:2]:
        replies.keep(session, publication, office, "", By(NOON, story.analyst))
    replies.keep(
        session, publication, story.offices(session, publication)[2], "", By(NOON, story.manager), by_link=True
    )
    steps.publish(session, publication, By(LATER, story.manager), story.codes(session, publication))
    accounts.set_rights(session, manager, ("viewer",), None)
    told = notes.content(session, publication, True, ())

    both = ["manager", "approver"]
    assert [(one["step"], one["name"], one["roles"]) for one in told["people"]] == [
        ("entered", "Lê Thị An", ["analyst"]),
        *((step, "Trần Bình", both) for step in ("approved", "shown", "published")),
    ]
    assert told["people"][3]["at"] == told["published_at"]
    assert told["silent_by"] == [
        {"offices": 2, "by_link": False, "name": "Lê Thị An", "roles": ["analyst"]},
        {"offices": 1, "by_link": True, "name": "Trần Bình", "roles": both},
    ]
    assert "@" not in json.dumps(told["people"])


def test_a_dropped_release_says_why_and_goes_no_further(session: Session, story: Story) -> None:
    publication = story.shown(session)
    with pytest.raises(ValueError, match="Give the reason"):
        steps.drop(session, publication, " ", By(NOON, story.manager))
    steps.drop(session, publication, "nhầm đợt", By(NOON, story.manager))
    with pytest.raises(ValueError, match="was shown to the offices"):
        steps.publish(session, publication, By(LATER, story.manager), story.codes(session, publication))
    again = story.entered(session, "release-2")

    assert (publication.state, publication.drop_reason, publication.correction) == ("dropped", "nhầm đợt", "")
    assert (again.number, again.corrects_id) == (2, None)


def test_a_dropped_folder_is_entered_again_as_another_publication(session: Session, story: Story) -> None:
    dropped = story.entered(session)
    steps.drop(session, dropped, "nhầm đợt", By(NOON, story.manager))
    again = story.published(session)
    with pytest.raises(ValueError, match="entered already"):
        story.entered(session, why="lần nữa")
    third = Publication(number=9, state="draft", **dict.fromkeys(("release_hash", "extract_hash"), "0"))
    third.survey_id, third.release, third.frozen_at, third.made_by_id = (
        story.survey.id,
        "release-1",
        NOON,
        story.analyst,
    )

    assert (again.number, steps.of_release(session, "release-1")) == (2, again)
    assert [(step, by) for step, by, _at in steps.taken(dropped)] == [
        ("entered", story.analyst),
        ("dropped", story.manager),
    ]
    assert [step for step, _by, _at in steps.taken(again)] == ["entered", "approved", "shown", "published"]
    session.commit()
    session.add(third)
    with pytest.raises(sa.exc.IntegrityError, match="release"):
        session.commit()


def test_a_correction_names_what_it_corrects_and_takes_its_place(session: Session, story: Story) -> None:
    first = story.published(session)
    with pytest.raises(ValueError, match="Give the reason"):
        story.entered(session, "release-2", estimate=83.9)
    second = story.published(session, "release-2", "Nhập nhầm hai phiếu.", estimate=83.9)
    told = notes.content(session, second, True, [{"id": "x", "old": 1.0, "new": 2.0}])["corrects"]

    assert (first.state, second.state, second.corrects_id) == ("replaced", "published", first.id)
    assert (told["number"], told["why"], told["changes"][0]["new"]) == (1, "Nhập nhầm hai phiếu.", 2.0)
    assert notes.content(session, first, True, ())["corrected_by"] == 2
    assert steps.published(session, story.survey) is second


def test_the_figures_that_are_public_correct_nothing(session: Session, story: Story) -> None:
    story.published(session)
    with pytest.raises(ValueError, match="has the figures of publication 1"):
        story.entered(session, "release-2", "Nhập nhầm.")

    assert [each.number for each in steps.of_survey(session, story.survey)] == [1]


def test_figures_frozen_while_the_survey_was_open_are_approved_knowingly(session: Session, story: Story) -> None:
    frozen_on = story.release("release-1").frozen_at.date()
    days = {"opens_on": frozen_on - timedelta(5), "closes_on": frozen_on + timedelta(5)}
    wave = factories.make_wave(session, survey=story.survey, **days)
    factories.make_wave(
        session, survey=story.survey, slug="r", practice=True, opens_on=days["opens_on"], closes_on=NOON.date()
    )
    session.expire_all()
    publication, release = story.entered(session), story.release("release-1")
    with pytest.raises(ValueError, match="still open"):
        steps.approve(session, publication, release, By(NOON, story.manager))
    steps.approve(session, publication, release, By(NOON, story.manager), knows_it_was_open=True)

    assert notes.content(session, publication, True, ())["open_until"] == wave.closes_on.isoformat()
    frozen_at = release.frozen_at
    wave.closed_at = frozen_at + timedelta(days=1)
    assert open_waves.open_until(story.survey, frozen_at) == frozen_on + timedelta(1)
    wave.closed_at = frozen_at - timedelta(hours=1)
    assert open_waves.open_until(story.survey, frozen_at) is None


def test_number_and_day_of_the_document_are_its_own_and_possible(session: Session, story: Story) -> None:
    first, today = story.published(session), LATER.date()
    second = story.entered(session, "release-2", "Nhập nhầm hai phiếu.", estimate=83.9)

    def name(number: str, day: date) -> None:
        steps.name_document(session, second, number, day, today)

    with pytest.raises(ValueError, match="Publication 1 of survey sipas-2017 has the number 12/bc -pnv already"):
        name("12/bc -pnv", today)
    with pytest.raises(ValueError, match="still to come"):
        name("13/BC-PNV", today + timedelta(1))
    name("13/BC-PNV", NOON.date())
    steps.approve(session, second, story.release("release-2"), By(LATER, story.manager))
    found = list(steps.missing(session, second, LATER, ()))
    with pytest.raises(ValueError, match="before the day on which this release was approved"):
        name("13/BC-PNV", today - timedelta(1))
    name("13/BC-PNV", today)

    assert [word for word in ("shown to the offices", "was approved") if word in " ".join(found)] == [
        "shown to the offices",
        "was approved",
    ]
    assert (first.document_number, second.document_day) == ("12/BC-PNV", today)


def test_of_two_first_publications_the_second_has_to_correct_the_first(session: Session, story: Story) -> None:
    one, other = story.shown(session), story.shown(session, "release-2")
    steps.publish(session, one, By(LATER, story.manager), story.codes(session, one))

    assert "published meanwhile" in steps.hindrance(session, other, LATER, story.codes(session, other))


def test_conclusions_are_edited_until_they_are_approved_and_go_back_to_the_draft(
    session: Session, story: Story
) -> None:
    publication = story.entered(session)
    steps.conclude(session, publication, "Một\r\nhai.\r\n\r\nBa.")
    assert notes.content(session, publication, None, ())["conclusions"] == ["Một hai.", "Ba."]
    steps.conclude(session, publication, "")
    assert notes.content(session, publication, None, ())["conclusions"] == []
    release = releases.find(story.folder, "release-1")
    assert release is not None
    steps.approve(session, publication, release, By(NOON, story.manager))
    with pytest.raises(ValueError, match="approved with the figures"):
        steps.conclude(session, publication, "Khác.")


Deed = Callable[[Session, Publication], None]


def _together(app: Flask, publication: Publication, deeds: list[Deed]) -> list[str]:
    """What became of deeds that begin at the same moment, each in a session of its own: "done" or why not."""
    start, publication_id = Barrier(len(deeds)), publication.id
    database.session().commit()

    def one(deed: Deed) -> str:
        with app.app_context():
            session = database.session()
            start.wait(20)
            database.writing(session)
            try:
                deed(session, session.get_one(Publication, publication_id))
                session.commit()
            except ValueError as why:
                session.rollback()
                return str(why)
            return "done"

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(one, deeds))


def test_steps_that_meet_are_taken_once(app_on_any_database: Flask, session: Session, story: Story) -> None:
    publication = story.entered(session)
    release = releases.find(story.folder, "release-1")
    assert release is not None
    third = factories.make_user(session, "chi@example.vn").id
    session.commit()

    def approve(account: int) -> Deed:
        return lambda session, publication: steps.approve(session, publication, release, By(NOON, account))

    approved = _together(app_on_any_database, publication, [approve(story.manager), approve(third)])
    session.refresh(publication)
    steps.show(session, publication, By(NOON, story.manager), 1)
    steps.name_document(session, publication, "1/BC", NOON.date(), NOON.date())
    codes = story.codes(session, publication)
    session.commit()
    deeds: list[Deed] = [
        lambda session, publication: steps.publish(session, publication, By(LATER, story.manager), codes)
    ] * 2
    deeds.append(lambda session, publication: steps.drop(session, publication, "nhầm", By(NOON, story.manager)))
    ended = _together(app_on_any_database, publication, deeds)
    session.refresh(publication)

    assert sorted(approved) == ["This release is no draft any more.", "done"]
    assert ended.count("done") == 1
    assert publication.state == ("dropped" if ended[2] == "done" else "published")


def test_approving_and_dropping_at_once_ends_in_one_of_both_orders(
    app_on_any_database: Flask, session: Session, story: Story
) -> None:
    publication = story.entered(session)
    release = releases.find(story.folder, "release-1")
    assert release is not None
    session.commit()
    deeds: list[Deed] = [
        lambda session, publication: steps.approve(session, publication, release, By(NOON, story.manager)),
        lambda session, publication: steps.drop(session, publication, "nhầm", By(NOON, story.manager)),
    ]
    ended = _together(app_on_any_database, publication, deeds)
    session.refresh(publication)

    assert (publication.state, ended[1]) == ("dropped", "done")
    assert (ended[0] == "done") == (publication.approved_by_id == story.manager)


def test_the_same_release_entered_twice_at_once_is_entered_once(
    app_on_any_database: Flask, session: Session, story: Story
) -> None:
    made, release = story.entered(session), story.release("release-2")
    session.commit()
    deeds: list[Deed] = [
        lambda session, made: steps.enter(session, made.survey, release, By(NOON, story.analyst), "") and None
    ] * 2
    ended = _together(app_on_any_database, made, deeds)

    assert sorted(ended) == ["This release is entered already.", "done"]
    assert [each.number for each in steps.of_survey(session, story.survey)] == [1, 2]
