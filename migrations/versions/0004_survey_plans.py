"""The Survey Plan: plans and steps of waves, slips and visit codes, reserves, attempts and re-interviews of cases."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

# Written out, because one statement with its constraint inside is what both databases understand.
COLUMNS = (
    ("case", "reserve", "SMALLINT DEFAULT '0' NOT NULL"),
    ("case", "replaces_id", 'INTEGER CONSTRAINT fk_case_replaces_id_case REFERENCES "case" (id)'),
    ("case", "reinterview_of_id", 'INTEGER CONSTRAINT fk_case_reinterview_of_id_case REFERENCES "case" (id)'),
    ("case", "planned_day", "DATE"),
    ("wave", "practice", "BOOLEAN DEFAULT false NOT NULL"),
    (
        "response",
        "batch_id",
        "INTEGER CONSTRAINT fk_response_batch_id_slip_batch REFERENCES slip_batch (id)"
        " CONSTRAINT ck_response_batch_is_of_a_slip CHECK (batch_id IS NULL OR mode = 'qr_slip')",
    ),
)


def upgrade() -> None:
    _create_plans()
    _create_slips()
    op.create_table(
        "case_attempt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("part", sa.String(length=10), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.CheckConstraint("part IN ('morning', 'afternoon', 'evening')", name=op.f("ck_case_attempt_part")),
        sa.CheckConstraint(
            "outcome IN ('open', 'complete', 'refused', 'not_contacted', 'moved', 'wrong_data', 'not_eligible', 'other')",
            name=op.f("ck_case_attempt_outcome"),
        ),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"]),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_attempt")),
        sa.UniqueConstraint("case_id", "number"),
    )
    op.add_column("case", sa.Column("probability", sa.Double(), nullable=True))
    for table, name, definition in COLUMNS:
        op.execute(f'ALTER TABLE "{table}" ADD COLUMN {name} {definition}')


def _create_plans() -> None:
    op.create_table(
        "plan",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("wave_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("frame_kind", sa.String(length=20), nullable=False),
        sa.Column("spec", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("frame_hash", sa.String(length=64), nullable=True),
        sa.Column("commitment", sa.String(length=64), nullable=True),
        sa.Column("public_number", sa.String(length=20), nullable=True),
        sa.CheckConstraint("state IN ('drafting', 'sealed', 'drawn')", name=op.f("ck_plan_state")),
        sa.CheckConstraint(
            "frame_kind IN ('dossiers', 'households', 'schools', 'visits')", name=op.f("ck_plan_frame_kind")
        ),
        sa.CheckConstraint("state = 'drafting' OR commitment IS NOT NULL", name=op.f("ck_plan_sealed_has_commitment")),
        sa.CheckConstraint("(state = 'drawn') = (public_number IS NOT NULL)", name=op.f("ck_plan_drawn_has_number")),
        sa.ForeignKeyConstraint(["wave_id"], ["wave.id"]),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan")),
        sa.UniqueConstraint("wave_id"),
    )
    op.create_table(
        "wave_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("wave_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("detail", sa.String(length=500), nullable=False),
        sa.CheckConstraint(
            "kind IN ('copied', 'sealed', 'drawn', 'rehearsed', 'extended', 'closed', 'reopened', 'amended')",
            name=op.f("ck_wave_step_kind"),
        ),
        sa.ForeignKeyConstraint(["wave_id"], ["wave.id"]),
        sa.ForeignKeyConstraint(["by_id"], ["account.id"]),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wave_step")),
    )
    op.create_index(op.f("ix_wave_step_wave_id"), "wave_step", ["wave_id"])


def _create_slips() -> None:
    op.create_table(
        "slip_batch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("wave_id", sa.Integer(), nullable=False),
        sa.Column("point_id", sa.Integer(), nullable=False),
        sa.Column("stratum", sa.String(length=60), nullable=True),
        sa.Column("psu", sa.String(length=60), nullable=True),
        sa.Column("weight", sa.Double(), nullable=True),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=True),
        sa.Column("spent", sa.LargeBinary(), nullable=False),
        sa.Column("void", sa.LargeBinary(), nullable=False),
        sa.Column("returned", sa.Integer(), nullable=False),
        sa.Column("spoiled", sa.Integer(), nullable=False),
        sa.Column("replaced", sa.Integer(), nullable=False),
        sa.Column("remark", sa.String(length=500), nullable=False),
        sa.CheckConstraint("size BETWEEN 1 AND 800", name=op.f("ck_slip_batch_size")),
        sa.CheckConstraint("weight > 0", name=op.f("ck_slip_batch_weight_positive")),
        sa.ForeignKeyConstraint(["wave_id"], ["wave.id"]),
        sa.ForeignKeyConstraint(["point_id"], ["collection_point.id"]),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_slip_batch")),
        sa.UniqueConstraint("code"),
    )
    op.create_index(op.f("ix_slip_batch_wave_id"), "slip_batch", ["wave_id"])
    op.create_table(
        "visit_week",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("week", sa.Integer(), nullable=False),
        sa.Column("spent", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"]),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit_week")),
        sa.UniqueConstraint("unit_id", "week"),
    )


def downgrade() -> None:
    for table, name, _definition in reversed(COLUMNS):
        op.execute(f'ALTER TABLE "{table}" DROP COLUMN {name}')
    op.drop_column("case", "probability")
    op.drop_table("case_attempt")
    for table in ("visit_week", "slip_batch", "wave_step", "plan"):
        op.drop_table(table)
