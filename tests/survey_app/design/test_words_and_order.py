"""The list of questionnaires in its order, and what an import says in words of the page."""

import io
import re

import openpyxl

from tests.staff import Staff
from tests.survey_app.design.page import form_in


def test_the_list_begins_with_what_somebody_works_on(lan: Staff) -> None:
    lan.post("/design/new", builtin="yte_tiemchung")
    page = lan.get("/design/").text

    assert re.findall(r'id="shelf-(\w+)"', page)[:2] == ["sipas2017", "yte_tiemchung"]


def test_an_import_names_its_places_in_words_of_the_page(lan: Staff) -> None:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet.title = "survey"
    for row in (["type", "name", "label"], ["text", "c", "Góp ý"], ["geopoint", "loc", "Vị trí"]):
        sheet.append(row)
    settings = workbook.create_sheet("settings")
    for row in (["form_title", "form_id"], ["Khảo sát xã", "ks_xa"]):
        settings.append(row)
    workbook.save(file := io.BytesIO())
    lan.post("/language", to="vi")
    token = form_in(lan.get("/design/new"), "csrf_token").get("csrf_token")
    page = lan.client.post(
        "/design/new/file", data={"csrf_token": token, "file": (io.BytesIO(file.getvalue()), "ks.xlsx")}
    )

    assert "trang survey, dòng 2, cột label: Thiếu lời tiếng Anh." in page.text
