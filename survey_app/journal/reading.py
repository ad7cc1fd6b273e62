"""An entry that waits, opened at the office for a manager to read: what it is about, and the answers in words."""

from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.orm import Session

from questionnaires.checking import OTHER
from questionnaires.model import Questionnaire, Text
from survey_app.answer.labels import labels
from survey_app.casework import persons
from survey_app.comments.reading import scrubbed
from survey_app.instruments.read_once import instrument_of
from survey_app.journal.content import Attempt, Content
from survey_app.models import Case, InstrumentVersion


@dataclass(frozen=True)
class Read:
    """`answers` are question and answer, in the order of the form; what no question of the version asks comes last."""

    content: Content
    case: Case | None
    version: InstrumentVersion | None
    answers: list[tuple[str, str]] = field(default_factory=list)
    counted: int | None = None  # Grown-ups of the household, as they were counted first.


def read(session: Session, content: Content, language: str, *, raw: bool) -> Read:
    """`raw`: with words as they were written; else what people wrote is scrubbed."""
    case = session.get(Case, content.case) if content.case else None
    if isinstance(content, Attempt):
        return Read(content, case, None)
    query = sa.select(InstrumentVersion).where(InstrumentVersion.content_hash == content.version)
    version = session.scalar(query)
    counted = persons.counted(session, case) if case else None
    instrument = instrument_of(version) if version else None
    answers = content.answers if raw else scrubbed(session, instrument, content.answers)
    if instrument is None:
        return Read(content, case, None, [(code, ", ".join(said)) for code, said in answers.items()], counted)
    return Read(content, case, version, _lines(instrument, answers, language), counted)


def _lines(instrument: Questionnaire, answers: dict[str, list[str]], language: str) -> list[tuple[str, str]]:
    def say(text: Text) -> str:
        return str(text[language])

    left, found = dict(answers), []
    for question in instrument.questions():
        said, words = left.pop(question.code, []), labels(instrument, question, say)
        texts = [words.get(value, value) for value in (*said, *left.pop(question.code + OTHER, []))]
        if any(texts):
            found.append((f"{question.code} · {say(question.text)}", ", ".join(filter(None, texts))))
    return found + [(code, ", ".join(said)) for code, said in left.items()]
