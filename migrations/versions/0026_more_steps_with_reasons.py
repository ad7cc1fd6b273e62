"""Steps of a wave for what could bend its figures: weights, points switched off and on, decisions about late answers."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

BEFORE = ("copied", "sealed", "drawn", "rehearsed", "extended", "closed", "reopened", "amended")
NEW = ("weighed", "points_off", "points_on", "late_accepted", "late_refused")
STEP = sa.table("wave_step", sa.column("kind"))


def upgrade() -> None:
    _allow((*BEFORE, *NEW))


def downgrade() -> None:
    op.execute(sa.delete(STEP).where(STEP.c.kind.in_(NEW)))
    _allow(BEFORE)


def _allow(kinds: tuple[str, ...]) -> None:
    with op.batch_alter_table("wave_step") as table:
        table.drop_constraint(op.f("ck_wave_step_kind"), type_="check")
        listed = ", ".join(f"'{kind}'" for kind in kinds)
        table.create_check_constraint(op.f("ck_wave_step_kind"), f"kind IN ({listed})")
