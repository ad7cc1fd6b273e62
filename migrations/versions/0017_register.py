"""The register: what came of comments, reflections and petitions."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

CHECKS = {
    "kind": "kind IN ('comment', 'petition')",
    "state": "state IN ('open', 'answered', 'published', 'closed')",
    "channel": "channel IN ('', 'letter', 'in_person', 'phone', 'portal', 'other')",
    "answered_says_what": "state NOT IN ('answered', 'published') OR answer <> ''",
    "published_has_day": "(state = 'published') = (published_on IS NOT NULL)",
    "closed_says_why": "state <> 'closed' OR remark <> ''",
    "days_in_order": "received_on <= due_on",
}


def upgrade() -> None:
    people = ("owner_id", "made_by_id", "answered_by_id", "published_by_id")
    op.create_table(
        "register_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("wave_id", sa.Integer(), nullable=True),
        sa.Column("theme", sa.String(length=40), nullable=False),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("reference", sa.String(length=60), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("remark", sa.String(length=500), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.Column("published_by_id", sa.Integer(), nullable=True),
        sa.Column("published_on", sa.Date(), nullable=True),
        *(sa.CheckConstraint(rule, name=op.f(f"ck_register_entry_{name}")) for name, rule in CHECKS.items()),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"]),
        sa.ForeignKeyConstraint(["wave_id"], ["wave.id"]),
        *(sa.ForeignKeyConstraint([person], ["account.id"]) for person in people),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_register_entry")),
    )
    op.create_index(op.f("ix_register_entry_unit_id"), "register_entry", ["unit_id"])
    op.create_table(
        "register_comment",
        sa.Column("response_id", sa.Uuid(), nullable=False),
        sa.Column("question", sa.String(length=40), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["response_id"], ["response.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["entry_id"], ["register_entry.id"]),
        sa.PrimaryKeyConstraint("response_id", "question", "entry_id", name=op.f("pk_register_comment")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_register_comment_entry_id"), "register_comment", ["entry_id"])


def downgrade() -> None:
    op.drop_table("register_comment")
    op.drop_table("register_entry")
