"""What kind a draft's revision is, so that work which met another's is kept aside, and why a draft was sent back."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

COLUMNS = (
    ("instrument_draft", "remark", "TEXT DEFAULT '' NOT NULL"),
    (
        "instrument_draft",
        "remark_by_id",
        "INTEGER CONSTRAINT fk_instrument_draft_remark_by_id_account REFERENCES account (id)",
    ),
    (
        "instrument_draft_revision",
        "kind",
        "VARCHAR(20) DEFAULT 'change' NOT NULL CONSTRAINT ck_instrument_draft_revision_kind"
        " CHECK (kind IN ('start', 'change', 'restore', 'aside'))",
    ),
)


def upgrade() -> None:
    for table, name, definition in COLUMNS:
        op.execute(f"ALTER TABLE {table} ADD COLUMN {name} {definition}")


def downgrade() -> None:
    for table, name, _definition in reversed(COLUMNS):
        op.execute(f"ALTER TABLE {table} DROP COLUMN {name}")
