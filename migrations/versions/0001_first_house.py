"""The first house: units, instruments, surveys, waves, points, cases, responses, accounts."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "account",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=255), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("password", sa.String(length=255), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("fs_uniquifier", sa.String(length=64), nullable=False),
        sa.Column("create_datetime", sa.DateTime(timezone=True), nullable=False),
        sa.Column("update_datetime", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("email", name=op.f("uq_account_email")),
        sa.UniqueConstraint("fs_uniquifier", name=op.f("uq_account_fs_uniquifier")),
    )
    op.create_table(
        "instrument_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("version", sa.String(length=40), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('draft', 'published', 'retired')", name=op.f("ck_instrument_version_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_instrument_version")),
        sa.UniqueConstraint("code", "version", name=op.f("uq_instrument_version_code_version")),
        sa.UniqueConstraint("content_hash", name=op.f("uq_instrument_version_content_hash")),
    )
    op.create_table(
        "role",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("description", sa.String(length=255), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role")),
        sa.UniqueConstraint("name", name=op.f("uq_role_name")),
    )
    op.create_table(
        "survey",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=60), nullable=False),
        sa.Column("name_vi", sa.String(length=300), nullable=False),
        sa.Column("name_en", sa.String(length=300), nullable=False),
        sa.Column("index_code", sa.String(length=20), nullable=False),
        sa.Column("period_from", sa.Date(), nullable=False),
        sa.Column("period_to", sa.Date(), nullable=False),
        sa.Column("owner_vi", sa.String(length=300), nullable=False),
        sa.Column("owner_en", sa.String(length=300), nullable=False),
        sa.Column("method_vi", sa.String(length=500), nullable=False),
        sa.Column("method_en", sa.String(length=500), nullable=False),
        sa.Column("target", sa.Double(), nullable=False),
        sa.Column("units_on", sa.Date(), nullable=False),
        sa.Column("combination", sa.String(length=20), nullable=False),
        sa.CheckConstraint("combination IN ('single', 'weighted')", name=op.f("ck_survey_combination")),
        sa.CheckConstraint("index_code IN ('sipas', 'health', 'education')", name=op.f("ck_survey_index_code")),
        sa.CheckConstraint("period_from <= period_to", name=op.f("ck_survey_period_in_order")),
        sa.CheckConstraint("target >= 0 AND target <= 100", name=op.f("ck_survey_target_is_a_percentage")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey")),
        sa.UniqueConstraint("slug", name=op.f("uq_survey_slug")),
    )
    op.create_table(
        "unit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("type", sa.String(length=40), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("parent_code", sa.String(length=20), nullable=True),
        sa.Column("merged_into_code", sa.String(length=20), nullable=True),
        sa.Column("certainty", sa.String(length=300), nullable=False),
        sa.CheckConstraint("valid_to IS NULL OR valid_from <= valid_to", name=op.f("ck_unit_days_in_order")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit")),
        sa.UniqueConstraint("code", "valid_from", name=op.f("uq_unit_code_valid_from")),
    )
    with op.batch_alter_table("unit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_unit_code"), ["code"], unique=False)

    op.create_table(
        "account_role",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("role_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_account_role_account_id_account"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["role_id"], ["role.id"], name=op.f("fk_account_role_role_id_role"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", "role_id", name=op.f("pk_account_role")),
    )
    op.create_table(
        "wave",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("survey_id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=60), nullable=False),
        sa.Column("name_vi", sa.String(length=300), nullable=False),
        sa.Column("name_en", sa.String(length=300), nullable=False),
        sa.Column("instrument_version_id", sa.Integer(), nullable=False),
        sa.Column("opens_on", sa.Date(), nullable=False),
        sa.Column("closes_on", sa.Date(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("combining_weight", sa.Double(), nullable=True),
        sa.Column("simulated", sa.Boolean(), nullable=False),
        sa.Column("plan_json", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "combining_weight IS NULL OR combining_weight > 0", name=op.f("ck_wave_combining_weight_positive")
        ),
        sa.CheckConstraint("opens_on <= closes_on", name=op.f("ck_wave_days_in_order")),
        sa.ForeignKeyConstraint(
            ["instrument_version_id"],
            ["instrument_version.id"],
            name=op.f("fk_wave_instrument_version_id_instrument_version"),
        ),
        sa.ForeignKeyConstraint(["survey_id"], ["survey.id"], name=op.f("fk_wave_survey_id_survey")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wave")),
        sa.UniqueConstraint("slug", name=op.f("uq_wave_slug")),
    )
    with op.batch_alter_table("wave", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_wave_survey_id"), ["survey_id"], unique=False)

    op.create_table(
        "case",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("wave_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("stratum", sa.String(length=60), nullable=False),
        sa.Column("psu", sa.String(length=60), nullable=False),
        sa.Column("respondent_type", sa.String(length=40), nullable=True),
        sa.Column("weight", sa.Double(), nullable=False),
        sa.Column("officer_id", sa.Integer(), nullable=True),
        sa.Column("disposition", sa.String(length=20), nullable=False),
        sa.CheckConstraint(
            "disposition IN ('open', 'complete', 'refused', 'not_contacted', 'moved', 'wrong_data', 'not_eligible', 'other')",
            name=op.f("ck_case_disposition"),
        ),
        sa.CheckConstraint("weight > 0", name=op.f("ck_case_weight_positive")),
        sa.ForeignKeyConstraint(["officer_id"], ["account.id"], name=op.f("fk_case_officer_id_account")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_case_unit_id_unit")),
        sa.ForeignKeyConstraint(["wave_id"], ["wave.id"], name=op.f("fk_case_wave_id_wave")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case")),
        sa.UniqueConstraint("wave_id", "number", name=op.f("uq_case_wave_id_number")),
    )
    with op.batch_alter_table("case", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_case_officer_id"), ["officer_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_case_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "collection_point",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("wave_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("label_vi", sa.String(length=200), nullable=False),
        sa.Column("label_en", sa.String(length=200), nullable=False),
        sa.Column("mode", sa.String(length=20), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('counter', 'ward', 'station', 'school_gate', 'other')", name=op.f("ck_collection_point_kind")
        ),
        sa.CheckConstraint(
            "mode IN ('qr_open', 'qr_slip', 'visit_code', 'kiosk', 'paper_self', 'counter_3')",
            name=op.f("ck_collection_point_mode"),
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_collection_point_unit_id_unit")),
        sa.ForeignKeyConstraint(["wave_id"], ["wave.id"], name=op.f("fk_collection_point_wave_id_wave")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_collection_point")),
        sa.UniqueConstraint("code", name=op.f("uq_collection_point_code")),
    )
    with op.batch_alter_table("collection_point", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_collection_point_unit_id"), ["unit_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_collection_point_wave_id"), ["wave_id"], unique=False)

    op.create_table(
        "response",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("wave_id", sa.Integer(), nullable=False),
        sa.Column("instrument_version_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("point_id", sa.Integer(), nullable=True),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.Column("mode", sa.String(length=20), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("local_day", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("answers", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(mode IN ('tablet', 'phone', 'paper_officer')) = (case_id IS NOT NULL)",
            name=op.f("ck_response_officer_mode_names_its_case"),
        ),
        sa.CheckConstraint("language IN ('vi', 'en')", name=op.f("ck_response_language")),
        sa.CheckConstraint(
            "mode IN ('qr_open', 'qr_slip', 'visit_code', 'kiosk', 'paper_self', 'counter_3', 'tablet', 'phone', 'paper_officer')",
            name=op.f("ck_response_mode"),
        ),
        sa.CheckConstraint(
            "state IN ('accepted', 'late', 'late_accepted', 'late_refused')", name=op.f("ck_response_state")
        ),
        sa.CheckConstraint("(point_id IS NULL) = (case_id IS NOT NULL)", name=op.f("ck_response_point_or_case")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_response_case_id_case")),
        sa.ForeignKeyConstraint(
            ["instrument_version_id"],
            ["instrument_version.id"],
            name=op.f("fk_response_instrument_version_id_instrument_version"),
        ),
        sa.ForeignKeyConstraint(
            ["point_id"], ["collection_point.id"], name=op.f("fk_response_point_id_collection_point")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_response_unit_id_unit")),
        sa.ForeignKeyConstraint(["wave_id"], ["wave.id"], name=op.f("fk_response_wave_id_wave")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_response")),
        sa.UniqueConstraint("case_id", name=op.f("uq_response_case_id")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("response", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_response_wave_id"), ["wave_id"], unique=False)

    op.create_table(
        "response_conflict",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("response_id", sa.Uuid(), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("answers", sa.Text(), nullable=False),
        sa.Column("local_day", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["response_id"], ["response.id"], name=op.f("fk_response_conflict_response_id_response")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_response_conflict")),
        sa.UniqueConstraint("response_id", "content_hash", name=op.f("uq_response_conflict_response_id_content_hash")),
    )


def downgrade() -> None:
    op.drop_table("response_conflict")
    with op.batch_alter_table("response", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_response_wave_id"))

    op.drop_table("response")
    with op.batch_alter_table("collection_point", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_collection_point_wave_id"))
        batch_op.drop_index(batch_op.f("ix_collection_point_unit_id"))

    op.drop_table("collection_point")
    with op.batch_alter_table("case", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_case_unit_id"))
        batch_op.drop_index(batch_op.f("ix_case_officer_id"))

    op.drop_table("case")
    with op.batch_alter_table("wave", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_wave_survey_id"))

    op.drop_table("wave")
    op.drop_table("account_role")
    with op.batch_alter_table("unit", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_unit_code"))

    op.drop_table("unit")
    op.drop_table("survey")
    op.drop_table("role")
    op.drop_table("instrument_version")
    op.drop_table("account")
