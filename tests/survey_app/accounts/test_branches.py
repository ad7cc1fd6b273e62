"""An account limited to a branch of the units: what lies there and below, and nothing else, in every kind of query."""

from datetime import date

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session, aliased, joinedload

from survey_app import accounts, database
from survey_app.accounts import branches
from survey_app.casework import assignments
from survey_app.models import Base, Case, CollectionPoint, Device, SlipBatch, Unit, User
from tests import factories, staff

LATER = date(2025, 7, 1)


def _ids(session: Session, code: str) -> set[str]:
    top = session.scalars(sa.select(Unit).where(Unit.code == code, Unit.valid_from == date.min)).one()
    below = branches.units_below(session, top.id)
    return {unit.name for unit in session.scalars(sa.select(Unit).where(Unit.id.in_(below)))}


def test_a_branch_is_a_unit_and_all_below_it_on_the_days_when_both_are_valid(app_on_any_database: Flask) -> None:
    session = database.session()
    ended = {"valid_to": date(2025, 6, 30)}
    factories.make_unit(session, "395", name="Thọ Xuân", **ended)
    factories.make_unit(session, "1", name="Thọ Hải", parent_code="395", **ended)
    factories.make_unit(session, "1-a", name="Một cửa", parent_code="1", **ended)
    factories.make_unit(session, "2", name="Quảng Phú", parent_code="38")
    # Codes are reused: what stands below the same code later is no part of the old one.
    factories.make_unit(session, "395", name="Xã khác", valid_from=LATER)
    factories.make_unit(session, "3", name="Thôn khác", parent_code="395", valid_from=LATER)

    assert _ids(session, "395") == {"Thọ Xuân", "Thọ Hải", "Một cửa"}
    assert _ids(session, "2") == {"Quảng Phú"}


@pytest.fixture
def two(app_on_any_database: Flask) -> tuple[Session, Unit]:
    """Two communes with a case, a point and slips each; the session is limited to the first."""
    session = database.session()
    own, other = factories.make_unit(session, "1"), factories.make_unit(session, "2")
    wave = factories.make_wave(session)
    for number, unit in enumerate((own, other), 1):
        factories.make_case(session, wave, unit, number)
        point = factories.make_point(session, wave=wave, unit=unit, mode="qr_slip")
        session.add(SlipBatch(code=f"B{number}", wave_id=wave.id, point_id=point.id, size=8, spent=b"", void=b""))
    session.commit()
    branches.limit(session, own.id)
    return session, own


def test_no_query_finds_what_lies_in_another_branch(two: tuple[Session, Unit]) -> None:
    session, own = two
    other = aliased(Case)
    in_subquery = sa.select(sa.func.count()).select_from(sa.select(Case.unit_id).subquery())
    twice = sa.select(Case.number, other.number).join(other, Case.wave_id == other.wave_id)
    by_join = sa.select(SlipBatch).join(SlipBatch.point).options(joinedload(SlipBatch.point))

    assert session.scalars(sa.select(Case.number)).all() == [1]
    assert session.scalars(sa.select(other.number)).all() == [1]
    assert session.get(Case, 2) is None
    assert session.scalar(in_subquery) == 1
    assert session.scalar(sa.select(sa.func.count()).select_from(Case)) == 1
    assert session.scalars(sa.select(Unit.id).where(Unit.id.in_(sa.select(Case.unit_id)))).all() == [own.id]
    assert session.execute(twice).all() == [(1, 1)]
    assert [batch.code for batch in session.scalars(by_join)] == ["B1"]


def test_nothing_in_another_branch_is_changed_or_deleted(two: tuple[Session, Unit]) -> None:
    session, _own = two
    session.execute(sa.update(Case).values(disposition="refused"))
    session.execute(sa.delete(SlipBatch))
    session.commit()
    with Session(session.get_bind()) as everything:
        left = everything.scalars(sa.select(SlipBatch.code)).all()
        outcomes = everything.scalars(sa.select(Case.disposition).order_by(Case.number)).all()

    assert left == ["B2"]
    assert outcomes == ["refused", "open"]


