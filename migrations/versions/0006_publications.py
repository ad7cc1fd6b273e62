"""Releases on their way to the public, and what the rated offices reply."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "publication",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("survey_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("release", sa.String(length=100), nullable=False),
        sa.Column("release_hash", sa.String(length=64), nullable=False),
        sa.Column("extract_hash", sa.String(length=64), nullable=False),
        sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column("approved_by_id", sa.Integer(), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reply_until", sa.Date(), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("document_number", sa.String(length=60), nullable=False),
        sa.Column("document_day", sa.Date(), nullable=True),
        sa.Column("corrects_id", sa.Integer(), nullable=True),
        sa.Column("correction", sa.Text(), nullable=False),
        sa.Column("conclusions", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "state IN ('draft', 'approved', 'shown', 'published', 'replaced', 'dropped')",
            name=op.f("ck_publication_state"),
        ),
        sa.CheckConstraint("approved_by_id <> made_by_id", name=op.f("ck_publication_two_people")),
        sa.CheckConstraint(
            "state IN ('draft', 'dropped') OR approved_by_id IS NOT NULL",
            name=op.f("ck_publication_approved_by_somebody"),
        ),
        sa.CheckConstraint(
            "(state IN ('published', 'replaced')) = (published_at IS NOT NULL)",
            name=op.f("ck_publication_published_has_time"),
        ),
        sa.CheckConstraint("corrects_id IS NULL OR correction <> ''", name=op.f("ck_publication_correction_says_why")),
        sa.ForeignKeyConstraint(["survey_id"], ["survey.id"]),
        sa.ForeignKeyConstraint(["made_by_id"], ["account.id"]),
        sa.ForeignKeyConstraint(["approved_by_id"], ["account.id"]),
        sa.ForeignKeyConstraint(["corrects_id"], ["publication.id"]),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publication")),
        sa.UniqueConstraint("release"),
        sa.UniqueConstraint("survey_id", "number"),
    )
    op.create_table(
        "publication_reply",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("publication_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("office", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["publication_id"], ["publication.id"]),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"]),
        sa.ForeignKeyConstraint(["by_id"], ["account.id"]),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publication_reply")),
    )
    op.create_index(op.f("ix_publication_reply_publication_id"), "publication_reply", ["publication_id"])


def downgrade() -> None:
    op.drop_table("publication_reply")
    op.drop_table("publication")
