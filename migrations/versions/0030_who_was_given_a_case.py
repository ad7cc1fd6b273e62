"""Who was ever given a case; tablets of accounts that are no officers any more are revoked."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

CASE = sa.table("case", sa.column("id"), sa.column("officer_id"))
HELD = sa.table("case_officer", sa.column("case_id"), sa.column("officer_id"))
DEVICE = sa.table("device", sa.column("officer_id"), sa.column("revoked_at", sa.DateTime(timezone=True)))
GIVEN = sa.table("account_role", sa.column("account_id"), sa.column("role_id"))
ROLE = sa.table("role", sa.column("id"), sa.column("name"))


def upgrade() -> None:
    op.create_table(
        "case_officer",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("officer_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_case_officer_case_id_case")),
        sa.ForeignKeyConstraint(["officer_id"], ["account.id"], name=op.f("fk_case_officer_officer_id_account")),
        sa.PrimaryKeyConstraint("case_id", "officer_id", name=op.f("pk_case_officer")),
    )
    now = sa.select(CASE.c.id, CASE.c.officer_id).where(CASE.c.officer_id.is_not(None))
    op.execute(sa.insert(HELD).from_select(["case_id", "officer_id"], now))
    officers = sa.select(GIVEN.c.account_id).join(ROLE, ROLE.c.id == GIVEN.c.role_id).where(ROLE.c.name == "officer")
    gone = DEVICE.c.revoked_at.is_(None) & DEVICE.c.officer_id.is_not(None) & DEVICE.c.officer_id.not_in(officers)
    op.execute(sa.update(DEVICE).where(gone).values(revoked_at=datetime.now(UTC)))


def downgrade() -> None:
    op.drop_table("case_officer")
