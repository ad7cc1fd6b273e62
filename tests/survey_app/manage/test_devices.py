"""Devices in the console: a manager makes them, reads and decides what waits, imports what came as a file."""

import io
import re
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from playwright.sync_api import Page

from benchmarks.tablet_client import Refused, Tablet
from survey_app import database, doctor
from survey_app.commands import cli
from survey_app.journal import overview
from survey_app.models import Case, Device, DeviceEntry, Response, Survey
from tests import factories
from tests.browser import (
    browser_context_args,
    browser_type_launch_args,
    faults_of_pages,
    live_server,
)
from tests.staff import Staff, signed_in
from tests.survey_app.field.tablets import ANSWERS, Office, in_process, office

__all__ = ["browser_context_args", "browser_type_launch_args", "live_server", "office"]


@pytest.fixture
def manager(office: Office) -> Staff:
    return signed_in(office.app, "manager")


def code_on(page: str) -> str:
    found = re.search(r'class="enrol-code"><code>([A-Z2-9]{5}) ([A-Z2-9]{5})<', page)
    assert found, page
    return found[1] + found[2]


def test_a_manager_makes_a_tablet_whose_code_is_shown_once(office: Office, manager: Staff) -> None:
    page = manager.post("/manage/devices/new", whose=f"officer-{office.officer_id}", label="Máy số 3").text
    tablet = Tablet(in_process(office.app), lambda: office.at)
    tablet.enrol(code_on(page))
    (hash_,) = office.look(Device.enrol_hash)

    assert "http://localhost:8000/tablet/#enrol=" + code_on(page) in page
    assert code_on(page) not in manager.get(f"/manage/devices/{tablet.code}").text
    assert code_on(page) not in hash_
    assert "Máy số 3" in manager.get("/manage/devices").text
    assert manager.post(f"/manage/devices/{tablet.code}/code", follow=True).text.count("enrol-code") == 0


def test_a_kiosk_stands_at_a_point_and_a_code_that_ran_out_is_renewed(office: Office, manager: Staff) -> None:
    first = code_on(manager.post("/manage/devices/new", whose="point-1").text)
    (device,) = office.look(Device.code)
    page = manager.post(f"/manage/devices/{device}/code").text
    kiosk = Tablet(in_process(office.app), lambda: office.at)
    with pytest.raises(Refused):
        kiosk.enrol(first)

    assert "http://localhost:8000/kiosk/#enrol=" in page
    assert kiosk.enrol(code_on(page))["kind"] == "kiosk"


def test_what_came_from_a_revoked_device_is_taken_as_a_whole_and_unread(office: Office, manager: Staff) -> None:
    tablet = office.tablet()
    asked = manager.get(f"/manage/devices/{tablet.code}/revoke").text
    manager.post(f"/manage/devices/{tablet.code}/revoke")
    for case in (1, 2):
        tablet.append(office.interview(tablet, case))
    tablet.send_entries()
    page = manager.get(f"/manage/devices/{tablet.code}/entries/1").text

    assert "Thu hồi máy này?" in asked
    assert "Cán bộ tận tình." not in page
    assert "Trường hợp 1, xã Thọ Hải" in page
    manager.post(f"/manage/devices/{tablet.code}/again", seq="1")
    assert office.look(DeviceEntry.state, DeviceEntry.sealed) == [("taken", None)] * 2
    assert office.count(Response) == 2
    assert [receipt["state"] for receipt in tablet.send_entries(tablet.entries)] == ["taken", "taken"]


def test_what_a_kiosk_left_waiting_is_dropped_as_a_whole_and_counted_in_the_extract(
    office: Office, manager: Staff
) -> None:
    kiosk = office.tablet("kiosk")
    for pleased in ("5", "1"):
        kiosk.append(office.kiosk_answer(kiosk, version="0" * 64, answers=ANSWERS | {"A1.1": [pleased]}))
    kiosk.send_entries()
    path = f"/manage/devices/{kiosk.code}/entries/2"
    with office.app.app_context():
        survey = database.session().scalars(sa.select(Survey)).one()
        waiting = overview.left_out(database.session(), survey)
    page = manager.get(path).text
    manager.post(path, remark="Máy đặt nhầm quầy")
    with office.app.app_context():
        survey = database.session().scalars(sa.select(Survey)).one()
        dropped = overview.left_out(database.session(), survey)

    assert "Cán bộ tận tình." not in page
    assert (waiting, dropped) == ({"waiting": 2}, {"dropped": 2})


