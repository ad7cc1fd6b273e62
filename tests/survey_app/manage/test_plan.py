"""A Survey Plan from the upload of a frame to the cases of a sealed draw, with the real analysis behind the pages."""

import csv
import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import docx
import pytest
import sqlalchemy as sa
import urllib3
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy.orm import Session

from analysis.extract import _strata as strata_as_read
from analysis.planning.__main__ import main as analysis_planning
from survey_app import database, plans
from survey_app.commands import cli
from survey_app.models import Case, Plan, Wave, WaveStep
from survey_app.planning import kinds, process
from tests import factories
from tests.staff import Staff, csrf_in, signed_in
from tests.survey_app.manage.plan_frames import UNITS, frame

PLAN = "/manage/waves/sipas-2026-dot-1/plan"
NUMBER = {
    "source": "Xổ số kiến thiết Thanh Hóa, giải đặc biệt",
    "day": "2026-11-25",
    "digits": "6",
}
BELIEFS = {
    **{"share": "85", "response": "85", "correlation": "0,05", "margin": "5"},
    **{"officers": "4", "cases_per_day": "8", "per_case": "50.000", "per_psu": "0", "fixed": "0"},
}
DESIGNS = {
    "dossiers": {"strata": "unit_type", "rule": "proportional", "total": "80", "minimum": "5", "first": "random"},
    "households": {"strata": "unit", "rule": "equal", "total": "96", "minimum": "0", "first": "random"}
    | {"take": "6", "psu_reserves": "1"},
    "schools": {"strata": "level", "rule": "proportional", "total": "48", "minimum": "0", "first": "proportional"}
    | {"take": "6", "classes": "2", "psu_reserves": "1"},
    "visits": {"strata": "facility", "rule": "equal", "total": "60", "minimum": "0", "first": "systematic"},
}


def design(kind: str, **changed: str) -> dict[str, str]:
    return {**DESIGNS[kind], "reserves": "2", "reinterview": "5", **NUMBER, **BELIEFS, **changed}


@pytest.fixture
def manager(console_app: Flask) -> Staff:
    with console_app.app_context():
        session = database.session()
        factories.make_wave(session)
        for code in UNITS:
            factories.make_unit(session, code, parent_code="395")
        session.commit()
    return signed_in(console_app, "manager")


@pytest.fixture
def look(console_app: Flask) -> Callable[[Callable[[Session], Any]], Any]:
    def ask(query: Callable[[Session], Any]) -> Any:
        with console_app.app_context():
            return query(database.session())

    return ask


def call_here(arguments: Sequence[str]) -> tuple[str, int]:
    """The real command in this process: to load it anew for each step would take most of the time of these tests."""
    done = CliRunner().invoke(analysis_planning, list(arguments))
    return done.stdout, done.exit_code


