"""How long data may stay, by wave, and the protocols of what was deleted."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

DAYS = ("contacts_days", "paradata_days", "devices_days", "comments_days")
TEXTS = (("purpose_vi", 500), ("purpose_en", 500), ("contact_vi", 300), ("contact_en", 300))


def upgrade() -> None:
    op.create_table(
        "retention",
        sa.Column("wave_id", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in DAYS),
        *(sa.Column(name, sa.String(length=length), nullable=False) for name, length in TEXTS),
        sa.CheckConstraint(" AND ".join(f"{name} >= 0" for name in DAYS), name=op.f("ck_retention_days")),
        sa.ForeignKeyConstraint(["wave_id"], ["wave.id"]),
        sa.PrimaryKeyConstraint("wave_id", name=op.f("pk_retention")),
    )
    op.create_table(
        "deletion",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("wave_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("signature", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["wave_id"], ["wave.id"]),
        sa.ForeignKeyConstraint(["by_id"], ["account.id"]),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deletion")),
    )
    op.create_index(op.f("ix_deletion_wave_id"), "deletion", ["wave_id"])


def downgrade() -> None:
    op.drop_table("deletion")
    op.drop_table("retention")
