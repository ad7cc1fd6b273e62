"""Who took a step of a publication in which roles, and whether a reply came by the link of its office."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

ROLES = (
    *(("publication", name) for name in ("made_as", "approved_as", "shown_as", "published_as")),
    ("publication_reply", "by_as"),
)


def upgrade() -> None:
    for table, name in ROLES:
        op.add_column(table, sa.Column(name, sa.String(80), server_default="", nullable=False))
    op.add_column("publication_reply", sa.Column("by_link", sa.Boolean(), nullable=True))


def downgrade() -> None:
    op.drop_column("publication_reply", "by_link")
    for table, name in reversed(ROLES):
        op.drop_column(table, name)
