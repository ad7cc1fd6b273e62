"""Scanned sheets: what is sure is filled in for the first entry, the rest is shown; the second entry is a person's."""

import contextlib
import dataclasses
import fcntl
import io
import os
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import Browser
from werkzeug.test import EnvironBuilder

from survey_app import database
from survey_app.models import PaperSheet, Response
from survey_app.paper import form_maps, reading_runs, scans
from survey_app.paper.form_maps import FormMap
from survey_app.paper.reading_runs import Run
from tests import made_once
from tests.browser import browser_type_launch_args, faults_of_pages, live_server
from tests.conftest import make_app
from tests.staff import Staff, csrf_in, make_staff
from tests.survey_app.entry.office import TYPISTS, make_batch, said, type_sheet, typists
from tests.survey_app.entry.test_keyboard import sign_in
from tests.survey_app.paper import printed

__all__ = ["browser_type_launch_args", "live_server"]
SCALE = 2.2  # 158 dots an inch.
MM = SCALE * 72 / 25.4
ANSWERS = {"respondent_type": "citizen", "A1.1": "4", "A1.2": "5", "N7": "no"}


def print_forms(app: Flask, copies: int = 1, mode: str = "paper_self") -> tuple[bytes, FormMap]:
    """As a manager prints them."""
    make_staff(app, "manager")
    manager = Staff(app, "manager@example.vn")
    query = f"point=PAPER22&mode={mode}&variant=full&language=vi&large=0&copies={copies}&two_sided=0"
    made = manager.get(f"/manage/waves/sipas-2026-dot-1/paper.pdf?{query}")
    assert made.mimetype == "application/pdf", made.text
    folder = app.config["SETTINGS"].form_maps
    (layout,) = [path.stem for path in folder.glob("[!.]*.json")]
    form = form_maps.find(folder, layout)
    assert form
    return made.data, form


def filled_in(pdf: bytes, form: FormMap, answers: dict[str, str]) -> list[bytes]:
    """The pages as a scanner gives them, a cross in each box that is answered, and two boxes crossed for A2.1."""
    pages = list(printed.pictures(pdf, SCALE))
    for asked in form.asked:
        for box in asked.boxes:
            twice = asked.question == "A2.1" and box.value in ("1", "2")
            if answers.get(asked.question) == box.value or twice:
                cross(pages[asked.page - 1], box.x, box.y, box.side)
    return [bytes(cv2.imencode(".png", page)[1]) for page in pages]


def cross(page: Any, x: float, y: float, side: float) -> None:
    near, far = (np.array([x, y]) + 0.6) * MM, (np.array([x, y]) + side - 0.6) * MM
    for start, end in ((near, far), ((near[0], far[1]), (far[0], near[1]))):
        cv2.line(page, tuple(map(round, start)), tuple(map(round, end)), (40, 40, 120), 3)


def upload(person: Staff, pictures: list[bytes], batch: int = 1) -> Any:
    files = [(io.BytesIO(data), f"{number}.png") for number, data in enumerate(pictures)]
    fields = {"csrf_token": csrf_in(person.get("/field/paper/").text), "scans": files}
    builder = EnvironBuilder(f"/field/paper/batches/{batch}/scans", method="POST", data=fields)
    environ = builder.get_environ()
    # What was sent lies in a file of the test's own, which nobody else would close.
    with contextlib.closing(builder), contextlib.closing(environ["wsgi.input"]):
        return person.client.open(environ)


def read(person: Staff, pictures: list[bytes], batch: int = 1) -> Any:
    """The page to which an upload leads in the end."""
    page = person.get(upload(person, pictures, batch).location)
    for _ in range(600):
        if "Refresh" not in page.headers:
            return page
        time.sleep(0.2)
        page = person.get(page.request.path)
    raise AssertionError(page.text)


def runs_of(app: Flask) -> list[Path]:
    return [path for path in (app.config["SETTINGS"].readings / "runs").iterdir() if path.is_dir()]


def kept(app: Flask) -> list[Path]:
    return list(app.config["SETTINGS"].readings.glob("*.json"))


@pytest.fixture
def scanned(console_app: Flask) -> tuple[Staff, Staff, str]:
    """Two typists, and the path of a sheet that the first had read."""
    folder = made_once.copied(console_app.config["SETTINGS"].instance, _make_scanned)
    first, second = (Staff(console_app, email) for email in TYPISTS[:2])
    return first, second, (folder / "path.txt").read_text()


def _make_scanned(folder: Path) -> None:
    app = make_app(folder, f"sqlite:///{folder / 'test.sqlite'}")
    make_batch(app)
    first, _second = typists(app, 2)
    pdf, form = print_forms(app)
    page = read(first, filled_in(pdf, form, ANSWERS))
    app.extensions["engine"].dispose()
    links = re.findall(r'href="(/field/paper/batches/1/sheets/[^"]*)"', page.text)
    assert len(links) == 1, page.text
    (folder / "path.txt").write_text(links[0].replace("&amp;", "&"))


