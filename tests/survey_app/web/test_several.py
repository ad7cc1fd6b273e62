"""Bulk work: named before it is done, done to all that is ticked or to nothing, by the rules of the single deeds."""

import re
from datetime import date
from html import unescape
from io import BytesIO

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from survey_app import accounts, database
from survey_app.models import AuditEntry, CollectionPoint, Device, RegisterEntry, Unit, User
from tests import factories
from tests.staff import PASSWORD, Staff, signed_in

NAMES = ("an", "binh", "chi")


@pytest.fixture
def administrator(console_app: Flask) -> Staff:
    """With three officers whose accounts are 1, 2 and 3; the own one is 4."""
    with console_app.app_context():
        session = database.session()
        for name in NAMES:
            accounts.add_user(session, f"{name}@example.vn", PASSWORD, ("officer",), name=name.title())
        factories.make_unit(session, "15520", name="Thọ Hải")
        session.commit()
    return signed_in(console_app, "administrator")


def _active(app: Flask) -> list[bool]:
    with app.app_context():
        return list(database.session().scalars(sa.select(User.active).order_by(User.id)))


def _ticks(page: str) -> tuple[int, int]:
    boxes = re.findall(r'<input[^>]*name="(?:row|place)"[^>]*>', page)
    return len(boxes), sum(" checked" in box for box in boxes)


def test_all_of_a_page_are_ticked_by_a_link_which_keeps_what_was_asked(administrator: Staff) -> None:
    page = administrator.get("/accounts/?role=officer").text
    link = re.search(r'<a class="all" href="([^"]*ticked=1[^"]*)"', page)
    assert link
    ticked = administrator.get(unescape(link[1])).text

    assert (_ticks(page), _ticks(ticked)) == ((3, 0), (3, 3))
    assert "ticked" not in "".join(re.findall(r'name="(?:query|back)" value="([^"]*)"', ticked))


def test_what_is_ticked_is_named_first_and_then_closed_at_once_with_one_line_in_the_audit(
    console_app: Flask, administrator: Staff
) -> None:
    asked = administrator.post("/accounts/several/close", row=["1", "3"], back="/accounts/?role=officer")
    before = _active(console_app)
    done = administrator.post("/accounts/several/close", row=["1", "3"], back="/accounts/?role=officer", sure="1")

    assert asked.status_code == 200
    assert ("An (an@example.vn)" in asked.text, "Binh" in asked.text, "Chi (chi@example.vn)" in asked.text) == (
        True,
        False,
        True,
    )
    assert before == [True] * 4
    assert (done.status_code, done.location) == (302, "/accounts/?role=officer")
    assert _active(console_app) == [False, True, False, True]
    with console_app.app_context():
        last = database.session().scalars(sa.select(AuditEntry).order_by(AuditEntry.number.desc())).first()
        assert last is not None
        assert (last.deed, last.thing) == ("people.change_several", "close")
        assert {"~account 1", "~account 3"} <= {part.partition(" (")[0] for part in last.detail.split(", ")}
    administrator.post("/accounts/several/open", row=["1", "3"], sure="1")
    assert _active(console_app) == [True] * 4


def test_where_one_may_not_be_touched_all_are_left_as_they_were(console_app: Flask, administrator: Staff) -> None:
    asked = administrator.post("/accounts/several/close", row=["1", "4"])
    forced = administrator.post("/accounts/several/close", row=["1", "4"], sure="1")
    unknown = administrator.post("/accounts/several/close", row=["1", "99"], sure="1")

    assert (asked.status_code, forced.status_code, unknown.status_code) == (200, 422, 404)
    for page in (asked.text, forced.text):
        assert "Ông/Bà sẽ tự khóa mình" in page
        assert 'name="sure"' not in page
    assert _active(console_app) == [True] * 4


