"""How many releases and snapshots there were when the end of a wave was moved; of earlier steps nobody knows."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

COUNTS = ("releases", "snapshots")


def upgrade() -> None:
    with op.batch_alter_table("wave_step") as table:
        for name in COUNTS:
            table.add_column(sa.Column(name, sa.Integer(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("wave_step") as table:
        for name in COUNTS:
            table.drop_column(name)
