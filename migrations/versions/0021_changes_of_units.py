"""Changes of units while surveys run: what was decided, and what moved."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

CHECKS = {
    "kind": "kind IN ('merge', 'rename', 'split', 'move')",
    "state": "state IN ('waiting', 'done', 'undone')",
    "has_basis": "basis <> ''",
    "done_has_time": "state <> 'done' OR done_at IS NOT NULL",
    "undone_has_time": "(state = 'undone') = (undone_at IS NOT NULL)",
    "undone_says_why": "state <> 'undone' OR reason <> ''",
}
MOVED = "thing IN ('unit', 'below', 'account', 'point', 'case', 'paper', 'register')"


def upgrade() -> None:
    op.create_table(
        "unit_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("basis", sa.String(length=200), nullable=False),
        sa.Column("asked", sa.Text(), nullable=False),
        sa.Column("told", sa.Text(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by_id", sa.Integer(), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=False),
        *(sa.CheckConstraint(rule, name=op.f(f"ck_unit_change_{name}")) for name, rule in CHECKS.items()),
        sa.ForeignKeyConstraint(["made_by_id"], ["account.id"], name=op.f("fk_unit_change_made_by_id_account")),
        sa.ForeignKeyConstraint(["undone_by_id"], ["account.id"], name=op.f("fk_unit_change_undone_by_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit_change")),
    )
    op.create_table(
        "unit_move",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("change_id", sa.Integer(), nullable=False),
        sa.Column("thing", sa.String(length=10), nullable=False),
        sa.Column("thing_id", sa.Integer(), nullable=False),
        sa.Column("from_id", sa.Integer(), nullable=False),
        sa.Column("to_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(MOVED, name=op.f("ck_unit_move_thing")),
        sa.ForeignKeyConstraint(["change_id"], ["unit_change.id"], name=op.f("fk_unit_move_change_id_unit_change")),
        sa.ForeignKeyConstraint(["from_id"], ["unit.id"], name=op.f("fk_unit_move_from_id_unit")),
        sa.ForeignKeyConstraint(["to_id"], ["unit.id"], name=op.f("fk_unit_move_to_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit_move")),
        sa.UniqueConstraint(
            "change_id", "thing", "thing_id", "from_id", name=op.f("uq_unit_move_change_id_thing_thing_id_from_id")
        ),
    )
    for columns in (["thing", "thing_id"], ["from_id"], ["to_id"]):
        op.create_index(op.f(f"ix_unit_move_{columns[0]}"), "unit_move", columns)


def downgrade() -> None:
    op.drop_table("unit_move")
    op.drop_table("unit_change")
