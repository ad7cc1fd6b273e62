"""What moves when communes merge in the middle of a wave, what stays, and the way back: by real requests."""

from collections import Counter
from datetime import timedelta

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from survey_app import database, units
from survey_app.models import (
    AuditEntry,
    Case,
    CollectionPoint,
    PaperBatch,
    RegisterEntry,
    Response,
    Unit,
    UnitChange,
    UnitMove,
    User,
    Wave,
)
from tests.survey_app.unit_changes.conftest import DAY, EVE, Manager, answer, unit

KINDS = ((User, "branch_id"), (CollectionPoint, "unit_id"), (Case, "unit_id"), (PaperBatch, "unit_id"))
ALL = (*KINDS, (RegisterEntry, "unit_id"), (Response, "unit_id"))


def by_unit(session: Session) -> dict[str, dict[str, int]]:
    """Of each table how many rows each unit has."""
    found = {}
    for model, column in ALL:
        named = sa.select(Unit.name).join(model, getattr(model, column) == Unit.id)
        found[model.__tablename__] = dict(Counter(session.scalars(named)))
    return found


def test_what_is_open_moves_and_what_is_done_stays(district: Flask, manager: Manager) -> None:
    with district.app_context():
        session = database.session()
        wave = session.scalars(sa.select(Wave)).one()
        point = session.scalars(sa.select(CollectionPoint).where(CollectionPoint.code == "QRPEN12")).one()
        answer(session, wave, point, EVE)
        answer(session, wave, session.scalars(sa.select(Case).where(Case.number == 1)).one(), EVE)
        session.commit()

    done = manager.merge()

    assert done.status_code == 302, done.text
    new, third = "Thọ Hải Diên", "Xuân Sinh"
    with district.app_context():
        session = database.session()
        assert by_unit(session) == {
            "account": {new: 2, third: 1},
            "collection_point": {new: 4, third: 2},
            "case": {new: 3, "Thọ Hải": 2, "Thọ Diên": 1, third: 3},
            "paper_batch": {new: 2, third: 1},
            "register_entry": {new: 2, third: 1},
            "response": {"Thọ Hải": 2},
        }
        drawn = session.execute(sa.select(Case.stratum, sa.func.count()).group_by(Case.stratum).order_by(Case.stratum))
        assert drawn.all() == [("101", 3), ("102", 3), ("103", 3)]
        assert {one.name for one in units.valid_on(session, EVE)} == {"Thọ Xuân", "Thọ Hải", "Thọ Diên", third}
        assert {one.name for one in units.valid_on(session, DAY)} == {"Thọ Xuân", new, third}
        assert unit(session, "Thọ Diên").merged_into_code == "101"
        assert session.scalars(sa.select(AuditEntry.deed).order_by(AuditEntry.number.desc())).first() == (
            "unit_changes.new_change"
        )
    page = manager.get(done.headers["Location"]).text
    assert "1238/NQ-UBTVQH15" in page
    for text in ("Tài khoản: 2", "Điểm khảo sát: 4", "Trường hợp đang mở: 3", "Máy đặt tại quầy: 2"):
        assert text in page, text
    told = manager.get("/units/changes.csv").text.splitlines()
    assert told[1].startswith("1,merge,2026-11-23,1238/NQ-UBTVQH15,done,")


def test_nothing_moves_before_it_is_confirmed_as_it_was_seen(district: Flask, manager: Manager) -> None:
    with district.app_context():
        before = by_unit(database.session())

    unsure = manager.enter(sure=False, codes=["101", "102"], code="109", name="Thọ Hải Diên", type="xã")

    assert unsure.status_code == 422
    with district.app_context():
        assert by_unit(database.session()) == before
        assert database.session().scalars(sa.select(UnitChange)).all() == []


def test_a_merger_entered_by_mistake_is_undone_whole(district: Flask, manager: Manager) -> None:
    with district.app_context():
        session = database.session()
        before, codes = by_unit(session), units.export_csv(session)
    shown = manager.merge().headers["Location"]

    undone = manager.post(f"{shown}/undo", form_on=shown, reason="Sai số nghị quyết")

    assert undone.status_code == 302, undone.text
    with district.app_context():
        session = database.session()
        assert (by_unit(session), units.export_csv(session)) == (before, codes)
        assert session.scalars(sa.select(UnitMove)).all() == []
        assert session.scalars(sa.select(UnitChange.state)).all() == ["undone"]
    assert "Sai số nghị quyết" in manager.get(shown).text
    assert manager.merge().status_code == 302


