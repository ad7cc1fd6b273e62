"""Letters to the staff that wait to be sent, and whether somebody wants them."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

KINDS = ("invitation", "password", "task", "due", "late", "release", "draft", "retention", "behind")


def upgrade() -> None:
    listed = ", ".join(f"'{kind}'" for kind in KINDS)
    op.create_table(
        "letter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("about", sa.String(length=80), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("try_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(f"kind IN ({listed})", name=op.f("ck_letter_kind")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_letter_account_id_account"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter")),
        sa.UniqueConstraint("account_id", "kind", "about", name=op.f("uq_letter_account_id_kind_about")),
    )
    op.create_index(op.f("ix_letter_try_at"), "letter", ["try_at"])
    op.create_index(op.f("ix_register_entry_owner_id"), "register_entry", ["owner_id"])
    op.add_column("account", sa.Column("notices", sa.Boolean(), server_default=sa.true(), nullable=False))


def downgrade() -> None:
    op.drop_column("account", "notices")
    op.drop_index(op.f("ix_register_entry_owner_id"), "register_entry")
    op.drop_table("letter")
