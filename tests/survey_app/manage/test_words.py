"""Words of surveys, waves and points: English may stay empty, a point's are corrected; what adds nothing says so."""

import io
import re
from contextlib import closing
from html import unescape

import pypdfium2
import pytest
import sqlalchemy as sa
from flask import Flask

from survey_app import database, units
from survey_app.models import AuditEntry, CollectionPoint, Survey
from tests import factories
from tests.staff import Staff, signed_in
from tests.survey_app.manage.test_flow import SURVEY, WAVE
from tests.survey_app.test_units import THO_XUAN

WORDS = {"label_vi": "Một cửa xã Thọ Hải, quầy 2", "procedure_vi": "đăng ký khai sinh"}
POINTS = "/manage/waves/sipas-2026-dot-1/points"


@pytest.fixture
def manager(console_app: Flask) -> Staff:
    with console_app.app_context():
        session = database.session()
        factories.make_point(session, code="QRPEN22")
        session.commit()
    return signed_in(console_app, "manager")


def test_what_has_no_english_is_shown_in_vietnamese_and_follows_it(console_app: Flask, manager: Staff) -> None:
    with console_app.app_context():
        units.import_csv(database.session(), THO_XUAN)
        database.session().commit()
    survey = {**SURVEY, "name_en": "", "owner_en": " ", "method_en": ""}
    assert manager.post("/manage/surveys/new", **survey).status_code == 302
    assert manager.post("/manage/surveys/sipas-2017/waves/new", **{**WAVE, "name_en": ""}).status_code == 302
    made = manager.post("/manage/waves/sipas-2017-1/points", types=["thị trấn"], mode="qr_open", kind="counter")
    assert made.status_code == 302
    with console_app.app_context():
        query = sa.select(CollectionPoint.code).where(CollectionPoint.wave.has(slug="sipas-2017-1"))
        code = database.session().scalars(query).first()
    form = manager.get("/manage/surveys/sipas-2017/edit").text
    english = console_app.test_client().get(f"/p/{code}?lang=en").text
    console = manager.get("/manage/surveys/sipas-2017?lang=en").text
    changed = {**survey, "name_vi": "Khảo sát năm 2017, tên mới"}
    assert manager.post("/manage/surveys/sipas-2017/edit", **changed).status_code == 302

    assert re.findall(r'id="(?:name|owner|method)_en"[^>]*? value="([^"]*)"', form) == ["", "", ""]
    assert SURVEY["owner_vi"] in english
    assert f"<h1>{SURVEY['name_vi']}</h1>" in console
    with console_app.app_context():
        kept = database.session().scalars(sa.select(Survey).where(Survey.slug == "sipas-2017")).one()
        assert (kept.name_en, kept.owner_en, kept.method_en) == (
            changed["name_vi"],
            *[SURVEY["owner_vi"], SURVEY["method_vi"]],
        )
        assert kept.waves[0].name_en == "Đợt 1"


def test_english_that_was_typed_stays_when_the_vietnamese_changes(console_app: Flask, manager: Staff) -> None:
    manager.post("/manage/surveys/new", **SURVEY)
    manager.post("/manage/surveys/sipas-2017/edit", **{**SURVEY, "name_vi": "Tên mới"})

    with console_app.app_context():
        names = sa.select(Survey.name_vi, Survey.name_en).where(Survey.slug == "sipas-2017")
        assert tuple(database.session().execute(names).one()) == ("Tên mới", SURVEY["name_en"])


def test_the_words_of_a_point_are_corrected_and_printed(console_app: Flask, manager: Staff) -> None:
    path = "/manage/points/QRPEN22/edit"
    assert path in manager.get(POINTS).text
    assert 'value="Bộ phận Một cửa xã Thọ Hải"' in manager.get(path).text
    wrong = manager.post(path, label_vi="")
    done = manager.post(path, follow=True, **WORDS, code="OTHER22", unit_id="999", mode="kiosk")

    assert wrong.status_code == 422
    assert "Tên đã được sửa. Các tờ đã in trước đây còn ghi tên cũ: hãy in lại." in done.text
    with closing(pypdfium2.PdfDocument(manager.get("/manage/points/QRPEN22/sheet.pdf").data)) as sheet:
        text = " ".join(sheet[0].get_textpage().get_text_bounded().split())
    assert "Một cửa xã Thọ Hải, quầy 2" in text
    assert "Bộ phận Một cửa" not in text
    assert "Một cửa xã Thọ Hải, quầy 2" in console_app.test_client().get("/p/QRPEN22").text
    with console_app.app_context():
        session = database.session()
        point = session.scalars(sa.select(CollectionPoint)).one()
        assert (point.code, point.mode, point.unit.name) == ("QRPEN22", "qr_open", "Thọ Hải")
        last = session.scalars(sa.select(AuditEntry).order_by(AuditEntry.number.desc())).first()
        assert last
        assert (last.deed, last.thing) == ("manage.edit_point", "QRPEN22")
        assert "label_vi" in last.detail
    shown = signed_in(console_app, "administrator").get("/audit/").text.lower()
    assert "sửa tên của điểm khảo sát" in shown


def test_a_wave_says_the_name_of_its_questionnaire_first(manager: Staff) -> None:
    page = unescape(manager.get("/manage/waves/sipas-2026-dot-1").text)
    found = re.search(r"<dt>Phiếu</dt><dd>(.*?)</dd>", page, re.DOTALL)
    assert found
    told = [one.strip() for one in re.sub(r"<[^>]*>", "\n", found[1]).split("\n") if one.strip(" ·\n")]

    assert told[0] == "Hài lòng về dịch vụ hành chính"
    assert told[1] == "sipas2017 1.0"


def test_what_adds_nothing_says_so_and_why(manager: Staff) -> None:
    def send(path: str, **fields: object) -> list[tuple[str, str]]:
        page = manager.post(path, follow=True, **fields)
        return [(kind, unescape(text)) for kind, text in re.findall(r'<p class="notice (\w+)"[^>]*>([^<]*)', page.text)]

    many = {"types": ["xã"], "mode": "qr_open", "kind": "counter"}
    table = "code,name,type\n15520,Thọ Hải,xã\n"

    def file(text: str) -> tuple[io.BytesIO, str]:
        return io.BytesIO(text.encode()), "units.csv"

    assert send(POINTS, **many) == [
        ("nothing", "Không có điểm nào mới: mọi đơn vị thuộc các loại này đã có điểm với kênh “mã QR để ngỏ”.")
    ]
    assert send("/manage/units", file=file(table)) == [
        ("nothing", "Không có gì mới: mọi đơn vị trong tệp (1) đã có ở đây, đúng như trong tệp.")
    ]
    assert send("/manage/units", file=file("code,name,type\n")) == [
        ("nothing", "Không có gì mới: dưới dòng đầu tiên tệp không có đơn vị nào.")
    ]
    assert send("/manage/units", file=file(table + "15523,Xuân Lập,xã\n"))[0][0] == "message"
    assert send(POINTS, **many)[0] == ("message", "Đã lập 1 điểm mới.")
