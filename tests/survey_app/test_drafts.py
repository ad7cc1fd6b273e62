"""Drafts: several people change one questionnaire at once, nobody's work is lost, and two people publish."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from questionnaires import editing, outline
from survey_app import draft_review, drafts, instrument_versions
from survey_app.models import Draft, User
from tests.factories import NOON, make_version


def make_account(session: Session, name: str) -> int:
    account = User(email=f"{name}@example.vn", name=name, fs_uniquifier=name)
    session.add(account)
    session.flush()
    return account.id


@pytest.fixture
def an(session: Session) -> int:
    return make_account(session, "An")


@pytest.fixture
def binh(session: Session) -> int:
    return make_account(session, "Bình")


@pytest.fixture
def draft(session: Session, an: int) -> Draft:
    return drafts.start_from_version(session, an, make_version(session), NOON)


def reworded(code: str, words: str) -> drafts.Change:
    def apply(data: drafts.Plain) -> drafts.Plain:
        question = dict(outline.question(data, code))
        return editing.put_question(data, code, question | {"text": {"vi": words, "en": words}})

    return apply


def edit(session: Session, draft: Draft, editor: int, code: str, words: str, seen: Any = None) -> Draft:
    seen_hash = outline.place_hash(seen or drafts.content(draft), code)
    return drafts.change(session, draft.id, editor, code, seen_hash, reworded(code, words), NOON)


def words(draft: Draft, code: str) -> str:
    return str(outline.question(drafts.content(draft), code)["text"]["vi"])


def test_a_draft_begins_with_the_next_version(session: Session, draft: Draft) -> None:
    assert (draft.code, draft.revision, draft.state) == ("sipas2017", 1, "editing")
    assert drafts.content(draft)["version"] == "1.1"
    assert draft.base is not None
    assert drafts.faults(draft) == ()


@pytest.mark.parametrize(
    ("version", "breaks", "wanted"),
    [("1.0", False, "1.1"), ("1.0", True, "2.0"), ("2.0", False, "2.0"), ("2.0", True, "3.0")],
)
def test_versions_that_are_taken_are_passed_over(session: Session, version: str, breaks: bool, wanted: str) -> None:
    make_version(session)

    assert instrument_versions.free_version(session, "sipas2017", version, breaks=breaks) == wanted


def test_two_people_change_different_questions(session: Session, draft: Draft, an: int, binh: int) -> None:
    seen = drafts.content(draft)

    edit(session, draft, an, "A1.1", "Ghế?", seen)
    edit(session, draft, binh, "A1.2", "Quạt?", seen)

    assert (words(draft, "A1.1"), words(draft, "A1.2")) == ("Ghế?", "Quạt?")
    assert [(one.number, one.editor, one.place) for one in drafts.history(session, draft.id)] == [
        (3, "Bình", "A1.2"),
        (2, "An", "A1.1"),
        (1, "An", ""),
    ]


def test_two_people_change_the_same_question(session: Session, draft: Draft, an: int, binh: int) -> None:
    seen = drafts.content(draft)
    edit(session, draft, an, "A1.1", "Ghế?", seen)

    with pytest.raises(drafts.EditConflict) as conflict:
        edit(session, draft, binh, "A1.1", "Chỗ ngồi?", seen)

    found = conflict.value
    assert found.base == outline.question(seen, "A1.1")
    assert (found.theirs["text"]["vi"], found.mine["text"]["vi"], found.by) == ("Ghế?", "Chỗ ngồi?", an)
    assert (words(draft, "A1.1"), draft.revision) == ("Ghế?", 2)
    kept = drafts.revision(session, draft.id, found.kept_as)
    assert (kept.kind, words(kept, "A1.1"), kept.editor_id) == ("aside", "Chỗ ngồi?", binh)


def test_two_people_publish(session: Session, draft: Draft, an: int, binh: int) -> None:
    edit(session, draft, an, "A1.1", "Ghế?")
    draft_review.submit(session, draft.id, an, draft.revision)

    with pytest.raises(drafts.DraftRefused, match="ask another person"):
        draft_review.approve(session, draft.id, an, draft.revision, NOON)
    published = draft_review.approve(session, draft.id, binh, draft.revision, NOON + timedelta(hours=1))

    assert (published.version, published.state) == ("1.1", "published")
    assert (published.author_id, published.approver_id) == (an, binh)
    assert draft.state == "published"
    assert instrument_versions.find(session, "sipas2017") == published
