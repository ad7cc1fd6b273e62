"""Comments of a wave in the order of their random ids, never in that of time, and how many of them were coded.

A comment shows from the day after it was written: nobody can see one appear while its writer still stands there.
Whether its text is shown as written or scrubbed is decided here, too.
"""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from questionnaires.kinds import LongText, Written
from questionnaires.model import Questionnaire
from survey_app.comments import coding, scrubbing, themes
from survey_app.comments.coding import Key
from survey_app.comments.scrubbing import Piece
from survey_app.instruments.read_once import instrument_of
from survey_app.models import Case, CommentTheme, Response, Unit, User, Wave, alphabet
from survey_app.models.responses import all_of
from survey_app.models.units import full_name
from survey_app.responses import counted

AT_ONCE = 500


@dataclass(frozen=True)
class Comment:
    """One answer in words. `themes` are those that a person gave; empty: nobody has coded it."""

    response_id: UUID
    question: str
    text: str
    unit: str  # Its full name.
    pieces: tuple[Piece, ...] = ()
    themes: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        return coding.text_of((self.response_id, self.question))

    @property
    def suggested(self) -> list[str]:
        return themes.suggested(self.text)


@dataclass(frozen=True)
class Wanted:
    """Which comments: `state` is open, coded or all; `theme` of the given or, where open, of the suggested ones."""

    state: str = "open"
    theme: str = ""
    unit: str = ""
    after: str = ""  # The key of the last comment of the page before.


def questions(instrument: Questionnaire) -> list[str]:
    """Codes of the questions that are answered in words."""
    return [question.code for question in instrument.questions() if isinstance(question, LongText)]


def staff_names(session: Session) -> tuple[str, ...]:
    return tuple(session.scalars(sa.select(User.name).where(User.name != "").order_by(User.name)))


def scrubbed(
    session: Session, instrument: Questionnaire | None, given: Mapping[str, Sequence[str]]
) -> dict[str, list[str]]:
    """Answers of a form, scrubbed where they are in words, also those to "something else" and to no question of it."""
    names, asked = staff_names(session), instrument.questions() if instrument else ()
    chosen = {question.code for question in asked if not isinstance(question, Written)}
    return {
        name: list(values) if name in chosen else [scrubbing.scrubbed(value, names) for value in values]
        for name, values in given.items()
    }


def page(session: Session, wave: Wave, wanted: Wanted, today: date, size: int) -> tuple[list[Comment], bool]:
    """At most `size` comments with what would be scrubbed in each, and whether there are more."""
    found: list[Comment] = []
    for comment in _comments(session, wave, wanted, today):
        if _fits(comment, wanted):
            if len(found) == size:
                return _cut(session, found), True
            found.append(comment)
    return _cut(session, found), False


def _cut(session: Session, found: Sequence[Comment]) -> list[Comment]:
    names = staff_names(session)
    return [replace(comment, pieces=tuple(scrubbing.pieces(comment.text, names))) for comment in found]


def _fits(comment: Comment, wanted: Wanted) -> bool:
    if wanted.state != "all" and bool(comment.themes) != (wanted.state == "coded"):
        return False
    known = comment.themes or comment.suggested
    return not wanted.theme or wanted.theme in known or (wanted.theme == "none" and not known)


def _comments(session: Session, wave: Wave, wanted: Wanted, today: date) -> Iterator[Comment]:
    """A batch at a time, so that a page far behind costs no more memory than the first."""
    asked, last = questions(instrument_of(wave.instrument_version)), _start(wanted.after)
    while rows := _rows(session, wave, asked, wanted, last, today):
        given = coding.given(session, [(row.id, question) for row in rows for question in asked])
        for row in rows:
            for question, text in texts(row.answers, asked).items():
                unit = full_name(row.type, row.name)
                comment = Comment(row.id, question, text, unit, themes=tuple(given[row.id, question]))
                if not wanted.after or (comment.response_id.hex, asked.index(question)) > _place(wanted.after, asked):
                    yield comment
        last = rows[-1].id


def _start(after: str) -> UUID | None:
    """From the response of that comment on, for it may hold another one."""
    return UUID(int=max(UUID(after.partition(".")[0]).int - 1, 0)) if after else None


def _place(key: str, asked: Sequence[str]) -> tuple[str, int]:
    response, _, question = key.partition(".")
    return UUID(response).hex, asked.index(question) if question in asked else -1


def texts(answers: str, asked: Collection[str]) -> dict[str, str]:
    """What was written, by question."""
    values = json.loads(answers)["values"]
    return {code: values[code] for code in asked if isinstance(values.get(code), str) and values[code].strip()}


def _shown(wave: Wave, written: sa.ColumnElement[bool], today: date) -> sa.ColumnElement[bool]:
    """Responses that count, among those with something written."""
    old_enough = (Response.local_day < today) if today <= wave.closes_on else sa.true()
    return all_of(wave.id) & counted() & Case.reinterview_of_id.is_(None) & written & old_enough


def _written(code: str, state: str = "all") -> sa.ColumnElement[bool]:
    """Whether a question is answered in words: only such an answer stands behind a code and a quote."""
    found: sa.ColumnElement[bool] = Response.answers.contains(f'"{code}":"', autoescape=True)
    return {"open": found & ~_coded(code), "coded": found & _coded(code)}.get(state, found)


def _coded(code: str) -> sa.ColumnElement[bool]:
    return sa.exists().where(CommentTheme.response_id == Response.id, CommentTheme.question == code)


def _rows(
    session: Session, wave: Wave, asked: Sequence[str], wanted: Wanted, last: UUID | None, today: date
) -> Sequence[sa.Row[UUID, str, str, str]]:
    if not asked:
        return []
    query = sa.select(Response.id, Response.answers, Unit.type, Unit.name).join(Unit, Response.unit_id == Unit.id)
    written = sa.or_(*(_written(code, wanted.state) for code in asked))
    query = query.outerjoin(Case, Response.case_id == Case.id).where(_shown(wave, written, today))
    if wanted.unit:
        query = query.where(alphabet.holds(wanted.unit, Unit.code, Unit.type, Unit.name))
    if last is not None:
        query = query.where(Response.id > last)
    return session.execute(query.order_by(Response.id).limit(AT_ONCE)).all()


def units_of(session: Session, keys: Collection[Key]) -> set[int]:
    query = sa.select(Response.unit_id).where(Response.id.in_({key[0] for key in keys}))
    return set(session.scalars(query))


@dataclass(frozen=True)
class Progress:
    comments: int
    coded: int


def waves_with_answers(session: Session) -> set[int]:
    return set(session.scalars(sa.select(Response.wave_id).distinct()))


def progress(session: Session, wave: Wave, today: date) -> Progress:
    """How many of the wave's comments there are, and how many of them were coded."""
    asked = questions(instrument_of(wave.instrument_version))
    numbers = [_numbers(session, wave, code, today) for code in asked]
    return Progress(sum(comments for comments, _coded in numbers), sum(coded for _comments, coded in numbers))


def _numbers(session: Session, wave: Wave, code: str, today: date) -> tuple[int, int]:
    """All answers in words to one question, and the coded ones: each is read once, which is what takes the time."""
    is_coded = sa.case((_coded(code), 1), else_=0)
    query = sa.select(sa.func.count(Response.id), sa.func.coalesce(sa.func.sum(is_coded), 0))
    query = query.outerjoin(Case, Response.case_id == Case.id).where(_shown(wave, _written(code), today))
    comments, coded = session.execute(query).one()
    return comments, coded
