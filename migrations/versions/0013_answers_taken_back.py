"""Answers that their respondent took back."""

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

CHECK = "CONSTRAINT ck_response_withdrawn_is_void CHECK (NOT withdrawn OR void)"


def upgrade() -> None:
    op.execute(f"ALTER TABLE response ADD COLUMN withdrawn BOOLEAN DEFAULT false NOT NULL {CHECK}")


def downgrade() -> None:
    """They stay void."""
    op.execute("ALTER TABLE response DROP COLUMN withdrawn")
