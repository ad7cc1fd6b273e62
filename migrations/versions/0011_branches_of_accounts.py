"""The branch of the units that an account is limited to; units are found by the one above."""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Plain SQL: SQLite would make the table anew, and other rows refer to it.
    op.execute(
        "ALTER TABLE account ADD COLUMN branch_id INTEGER CONSTRAINT fk_account_branch_id_unit REFERENCES unit (id)"
    )
    op.create_index("ix_account_branch_id", "account", ["branch_id"])
    op.create_index("ix_unit_parent_code", "unit", ["parent_code"])


def downgrade() -> None:
    op.drop_index("ix_unit_parent_code", "unit")
    op.drop_index("ix_account_branch_id", "account")
    _drop_column()


def _drop_column() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("ALTER TABLE account DROP COLUMN branch_id")
    else:
        op.drop_column("account", "branch_id")
