"""Drafts of questionnaires and their revisions, recordings, and what points and responses need for variants."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# Written out, because one statement with its constraint inside is what both databases understand.
COLUMNS = (
    ("collection_point", "procedure_vi", "VARCHAR(200) DEFAULT '' NOT NULL"),
    ("collection_point", "procedure_en", "VARCHAR(200) DEFAULT '' NOT NULL"),
    (
        "collection_point",
        "variant",
        "VARCHAR(10) DEFAULT 'full' NOT NULL"
        " CONSTRAINT ck_collection_point_variant CHECK (variant IN ('full', 'short'))",
    ),
    ("response", "item_order", "SMALLINT"),
    (
        "instrument_version",
        "author_id",
        "INTEGER CONSTRAINT fk_instrument_version_author_id_account REFERENCES account (id)",
    ),
    (
        "instrument_version",
        "approver_id",
        "INTEGER CONSTRAINT fk_instrument_version_approver_id_account REFERENCES account (id)"
        " CONSTRAINT ck_instrument_version_two_people CHECK (author_id <> approver_id)",
    ),
)


def upgrade() -> None:
    for table, name, definition in COLUMNS:
        op.execute(f"ALTER TABLE {table} ADD COLUMN {name} {definition}")
    op.create_table(
        "recording",
        sa.Column("name", sa.String(length=70), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_recording")),
    )
    _create_drafts()
    op.create_index(op.f("ix_instrument_draft_code"), "instrument_draft", ["code"])


def _create_drafts() -> None:
    op.create_table(
        "instrument_draft",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("base_id", sa.Integer(), nullable=True),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("submitted_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "state IN ('editing', 'submitted', 'published', 'dropped')", name=op.f("ck_instrument_draft_state")
        ),
        sa.CheckConstraint("revision >= 1", name=op.f("ck_instrument_draft_revision_counts_from_one")),
        sa.CheckConstraint(
            "state NOT IN ('submitted', 'published') OR submitted_by_id IS NOT NULL",
            name=op.f("ck_instrument_draft_submitted_by_somebody"),
        ),
        sa.ForeignKeyConstraint(["base_id"], ["instrument_version.id"]),
        sa.ForeignKeyConstraint(["submitted_by_id"], ["account.id"]),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_instrument_draft")),
    )
    op.create_table(
        "instrument_draft_revision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("draft_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("editor_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("place", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(["draft_id"], ["instrument_draft.id"]),
        sa.ForeignKeyConstraint(["editor_id"], ["account.id"]),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_instrument_draft_revision")),
        sa.UniqueConstraint("draft_id", "number"),
    )


def downgrade() -> None:
    for table in ("instrument_draft_revision", "instrument_draft", "recording"):
        op.drop_table(table)
    for table, name, _definition in reversed(COLUMNS):
        op.execute(f"ALTER TABLE {table} DROP COLUMN {name}")