def test_what_somebody_wrote_is_scrubbed_before_a_manager_reads_it(office: Office, manager: Staff) -> None:
    tablet = office.tablet()
    said = {"A1.1": ["9"], "comment": ["Gọi 0912345678, chị Lan cáu"], "unasked": ["chị Lan"]}
    tablet.append(office.interview(tablet, 1, answers=ANSWERS | said))
    tablet.send_entries()
    page = manager.get(f"/manage/devices/{tablet.code}/entries/1").text

    assert "Gọi [số điện thoại], chị [tên người] cáu" in page
    assert "chị Lan" not in page


def test_an_entry_is_dropped_with_a_reason_and_its_content_stays(office: Office, manager: Staff) -> None:
    tablet = office.tablet()
    tablet.append(office.interview(tablet, 1, answers=ANSWERS | {"A1.1": ["9"], "nonsense": ["<b>x</b>"]}))
    tablet.send_entries()
    path = f"/manage/devices/{tablet.code}/entries/1"
    without = manager.post(path, remark="")
    read = manager.get(path).text
    manager.post(path, remark="Thử máy, không phải phỏng vấn thật")
    again = manager.post(path, remark="once more")

    assert without.status_code == 422
    assert "&lt;b&gt;x&lt;/b&gt;" in read
    assert office.look(DeviceEntry.state, DeviceEntry.remark) == [("dropped", "Thử máy, không phải phỏng vấn thật")]
    assert office.look(DeviceEntry.sealed.is_(None)) == [False]
    assert again.status_code == 302
    told = tablet.again([1])[0]
    assert (told["state"], told["reason"]) == ("dropped", "Thử máy, không phải phỏng vấn thật")
    assert "Thử máy" in manager.get(path).text


def test_a_file_is_imported_as_often_as_one_likes(office: Office, manager: Staff, tmp_path: Path) -> None:
    tablet = office.tablet()
    for number in range(60):
        tablet.append(office.interview(tablet, 1 + number % 12))
    tablet.send_entries(tablet.entries[:3])
    for _ in range(2):
        sent = manager.post("/manage/devices/file", file=(io.BytesIO(tablet.export()), "journal.json"))
        assert sent.status_code == 302, sent.text

    assert office.look(Device.seq, Device.head) == [(60, tablet.head)]
    assert office.count(Response) == 12
    assert office.count(DeviceEntry) == 60


@pytest.mark.parametrize("broken", ["fork", "gap", "hole"])
def test_a_broken_journal_is_got_past_by_its_file(office: Office, manager: Staff, broken: str) -> None:
    tablet = office.tablet()
    for case in (1, 2, 3):
        tablet.append(office.interview(tablet, case))
    if broken == "fork":
        office.change(Device, seq=1, head="e" * 64)
    else:
        tablet.entries = tablet.entries[1:] if broken == "gap" else tablet.entries[::2]

    def sent(**more: str) -> int:
        file = (io.BytesIO(tablet.export()), "journal.json")
        return manager.post("/manage/devices/file", file=file, **more).status_code

    taken = 1 if broken == "hole" else 0
    assert [sent(), sent(after_break="1"), sent(after_break="1")] == [422, 302, 302]
    waiting = office.look(DeviceEntry.reason, DeviceEntry.device_id)
    assert sorted(waiting) == sorted([("", 1)] * taken + [("after_break", 2)] * (len(tablet.entries) - taken))
    (successor,) = office.look(Device.code.label("code"), Device.revoked_at)[1:]
    if broken == "fork":  # The tablet itself hears that its file has come, and what becomes of it.
        assert {(one["state"], one["reason"]) for one in tablet.send_entries()} == {("waiting", "after_break")}
    manager.post(f"/manage/devices/{successor[0]}/again")
    if broken == "fork":
        assert [(one["seq"], one["state"]) for one in tablet.again([1, 2, 3])] == [(n, "taken") for n in (1, 2, 3)]
        assert len(tablet.send_entries(tablet.entries)) == 3
    assert office.count(Response) == len(tablet.entries)
    assert successor[1] is not None
    assert sent(after_break="1") == 302
    assert office.count(DeviceEntry) == len(tablet.entries)


