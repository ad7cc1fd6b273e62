"""The commands that scripts outside this repository rely on, and the sentences when something is wrong."""

import json
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
import urllib3
from click.testing import CliRunner, Result
from flask import Flask

import survey_app
from analysis.old_data import published
from benchmarks.site import free_port
from questionnaires import loader
from survey_app import clock, config, create_app, database
from survey_app.commands import cli, demo
from survey_app.instruments import instrument_versions
from survey_app.proofs import visits
from tests import factories
from tests.analysis.every_kind import make_files_of_open_answers
from tests.analysis.extracts import make_extract
from tests.analysis.old_data.test_published import ABOUT, LINES
from tests.analysis.short_forms.test_forms import finished
from tests.analysis.test_first_stage import PLAN, rows_with_one_of

UNITS = str(Path(survey_app.__file__).parent / "data" / "units_tho_xuan.csv")
Hailong = Callable[..., Result]


@pytest.fixture
def hailong(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Hailong:
    """The command in an instance folder of its own."""
    monkeypatch.setenv("INSTANCE", str(tmp_path))
    monkeypatch.setenv("PUBLIC_URL", "https://hailong.example.vn/")
    monkeypatch.delenv("DATABASE_URL", raising=False)
    database.upgrade(config.read().database_url)
    return lambda *arguments, **more: CliRunner().invoke(cli, arguments, catch_exceptions=False, **more)


def fill(mode: str = "qr_open") -> str:
    """A wave with one point that is in use and one that is not; returns the code of the first."""
    app = create_app()
    with app.app_context():
        session = database.session()
        point = factories.make_point(session, mode=mode)
        factories.make_point(session, wave=point.wave, unit=point.unit, active=False, mode="kiosk")
        session.commit()
        code = point.code
    app.extensions["engine"].dispose()
    return code


def rows(result: Result) -> Any:
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_points_are_listed_for_scripts(hailong: Hailong) -> None:
    code = fill()
    first, second = sorted(rows(hailong("points", "--json")), key=lambda point: point["mode"], reverse=True)

    assert {name: value for name, value in first.items() if name != "state"} == {
        "code": code,
        "url": f"https://hailong.example.vn/p/{code}",
        "unit": "15520",
        "survey": "sipas-2026",
        "wave": "sipas-2026-dot-1",
        "instrument": "sipas2017",
        "mode": "qr_open",
    }
    assert first["state"] in ("not_yet", "open", "closed")
    assert second["state"] == "inactive"


def test_points_are_narrowed_by_survey_and_wave(hailong: Hailong) -> None:
    fill()

    assert len(rows(hailong("points", "--json", "--survey", "sipas-2026", "--wave", "sipas-2026-dot-1"))) == 2
    assert rows(hailong("points", "--json", "--survey", "other")) == []
    assert rows(hailong("points", "--json", "--wave", "other")) == []


def test_surveys_are_listed_for_scripts(hailong: Hailong) -> None:
    fill()
    (survey,) = rows(hailong("surveys", "--json"))
    (wave,) = survey.pop("waves")

    assert survey.pop("name")["en"] == "Survey of satisfaction with administrative service 2026"
    assert survey == {
        "slug": "sipas-2026",
        "index": "sipas",
        "period": {"from": "2026-01-01", "to": "2026-12-31"},
        "target": 80.0,
    }
    assert wave.keys() == {
        *("slug", "name", "instrument", "version", "opens_on", "closes_on", "state", "simulated", "practice"),
    }
    assert (wave["slug"], wave["simulated"]) == ("sipas-2026-dot-1", False)


def test_lists_can_be_read_by_people_and_teach_when_empty(hailong: Hailong) -> None:
    assert "No survey yet" in hailong("surveys").output
    assert "No collection point" in hailong("points").output
    code = fill()

    assert "sipas-2026-dot-1" in hailong("surveys").output
    assert f"https://hailong.example.vn/p/{code}" in hailong("points").output


def test_sheets_are_written_for_points_in_use(hailong: Hailong, tmp_path: Path) -> None:
    fill()
    done = hailong("qr", "sipas-2026-dot-1", "--out", str(tmp_path / "sheets.pdf"), "--size", "a5")

    assert "1 sheets" in done.output
    assert (tmp_path / "sheets.pdf").read_bytes().startswith(b"%PDF")


def test_paper_points_are_listed_and_hang_no_sheet(hailong: Hailong, tmp_path: Path) -> None:
    fill(mode="paper_self")
    done = hailong("qr", "sipas-2026-dot-1", "--out", str(tmp_path / "sheets.pdf"))

    assert {point["mode"] for point in rows(hailong("points", "--json"))} == {"paper_self", "kiosk"}
    assert done.exit_code == 1
    assert not (tmp_path / "sheets.pdf").exists()


def test_visit_codes_and_the_key_of_their_point_are_printed(hailong: Hailong) -> None:
    code = fill(mode="visit_code")
    key = hailong("visit-key", code.lower()).stdout.strip()
    lines = hailong("visit-code", code, "--group", "H", "--count", "3").stdout.splitlines()

    assert len(key) == 32
    for printed, address in map(str.split, lines):
        assert address == f"https://hailong.example.vn/v/{code}/{printed}"
        assert visits.read(key, printed, clock.utc_now()).is_fresh(clock.utc_now())
    assert len({*lines}) == 3


def test_the_steps_of_a_wave_are_taken_and_listed(hailong: Hailong) -> None:
    fill()
    wave = "sipas-2026-dot-1"
    done = [
        hailong("wave", "reopen", wave, "--to", "2099-11-30", "--reason", "thử"),
        hailong("wave", "extend", wave, "--to", "2099-12-31", "--reason", "bão"),
        hailong("wave", "rehearse", wave, "--until", "2099-12-31"),
    ]
    copied = hailong("wave", "copy", wave, "--into", "sipas-2026", "--slug", "new", "--opens", "2099-01-01")
    lines = hailong("wave", "steps", wave).stdout.splitlines()

    assert [one.exit_code for one in done[1:]] == [0, 0]
    assert "set to one wave" in copied.output
    assert copied.exit_code == 1
    assert [line.split()[2] for line in lines][-2:] == ["extended", "rehearsed"]
    assert all("by command" in line for line in lines)
    assert "REHEARSAL" in hailong("surveys").output


def test_the_demos_sheets_carry_the_address_of_today(app: Flask) -> None:
    with app.app_context():
        found = [factories.make_point(database.session())]
    settings = app.config["SETTINGS"]
    for public_url in ("https://old.example.vn", "https://new.example.vn"):
        path = demo._write_sheets(replace(settings, public_url=public_url), found)
    with closing(pypdfium2.PdfDocument(path)) as document:
        text = document[0].get_textpage().get_text_bounded()

    assert f"new.example.vn/p/{found[0].code}" in text


def test_off_a_terminal_the_demo_says_how_far_it_is(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(demo, "SAID_EVERY", 0.0)
    with demo._progress("  cases visited by an officer", 3) as sent:
        for _ in range(3):
            sent(1)
    lines = capsys.readouterr().out.splitlines()

    assert lines[0] == "  cases visited by an officer …"
    assert lines[1:4] == [f"  cases visited by an officer: {done} of 3" for done in (1, 2, 3)]


def test_the_lines_of_the_demos_server_go_to_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    port = free_port()
    monkeypatch.setenv("INSTANCE", str(tmp_path))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setenv("PORT", str(port))
    monkeypatch.setenv("LOG_REQUESTS", "1")
    database.upgrade(config.read().database_url)
    address = f"http://127.0.0.1:{port}"
    with demo._serving("127.0.0.1", address, tmp_path / "demo.log"):
        urllib3.request("GET", f"{address}/login", retries=False)

    assert '"event": "request"' in (tmp_path / "demo.log").read_text(encoding="utf-8")
    assert capfd.readouterr().out == ""


@pytest.mark.slow
def test_short_forms_of_a_release_are_written_by_a_verb(hailong: Hailong, tmp_path: Path) -> None:
    release = finished(tmp_path / "r")
    done = hailong("short-forms", str(release), "--out", str(tmp_path / "short"), "--period", "2026-Q3")
    wrong = hailong("short-forms", str(release), "--period", "2026-Q9")

    assert done.exit_code == 0, done.output
    assert {"bulletin.txt", "brief.docx", "period_report.docx"} <= {one.name for one in (tmp_path / "short").iterdir()}
    assert wrong.exit_code == 1
    assert wrong.output.startswith("Error: ")
    assert "2026-Q9" in wrong.output


def test_units_go_in_and_out(hailong: Hailong, tmp_path: Path) -> None:
    assert "71 added" in hailong("units", "import", UNITS).output
    hailong("units", "export", "--out", str(tmp_path / "units.csv"))

    assert "71 unchanged" in hailong("units", "import", str(tmp_path / "units.csv")).output
    assert hailong("units", "export").stdout == (tmp_path / "units.csv").read_text()


def test_an_instrument_is_published_once_and_given_out_as_it_is(hailong: Hailong) -> None:
    instrument = loader.load_builtin("sipas2017")
    first, again = (hailong("instrument", "import", "sipas2017") for _ in range(2))

    assert first.output == again.output
    assert loader.content_hash(instrument) in first.output
    assert loader.from_json(hailong("instrument", "export", "sipas2017").stdout) == instrument
    assert "no fault" in hailong("instrument", "check", "sipas2017").output


def test_a_fresh_installation_offers_every_builtin_instrument(hailong: Hailong) -> None:
    """And a retired one stays retired when `init` runs again, as it does with every upgrade."""
    hailong("init")
    app = create_app()
    with app.app_context():
        session = database.writing(database.session())
        offered = [version.code for version in instrument_versions.published(session)]
        instrument_versions.published(session)[0].state = "retired"
        session.commit()
    again = hailong("init")
    with app.app_context():
        left = [version.code for version in instrument_versions.published(database.session())]
    app.extensions["engine"].dispose()

    assert tuple(offered) == loader.builtin_codes()
    assert (again.exit_code, left) == (0, offered[1:])


def test_a_changed_content_needs_a_new_version(hailong: Hailong, tmp_path: Path) -> None:
    hailong("instrument", "import", "sipas2017")
    changed = json.loads(loader.to_json(loader.load_builtin("sipas2017")))
    changed["title"]["vi"] += " (sửa)"
    (tmp_path / "form.json").write_text(json.dumps(changed))
    refused = hailong("instrument", "import", str(tmp_path / "form.json"))

    assert refused.exit_code == 1
    assert "new version" in refused.output


def test_all_faults_of_an_instrument_file_are_named(hailong: Hailong, tmp_path: Path) -> None:
    (tmp_path / "form.toml").write_text('code = "9x"\nversion = ""\n')
    refused = hailong("instrument", "check", str(tmp_path / "form.toml"))

    assert refused.exit_code == 1
    assert refused.output.count("\n") > 3


def test_accounts_are_added_listed_and_closed(hailong: Hailong) -> None:
    made = hailong("user", "add", "an@example.vn", "--role", "manager", "--role", "analyst", "--generate")
    read = hailong("user", "add", "binh@example.vn", "--role", "officer", "--password-stdin", input="mật khẩu dài\n")
    closed = hailong("user", "deactivate", "an@example.vn")
    renewed = hailong("user", "password", "binh@example.vn", "--generate")
    listed = hailong("user", "list").output

    assert len(made.output.split("shown only now: ")[1].strip()) >= 16
    assert (read.exit_code, closed.exit_code, renewed.exit_code) == (0, 0, 0)
    assert "an@example.vn  analyst, manager  deactivated" in listed
    assert "binh@example.vn  officer  active" in listed


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("qr", "nothing", "--out", "x.pdf"), "There is no wave nothing"),
        (("units", "import", __file__), "columns must be"),
        (("visit-key", "K7QF3MX"), "There is no point K7QF3MX"),
        (("wave", "close", "nothing", "--reason", "x"), "There is no wave nothing"),
        (("instrument", "import", "nothing"), "neither a file nor one of"),
        (("instrument", "export", "sipas2017"), "import it first"),
        (("user", "deactivate", "nobody@example.vn"), "There is no account"),
        (("user", "add", "no address", "--role", "officer", "--generate"), "no e-mail address"),
    ],
)
def test_a_mistake_is_one_clear_sentence_and_an_honest_exit_code(
    hailong: Hailong, arguments: tuple[str, ...], words: str
) -> None:
    done = hailong(*arguments)

    assert done.exit_code == 1
    assert words in done.output
    assert "Traceback" not in done.output


