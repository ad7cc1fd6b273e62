"""Each kind of change: joining, another name, another parent, a split; a day to come; what cannot be."""

import contextlib
import inspect
import io
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from click import ClickException
from click.testing import CliRunner
from flask import Flask

from survey_app import commands, database, units
from survey_app.models import AuditEntry, Case, CollectionPoint, Unit, UnitChange
from tests import factories
from tests.survey_app.unit_changes.conftest import DAY, EVE, Manager, answer, at, hidden_in, unit
from tests.survey_app.unit_changes.test_moving import by_unit


class Timer:
    """`hailong units carry-out`, on a day that the test says, in the application of the test."""

    def __init__(self, app: Flask, patch: pytest.MonkeyPatch) -> None:
        self.app, self.patch = app, patch

    def on(self, day: date) -> None:
        self.patch.setattr(commands.units, "utc_now", lambda: at(day))

    def __call__(self) -> tuple[int, str]:
        """The exit code, and what it says."""
        command, out = commands.units.carry_out.callback, io.StringIO()
        assert command
        with self.app.app_context(), contextlib.redirect_stdout(out):
            try:
                inspect.unwrap(command)()
            except ClickException as why:
                return 1, why.message
        return 0, out.getvalue()


@pytest.fixture
def run(district: Flask, monkeypatch: pytest.MonkeyPatch) -> Timer:
    return Timer(district, monkeypatch)


def test_a_commune_joins_another_that_goes_on(district: Flask, manager: Manager) -> None:
    shown = manager.enter(codes="102", code="101").headers["Location"]

    with district.app_context():
        session = database.session()
        assert by_unit(session)["account"] == {"Thọ Hải": 2, "Xuân Sinh": 1}
        assert unit(session, "Thọ Hải").valid_to is None
        assert {one.name for one in units.valid_on(session, DAY)} == {"Thọ Xuân", "Thọ Hải", "Xuân Sinh"}
        point = session.scalars(sa.select(CollectionPoint).where(CollectionPoint.code == "QRPEN12")).one()
        answer(session, point.wave, point, DAY)  # Of its own point: nothing of the other's.
        session.commit()
    assert manager.post(f"{shown}/undo", form_on=shown, reason="Nhầm").status_code == 302
    with district.app_context():
        session = database.session()
        assert by_unit(session)["account"] == {"Thọ Hải": 1, "Thọ Diên": 1, "Xuân Sinh": 1}
        assert by_unit(session)["response"] == {"Thọ Hải": 1}


def test_a_unit_gets_another_name_and_keeps_its_code(district: Flask, manager: Manager) -> None:
    done = manager.enter("rename", codes="103", name="Xuân Sinh Mới", type="phường")

    assert done.status_code == 302, done.text
    with district.app_context():
        session = database.session()
        found = {day: units.find(session, "103", day) for day in (EVE, DAY)}
        assert {day: one.full_name for day, one in found.items() if one} == {
            EVE: "xã Xuân Sinh",
            DAY: "phường Xuân Sinh Mới",
        }
        assert by_unit(session)["account"]["Xuân Sinh Mới"] == 1


def test_units_below_follow_their_parent_and_come_back(district: Flask, manager: Manager) -> None:
    with district.app_context():
        session = database.session()
        factories.make_unit(session, "102-a", name="Trạm y tế", parent_code="102")
        factories.make_unit(session, "396", name="Thiệu Hóa", type="huyện")
        session.commit()
    shown = manager.merge(code="104").headers["Location"]
    with district.app_context():
        assert unit(database.session(), "Trạm y tế").parent_code == "104"
    assert manager.post(f"{shown}/undo", form_on=shown, reason="Nhầm").status_code == 302
    assert manager.enter("move", codes="102", parent_code="396").status_code == 302
    with district.app_context():
        session = database.session()
        moved = units.find(session, "102", DAY)
        assert moved
        assert (moved.parent_code, unit(session, "Trạm y tế").parent_code) == ("396", "102")


