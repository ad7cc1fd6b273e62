"""Paper typed by two people: equal readings are kept once, different ones wait for a third look at the paper."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from survey_app import database
from survey_app.models import Case, PaperSheet, Response
from survey_app.paper import sheets
from tests import factories
from tests.conftest import make_app
from tests.survey_app.entry.office import GOOD, SERIAL, make_batch, said, serials, type_sheet, typists

FOREIGN = "HL1:x:000000000000:full:vi:5e9a07c1:1/2:K7QF3MX2RR"
MISTYPED = SERIAL[:4] + ("2" if SERIAL[4] != "2" else "3") + SERIAL[5:]
SWAPPED = SERIAL[:6] + SERIAL[7] + SERIAL[6] + SERIAL[8:]
Rows = Callable[[Any], list[Any]]


@pytest.fixture
def rows(console_app: Flask) -> Rows:
    def all_of(model: Any) -> list[Any]:
        with console_app.app_context():
            return list(database.session().scalars(sa.select(model)))

    return all_of


def test_two_equal_readings_become_one_response_of_its_day(console_app: Flask, rows: Rows) -> None:
    make_batch(console_app)
    first, second, _ = typists(console_app)
    type_sheet(first)
    before = rows(Response)
    type_sheet(second, {**GOOD, "_filled_on": "2026-11-20"})
    (kept,), (sheet,) = rows(Response), rows(PaperSheet)

    assert before == []
    assert (kept.mode, kept.state, str(kept.local_day), kept.case_id) == ("paper_self", "accepted", "2026-11-20", None)
    assert kept.paradata == '{"typed_twice":true}'
    assert (sheet.state, sheet.differences, sheet.first, sheet.second) == ("kept", 0, None, None)


def test_nobody_sees_or_makes_the_second_reading_of_their_own(console_app: Flask, rows: Rows) -> None:
    make_batch(console_app)
    first, second, _ = typists(console_app)
    type_sheet(first, {**GOOD, "comment": "chữ viết khó đọc"})
    path = f"/field/paper/batches/1/sheets/{SERIAL}"
    again = type_sheet(first, {**GOOD, "A1.1": "1"})

    assert "chữ viết khó đọc" not in second.get(path).text
    assert "checked" not in second.get(path).text
    assert first.get(path).status_code == 302
    assert "người khác sẽ nhập lần hai" in said(first, again)
    assert '"A1.1":["4"]' in rows(PaperSheet)[0].first


def test_a_repeat_of_the_first_reading_changes_nothing(console_app: Flask, rows: Rows) -> None:
    make_batch(console_app)
    (first,) = typists(console_app, 1)
    answers = [type_sheet(first) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert [sheet.state for sheet in rows(PaperSheet)] == ["single"]


def test_different_readings_wait_and_whoever_typed_does_not_decide(console_app: Flask, rows: Rows) -> None:
    make_batch(console_app)
    first, second, third = typists(console_app)
    type_sheet(first)
    type_sheet(second, {**GOOD, "A1.1": "5", "N7": "yes"})
    (sheet,) = rows(PaperSheet)
    page = third.get(f"/field/paper/sheets/{sheet.id}").text
    picks = {"_pick.A1.1": "second", "_pick.N7": "anew", "N7": "no"}
    decided = third.post(f"/field/paper/sheets/{sheet.id}", **picks)

    assert (sheet.state, sheet.differences) == ("differs", 2)
    assert "Hài lòng" in page
    assert decided.status_code == 302
    assert '"A1.1":5' in rows(Response)[0].answers
    assert '"N7":"no"' in rows(Response)[0].answers
    assert rows(PaperSheet)[0].remark.startswith("Người quyết định")


def test_the_two_typists_cannot_decide(console_app: Flask, rows: Rows) -> None:
    make_batch(console_app)
    first, second, _ = typists(console_app)
    type_sheet(first)
    type_sheet(second, {**GOOD, "A1.1": "5"})
    for person in (first, second):
        person.post("/field/paper/sheets/1", **{"_pick.A1.1": "second"}, form_on="/field/paper/")

    assert rows(Response) == []
    assert rows(PaperSheet)[0].state == "differs"


def test_each_field_is_decided_and_what_is_decided_is_checked(console_app: Flask, rows: Rows) -> None:
    make_batch(console_app)
    first, second, third = typists(console_app)
    type_sheet(first)
    type_sheet(second, {**GOOD, "A1.1": "5", "_filled_on": "21/11/2026"})
    one = third.post("/field/paper/sheets/1", **{"_pick.A1.1": "first"})
    picks = {"_pick.A1.1": "first", "_pick._filled_on": "anew", "_filled_on": "1/1/2020"}
    wrong = third.post("/field/paper/sheets/1", **picks)

    assert (one.status_code, wrong.status_code) == (422, 422)
    assert "(ngày mở đợt)" in wrong.text
    assert rows(Response) == []


def test_an_officers_sheet_answers_its_case(console_app: Flask, rows: Rows) -> None:
    make_batch(console_app, officers=True)
    first, second, _ = typists(console_app)
    sheet = {**GOOD, "_case": "7"}
    type_sheet(first, sheet)
    type_sheet(second, sheet)
    (kept,) = rows(Response)
    case = next(case for case in rows(Case) if case.number == 7)

    assert (kept.mode, kept.case_id, kept.point_id) == ("paper_officer", case.id, None)
    assert case.disposition == "complete"


@pytest.mark.parametrize("number", ["", "99", "x", "-1"])
def test_a_case_that_is_not_there_is_refused_with_all_that_was_typed(console_app: Flask, number: str) -> None:
    make_batch(console_app, officers=True)
    (first,) = typists(console_app, 1)
    page = type_sheet(first, {**GOOD, "_case": number, "comment": "còn đây"})

    assert page.status_code == 422
    assert "Đợt này không có trường hợp mang số đó" in page.text
    assert "còn đây" in page.text


def test_two_sheets_do_not_answer_one_case(console_app: Flask, rows: Rows) -> None:
    make_batch(console_app, officers=True)
    first, second, _ = typists(console_app)
    one, other = serials(2)
    sheet = {**GOOD, "_case": "7"}
    type_sheet(first, sheet, one)
    early = type_sheet(first, sheet, other)
    type_sheet(second, sheet, one)
    late = type_sheet(second, sheet, other)

    assert f"Phiếu {one} đã ghi trường hợp này" in early.text
    assert "Trường hợp này đã trả lời" in late.text
    assert len(rows(Response)) == 1


def test_a_case_answered_meanwhile_sets_the_sheet_aside(console_app: Flask, rows: Rows) -> None:
    make_batch(console_app, officers=True)
    first, second, _ = typists(console_app)
    type_sheet(first, {**GOOD, "_case": "7"})
    type_sheet(second, {**GOOD, "_case": "8"}, serials(2)[1])
    with console_app.app_context():
        session = database.session()
        session.execute(sa.update(Case).where(Case.number == 7).values(disposition="complete"))
        session.commit()
    refused = type_sheet(second, {**GOOD, "_case": "7"})
    second.post("/field/paper/sheets/1/aside", remark="đã phỏng vấn bằng máy tính bảng")
    taken_up = second.post("/field/paper/sheets/1/again")

    assert "vui lòng để riêng phiếu" in refused.text
    anew = rows(PaperSheet)[0]
    assert taken_up.status_code == 302
    assert (anew.state, anew.first) == ("single", None)
    assert anew.remark == (
        "binh@example.vn để riêng phiếu: đã phỏng vấn bằng máy tính bảng · binh@example.vn cho nhập lại từ đầu."
    )


def test_a_sheet_to_be_typed_anew_is_typed_by_two_again(console_app: Flask, rows: Rows) -> None:
    make_batch(console_app)
    first, second, third = typists(console_app)
    type_sheet(first, {**GOOD, "A1.1": "1"})
    third.post("/field/paper/sheets/1/aside", remark="nhập nhầm phiếu")
    third.post("/field/paper/sheets/1/again")
    page = third.get("/field/paper/batches/1").text
    blank = first.get(f"/field/paper/batches/1/sheets/{SERIAL}").text
    type_sheet(first)
    between = rows(PaperSheet)[0]
    type_sheet(second)
    (sheet,), (kept,) = rows(PaperSheet), rows(Response)

    assert "chờ nhập lại từ đầu" in page
    assert "1 phiếu chờ người thứ hai" not in page
    assert "checked" not in blank
    assert between.second_by_id is None
    assert (sheet.state, sheet.differences) == ("kept", 0)
    assert '"A1.1":4' in kept.answers
    assert sheet.remark.startswith("chi@example.vn để riêng phiếu: nhập nhầm phiếu")


def test_answers_that_do_not_apply_are_left_out_only_when_said_so(console_app: Flask, rows: Rows) -> None:
    make_batch(console_app)
    first, second, _ = typists(console_app)
    paper = {**GOOD, "N5": "early", "N6a": "yes"}
    refused = type_sheet(first, paper)
    for person in (first, second):
        type_sheet(person, paper, _drop_not_asked="1")

    assert refused.status_code == 422
    assert "_drop_not_asked" in refused.text
    assert "Theo các câu trả lời khác trên phiếu, câu này không cần trả lời" in refused.text
    assert len(rows(Response)) == 1


def test_the_day_lies_within_the_wave(console_app: Flask) -> None:
    make_batch(console_app)
    (first,) = typists(console_app, 1)
    days = {
        day: type_sheet(first, {**GOOD, "_filled_on": day}).status_code for day in ("31/10/2026", "24/11/2026", "?")
    }

    assert set(days.values()) == {422}


def test_paper_typed_long_after_the_close_waits_for_a_manager(console_app: Flask, rows: Rows) -> None:
    make_batch(console_app)
    people = typists(console_app)
    console_app.config["CLOCK"] = lambda: factories.NOON.replace(month=12, day=20)
    for person in people[:2]:
        type_sheet(person)

    assert [(kept.state, str(kept.local_day)) for kept in rows(Response)] == [("late", "2026-11-20")]


@pytest.mark.parametrize(
    "code",
    [SERIAL.lower(), f"HL1:sipas2017:VERSION:full:vi:5e9a07c1:2/4:{SERIAL}", f"{SERIAL[:4]} {SERIAL[4:]}"],
)
def test_a_code_leads_to_its_sheet(console_app: Flask, code: str) -> None:
    make_batch(console_app)
    (first,) = typists(console_app, 1)
    with console_app.app_context():
        version = factories.make_version(database.session()).content_hash[:12]
    led = first.client.get("/field/paper/batches/1/sheet", query_string={"code": code.replace("VERSION", version)})

    assert f"/sheets/{SERIAL}" in led.location


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("", "không phải mã phiếu"),
        ("K7QF3MX2RRX", "không phải mã phiếu"),
        (MISTYPED, "không có trên phiếu nào"),
        (SWAPPED, "không có trên phiếu nào"),
        (FOREIGN, "thuộc mẫu phiếu khác"),
    ],
)
def test_a_code_of_nothing_is_refused_in_words(console_app: Flask, code: str, says: str) -> None:
    make_batch(console_app)
    (first,) = typists(console_app, 1)
    led = first.client.get("/field/paper/batches/1/sheet", query_string={"code": code})

    assert says in said(first, led)


def test_a_mistyped_serial_opens_no_sheet_by_its_address_either(console_app: Flask, rows: Rows) -> None:
    make_batch(console_app)
    (first,) = typists(console_app, 1)
    answers = [first.get(f"/field/paper/batches/1/sheets/{MISTYPED}"), type_sheet(first, serial=MISTYPED)]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert rows(PaperSheet) == []


def test_one_sheet_more_than_the_batch_has_is_asked_about(console_app: Flask) -> None:
    make_batch(console_app)
    first, second, _ = typists(console_app)
    one, two, three = serials(3)
    for serial in (one, two):
        type_sheet(first, serial=serial)
    counts = {"returned": "0", "spoiled": "0"}
    first.post("/field/paper/batches/1/return", issued="2", **counts)
    more = said(first, first.get(f"/field/paper/batches/1/sheets/{three}"))
    again = second.get(f"/field/paper/batches/1/sheets/{one}")
    wrong = said(first, first.post("/field/paper/batches/1/return", issued="0", **counts))
    first.post("/field/paper/batches/1/return", issued="3", **counts)

    assert "thuộc lô khác" in more
    assert again.status_code == 200
    assert "từ 1 đến 5.000" in wrong
    assert first.get(f"/field/paper/batches/1/sheets/{three}").status_code == 200


def test_whoever_sets_a_sheet_aside_is_named_and_what_was_kept_meanwhile_stays(
    tmp_path: Path, any_database_url: str
) -> None:
    app = make_app(tmp_path, any_database_url)
    make_batch(app)
    [first] = typists(app, 1)
    for serial in serials(2):
        type_sheet(first, serial=serial)
    first.post("/field/paper/sheets/1/aside", remark="rách")
    with app.app_context():
        session = database.session()
        aside, kept = session.scalars(sa.select(PaperSheet).order_by(PaperSheet.id)).all()
        remark = aside.remark
        if session.get_bind().dialect.name == "sqlite":
            session.rollback()  # There the next request waits before it reads.
        with app.app_context():
            beside = database.writing(database.session())
            beside.execute(sa.update(PaperSheet).where(PaperSheet.id == 2).values(state="kept", first=None))
            beside.execute(sa.update(PaperSheet).where(PaperSheet.id == 1).values(state="single", first="{}"))
            beside.commit()
        with pytest.raises(sheets.Done):
            sheets.set_aside(session, kept, "nhầm")
        with pytest.raises(sheets.Done):
            sheets.type_anew(session, aside)
    app.extensions["engine"].dispose()

    assert remark == "an@example.vn để riêng phiếu: rách"


def test_the_ledger_names_every_difference(console_app: Flask) -> None:
    make_batch(console_app)
    first, second, third = typists(console_app)
    one, two, three, four = serials(4)
    for serial in (one, two, three, four):
        type_sheet(first, serial=serial)
    type_sheet(second, serial=one)
    type_sheet(second, {**GOOD, "A1.1": "1"}, serial=two)
    first.post("/field/paper/sheets/3/aside", remark="rách")
    refused = said(third, third.post("/field/paper/batches/1/return", returned="40", spoiled="11"))
    third.post("/field/paper/batches/1/return", returned="6", spoiled="4", remark="mưa")
    page = third.get("/field/paper/").text
    csv = third.get("/field/paper/ledger.csv").get_data(as_text=True)

    assert "không thể thu về nhiều như vậy" in refused
    for text in (
        "40 phiếu chưa thu về",
        "2 phiếu thu về chưa nhập",
        "1 phiếu chờ người thứ hai",
        "1 phiếu chờ người thứ ba",
    ):
        assert text in page
    assert re.search(r"15520,[^,]*,PAPER22,2026-11-23,50,6,4,40,2,1,2,1,1,1,mưa", csv)


def test_the_error_rate_is_by_person_and_thousand_fields(console_app: Flask) -> None:
    make_batch(console_app)
    first, second, third = typists(console_app)
    for serial in serials(2):
        type_sheet(first, serial=serial)
    type_sheet(second, serial=serials(2)[0])
    type_sheet(third, {**GOOD, "A1.1": "1"}, serial=serials(2)[1])
    page = third.get("/field/paper/batches/1").text
    table = page[page.index('id="typists"') :]
    rows = re.findall(r'<th scope="row">([^<]*)</th><td class="num">(\d+)</td><td class="num">(\d+)</td>', table)

    assert rows == [("an@example.vn", "2", "1"), ("binh@example.vn", "1", "0"), ("chi@example.vn", "1", "1")]


def test_a_batch_is_entered_for_a_box_or_for_officers(console_app: Flask) -> None:
    make_batch(console_app)
    (person,) = typists(console_app, 1, "manager")
    new = "/field/paper/waves/sipas-2026-dot-1/new"
    boxed = person.post(new, place="p1", issued="20", issued_on="2026-11-20")
    of_officers = person.post(new, place="u1", issued="20", issued_on="2026-11-20")
    wrong = [
        person.post(new, place=place, issued=issued, issued_on=day).status_code
        for place, issued, day in (("p9", "20", "2026-11-20"), ("p1", "0", "2026-11-20"), ("p1", "5", "2026-11-30"))
    ]

    assert (boxed.location, of_officers.location) == ("/field/paper/batches/2", "/field/paper/batches/3")
    assert "Số thứ tự trường hợp" in person.get(f"/field/paper/batches/3/sheets/{SERIAL}").text
    assert wrong == [422, 422, 422]


def test_a_session_that_ended_gives_everything_back(console_app: Flask, rows: Rows) -> None:
    make_batch(console_app)
    first, _, _ = typists(console_app)
    path = f"/field/paper/batches/1/sheets/{SERIAL}?variant=full&language=vi"
    away = console_app.test_client().post(path, data={**GOOD, "comment": "không được mất"})
    stale = first.client.post(path, data={"csrf_token": "old", **GOOD, "comment": "không được mất"})
    again = dict(re.findall(r'type="hidden" name="([^"]*)" value="([^"]*)"', stale.text.partition("<main")[2]))
    sent = first.client.post(path, data=again)

    assert (away.status_code, stale.status_code) == (400, 400)
    assert "không được mất" in away.text
    assert sent.status_code == 302
    assert "không được mất" in rows(PaperSheet)[0].first