def test_what_was_sure_is_filled_in_and_the_rest_is_shown(
    console_app: Flask, scanned: tuple[Staff, Staff, str]
) -> None:
    first, second, path = scanned
    page, blank = first.get(path).text, second.get(path)
    checked = dict(re.findall(r'name="([^"]*)" value="([^"]*)"[^>]*checked', page))
    serial = path.split("/")[-1].partition("?")[0]
    waiting = [file.name for file in kept(console_app)]
    typed = type_sheet(first, {"_filled_on": "20/11/2026", **checked}, serial)
    seen_by_second = second.get(path).text

    assert checked == ANSWERS
    assert blank.status_code == 200
    assert re.search(r'id="q-A2.1".*?data:image/png;base64,', page, re.DOTALL)
    assert waiting == [f"1-{serial}.json"]
    assert typed.status_code == 302
    assert kept(console_app) == []
    assert [file.name for run in runs_of(console_app) for file in run.glob("*.picture")] == []
    assert "checked" not in seen_by_second
    assert "data:image/png" not in seen_by_second


def test_the_second_reading_is_a_persons(console_app: Flask, scanned: tuple[Staff, Staff, str]) -> None:
    first, second, path = scanned
    serial = path.split("/")[-1].partition("?")[0]
    for person in (first, second):
        type_sheet(person, {"_filled_on": "20/11/2026", **ANSWERS}, serial)
    with console_app.app_context():
        session = database.session()
        (response,), (sheet,) = session.scalars(sa.select(Response)).all(), session.scalars(sa.select(PaperSheet)).all()

    assert '"A1.2":5' in response.answers
    assert sheet.first_by_id != sheet.second_by_id


def test_what_is_no_sheet_of_the_batch_is_named_with_its_reason(console_app: Flask) -> None:
    make_batch(console_app, officers=True)
    (person,) = typists(console_app, 1)
    pdf, form = print_forms(console_app)
    page = read(person, [filled_in(pdf, form, ANSWERS)[0], b"no picture"]).text
    nothing = upload(person, [])

    assert "Phiếu này thuộc loại khác" in page
    assert "Ảnh 2, trang 1" in page
    assert "/sheets/" not in page
    assert nothing.status_code == 302
    assert kept(console_app) == []


def test_a_sheet_that_was_typed_is_not_read_again(console_app: Flask) -> None:
    make_batch(console_app)
    (person,) = typists(console_app, 1)
    pdf, form = print_forms(console_app)
    (page, *_rest) = filled_in(pdf, form, ANSWERS)
    link = re.search(r"/sheets/([A-Z2-9]{10})", read(person, [page]).text)
    assert link
    type_sheet(person, {"_filled_on": "20/11/2026", **ANSWERS}, link[1])

    assert f"Phiếu {link[1]} đã được nhập" in read(person, [page]).text


def test_readings_older_than_a_day_go_when_a_batch_is_opened(
    console_app: Flask, scanned: tuple[Staff, Staff, str]
) -> None:
    first, _, _ = scanned
    (reading,), (run,) = kept(console_app), runs_of(console_app)
    first.get("/field/paper/batches/1")
    fresh = reading.exists()
    old = reading.stat().st_mtime - scans.KEPT.total_seconds() - 60
    for path in (reading, run):
        os.utime(path, (old, old))
    first.get("/field/paper/batches/1")

    gone = first.get(f"/field/paper/batches/1/scans/{run.name}")

    assert fresh
    assert not reading.exists()
    assert not run.exists()
    assert "đã qua một ngày" in said(first, gone)


def test_the_upload_does_not_wait_and_says_how_far_it_is(console_app: Flask) -> None:
    """While another reading has its turn; a cancelled one leaves nothing."""
    make_batch(console_app)
    (person,) = typists(console_app, 1)
    settings = console_app.config["SETTINGS"]
    (settings.readings / "runs").mkdir(parents=True)
    with (settings.readings / "runs" / "turn.lock").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        led = upload(person, [b"no picture"])
        page, shown = person.get(led.location), person.get("/field/paper/batches/1").text
        (run,) = runs_of(console_app)
        reading_runs._write(run, dataclasses.replace(reading_runs._read(run), state="reading", read=3, pages=20))
        later = person.get(led.location)
        cancelled = person.post(f"{led.location}/cancel")

    assert page.headers["Refresh"] == "3"
    assert led.location in shown
    assert "Của Ông/Bà đọc ngay sau đó" in page.text
    assert "Đã đọc 3 trên 20 trang" in later.text
    assert "đã được xóa" in said(person, cancelled)
    assert runs_of(console_app) == []


def test_a_reading_that_died_says_so_and_leaves_no_picture(console_app: Flask) -> None:
    make_batch(console_app)
    (person,) = typists(console_app, 1)
    settings = console_app.config["SETTINGS"]
    run = settings.readings / "runs" / ("0" * 32)
    run.mkdir(parents=True)
    (run / "1.picture").write_bytes(b"picture")
    reading_runs._write(run, Run(1, 1, "0" * 64, "paper_self", "reading", 3, 20))
    page = person.get(f"/field/paper/batches/1/scans/{run.name}")
    person.get("/field/paper/batches/1")

    assert "Refresh" not in page.headers
    assert "Vui lòng gửi lại" in page.text
    assert not (run / "1.picture").exists()


@pytest.mark.browser
def test_everybody_can_use_a_sheet_with_pictures(
    console_app: Flask, scanned: tuple[Staff, Staff, str], browser: Browser, live_server: Callable[[Flask], str]
) -> None:
    page = sign_in(browser, address := live_server(console_app), TYPISTS[0])
    (run,) = runs_of(console_app)
    faults = faults_of_pages(page, address, (f"/field/paper/batches/1/scans/{run.name}", scanned[2]))
    shown = page.locator("img.crop").first.evaluate("(picture) => picture.naturalWidth")
    page.context.close()

    assert faults == []
    assert shown > 0