@pytest.mark.parametrize("spoil", ["changed", "gap", "other", "json", "unknown"])
def test_a_file_that_does_not_fit_changes_nothing_and_says_why(office: Office, manager: Staff, spoil: str) -> None:
    tablet = office.tablet()
    for case in (1, 2):
        tablet.append(office.interview(tablet, case))
    text = tablet.export().decode()
    if spoil == "gap":
        tablet.entries = tablet.entries[1:]
        text = tablet.export().decode()
    changed = {
        "changed": text.replace('"seq": 2', '"seq": 3'),
        "gap": text,
        "other": text.replace("hailong-journal-1", "something"),
        "json": text[:-40],
        "unknown": text.replace(tablet.code, "ZZZZZZZZ"),
    }[spoil]
    sent = manager.post("/manage/devices/file", file=(io.BytesIO(changed.encode()), "journal.json"))

    assert sent.status_code == 422
    assert 'role="alert"' in sent.text
    assert office.count(DeviceEntry) == 0


def test_the_doctor_names_what_nobody_looks_after(office: Office) -> None:
    tablet = office.tablet()
    tablet.append(b"no json")
    tablet.send_entries()
    office.change(Device, seen_on=factories.NOON.date().replace(day=20))
    checks = {check.name: check.message for check in doctor.examine(office.app.config["SETTINGS"], factories.NOON)}

    assert f"{tablet.code} (12 open cases)" in checks["tablets"]
    assert f"{tablet.code} (1)" in checks["entries"]
    office.change(Case, disposition="refused")
    (office.app.config["SETTINGS"].instance / "office.key").unlink()
    checks = {check.name: check.state for check in doctor.examine(office.app.config["SETTINGS"], factories.NOON)}
    assert "tablets" not in checks
    assert checks["office key"] == "fail"


def test_devices_by_command(office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INSTANCE", str(tmp_path))
    monkeypatch.setenv("DATABASE_URL", office.app.config["SETTINGS"].database_url)
    monkeypatch.setenv("TOKEN_KEY", "token key of the tests")
    run = CliRunner().invoke
    made = run(cli, ["tablet", "add", "officer@example.vn", "--label", "Máy 1"])
    device, code, address = made.stdout.split()
    office.app.config.pop("CLOCK")
    tablet = Tablet(in_process(office.app))
    tablet.enrol(code)
    tablet.append(office.interview(tablet, 1))
    (tmp_path / "journal.json").write_bytes(tablet.export())

    assert address.endswith(f"/tablet/#enrol={code}")
    assert run(cli, ["tablet", "add", "nobody@example.vn"]).exit_code == 1
    assert run(cli, ["tablet", "add", "K7QF3MZ"]).exit_code == 0
    assert "1 entries, 1 new, 0 waiting" in run(cli, ["tablet", "import", str(tmp_path / "journal.json")]).stdout
    assert "1 entries, 0 new" in run(cli, ["tablet", "import", str(tmp_path / "journal.json")]).stdout
    assert run(cli, ["tablet", "revoke", device]).exit_code == 0
    assert f"{device}  tablet  officer@example.vn  revoked  1 entries" in run(cli, ["tablet", "list"]).stdout
    with office.app.app_context():
        assert database.session().query(Response).count() == 1


@pytest.mark.browser
def test_an_entry_that_waits_has_no_accessibility_faults(
    office: Office, manager: Staff, live_server: Any, page: Page
) -> None:
    tablet = office.tablet()
    tablet.append(office.interview(tablet, 1, answers=ANSWERS | {"A1.1": ["9"]}))
    tablet.append({"kind": "attempt"})
    tablet.send_entries()
    office.tablet("kiosk")
    address = live_server(office.app)
    page.goto(f"{address}/login")
    page.fill("[name=email]", "manager@example.vn")
    page.fill("[name=password]", "một mật khẩu dài")
    page.press("[name=password]", "Enter")
    paths = (f"/manage/devices/{tablet.code}", f"/manage/devices/{tablet.code}/entries/1")

    assert faults_of_pages(page, address, paths) == []
