"""Until when a wave was open whose responses a publication froze."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Of publications made before, nobody was told."""
    op.add_column("publication", sa.Column("open_until", sa.Date(), nullable=True))


def downgrade() -> None:
    op.drop_column("publication", "open_until")