@pytest.fixture(autouse=True)
def same_analysis_without_starting_it_each_time(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    if request.node.name != "test_every_kind_goes_from_frame_to_cases_that_the_script_finds_again[dossiers]":
        monkeypatch.setattr(process, "call", call_here)


def upload(manager: Staff, kind: str, content: io.BytesIO | None = None, name: str = "frame.csv") -> Any:
    return manager.post(f"{PLAN}/frame", kind=kind, file=(content or frame(kind), name))


def the_day_after(app: Flask, days: int = 3) -> None:
    app.config["CLOCK"] = lambda: factories.NOON + timedelta(days=days)


def seal(manager: Staff, kind: str, **changed: str) -> None:
    assert upload(manager, kind).status_code == 302
    assert manager.post(f"{PLAN}/design", **design(kind, **changed)).status_code == 302
    assert manager.post(f"{PLAN}/seal").status_code == 302


def draw(app: Flask, manager: Staff, number: str = "012345") -> Any:
    the_day_after(app)
    return manager.post(f"{PLAN}/draw", number=number, again=number)


def folder_of(app: Flask) -> Path:
    found: Path = app.config["SETTINGS"].plans / "1"
    return found


@pytest.mark.parametrize("kind", sorted(kinds.KINDS))
def test_every_kind_goes_from_frame_to_cases_that_the_script_finds_again(
    kind: str, console_app: Flask, manager: Staff, look: Any, tmp_path: Path
) -> None:
    seal(manager, kind)
    drawn = draw(console_app, manager)
    cases = look(lambda session: session.scalars(sa.select(Case).order_by(Case.number)).all())
    sample = [case for case in cases if case.reserve == 0 and case.reinterview_of_id is None]
    zipped = manager.get(f"{PLAN}/folder.zip").data
    zipfile.ZipFile(io.BytesIO(zipped)).extractall(tmp_path / "home")
    folder = tmp_path / "home" / "plan-sipas-2026-dot-1"
    commitment = look(lambda session: session.scalar(sa.select(Plan.commitment)))
    script = [sys.executable, "-I", str(folder / "verify.py"), commitment]
    said = subprocess.run(script, capture_output=True, text=True, check=False)
    listed = list(csv.DictReader((folder / "cases.csv").read_text(encoding="utf-8").splitlines()))
    strata = strata_as_read(json.loads(look(lambda session: session.scalar(sa.select(Wave.plan_json)))))

    assert drawn.status_code == 302, drawn.text
    assert (said.returncode, said.stderr) == (0, "")
    assert [(case.stratum, case.psu, case.weight) for case in cases[: len(listed)]] == [
        (row["stratum"], row["psu"], float(row["weight"])) for row in listed
    ]
    assert all(case.weight == pytest.approx(1 / case.probability) for case in cases)
    assert sum(sum(stratum.cases_by_psu.values()) for stratum in strata) == len(sample)
    assert len(sample) == pytest.approx(int(DESIGNS[kind]["total"]), abs=2)
    again = [case for case in cases if case.reinterview_of_id]
    assert len(again) == round(0.05 * len(sample))
    assert {case.reinterview_of_id for case in again} <= {case.id for case in sample}


def test_the_page_says_what_is_wrong_with_a_file_by_row_and_column(manager: Staff, look: Any) -> None:
    lines = frame("dossiers").read().decode().splitlines()
    lines[3] = lines[3].rsplit(",", 1)[0] + ",31/02/2026"
    lines[5] = lines[4]
    page = upload(manager, "dossiers", io.BytesIO("\n".join(lines).encode()))

    assert page.status_code == 422
    assert "Dòng 4, cột G" in page.text
    assert "đã có ở dòng 5" in page.text
    assert look(lambda session: session.scalar(sa.select(Plan.id))) is None


def test_names_and_telephones_are_refused_and_nothing_of_the_file_stays(
    console_app: Flask, manager: Staff, look: Any
) -> None:
    lines = frame("dossiers").read().decode().splitlines()
    named = [f"{lines[0]},Họ và tên,Điện thoại", *(f"{line},Nguyễn Văn An,0912345678" for line in lines[1:])]
    page = upload(manager, "dossiers", io.BytesIO("\n".join(named).encode()))
    page_en = manager.get(f"{PLAN}?lang=en").text

    assert page.status_code == 422
    assert "không được chứa dữ liệu cá nhân" in page.text
    assert "Names, telephone numbers and addresses are refused" in page_en
    assert [path for path in folder_of(console_app).rglob("*") if path.is_file()] == []


def test_only_the_hidden_codes_are_in_the_plan_and_the_own_ones_can_be_destroyed(
    console_app: Flask, manager: Staff
) -> None:
    seal(manager, "dossiers")
    draw(console_app, manager)
    contacts = manager.get(f"{PLAN}/contacts.csv").get_data(as_text=True)
    sealed = folder_of(console_app) / "sealed"
    open_codes = [file.name for file in sealed.iterdir() if "HS-2026-" in file.read_text(encoding="utf-8")]
    manager.post(f"{PLAN}/codes/destroy")
    mode = (folder_of(console_app) / "codes.csv").stat().st_mode  # Not destroyed without the tick.
    manager.post(f"{PLAN}/codes/destroy", sure="1")

    assert open_codes == []
    assert contacts.count("HS-2026-") > 80
    assert mode & 0o077 == 0
    assert "HS-2026-" not in manager.get(f"{PLAN}/contacts.csv").get_data(as_text=True)


def test_a_sealed_plan_is_fixed_and_opens_again_with_a_reason_only(manager: Staff, look: Any) -> None:
    seal(manager, "dossiers")
    commitment = look(lambda session: session.scalar(sa.select(Plan.commitment)))
    assert commitment in manager.get(PLAN).text
    for refused in (upload(manager, "dossiers"), manager.post(f"{PLAN}/design", **design("dossiers", total="90"))):
        assert "đã niêm phong" in manager.get(refused.location).text
    assert manager.post(f"{PLAN}/seal").status_code == 409
    assert manager.post(f"{PLAN}/reopen", reason="").status_code == 422
    manager.post(f"{PLAN}/reopen", reason="Thiếu một xã trong dàn mẫu")
    steps = look(
        lambda session: [(step.kind, step.reason, step.detail) for step in session.scalars(sa.select(WaveStep))]
    )

    assert json.loads(look(lambda session: session.scalar(sa.select(Plan.spec))))["allocation"]["total"] == 80
    assert steps == [("sealed", "", commitment), ("amended", "Thiếu một xã trong dàn mẫu", commitment)]
    assert upload(manager, "dossiers").status_code == 302


def test_the_number_comes_after_the_seal_and_is_typed_twice(console_app: Flask, manager: Staff, look: Any) -> None:
    upload(manager, "dossiers")
    manager.post(f"{PLAN}/design", **design("dossiers", day="2026-11-23"))
    too_early = manager.post(f"{PLAN}/seal")
    manager.post(f"{PLAN}/design", **design("dossiers"))
    manager.post(f"{PLAN}/seal")
    before_its_day = manager.post(f"{PLAN}/draw", number="012345", again="012345")
    the_day_after(console_app)
    two_numbers = manager.post(f"{PLAN}/draw", number="012345", again="012354")
    too_short = manager.post(f"{PLAN}/draw", number="12345", again="12345")

    assert [page.status_code for page in (too_early, before_its_day, two_numbers, too_short)] == [422] * 4
    assert "phải được quay vào ngày sau ngày niêm phong" in too_early.text
    assert "25/11/2026" in before_its_day.text
    assert "Hai con số khác nhau" in two_numbers.text
    assert "6 chữ số" in too_short.text
    assert look(lambda session: session.scalar(sa.select(sa.func.count()).select_from(Case))) == 0
    assert draw(console_app, manager).status_code == 302
    assert manager.post(f"{PLAN}/draw", number="999999", again="999999").status_code == 409


def test_what_the_draw_could_not_keep_stops_the_seal(console_app: Flask, manager: Staff) -> None:
    content = frame("dossiers").read().replace(b"15529", b"99999")
    upload(manager, "dossiers", io.BytesIO(content))
    manager.post(f"{PLAN}/design", **design("dossiers"))
    page = manager.get(PLAN).text

    assert "không có trong bản đồ đơn vị của cuộc khảo sát: 99999" in page
    assert "Niêm phong kế hoạch</button>" not in page
    assert manager.post(f"{PLAN}/seal").status_code == 409


def test_the_design_comes_back_as_it_was_typed_and_faults_stand_beside_their_fields(manager: Staff) -> None:
    upload(manager, "schools")
    wrong = manager.post(f"{PLAN}/design", **design("schools", total="nhiều", rule="neyman"))
    manager.post(f"{PLAN}/design", **design("schools", rule="neyman", spread="mam_non; 0,4\ntieu_hoc; 0,3"))
    form = manager.get(f"{PLAN}/design").text

    assert wrong.status_code == 422
    assert 'id="total-error"' in wrong.text
    assert 'id="rule-error"' in wrong.text
    assert "mam_non; 0.4\ntieu_hoc; 0.3</textarea>" in form
    assert 'name="classes"' in form
    assert 'value="2026-11-25"' in form


def test_a_second_plan_is_held_beside_the_frame_of_the_year_before(
    console_app: Flask, manager: Staff, look: Any
) -> None:
    upload(manager, "dossiers")
    with console_app.app_context():
        session = database.session()
        first = session.scalars(sa.select(Wave)).one()
        later = factories.make_wave(
            session, survey=first.survey, slug="dot-2", opens_on=first.closes_on, closes_on=first.closes_on
        )
        session.commit()
        assert plans.before(session, later, "dossiers") is not None
    easy = frame("dossiers").read().decode().replace("Đất đai", "Chứng thực").encode()
    manager.post("/manage/waves/dot-2/plan/frame", kind="dossiers", file=(io.BytesIO(easy), "frame.csv"))

    assert "Chứng thực" in manager.get("/manage/waves/dot-2/plan").text


def test_every_sample_file_is_taken_as_it_is(manager: Staff) -> None:
    for kind in kinds.KINDS:
        sample = manager.get(f"{PLAN}/sample/{kind}.csv")
        assert upload(manager, kind, io.BytesIO(sample.data)).status_code == 302


def test_a_frame_of_thirty_thousand_rows_passes_the_limit_of_other_forms(console_app: Flask, manager: Staff) -> None:
    lines = frame("visits").read().decode().splitlines()
    many = "\n".join([lines[0], *(f"X{number}{line}" for number in range(75) for line in lines[1:])])
    token = csrf_in(manager.get(PLAN).text)
    fields = {"csrf_token": token, "kind": "visits", "file": ("frame.csv", many)}
    body, content_type = urllib3.encode_multipart_formdata(fields)
    posted = manager.client.post(f"{PLAN}/frame", data=body, content_type=content_type)

    assert len(body) > console_app.config["MAX_CONTENT_LENGTH"]
    assert posted.status_code == 302, posted.text


ABOUT = {
    **{"place": "Thọ Xuân", "issuer": "Phòng Nội vụ", "signer": "TRƯỞNG PHÒNG"},
    "subjects": "người dân, tổ chức đã có kết quả giải quyết thủ tục hành chính",
    "calendar": "Thu thập thông tin; Bưu điện huyện; 12/12/2026; 20/12/2026",
    "budget": "In phiếu; bộ; 120; 1.500",
}


def test_the_document_says_what_was_typed_and_what_was_sealed(manager: Staff, look: Any, tmp_path: Path) -> None:
    seal(manager, "households")
    wrong = manager.post(f"{PLAN}/document", **{**ABOUT, "calendar": "Thu thập; Bưu điện; 31/02/2026; 1/3/2026"})
    saved = manager.post(f"{PLAN}/document", **ABOUT)
    form = manager.get(f"{PLAN}/document").text
    word, pdf = (manager.get(f"{PLAN}/ke-hoach-khao-sat.{name}") for name in ("docx", "pdf"))
    document = docx.Document(io.BytesIO(word.data))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    text = "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])
    commitment = look(lambda session: session.scalar(sa.select(Plan.commitment)))

    assert (wrong.status_code, saved.status_code) == (422, 302)
    assert 'id="calendar-error"' in wrong.text
    assert "Thu thập thông tin; Bưu điện huyện; 12/12/2026; 20/12/2026</textarea>" in form
    assert commitment[:16] in text.replace(" ", "")
    assert "180.000" in text
    assert "Phiếu" in text
    assert pdf.data.startswith(b"%PDF")


def test_the_commands_do_what_the_console_does(console_app: Flask, manager: Staff, look: Any, tmp_path: Path) -> None:
    (tmp_path / "frame.csv").write_bytes(frame("visits").read())
    (tmp_path / "design.json").write_text(
        json.dumps(kinds.spec("visits", DESIGN_AS_DATA, "395", simulated=False)), encoding="utf-8"
    )
    settings = console_app.config["SETTINGS"]
    environ = {"INSTANCE": str(settings.instance), "DATABASE_URL": settings.database_url}

    def hailong(*arguments: str) -> Result:
        return CliRunner().invoke(cli, ["plan", *arguments], env=environ)

    wave = "sipas-2026-dot-1"
    too_early = hailong("seal", wave)
    framed = hailong("frame", wave, str(tmp_path / "frame.csv"), "--kind", "visits")
    sealed = hailong("seal", wave, "--design", str(tmp_path / "design.json"))
    again = hailong("frame", wave, str(tmp_path / "frame.csv"), "--kind", "visits")
    not_yet = hailong("draw", wave, "--number", "012345")

    assert "has no frame yet" in too_early.output
    assert framed.output.startswith("400 rows, 4 units")
    assert sealed.output.strip() == look(lambda session: session.scalar(sa.select(Plan.commitment)))
    assert again.exit_code == 1
    assert "its frame can no longer be changed" in again.output
    assert "is drawn on" in not_yet.output
    assert hailong("verify", wave).exit_code == 1
    assert draw(console_app, manager).status_code == 422  # The public number of the command lies far ahead.
    the_day_after(console_app, 40_000)
    assert manager.post(f"{PLAN}/draw", number="012345", again="012345").status_code == 302
    assert hailong("verify", wave).exit_code == 0


DESIGN_AS_DATA = {
    **{"strata": "facility", "rule": "equal", "total": 60, "minimum": 0, "first": "systematic", "reserves": 2},
    **{"reinterview": 5, "source": NUMBER["source"], "day": date(2126, 11, 25), "digits": 6},
    **{"share": 85, "response": 85, "correlation": 0.05, "margin": 5, "officers": 4, "cases_per_day": 8},
    **{"per_case": 0, "per_psu": 0, "fixed": 0},
}
