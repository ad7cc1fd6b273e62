"""Letters that tell administrators what the installation lacks: a backup, room on the disk."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

BEFORE = (
    *("invitation", "password", "task", "due", "late", "release", "draft", "retention", "behind"),
    *("password_set", "second_step", "moved_from", "moved_to"),
)
NEW = ("backup", "disk")
LETTER = sa.table("letter", sa.column("kind"))


def upgrade() -> None:
    _change((*BEFORE, *NEW))


def downgrade() -> None:
    op.execute(sa.delete(LETTER).where(LETTER.c.kind.in_(NEW)))
    _change(BEFORE)


def _change(kinds: tuple[str, ...]) -> None:
    with op.batch_alter_table("letter") as table:
        table.drop_constraint(op.f("ck_letter_kind"), type_="check")
        listed = ", ".join(f"'{kind}'" for kind in kinds)
        table.create_check_constraint(op.f("ck_letter_kind"), f"kind IN ({listed})")
