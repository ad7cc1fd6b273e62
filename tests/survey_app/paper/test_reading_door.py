"""Pictures go through the door into the reading process and come back as plain data, whatever the pictures are."""

import struct
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import cv2
import pytest
from flask import Flask

from questionnaires import loader
from questionnaires.conditions import Setting
from survey_app import paper
from survey_app.paper import form_maps, reading_door, readings
from survey_app.paper.content import Printing
from survey_app.paper.readings import PageReading
from tests.survey_app.paper import printed

WORDS = {"office": "Bộ phận Một cửa xã Thọ Hải", "owner": "Phòng Nội vụ huyện Thọ Xuân", "survey": "Khảo sát 2026"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("form_maps")


@pytest.fixture(scope="module")
def run(translations: Flask, folder: Path) -> paper.Run:
    setting = Setting(kind="counter", mode="paper_officer")
    made = paper.run(Printing(loader.load_builtin("sipas2017"), WORDS, "vi", False, setting))
    form_maps.keep(folder, made.form)
    return made


@pytest.fixture(scope="module")
def pictures(run: paper.Run) -> list[bytes]:
    return [encoded(page) for page in printed.pictures(run.pdf, scale=2.2)]


def encoded(picture: object, kind: str = ".jpg") -> bytes:
    return bytes(cv2.imencode(kind, picture)[1])  # type: ignore[call-overload]


def read(pictures: Sequence[bytes], folder: Path, version: str, **more: Any) -> list[PageReading]:
    """As `reading_door.read`, which deletes the files."""
    with TemporaryDirectory() as sent:
        paths = [Path(sent) / str(number) for number in range(len(pictures))]
        for path, picture in zip(paths, pictures, strict=True):
            path.write_bytes(picture)
        found = reading_door.read(paths, folder, version, **more)
        assert "timeout" in more or list(Path(sent).iterdir()) == []
        return found


def test_a_blank_form_is_read_as_empty_page_by_page(run: paper.Run, folder: Path, pictures: list[bytes]) -> None:
    """As pictures and as one PDF: every question of the form once, none of them answered."""
    of_pictures = read(pictures, folder, run.form.version)
    told: list[tuple[int, int]] = []
    of_pdf = read([run.pdf], folder, run.form.version, note=lambda *so_far: told.append(so_far))

    for pages in (of_pictures, of_pdf):
        assert [page.refusal for page in pages] == [""] * 4
        assert [page.code.page for page in pages if page.code] == [1, 2, 3, 4]
        names = [question.name for page in pages for question in page.questions]
        assert names == [asked.question for asked in run.form.asked if asked.question]
        assert {question.state for page in pages for question in page.questions} == {"empty"}
    assert [(page.picture, page.picture_page) for page in of_pdf] == [(0, 1), (0, 2), (0, 3), (0, 4)]
    assert [page.picture for page in of_pictures] == [0, 1, 2, 3]
    assert told == [(0, 4), (1, 4), (2, 4), (3, 4), (4, 4)]
    assert [bool(page.officer) for page in of_pictures] == [False, False, False, True]
    (sheet,) = readings.join(of_pictures)
    assert (sheet.read, sheet.missing, sheet.mode, sheet.fields()) == ((1, 2, 3, 4), (), "paper_officer", {})


def test_a_page_that_lies_on_its_head_or_side_is_turned(run: paper.Run, folder: Path, pictures: list[bytes]) -> None:
    page = next(printed.pictures(run.pdf, scale=2.2))
    turned = [encoded(cv2.rotate(page, turn)) for turn in (0, 1, 2)]

    assert [one.refusal for one in read(turned, folder, run.form.version)] == ["", "", ""]


def test_what_cannot_be_read_is_refused_with_a_reason(run: paper.Run, folder: Path, pictures: list[bytes]) -> None:
    page = next(printed.pictures(run.pdf, scale=2.2))
    without_mark, without_code = page.copy(), page.copy()
    without_mark[-120:, :120] = 255
    without_code[40:230, -380:-80] = 255
    two = cv2.hconcat([page, next(printed.pictures(run.pdf, scale=2.2))])
    shown = {
        "no_marks": encoded(without_mark),
        "no_code": encoded(without_code),
        "several_codes": encoded(two),
        "too_coarse": encoded(cv2.resize(page, None, fx=0.42, fy=0.42, interpolation=cv2.INTER_AREA)),
    }

    found = read(list(shown.values()), folder, run.form.version)
    assert [one.refusal for one in found] == list(shown)
    assert set(shown) <= set(reading_door.REFUSALS)


def test_a_form_of_another_version_or_print_is_refused(run: paper.Run, folder: Path, tmp_path: Path) -> None:
    (other,) = read([encoded(next(printed.pictures(run.pdf)))], folder, "0" * 64)
    (unknown,) = read([encoded(next(printed.pictures(run.pdf)))], tmp_path, run.form.version)

    assert (other.refusal, unknown.refusal) == ("other_version", "unknown_form")
    assert other.code
    assert other.code.instrument == "sipas2017"


def test_boxes_at_other_places_are_noticed(run: paper.Run, tmp_path: Path) -> None:
    """A map that does not belong to the print: as if a printer had shifted or scaled the page's content."""
    moved = tuple(replace(one, boxes=tuple(replace(box, y=box.y + 3.4) for box in one.boxes)) for one in run.form.asked)
    form_maps.keep(tmp_path, replace(run.form, asked=moved))

    (found,) = read([encoded(next(printed.pictures(run.pdf)))], tmp_path, run.form.version)
    assert found.refusal == "does_not_fit"


def _png(width: int, height: int) -> bytes:
    """A picture of few bytes that claims to be enormous."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress(b"\0" * min(height * (width + 1), 60_000_000), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def _pdf(pages: int, media: str = "0 0 595 842") -> bytes:
    kids = " ".join(f"{number + 3} 0 R" for number in range(pages))
    bodies = ["<</Type/Catalog/Pages 2 0 R>>", f"<</Type/Pages/Kids[{kids}]/Count {pages}>>"]
    bodies += [f"<</Type/Page/Parent 2 0 R/MediaBox[{media}]>>"] * pages
    text, places = b"%PDF-1.4\n", []
    for number, body in enumerate(bodies, start=1):
        places.append(len(text))
        text += f"{number} 0 obj{body}endobj\n".encode()
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    tail = f"xref\n0 {len(bodies) + 1}\n0000000000 65535 f \n{table}trailer<</Size {len(bodies) + 1}/Root 1 0 R>>"
    return text + f"{tail}\nstartxref\n{len(text)}\n%%EOF".encode()


def _hostile(good: bytes) -> Iterator[tuple[bytes, str]]:
    yield b"", "not_a_picture"
    yield b"<html>", "not_a_picture"
    yield good[: len(good) // 400], "not_a_picture"
    yield b"\xff\xd8\xff" + b"\0" * 1000, "not_a_picture"
    yield b"%PDF-1.7\n" + b"\0" * 1000, "not_a_picture"
    yield _png(30_000, 30_000), "too_large"
    yield _png(2**31 - 1, 2**31 - 1), "not_a_picture"
    yield _png(59_000, 1_000), "too_large"
    yield _pdf(1000), "too_many_pages"
    yield _pdf(1, "0 0 14400 14400"), "no_marks"
    yield _pdf(1, "0 0 0 0"), "no_marks"


def test_hostile_files_are_refused_and_the_others_still_read(
    run: paper.Run, folder: Path, pictures: list[bytes]
) -> None:
    sent, expected = zip(*_hostile(pictures[0]), (pictures[0], ""), strict=True)

    found = read(sent, folder, run.form.version)
    assert [one.refusal for one in found] == list(expected)


def test_reading_ends_in_time(run: paper.Run, folder: Path, pictures: list[bytes]) -> None:
    found = read(pictures, folder, run.form.version, timeout=0.2)

    assert [one.refusal for one in found] == ["took_too_long"] * 4
    with pytest.raises(ValueError, match="At most 40"):
        read([b""] * 41, folder, run.form.version)


def test_readings_survive_the_way_as_json(run: paper.Run, folder: Path, pictures: list[bytes]) -> None:
    found = read(pictures[3:], folder, run.form.version)

    assert readings.from_json(readings.to_json(found)) == found
    assert found[0].officer.startswith(b"\x89PNG")
