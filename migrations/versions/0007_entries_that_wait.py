"""When an entry that waits came and how wrong the device's clock was then; breaks in a journal, for a manager."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("device_entry", sa.Column("came_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("device_entry", sa.Column("clock_off", sa.BigInteger(), nullable=True))
    op.create_table(
        "device_break",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("device_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("noticed_on", sa.Date(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint("kind IN ('fork', 'gap')", name=op.f("ck_device_break_kind")),
        sa.ForeignKeyConstraint(["device_id"], ["device.id"]),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_device_break")),
        sa.UniqueConstraint("device_id", "kind", "seq", "hash"),
    )


def downgrade() -> None:
    op.drop_table("device_break")
    op.drop_column("device_entry", "clock_off")
    op.drop_column("device_entry", "came_at")
