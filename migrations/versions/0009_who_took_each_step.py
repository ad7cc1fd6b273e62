"""Who took each step of a publication, and when; why it was dropped; a dropped folder may be entered again."""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

NAME = "uq_publication_release"
KEPT = sa.text("state <> 'dropped'")
PEOPLE = ("shown_by_id", "published_by_id", "dropped_by_id")
TIMES = ("made_at", "shown_at", "dropped_at")
SAYS_WHY = ("ck_publication_dropped_says_why", "state <> 'dropped' OR drop_reason <> ''")


def upgrade() -> None:
    op.execute("ALTER TABLE publication ADD COLUMN drop_reason TEXT DEFAULT '' NOT NULL")
    for column in PEOPLE:
        named = f"CONSTRAINT fk_publication_{column}_account REFERENCES account (id)"
        op.execute(f"ALTER TABLE publication ADD COLUMN {column} INTEGER {named}")
    for column in TIMES:
        op.add_column("publication", sa.Column(column, sa.DateTime(timezone=True), nullable=True))
    _part_reasons()
    with _referred_to_by_nobody(), op.batch_alter_table("publication") as table:
        table.drop_constraint(NAME, type_="unique")
        table.create_check_constraint(op.f(SAYS_WHY[0]), SAYS_WHY[1])
    op.create_index(NAME, "publication", ["release"], unique=True, sqlite_where=KEPT, postgresql_where=KEPT)


def downgrade() -> None:
    op.drop_index(NAME, "publication")
    # Of a folder entered again only the newest keeps the name; no folder's name has a dot.
    op.execute(
        "UPDATE publication SET release = substr(release, 1, 88) || '.' || id WHERE EXISTS"
        " (SELECT 1 FROM publication AS later WHERE later.release = publication.release AND later.id > publication.id)"
    )
    op.execute(
        "UPDATE publication SET correction = CASE correction WHEN '' THEN drop_reason"
        " ELSE correction || '\n\n' || drop_reason END WHERE state = 'dropped'"
    )
    with _referred_to_by_nobody(), op.batch_alter_table("publication") as table:
        table.drop_constraint(op.f(SAYS_WHY[0]), type_="check")
        for column in ("drop_reason", *PEOPLE, *TIMES):
            table.drop_column(column)
        table.create_unique_constraint(NAME, ["release"])


def _part_reasons() -> None:
    """The reason of a drop, which was one line, stood last in `correction`."""
    bind = op.get_bind()
    rows = bind.execute(sa.text("SELECT id, corrects_id, correction FROM publication WHERE state = 'dropped'")).all()
    for row in rows:
        why, _, reason = row.correction.rpartition("\n\n")
        kept = {"why": why, "reason": reason, "id": row.id}
        if row.corrects_id is None or not why:
            kept |= {"why": row.correction if row.corrects_id else "", "reason": row.correction or "–"}
        bind.execute(sa.text("UPDATE publication SET correction = :why, drop_reason = :reason WHERE id = :id"), kept)


@contextmanager
def _referred_to_by_nobody() -> Iterator[None]:
    """SQLite drops no table to which rows refer, so these stand aside meanwhile."""
    if op.get_bind().dialect.name != "sqlite":
        yield
        return
    op.execute("CREATE TEMPORARY TABLE kept_reply AS SELECT * FROM publication_reply")
    op.execute("CREATE TEMPORARY TABLE kept_link AS SELECT id, corrects_id FROM publication")
    op.execute("DELETE FROM publication_reply")
    op.execute("UPDATE publication SET corrects_id = NULL")
    yield
    op.execute("UPDATE publication SET corrects_id = (SELECT corrects_id FROM kept_link WHERE id = publication.id)")
    op.execute("INSERT INTO publication_reply SELECT * FROM kept_reply")
    op.execute("DROP TABLE kept_reply")
    op.execute("DROP TABLE kept_link")
