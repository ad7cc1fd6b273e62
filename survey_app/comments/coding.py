"""Giving themes to comments, taking them back, and letting go of those of a corrected comment. The view commits."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey_app.comments import themes
from survey_app.models import CommentTheme, Response, Wave

Key = tuple[UUID, str]
Given = Mapping[Key, Sequence[str]]


def key_of(text: str) -> Key:
    """Of «<response>.<question>». Raises ValueError."""
    response, _, question = text.partition(".")
    return UUID(response), question


def text_of(key: Key) -> str:
    """How a form and an address name a comment."""
    return f"{key[0].hex}.{key[1]}"


def given(session: Session, keys: Iterable[Key]) -> dict[Key, list[str]]:
    """The themes of each comment, in the order of the file; an empty list where nobody coded it."""
    found: dict[Key, list[str]] = {key: [] for key in keys}
    ids = {response for response, _ in found}
    for row in session.scalars(sa.select(CommentTheme).where(CommentTheme.response_id.in_(ids))):
        if (row.response_id, row.question) in found:
            found[row.response_id, row.question].append(row.theme)
    return {key: themes.checked(codes) for key, codes in found.items()}


def code(session: Session, wave: Wave, wanted: Given, coder_id: int, day: date) -> dict[Key, list[str]]:
    """Gives each comment these themes in place of those it had; returns what it had, of those that changed.

    Comments of another wave are passed over.
    """
    mine = sa.select(Response.id).where(Response.wave_id == wave.id, Response.id.in_({key[0] for key in wanted}))
    inside = set(session.scalars(mine))
    before = given(session, [key for key in wanted if key[0] in inside])
    changed = {key: had for key, had in before.items() if had != themes.checked(wanted[key])}
    for key in changed:
        _take(session, *key)
        for theme in themes.checked(wanted[key]):
            session.add(CommentTheme(response_id=key[0], question=key[1], theme=theme, coder_id=coder_id, coded_on=day))
    session.flush()
    return changed


def _take(session: Session, response_id: UUID, question: str) -> None:
    mine = (CommentTheme.response_id == response_id) & (CommentTheme.question == question)
    session.execute(sa.delete(CommentTheme).where(mine))


def let_go(session: Session, response_id: UUID, questions: Iterable[str]) -> None:
    """The comment says something else now: somebody has to read it again."""
    for question in questions:
        _take(session, response_id, question)