@pytest.mark.parametrize("row", ["1 or 1=1", "-1", "9999999999", "١", ""])
def test_what_is_no_number_is_no_row(administrator: Staff, row: str) -> None:
    assert administrator.post("/accounts/several/close", row=[row], sure="1").status_code == 404


def test_more_than_a_page_holds_and_an_unknown_work_are_refused_and_nothing_ticked_is_said(
    administrator: Staff,
) -> None:
    many = administrator.post("/accounts/several/close", row=[str(number) for number in range(1, 60)], sure="1")
    none = administrator.post("/accounts/several/close", back="//evil.example", follow=True)

    assert many.status_code == 400
    assert administrator.post("/accounts/several/erase", row=["1"]).status_code == 404
    assert "Hãy đánh dấu" in none.text
    assert none.request.path == "/accounts/"


def test_accounts_move_to_a_unit_and_get_a_last_day_but_no_administrator_is_limited(
    console_app: Flask, administrator: Staff
) -> None:
    with console_app.app_context():
        unit = database.session().scalars(sa.select(Unit.id)).one()
    refused = administrator.post("/accounts/several/move", row=["1", "4"], branch=str(unit), sure="1")
    moved = administrator.post("/accounts/several/move", row=["1", "2"], branch=str(unit), sure="1")
    ended = administrator.post("/accounts/several/end", row=["2", "3"], ends_on="2026-12-31", sure="1")
    wrong = administrator.post("/accounts/several/end", row=["2", "3"], ends_on="yesterday", sure="1")
    empty = [
        administrator.post("/accounts/several/end", row=["2", "3"], ends_on="", sure="1"),
        administrator.post("/accounts/several/move", row=["1", "2"], sure="1"),
        administrator.post("/accounts/several/move", row=["1", "2"], branch="", sure="1"),
    ]

    assert [one.status_code for one in (refused, moved, ended, wrong, *empty)] == [422, 302, 302, *[422] * 4]
    assert "ngày cuối: 31/12/2026" in empty[0].text
    with console_app.app_context():
        users = database.session().scalars(sa.select(User).order_by(User.id)).all()
        assert [user.branch_id for user in users] == [unit, unit, None, None]
        assert [str(user.ends_on) for user in users] == ["None", "2026-12-31", "2026-12-31", "None"]
        assert [[role.name for role in user.roles] for user in users[:2]] == [["officer"], ["officer"]]


def test_accounts_whose_last_day_is_over_are_not_said_to_be_open_again(
    console_app: Flask, administrator: Staff
) -> None:
    with console_app.app_context():
        database.session().execute(sa.update(User).where(User.id == 1).values(ends_on=date(2020, 1, 1), active=False))
        database.session().commit()
    several = administrator.post("/accounts/several/open", row=["1"], sure="1")
    administrator.post("/accounts/1/active", active="1")

    assert several.status_code == 422
    assert "Ngày cuối của tài khoản là 01/01/2020" in several.text
    assert "Ngày cuối của tài khoản là 01/01/2020" in administrator.get("/accounts/1").text
    assert _active(console_app)[0] is False


def test_what_is_ticked_after_a_refused_file_leads_back_to_the_list(console_app: Flask) -> None:
    manager = signed_in(console_app, "manager")
    with console_app.app_context():
        session = database.session()
        officer = accounts.add_user(session, "officer@example.vn", PASSWORD, ("officer",))
        session.add(Device(code="K7QF3MX2", kind="tablet", officer_id=officer.id))
        session.commit()
    refused = manager.post("/manage/devices/file", file=(BytesIO(b"no journal"), "journal.json"))

    assert refused.status_code == 422
    assert 'name="back" value="/manage/devices?page=1"' in refused.text


