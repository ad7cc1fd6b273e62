"""Themes that a person gave to comments."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "comment_theme",
        sa.Column("response_id", sa.Uuid(), nullable=False),
        sa.Column("question", sa.String(length=40), nullable=False),
        sa.Column("theme", sa.String(length=40), nullable=False),
        sa.Column("coder_id", sa.Integer(), nullable=False),
        sa.Column("coded_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["response_id"], ["response.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["coder_id"], ["account.id"]),
        sa.PrimaryKeyConstraint("response_id", "question", "theme", name=op.f("pk_comment_theme")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("comment_theme")
