"""Drafts: several people change one questionnaire at once, nobody's work is lost, and two people publish."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from questionnaires import editing, outline
from survey_app import database
from survey_app.instruments import draft_review, drafts, instrument_versions
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


def test_of_two_drafts_of_one_version_the_second_is_refused(
    app_on_any_database: Flask,
) -> None:
    """Both were submitted as 1.1; two people approve them in the same moment."""
    session = database.writing(database.session())
    author, *approvers = [make_account(session, name) for name in ("An", "Bình", "Chi")]
    base = make_version(session)
    both = [drafts.start_from_version(session, author, base, NOON) for _ in approvers]
    numbers = [draft_review.submit(session, draft.id, author, draft.revision).id for draft in both]
    session.commit()

    def approve(pair: tuple[int, int]) -> str:
        with app_on_any_database.app_context():
            own = database.writing(database.session())
            try:
                draft_review.approve(own, *pair, 1, NOON)
            except drafts.DraftRefused as refused:
                return refused.kind
            own.commit()
            return "published"

    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(approve, zip(numbers, approvers, strict=True)))

    assert sorted(found) == ["published", "version_taken"]


def test_a_change_takes_a_submission_back(session: Session, draft: Draft, an: int, binh: int) -> None:
    draft_review.submit(session, draft.id, an, draft.revision)
    seen = draft.revision

    edit(session, draft, an, "A1.1", "Ghế?")

    assert (draft.state, draft.submitted_by_id) == ("editing", None)
    with pytest.raises(drafts.DraftRefused, match="has not been submitted"):
        draft_review.approve(session, draft.id, binh, seen, NOON)
    draft_review.submit(session, draft.id, an, draft.revision)
    with pytest.raises(drafts.DraftRefused, match="look again"):
        draft_review.approve(session, draft.id, binh, seen, NOON)


def test_who_edited_in_vain_or_long_ago_cannot_approve_either(
    session: Session, draft: Draft, an: int, binh: int
) -> None:
    seen = drafts.content(draft)
    edit(session, draft, an, "A1.1", "Ghế?", seen)
    with pytest.raises(drafts.EditConflict):
        edit(session, draft, binh, "A1.1", "Chỗ ngồi?", seen)
    draft_review.submit(session, draft.id, an, draft.revision)

    assert not draft_review.may_approve(session, draft, binh)
    assert draft_review.may_approve(session, draft, make_account(session, "Chi"))


def test_a_draft_with_faults_or_a_taken_version_is_not_submitted(session: Session, draft: Draft, an: int) -> None:
    def put(fields: dict[str, Any]) -> None:
        seen_hash = outline.head_hash(drafts.content(draft))
        drafts.change(session, draft.id, an, outline.HEAD, seen_hash, lambda data: editing.put_head(data, fields), NOON)

    put({"title": {"vi": "Chỉ tiếng Việt"}})
    assert [fault.place for fault in drafts.faults(draft)] == ["title.en"]
    with pytest.raises(drafts.DraftRefused, match="faults"):
        draft_review.submit(session, draft.id, an, draft.revision)

    put({"title": {"vi": "Phiếu", "en": "Form"}, "version": "1.0"})
    with pytest.raises(drafts.DraftRefused, match=r"1\.0 is stored already"):
        draft_review.submit(session, draft.id, an, draft.revision)


def test_a_draft_sent_back_says_why_until_it_is_submitted_again(
    session: Session, draft: Draft, an: int, binh: int
) -> None:
    draft_review.submit(session, draft.id, an, draft.revision)

    draft_review.send_back(session, draft.id, binh, "A1.1 khó hiểu")

    assert (draft.state, draft.remark, draft.remark_by_id) == ("editing", "A1.1 khó hiểu", binh)
    assert draft_review.may_approve(session, draft, binh)
    draft_review.submit(session, draft.id, an, draft.revision)
    assert draft.remark == ""


def test_an_earlier_revision_comes_back_and_none_is_lost(session: Session, draft: Draft, an: int) -> None:
    before = words(draft, "A1.1")
    edit(session, draft, an, "A1.1", "Ghế?")

    with pytest.raises(drafts.DraftRefused, match="look again"):
        drafts.restore(session, draft.id, an, 1, 1, NOON)
    drafts.restore(session, draft.id, an, 1, draft.revision, NOON)

    assert (words(draft, "A1.1"), draft.revision) == (before, 3)
    assert words(drafts.revision(session, draft.id, 2), "A1.1") == "Ghế?"
    newest = drafts.history(session, draft.id)[0]
    assert (newest.kind, newest.place) == ("restore", "1")


def test_a_dropped_draft_is_read_only(session: Session, draft: Draft, an: int) -> None:
    drafts.drop(session, draft.id)

    with pytest.raises(drafts.DraftRefused, match="dropped"):
        edit(session, draft, an, "A1.1", "Ghế?")
    assert drafts.listed(session) == []
    assert drafts.listed(session, states=("dropped",)) == [draft]


def test_a_change_of_nothing_is_no_revision(session: Session, draft: Draft, an: int) -> None:
    edit(session, draft, an, "A1.1", "Ghế?")
    edit(session, draft, an, "A1.1", "Ghế?")

    assert draft.revision == 2


def in_threads(app: Flask, jobs: Sequence[Callable[[Session], object]]) -> list[str]:
    """Runs all jobs at once, each in a transaction of its own; "conflict" where one met another."""

    def run(job: Callable[[Session], object]) -> str:
        with app.app_context():
            session = database.writing(database.session())
            try:
                job(session)
            except drafts.EditConflict:
                session.commit()
                return "conflict"
            session.commit()
            return "taken"

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(run, jobs))


def test_editors_at_once_lose_nothing(app_on_any_database: Flask) -> None:
    """Twelve people change twelve questions at once, then all of them the same one, seen in the same state."""
    session = database.writing(database.session())
    editors = [make_account(session, f"editor{number}") for number in range(12)]
    draft = drafts.start_from_version(session, editors[0], make_version(session), NOON)
    session.commit()
    seen = drafts.content(draft)
    codes = [question["code"] for part, question in outline.walk(seen) if part["kind"] == "factor"][:12]

    number = draft.id
    session.rollback()  # Ends what this session sees, so that it sees the others' work afterwards.

    def job(editor: int, code: str) -> Callable[[Session], object]:
        apply, seen_hash = reworded(code, f"Của {editor}?"), outline.place_hash(seen, code)
        return lambda own: drafts.change(own, number, editor, code, seen_hash, apply, NOON)

    apart = in_threads(app_on_any_database, [job(*pair) for pair in zip(editors, codes, strict=True)])
    same = in_threads(app_on_any_database, [job(editor, "A5.4") for editor in editors])

    assert apart == ["taken"] * 12
    assert [words(draft, code) for code in codes] == [f"Của {editor}?" for editor in editors]
    assert sorted(same) == ["conflict"] * 11 + ["taken"]
    history = drafts.history(session, draft.id)
    assert [one.number for one in history] == list(range(25, 0, -1))
    kept = {words(drafts.revision(session, draft.id, one.number), "A5.4") for one in history if one.place == "A5.4"}
    assert kept == {f"Của {editor}?" for editor in editors}