def _district(app: Flask) -> Staff:
    """A manager of one commune, where the points K7QF3M2 and K7QF3M4 are; K7QF3M3 is another commune's."""
    with app.app_context():
        session = database.session()
        factories.make_unit(session, "395", type="huyện")
        own, other = (factories.make_unit(session, code, parent_code="395") for code in ("15520", "15523"))
        wave = factories.make_wave(session)
        for unit, letter in ((own, "2"), (other, "3"), (own, "4")):
            factories.make_point(session, wave=wave, unit=unit, code=f"K7QF3M{letter}")
        accounts.add_user(session, "branch@example.vn", PASSWORD, ("manager",), branch=own)
        officer = accounts.add_user(session, "officer@example.vn", PASSWORD, ("officer",), branch=own)
        session.add_all(Device(code=f"K7QF3MX{sign}", kind="tablet", officer_id=officer.id) for sign in "23")
        _entries(session, own, officer)
        session.commit()
    return Staff(app, "branch@example.vn")


def _entries(session: Session, unit: Unit, owner: User) -> None:
    day = factories.NOON.date()
    days = dict.fromkeys(("received_on", "due_on", "made_on"), day)
    for state in ("open", "open", "published"):
        shown = {"answer": "Đã làm.", "published_on": day} if state == "published" else {}
        entry = RegisterEntry(
            kind="petition", state=state, unit_id=unit.id, owner_id=owner.id, summary="Thêm ghế", **shown
        )
        entry.made_by_id = owner.id
        for name, value in days.items():
            setattr(entry, name, value)
        session.add(entry)
    session.flush()


POINTS = "/manage/waves/sipas-2026-dot-1/points"


def test_points_of_ones_own_branch_are_switched_and_none_with_one_of_another(console_app: Flask) -> None:
    manager = _district(console_app)

    def in_use() -> set[str]:
        with console_app.app_context():
            query = sa.select(CollectionPoint.code).where(CollectionPoint.active)
            return set(database.session().scalars(query))

    foreign = manager.post(f"{POINTS}/several/off", row=["K7QF3M2", "K7QF3M3"], sure="1")
    all_in_use = in_use()
    done = manager.post(f"{POINTS}/several/off", row=["K7QF3M2", "K7QF3M4"], sure="1")

    assert (foreign.status_code, done.status_code) == (404, 302)
    assert (len(all_in_use), in_use()) == (3, {"K7QF3M3"})
    assert _ticks(manager.get(f"{POINTS}?ticked=1").text) == (2, 2)


def test_devices_are_revoked_together(console_app: Flask) -> None:
    manager = _district(console_app)
    asked = manager.post("/manage/devices/several/revoke", row=["K7QF3MX2", "K7QF3MX3"])
    manager.post("/manage/devices/several/revoke", row=["K7QF3MX2", "K7QF3MX3"], sure="1")

    assert {"K7QF3MX2", "K7QF3MX3"} <= set(re.findall(r"K7QF3MX\d", asked.text))
    with console_app.app_context():
        assert all(database.session().scalars(sa.select(Device.revoked_at)))


def test_tasks_go_to_another_person_and_day_unless_one_of_them_is_public(console_app: Flask) -> None:
    manager = _district(console_app)
    with console_app.app_context():
        to = str(database.session().scalars(sa.select(User.id).where(User.email == "branch@example.vn")).one())
    public = manager.post("/register/several/give", row=["1", "3"], owner_id=to, sure="1")
    given = manager.post("/register/several/give", row=["1", "2"], owner_id=to, sure="1")
    early = manager.post("/register/several/put_off", row=["1", "2"], due_on="2020-01-01", sure="1")
    later = manager.post("/register/several/put_off", row=["1", "2"], due_on="2027-01-15", sure="1")

    assert [one.status_code for one in (public, given, early, later)] == [422, 302, 422, 302]
    with console_app.app_context():
        entries = database.session().scalars(sa.select(RegisterEntry).order_by(RegisterEntry.id)).all()
        assert [str(entry.owner_id) == to for entry in entries] == [True, True, False]
        assert [entry.due_on.isoformat() for entry in entries][:2] == ["2027-01-15"] * 2
    assert signed_in(console_app, "analyst").get("/register/?ticked=1").status_code == 200
