"""Tablets, kiosks and their journals, filled-in paper, changes by staff, and how a response was filled in."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

COLUMNS = (
    ("case", "eligible", "SMALLINT"),
    (
        "case_attempt",
        "channel",
        "VARCHAR(10) DEFAULT 'visit' NOT NULL CONSTRAINT ck_case_attempt_channel CHECK (channel IN ('visit', 'call'))",
    ),
    ("response", "paradata", "TEXT"),
    ("response", "void", "BOOLEAN DEFAULT false NOT NULL"),
)


def upgrade() -> None:
    _create_devices()
    _create_paper()
    op.create_table(
        "response_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("response_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("answers", sa.Text(), nullable=False),
        sa.CheckConstraint("kind IN ('voided', 'restored', 'corrected')", name=op.f("ck_response_change_kind")),
        sa.ForeignKeyConstraint(["response_id"], ["response.id"]),
        sa.ForeignKeyConstraint(["by_id"], ["account.id"]),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_response_change")),
        sa.UniqueConstraint("response_id", "number"),
    )
    for table, name, definition in COLUMNS:
        op.execute(f'ALTER TABLE "{table}" ADD COLUMN {name} {definition}')


def _create_devices() -> None:
    op.create_table(
        "device",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("label", sa.String(length=100), nullable=False),
        sa.Column("officer_id", sa.Integer(), nullable=True),
        sa.Column("point_id", sa.Integer(), nullable=True),
        sa.Column("enrol_hash", sa.String(length=64), nullable=True),
        sa.Column("enrol_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("public_key", sa.LargeBinary(), nullable=True),
        sa.Column("enrolled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("head", sa.String(length=64), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("seen_on", sa.Date(), nullable=True),
        sa.CheckConstraint("kind IN ('tablet', 'kiosk')", name=op.f("ck_device_kind")),
        sa.CheckConstraint("(kind = 'tablet') = (officer_id IS NOT NULL)", name=op.f("ck_device_tablet_has_officer")),
        sa.CheckConstraint("(kind = 'kiosk') = (point_id IS NOT NULL)", name=op.f("ck_device_kiosk_has_point")),
        sa.CheckConstraint("(public_key IS NULL) = (enrolled_at IS NULL)", name=op.f("ck_device_enrolled_has_key")),
        sa.ForeignKeyConstraint(["officer_id"], ["account.id"]),
        sa.ForeignKeyConstraint(["point_id"], ["collection_point.id"]),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_device")),
        sa.UniqueConstraint("code"),
    )
    op.create_index(op.f("ix_device_officer_id"), "device", ["officer_id"])
    op.create_table(
        "device_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("device_id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("remark", sa.String(length=500), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint("state IN ('taken', 'waiting', 'dropped')", name=op.f("ck_device_entry_state")),
        sa.CheckConstraint("(state = 'taken') = (sealed IS NULL)", name=op.f("ck_device_entry_sealed_until_taken")),
        sa.ForeignKeyConstraint(["device_id"], ["device.id"]),
        sa.ForeignKeyConstraint(["decided_by_id"], ["account.id"]),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_device_entry")),
        sa.UniqueConstraint("device_id", "seq"),
    )


def _create_paper() -> None:
    op.create_table(
        "paper_batch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("wave_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("point_id", sa.Integer(), nullable=True),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("issued", sa.Integer(), nullable=False),
        sa.Column("returned", sa.Integer(), nullable=False),
        sa.Column("spoiled", sa.Integer(), nullable=False),
        sa.Column("remark", sa.String(length=500), nullable=False),
        sa.CheckConstraint("issued >= 1", name=op.f("ck_paper_batch_issued_some")),
        sa.ForeignKeyConstraint(["wave_id"], ["wave.id"]),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"]),
        sa.ForeignKeyConstraint(["point_id"], ["collection_point.id"]),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_batch")),
    )
    op.create_index(op.f("ix_paper_batch_wave_id"), "paper_batch", ["wave_id"])
    op.create_table(
        "paper_sheet",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("wave_id", sa.Integer(), nullable=False),
        sa.Column("serial", sa.String(length=10), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.Column("point_id", sa.Integer(), nullable=True),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("filled_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("first", sa.Text(), nullable=True),
        sa.Column("first_by_id", sa.Integer(), nullable=False),
        sa.Column("second", sa.Text(), nullable=True),
        sa.Column("second_by_id", sa.Integer(), nullable=True),
        sa.Column("differences", sa.SmallInteger(), nullable=True),
        sa.Column("remark", sa.String(length=500), nullable=False),
        sa.CheckConstraint("state IN ('single', 'differs', 'kept', 'set_aside')", name=op.f("ck_paper_sheet_state")),
        sa.CheckConstraint("second_by_id <> first_by_id", name=op.f("ck_paper_sheet_two_people")),
        sa.CheckConstraint("(point_id IS NULL) = (case_id IS NOT NULL)", name=op.f("ck_paper_sheet_point_or_case")),
        sa.ForeignKeyConstraint(["wave_id"], ["wave.id"]),
        sa.ForeignKeyConstraint(["batch_id"], ["paper_batch.id"]),
        sa.ForeignKeyConstraint(["point_id"], ["collection_point.id"]),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"]),
        sa.ForeignKeyConstraint(["first_by_id"], ["account.id"]),
        sa.ForeignKeyConstraint(["second_by_id"], ["account.id"]),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_sheet")),
        sa.UniqueConstraint("wave_id", "serial"),
    )
    op.create_index(op.f("ix_paper_sheet_batch_id"), "paper_sheet", ["batch_id"])


def downgrade() -> None:
    for table, name, _definition in reversed(COLUMNS):
        op.execute(f'ALTER TABLE "{table}" DROP COLUMN {name}')
    for table in ("response_change", "paper_sheet", "paper_batch", "device_entry", "device"):
        op.drop_table(table)
