"""Responses, the conflicts kept beside them and what staff changed. No column for a respondent's name or clock time."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, aliased, mapped_column

from survey_app.models.base import Base, one_of
from survey_app.models.points import POINT_MODES

OFFICER_MODES = ("tablet", "phone", "paper_officer")
MODES = (*POINT_MODES, *OFFICER_MODES)
# `late`: begun in time, sent long after the close; waits for a manager. Only the first and third enter an extract.
RESPONSE_STATES = ("accepted", "late", "late_accepted", "late_refused")
COMPLETENESS = ("complete", "partial", "broken_off")
# All that is counted of a wave while it runs, without reading a page of answers.
COUNTS = ("wave_id", "case_id", "batch_id", "unit_id", "mode", "local_day", "state", "void", "completeness")
CHANGES = ("voided", "restored", "corrected")


class Response(Base):
    """What one respondent answered, once. Its id was made where the form was filled in."""

    __tablename__ = "response"
    __table_args__ = (
        one_of("mode", MODES, "mode"),
        one_of("state", RESPONSE_STATES, "state"),
        one_of("language", ("vi", "en"), "language"),
        one_of("completeness", COMPLETENESS, "completeness"),
        sa.CheckConstraint("completeness IS NULL OR case_id IS NOT NULL", name="completeness_of_a_case"),
        sa.CheckConstraint(
            "(mode IN ('tablet', 'phone', 'paper_officer')) = (case_id IS NOT NULL)", name="officer_mode_names_its_case"
        ),
        sa.CheckConstraint("batch_id IS NULL OR mode = 'qr_slip'", name="batch_is_of_a_slip"),
        sa.CheckConstraint("NOT withdrawn OR void", name="withdrawn_is_void"),
        sa.CheckConstraint("(point_id IS NULL) = (case_id IS NOT NULL)", name="point_or_case"),
        sa.Index("ix_response_counts", *COUNTS),
        # Rows lie in the order of their random ids, not in the order in which people came.
        {"sqlite_with_rowid": False},
    )

    id: Mapped[UUID] = mapped_column(sa.Uuid, primary_key=True)
    wave_id: Mapped[int] = mapped_column(sa.ForeignKey("wave.id"), index=True)
    instrument_version_id: Mapped[int] = mapped_column(sa.ForeignKey("instrument_version.id"))
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"))
    point_id: Mapped[int | None] = mapped_column(sa.ForeignKey("collection_point.id"))
    case_id: Mapped[int | None] = mapped_column(sa.ForeignKey("case.id"), unique=True)
    mode: Mapped[str] = mapped_column(sa.String(20))
    language: Mapped[str] = mapped_column(sa.String(2))
    local_day: Mapped[date]
    state: Mapped[str] = mapped_column(sa.String(20), default="accepted")
    # The batch of the slip, which says stratum, PSU and weight; never which slip.
    batch_id: Mapped[int | None] = mapped_column(sa.ForeignKey("slip_batch.id"))
    # Which of the orders of a rotating factor the respondent met; empty where nothing rotates.
    item_order: Mapped[int | None] = mapped_column(sa.SmallInteger)
    content_hash: Mapped[str] = mapped_column(sa.String(64))
    answers: Mapped[str] = mapped_column(sa.Text)  # questionnaires.answers.Answers.canonical_json()
    # How it was filled in, as JSON (`paradata`): durations by part, changes, officer, device. Never a clock time.
    paradata: Mapped[str | None] = mapped_column(sa.Text)
    # Of a case's answers how much of the form they fill (`responses.completeness`): what became of the case is counted.
    completeness: Mapped[str | None] = mapped_column(sa.String(10))
    # By a named person with a reason (ResponseChange): kept, counted as void, and in no figure.
    void: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    # Void because the respondent took it back: answers are empty, and `content_hash` is a seal (`responses.seal`).
    withdrawn: Mapped[bool] = mapped_column(default=False, server_default=sa.false())


def all_of(wave_id: int) -> sa.ColumnElement[bool]:
    """For whoever reads the answers of a whole wave: they are met in the order in which they lie.

    By `wave_id` alone SQLite takes `ix_response_counts`, and each answer lies elsewhere: two to twenty times slower.
    """
    same = aliased(Response)
    return Response.id.in_(sa.select(same.id).where(same.wave_id == wave_id))


class ResponseChange(Base):
    """What staff changed in a response that staff had entered, why, and what it said before. A citizen's has none."""

    __tablename__ = "response_change"
    __table_args__ = (sa.UniqueConstraint("response_id", "number"), one_of("kind", CHANGES, "kind"))

    id: Mapped[int] = mapped_column(primary_key=True)
    response_id: Mapped[UUID] = mapped_column(sa.ForeignKey("response.id"))
    number: Mapped[int] = mapped_column(sa.SmallInteger)
    kind: Mapped[str] = mapped_column(sa.String(10))
    reason: Mapped[str] = mapped_column(sa.String(500))
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"))
    at: Mapped[datetime]
    # What the response said before, and its hash: it never is lost, and sent again it is still the same response.
    content_hash: Mapped[str] = mapped_column(sa.String(64))
    answers: Mapped[str] = mapped_column(sa.Text)


class ResponseConflict(Base):
    """Other content sent under an id that was already taken: kept for a person to see, never counted."""

    __tablename__ = "response_conflict"
    __table_args__ = (sa.UniqueConstraint("response_id", "content_hash"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    response_id: Mapped[UUID] = mapped_column(sa.ForeignKey("response.id"))
    content_hash: Mapped[str] = mapped_column(sa.String(64))
    answers: Mapped[str] = mapped_column(sa.Text)
    local_day: Mapped[date]
