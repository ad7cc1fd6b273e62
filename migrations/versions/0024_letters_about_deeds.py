"""Letters that tell what was done to an account, one of them to the address that it had before."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

BEFORE = ("invitation", "password", "task", "due", "late", "release", "draft", "retention", "behind")
NEW = ("password_set", "moved_from", "moved_to")
LETTER = sa.table("letter", sa.column("kind"))


def upgrade() -> None:
    _change((*BEFORE, *NEW), 80, 255)


def downgrade() -> None:
    op.execute(sa.delete(LETTER).where(LETTER.c.kind.in_(NEW)))
    _change(BEFORE, 255, 80)


def _change(kinds: tuple[str, ...], old: int, new: int) -> None:
    with op.batch_alter_table("letter") as table:
        table.drop_constraint(op.f("ck_letter_kind"), type_="check")
        table.alter_column("about", existing_type=sa.String(old), type_=sa.String(new), existing_nullable=False)
        listed = ", ".join(f"'{kind}'" for kind in kinds)
        table.create_check_constraint(op.f("ck_letter_kind"), f"kind IN ({listed})")