def test_after_an_answer_it_is_undone_no_more(district: Flask, manager: Manager) -> None:
    shown = manager.merge().headers["Location"]
    with district.app_context():
        session = database.session()
        point = session.scalars(sa.select(CollectionPoint).where(CollectionPoint.code == "QRPEN12")).one()
        answer(session, point.wave, point, DAY)
        session.commit()

    assert "Hoàn tác thay đổi" not in manager.get(shown).text
    with district.app_context():
        session = database.session()
        given = session.scalars(sa.select(Response)).one()
        given.void = given.withdrawn = True  # Whoever gave it took it back.
        session.commit()
    page = manager.get(shown).text
    refused = manager.post(f"{shown}/undo", form_on="/units/changes", reason="Nhầm")

    assert "Đã có câu trả lời ở đơn vị mới nên không hoàn tác được nữa, kể cả khi câu trả lời đó được rút lại." in page
    assert "Hoàn tác thay đổi" not in page
    assert refused.status_code == 422
    with district.app_context():
        assert database.session().scalars(sa.select(UnitChange.state)).all() == ["done"]


def test_answers_of_the_day_that_came_before_the_manager_get_the_new_unit(district: Flask, manager: Manager) -> None:
    """Entered two days late: what was given since the day was given in the new commune; undone, it goes back."""
    late = DAY - timedelta(days=2)
    with district.app_context():
        session = database.session()
        wave = session.scalars(sa.select(Wave)).one()
        point = session.scalars(sa.select(CollectionPoint).where(CollectionPoint.code == "QRPEN12")).one()
        closed = session.scalars(sa.select(Case).where(Case.number == 1)).one()
        for place, day in ((point, late - timedelta(days=1)), (point, late), (closed, DAY)):
            answer(session, wave, place, day)
        session.commit()

    shown = manager.merge(effective_on=late.isoformat()).headers["Location"]

    with district.app_context():
        assert by_unit(database.session())["response"] == {"Thọ Hải": 1, "Thọ Hải Diên": 2}
    assert manager.post(f"{shown}/undo", form_on=shown, reason="Nhầm ngày").status_code == 302
    with district.app_context():
        assert by_unit(database.session())["response"] == {"Thọ Hải": 3}


def test_a_person_of_one_commune_sees_the_whole_new_one_and_what_came_before(district: Flask, manager: Manager) -> None:
    manager.merge()
    local = Manager(district, "102@example.vn")

    page = local.get("/manage/waves/sipas-2026-dot-1/points").text
    cases = local.get("/manage/waves/sipas-2026-dot-1/cases").text

    assert "Quầy Thọ Hải" in page
    assert "Quầy Thọ Diên" in page
    assert "Quầy Xuân Sinh" not in page
    assert "xã Thọ Hải Diên" in cases
    assert local.get("/units/changes").status_code == 403


def test_a_new_point_is_offered_in_the_new_commune(district: Flask, manager: Manager) -> None:
    manager.merge()

    page = manager.get("/manage/waves/sipas-2026-dot-1/points/new").text

    assert "xã Thọ Hải Diên (" in page
    assert "xã Thọ Diên (" not in page


def test_a_list_of_before_read_in_again_leaves_the_merger_as_it_is(district: Flask, manager: Manager) -> None:
    with district.app_context():
        before = units.export_csv(database.session()).encode()
    assert manager.merge(code="104").status_code == 302
    with district.app_context():
        session = database.session()
        held = units.export_csv(session)
        units.import_csv(session, before.replace(b"Xu\xc3\xa2n Sinh", b"Xu\xc3\xa2n Sinh 2"))
        after = units.export_csv(session)

    assert "Xuân Sinh 2" in after
    assert after.replace("Xuân Sinh 2", "Xuân Sinh") == held
