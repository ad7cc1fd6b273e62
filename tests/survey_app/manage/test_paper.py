"""A manager prints the paper forms of a wave from the console."""

import re
from urllib.parse import urlencode

import pytest
from flask import Flask

from survey_app import database
from survey_app.paper import codes, form_maps
from tests import factories, staff
from tests.survey_app.paper import printed

ADDRESS = "/manage/waves/sipas-2026-dot-1/paper"
CHOSEN = {
    "point": "",
    "mode": "paper_officer",
    "variant": "full",
    "language": "vi",
    "large": "0",
    "copies": "1",
    "two_sided": "0",
}


@pytest.fixture
def manager(console_app: Flask) -> staff.Staff:
    with console_app.app_context():
        session = database.session()
        factories.make_point(session, code="K7QF3MX")
        session.commit()
    return staff.signed_in(console_app, "manager")


def printed_by(manager: staff.Staff, **chosen: str) -> tuple[printed.Page, ...]:
    answer = manager.get(f"{ADDRESS}.pdf?{urlencode(CHOSEN | chosen)}")
    assert answer.status_code == 200
    assert answer.mimetype == "application/pdf"
    return printed.pages(answer.data)


def test_the_way_from_the_wave_to_the_pdf(manager: staff.Staff) -> None:
    """The page of the wave, its link, the form as it stands, sent as a browser sends it."""
    wave = manager.get("/manage/waves/sipas-2026-dot-1").text
    assert f'href="{ADDRESS}"' in wave
    form = manager.get(ADDRESS).text.partition('<form method="get"')[2].partition("</form>")[0]
    sent = dict(re.findall(r'<select[^>]* name="([^"]+)">\s*<option[^>]* value="([^"]*)"', form))
    sent |= dict(re.findall(r'<select[^>]* name="([^"]+)">(?:(?!</select>).)*<option selected value="([^"]*)"', form))
    sent |= dict(re.findall(r'<input[^>]* name="([^"]+)"[^>]* value="([^"]*)"', form))

    assert "Bản in giấy" in wave
    assert sent == CHOSEN | {"mode": "paper_self", "two_sided": "1"}
    found = manager.get(f"{ADDRESS}.pdf?{urlencode(sent)}")
    assert (found.status_code, found.mimetype) == (200, "application/pdf")


def test_a_point_gives_its_name_and_without_one_a_line_is_left(manager: staff.Staff) -> None:
    of_the_point, of_none = printed_by(manager, point="K7QF3MX"), printed_by(manager)

    assert "Nơi được đánh giá: Bộ phận Một cửa xã Thọ Hải" in of_the_point[0].text
    assert "Bộ phận Một cửa xã Thọ Hải" not in of_none[0].text
    assert "Phòng Nội vụ huyện Thọ Xuân" in of_none[0].text


def test_what_is_printed_can_be_read_later(console_app: Flask, manager: staff.Staff) -> None:
    """Where the boxes are is kept once for each form, under the layout that its page codes name."""
    first, again = printed_by(manager), printed_by(manager, copies="3")
    code = codes.parse(first[0].qr)
    folder = console_app.config["SETTINGS"].form_maps

    assert code
    assert {page.qr.split(":")[5] for page in (*first, *again)} == {code.layout}
    assert [file.name for file in folder.iterdir()] == [f"{code.layout}.json"]
    form = form_maps.find(folder, code.layout)
    assert form
    assert (form.head, form.pages, form.mode) == (code.head, len(first), "paper_officer")


def test_what_is_chosen_is_printed(manager: staff.Staff) -> None:
    english = printed_by(manager, language="en", copies="2", two_sided="1", mode="paper_self")
    written = [page for page in english if page.text]

    assert {page.qr.split(":")[4] for page in written} == {"en"}
    assert len({page.qr.rpartition(":")[2] for page in written}) == 2
    assert not any("Officer's code" in page.text for page in written)
    assert any("Mã điều tra viên" in page.text for page in printed_by(manager))
    assert len(printed_by(manager, large="1")) > 2 * len(printed_by(manager))
    assert ":short:" in printed_by(manager, variant="short")[0].qr


def test_a_simulated_waves_forms_say_so(console_app: Flask, manager: staff.Staff) -> None:
    with console_app.app_context():
        session = database.session()
        survey = factories.make_survey(session, "simulated")
        factories.make_wave(session, survey=survey, slug="made-up", simulated=True)
        session.commit()
    answer = manager.get(f"/manage/waves/made-up/paper.pdf?{urlencode(CHOSEN)}")

    assert all("MÔ PHỎNG" in page.text for page in printed.pages(answer.data))


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"copies": "501"}, "Từ 1 đến 500 bản."),
        ({"copies": "0"}, "Từ 1 đến 500 bản."),
        ({"copies": "x"}, "số"),
        ({"point": "NONE"}, ""),
        ({"language": "fr"}, ""),
        ({"mode": "kiosk"}, ""),
        ({"large": "9x"}, ""),
    ],
)
def test_a_wrong_choice_is_said_beside_its_field(manager: staff.Staff, wrong: dict[str, str], words: str) -> None:
    answer = manager.get(f"{ADDRESS}.pdf?{urlencode(CHOSEN | wrong)}")

    assert answer.status_code == 422
    assert f'id="{next(iter(wrong))}-error"' in answer.text
    assert words in answer.text
