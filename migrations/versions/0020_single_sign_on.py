"""Whom the provider of single sign-on knows an account as."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

COLUMNS = ("sso_issuer", "sso_subject")


def upgrade() -> None:
    for name in COLUMNS:
        op.add_column("account", sa.Column(name, sa.String(length=255), nullable=True))
    op.create_index("uq_account_sso", "account", list(COLUMNS), unique=True)


def downgrade() -> None:
    op.drop_index("uq_account_sso", "account")
    for name in reversed(COLUMNS):
        op.drop_column("account", name)