@pytest.mark.parametrize(
    "command",
    [
        ("units",),
        ("instrument",),
        ("user",),
        ("points",),
        ("surveys",),
        ("qr",),
        ("visit-key",),
        ("visit-code",),
        ("wave",),
    ],
)
def test_every_command_shows_an_example(command: tuple[str, ...]) -> None:
    group: Any = cli.commands[command[0]]
    for name, one in getattr(group, "commands", {command[0]: group}).items():
        assert "Example: hailong" in one.help, name


def test_files_for_analysts_are_written_with_what_people_wrote(hailong: Hailong, tmp_path: Path) -> None:
    made = make_files_of_open_answers(tmp_path / "made")
    command = ("files", str(made / "extract"), str(made / "release"), "--out", str(tmp_path / "files"), "--texts")
    result = hailong(*command)
    head = (tmp_path / "files" / "responses.csv").read_text("utf-8").splitlines()[0]

    assert result.exit_code == 0, result.output
    assert "comment" in head.split(",")
    assert (tmp_path / "files" / "replication.zip").stat().st_size > 0


@pytest.mark.slow
def test_the_choice_that_the_analysis_asks_for_is_taken_by_the_verb_too(hailong: Hailong, tmp_path: Path) -> None:
    """Of one PSU of a stratum drawn without replacement one person answered."""
    plan = PLAN | {"first_stage": "without-replacement"}
    make_extract(tmp_path / "extract", rows_with_one_of("P4"), plans={"w1": plan})
    command = ("analyse", str(tmp_path / "extract"), "--out", str(tmp_path / "release"))
    stopped = hailong(*command)
    wrong = hailong(*command, "--lonely-psu", "guess")
    done = hailong(*command, "--lonely-psu", "certainty")

    assert (stopped.exit_code, wrong.exit_code, done.exit_code) == (1, 1, 0)
    assert "choose what stands for their variance: --lonely-psu certainty" in stopped.output
    assert "'guess' is not one of" in wrong.output
    assert (tmp_path / "release" / "report.docx").is_file()


def test_results_of_earlier_years_are_taken_in_with_the_units_of_the_database(hailong: Hailong, tmp_path: Path) -> None:
    hailong("units", "import", UNITS)
    (tmp_path / "old.csv").write_text("\n".join(("code,unit,value,n,note", *LINES)), "utf-8")
    (tmp_path / "about.toml").write_text(ABOUT, "utf-8")
    command = ("old-data", "published", str(tmp_path / "old.csv"), "--about", str(tmp_path / "about.toml"))
    done = hailong(*command, "--out", str(tmp_path / "old"), "--units-on", "2020-01-01")
    (tmp_path / "old.csv").write_text("code,unit,value,n,note\nindex,99999,70,40,", "utf-8")
    refused = hailong(*command, "--out", str(tmp_path / "other"))

    assert done.exit_code == 0, done.output
    assert {one["unit"] for one in published.read(tmp_path / "old")["rolled_up"]["units"]} == {
        "15520",
        "15499",
        "15556",
    }
    assert (refused.exit_code, (tmp_path / "other").exists()) == (1, False)
    assert "Nothing was imported" in refused.output