def test_officers_and_devices_of_another_branch_are_given_nothing(app: Flask) -> None:
    session = database.session()
    own, other = factories.make_unit(session, "1"), factories.make_unit(session, "2")
    for name, unit in (("own", own), ("other", other), ("whole", None)):
        password = staff.PASSWORD
        user = accounts.add_user(session, f"{name}@example.vn", password, ("officer",), branch=unit)
        session.add(Device(code=f"{name:7}", kind="tablet", officer_id=user.id))
    session.commit()
    branches.limit(session, own.id)

    assert [user.email for user in assignments.officers(session)] == ["own@example.vn"]
    assert [device.code for device in session.scalars(sa.select(Device))] == ["own    "]
    # Names of who did something are still told.
    assert len(session.scalars(sa.select(User)).all()) == 3


def test_every_table_that_belongs_to_a_unit_is_narrowed() -> None:
    """By a foreign key to a unit, or to a table that has one. What is left out has its reason here."""
    narrowed = {model.__table__.name for model in branches._within([1])}
    bound = set(narrowed)
    for table in Base.metadata.sorted_tables:
        if any(key.column.table.name in bound for key in table.foreign_keys):
            bound.add(table.name)
    whole = {
        *("staff_session", "audit_entry", "letter", "passkey", "saved_filter"),
        *("unit_change", "unit_move"),  # The district's: accounts of a branch have no page of them.
        "account",  # Names of who did something are told; who is given work, `of_accounts` narrows.
        *("account_role", "wave_step", "plan", "publication", "publication_reply", "instrument_version"),
        *(
            "instrument_draft",
            "instrument_draft_revision",
            "recording",
            "wave",
            "retention",
            "deletion",
        ),  # The district's; they name who did something.
    }

    assert bound - narrowed - whole == set()


def test_an_administrator_has_no_branch(app: Flask) -> None:
    session = database.session()
    unit = factories.make_unit(session)

    with pytest.raises(ValueError, match="administrator"):
        accounts.add_user(session, "an@example.vn", staff.PASSWORD, ("administrator",), branch=unit)


def test_lists_of_a_manager_name_the_own_branch_only(console_app: Flask) -> None:
    with console_app.app_context():
        session = database.session()
        wave = factories.make_wave(session)
        for code, name in (("1", "Thọ Hải"), ("2", "Xuân Sinh")):
            unit = factories.make_unit(session, code, name=name)
            factories.make_point(session, wave=wave, unit=unit, label_vi=f"Quầy {name}")
            factories.make_case(session, wave, unit, int(code))
        own = accounts.branch_of_code(session, "1", date(2026, 1, 1))
        accounts.add_user(session, "manager@example.vn", staff.PASSWORD, ("manager",), branch=own)
        session.commit()
    manager = staff.Staff(console_app, "manager@example.vn")
    pages = ("/manage/waves/sipas-2026-dot-1/points", "/manage/waves/sipas-2026-dot-1/cases", "/manage/units")
    for path in (*pages, "/manage/units.csv", "/manage/waves/sipas-2026-dot-1/field"):
        page = manager.get(path)

        assert (page.status_code, "Thọ Hải" in page.text, "Xuân Sinh" in page.text) == (200, True, False), path
    more = manager.post(
        "/manage/waves/sipas-2026-dot-1/points", types=["xã"], kind="counter", mode="kiosk", variant="full"
    )
    with console_app.app_context():
        kiosks = database.session().scalars(sa.select(CollectionPoint).where(CollectionPoint.mode == "kiosk")).all()
        assert more.status_code == 302
        assert [point.unit.name for point in kiosks] == ["Thọ Hải"]


def test_a_paper_form_of_another_branch_is_typed_by_nobody_of_this_one(console_app: Flask) -> None:
    console_app.config["CLOCK"] = lambda: factories.NOON
    with console_app.app_context():
        session = database.session()
        wave, own, other = factories.make_wave(session), factories.make_unit(session), factories.make_unit(session, "2")
        factories.make_point(session, wave=wave, unit=own, code="K7QF3M2", mode="paper_self")
        factories.make_point(session, wave=wave, unit=other, code="K7QF3M3", mode="paper_self")
        accounts.add_user(session, "officer@example.vn", staff.PASSWORD, ("officer",), branch=own)
        session.commit()
    officer = staff.Staff(console_app, "officer@example.vn")

    assert [officer.get(f"/p/{code}").status_code for code in ("K7QF3M2", "K7QF3M3")] == [303, 403]