def test_a_split_asks_of_everything_to_which_part_it_goes(district: Flask, manager: Manager) -> None:
    path = "/units/changes/new/split"
    said = {
        "codes": "101",
        "lines": "1011; xã; Hải Đông\n1012; xã; Hải Tây",
        "effective_on": DAY.isoformat(),
        "basis": "5",
    }
    seen = manager.post(path, form_on="/units/changes", **said)
    keys = [text.split('"')[0] for text in seen.text.split('name="part:')[1:]]
    kept: dict[str, Any] = hidden_in(seen.text) | {"sure": "1"} | said
    nowhere = manager.client.post(path, data=kept | {f"part:{key}": "7" for key in keys})
    half = manager.client.post(path, data=kept | {f"part:{key}": "0" for key in keys[:-1]})
    done = manager.client.post(path, data=kept | {f"part:{key}": str(i % 2) for i, key in enumerate(keys)})

    assert len(keys) == 6  # Account, cases of one PSU, forms, two points, a task.
    assert (nowhere.status_code, half.status_code) == (422, 422)
    assert "còn 1 mục" in half.text
    assert done.status_code == 302, done.text
    with district.app_context():
        moved = by_unit(database.session())
        assert moved["collection_point"] == {"Hải Đông": 1, "Hải Tây": 1, "Thọ Diên": 2, "Xuân Sinh": 2}
        assert moved["case"] == {"Thọ Hải": 1, "Hải Tây": 2, "Thọ Diên": 3, "Xuân Sinh": 3}


def test_a_day_to_come_waits_and_the_timer_carries_it_out(district: Flask, manager: Manager, run: Timer) -> None:
    tomorrow = DAY + timedelta(days=1)
    shown = manager.merge(effective_on=tomorrow.isoformat()).headers["Location"]
    with district.app_context():
        before = by_unit(database.session())
    assert "chờ đến ngày" in manager.get(shown).text
    run.on(DAY)
    assert run()[0] == 0
    with district.app_context():
        assert by_unit(database.session()) == before
    run.on(tomorrow)
    district.config["CLOCK"] = lambda: at(tomorrow)
    assert "trong vòng một giờ" in manager.get(shown).text

    done = run()

    assert done[1].splitlines()[0] == "Change 1 carried out."
    with district.app_context():
        session = database.session()
        assert by_unit(session)["account"] == {"Thọ Hải Diên": 2, "Xuân Sinh": 1}
        assert session.scalars(sa.select(UnitChange.state)).all() == ["done"]
    assert run()[0] == 0


def test_an_hour_in_which_nothing_happens_leaves_no_entry(
    district: Flask, manager: Manager, run: Timer, monkeypatch: pytest.MonkeyPatch
) -> None:
    tomorrow, settings = DAY + timedelta(days=1), district.config["SETTINGS"]
    manager.merge(effective_on=tomorrow.isoformat())
    monkeypatch.setenv("INSTANCE", str(settings.instance))
    monkeypatch.setenv("DATABASE_URL", settings.database_url)
    query = sa.select(sa.func.count()).where(AuditEntry.deed == "command.units.carry-out")
    entries = []

    for day in (DAY, tomorrow, tomorrow):
        run.on(day)
        assert CliRunner().invoke(commands.cli, ["units", "carry-out"]).exit_code == 0
        with district.app_context():
            entries.append(database.session().scalar(query))

    assert entries == [0, 1, 1]


def test_an_hour_in_which_nothing_is_due_waits_for_no_writer(district: Flask, manager: Manager, run: Timer) -> None:
    """Another process writes all the while; also after a change, as long as no answer was on its way."""
    manager.merge()
    for day in (DAY, DAY + timedelta(days=1)):
        run.on(day)
        with district.extensions["engine"].connect().execution_options(writes=True) as other:
            other.execute(sa.update(UnitChange).values(basis="other"))
            assert run() == (0, "Nothing is due.\n")


def test_a_change_on_which_another_one_builds_is_undone_after_it(district: Flask, manager: Manager) -> None:
    """One joins the unit that began, one gives it another parent."""
    shown = manager.merge(code="104").headers["Location"]
    for kind, said in (("merge", {"codes": "103", "code": "104"}), ("rename", {"codes": "395", "code": "396"})):
        later = manager.enter(kind, **said).headers["Location"]

        assert "hoàn tác thay đổi sau trước" in manager.get(shown).text, kind
        assert manager.post(f"{shown}/undo", form_on="/units/changes", reason="Nhầm").status_code == 422
        assert manager.post(f"{later}/undo", form_on=later, reason="Nhầm").status_code == 302
    assert manager.post(f"{shown}/undo", form_on=shown, reason="Nhầm").status_code == 302
    with district.app_context():
        assert by_unit(database.session())["account"] == {"Thọ Hải": 1, "Thọ Diên": 1, "Xuân Sinh": 1}


