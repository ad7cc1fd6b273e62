"""The second factor of accounts: apps that show codes, recovery codes, passkeys; which roles must have one."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

HANDLE = "ix_account_fs_webauthn_user_handle"
COLUMNS = (
    sa.Column("tf_primary_method", sa.String(length=64), nullable=True),
    sa.Column("tf_totp_secret", sa.String(length=255), nullable=True),
    sa.Column("totp_counter", sa.Integer(), nullable=True),
    sa.Column("mf_recovery_codes", sa.UnicodeText(), nullable=True),
    sa.Column("fs_webauthn_user_handle", sa.String(length=64), nullable=True),
)


def upgrade() -> None:
    op.add_column("role", sa.Column("second_factor", sa.Boolean(), server_default=sa.false(), nullable=False))
    for column in COLUMNS:
        op.add_column("account", column.copy())
    op.create_index(HANDLE, "account", ["fs_webauthn_user_handle"], unique=True)
    op.create_table(
        "passkey",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("credential_id", sa.LargeBinary(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("usage", sa.String(length=64), nullable=False),
        sa.Column("transports", sa.UnicodeText(), nullable=True),
        sa.Column("extensions", sa.String(length=255), nullable=True),
        sa.Column("backup_state", sa.Boolean(), nullable=False),
        sa.Column("device_type", sa.String(length=64), nullable=False),
        sa.Column("create_datetime", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lastuse_datetime", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_passkey_account_id_account"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkey")),
        sa.UniqueConstraint("credential_id", name=op.f("uq_passkey_credential_id")),
    )
    op.create_index("ix_passkey_account_id", "passkey", ["account_id"])


def downgrade() -> None:
    """Whoever had a second factor signs in with the password alone."""
    op.drop_table("passkey")
    op.drop_index(HANDLE, "account")
    for column in COLUMNS:
        op.drop_column("account", column.name)
    op.drop_column("role", "second_factor")
