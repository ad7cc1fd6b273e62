"""Indexes to find the reserve or the second interview of a case: a batch from a tablet asks for fifty at once."""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

COLUMNS = ("replaces_id", "reinterview_of_id")


def upgrade() -> None:
    for column in COLUMNS:
        op.create_index(op.f(f"ix_case_{column}"), "case", [column])


def downgrade() -> None:
    for column in COLUMNS:
        op.drop_index(op.f(f"ix_case_{column}"), "case")