def test_what_was_entered_before_and_carried_out_after_builds_on_it(
    district: Flask, manager: Manager, run: Timer
) -> None:
    tomorrow = DAY + timedelta(days=1)
    waiting = {"codes": "101", "name": "Thọ Hải Mới", "effective_on": tomorrow.isoformat()}
    renamed = manager.enter("rename", **waiting).headers["Location"]
    joined = manager.enter(codes="102", code="101").headers["Location"]
    run.on(tomorrow)
    assert run()[1].startswith("Change 1 carried out.")

    assert manager.post(f"{joined}/undo", form_on="/units/changes", reason="Nhầm").status_code == 422
    for path in (renamed, joined):
        assert manager.post(f"{path}/undo", form_on=path, reason="Nhầm").status_code == 302
    with district.app_context():
        assert by_unit(database.session())["account"] == {"Thọ Hải": 1, "Thọ Diên": 1, "Xuân Sinh": 1}


def test_a_change_whose_units_are_gone_on_its_day_is_told_and_can_be_called_off(
    district: Flask, manager: Manager, run: Timer
) -> None:
    shown = manager.merge(effective_on=(DAY + timedelta(days=1)).isoformat()).headers["Location"]
    with district.app_context():
        session = database.session()
        unit(session, "Thọ Diên").valid_to = date(2026, 6, 30)
        session.commit()
    run.on(DAY + timedelta(days=1))

    failed = run()

    assert failed[0] == 1
    assert "Change 1" in failed[1]
    district.config["CLOCK"] = lambda: factories.NOON + timedelta(days=1)
    assert "chưa thực hiện được" in manager.get(shown).text
    assert manager.post(f"{shown}/undo", form_on=shown, reason="Hoãn").status_code == 302
    assert run()[0] == 0


WRONG: list[tuple[str, dict[str, Any], str]] = [
    ("merge", {"codes": "101", "code": "104", "name": "Mới", "type": "xã"}, "ít nhất hai đơn vị"),
    ("merge", {"codes": ["101", "999"], "code": "104", "name": "Mới", "type": "xã"}, "mang mã 999"),
    ("merge", {"codes": ["101", "102"], "code": "103", "name": "Mới", "type": "xã"}, "đơn vị khác mang mã 103"),
    ("merge", {"codes": ["101", "102"], "code": "104"}, "mang mã 104: xin ghi tên"),
    ("merge", {"codes": ["101", "102"], "code": "104", "name": "Mới"}, "mã, tên và loại"),
    (
        "merge",
        {"codes": ["101", "102"], "code": "104", "name": "M", "type": "xã", "parent_code": "9"},
        "Hãy chọn một mục",
    ),
    ("merge", {"codes": ["101", "102"], "code": "104", "name": "M", "type": "xã", "basis": ""}, "Vui lòng sửa"),
    ("rename", {"codes": "101", "name": "Mới", "effective_on": "0001-01-01"}, "không phải là ngày hợp lệ"),
    ("rename", {"codes": "101", "name": "Thọ Hải"}, "Không có gì thay đổi"),
    ("merge", {"code": "104", "name": "Mới", "type": "xã"}, "Hãy chọn ít nhất một mục"),
    ("merge", {"codes": ["101", "102"], "name": "Mới", "type": "xã"}, "Hãy ghi mã của đơn vị mới"),
    ("rename", {"codes": "999", "name": "Mới"}, "Hãy chọn một mục"),
    ("move", {"codes": "101"}, "Hãy chọn một mục"),
    ("move", {"codes": "395", "parent_code": "101"}, "trực thuộc chính nó"),
    ("split", {"codes": "101", "lines": "1011; xã; Một"}, "ít nhất hai phần"),
    ("split", {"codes": "101", "lines": "1; xã; Một\n1; xã; Hai"}, "Hai phần trùng mã"),
]


def test_what_cannot_be_is_said_in_one_sentence(district: Flask, manager: Manager) -> None:
    with district.app_context():
        before = by_unit(database.session())
    for kind, said, sentence in WRONG:
        answer = manager.enter(kind, **said)

        assert answer.status_code == 422, said
        assert sentence in answer.text, (said, answer.text[answer.text.find("faults") :][:400])
    with district.app_context():
        assert by_unit(database.session()) == before
        assert database.session().scalars(sa.select(Case.id).where(Case.unit_id.not_in(sa.select(Unit.id)))).all() == []
