"""`hailong instrument import` and `export`: every format, and forms that a person has to complete first."""

import io
import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner, Result
from flask import Flask
from flask_babel import force_locale, get_translations

from questionnaires import exchange, loader
from questionnaires.exchange import Note, Place, notes
from survey_app import config, database
from survey_app.commands import cli
from tests.questionnaires.exchange.test_foreign_forms import SATISFACTION
from tests.questionnaires.exchange.workbooks import workbook

Hailong = Callable[..., Result]
SIPAS = loader.load_builtin("sipas2017")


@pytest.fixture
def hailong(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Hailong:
    """The command in an instance folder of its own, run from there."""
    monkeypatch.setenv("INSTANCE", str(tmp_path))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.chdir(tmp_path)
    database.upgrade(config.read().database_url)
    return lambda *arguments: CliRunner().invoke(cli, ["instrument", *arguments], catch_exceptions=False)


@pytest.mark.parametrize("format", ["toml", "json", "xlsx"])
def test_what_is_exported_is_imported_as_the_same_version(hailong: Hailong, format: str) -> None:
    hailong("import", "sipas2017")
    written = hailong("export", "sipas2017", "--format", format, "--out", f"form.{format}")
    again = hailong("import", f"form.{format}")

    assert (written.exit_code, again.exit_code) == (0, 0), again.output
    assert loader.content_hash(SIPAS) in again.output
    assert "no fault" in hailong("check", f"form.{format}").output


def test_text_is_printed_and_a_workbook_gets_its_own_name(hailong: Hailong, tmp_path: Path) -> None:
    hailong("import", "sipas2017")

    assert hailong("export", "sipas2017", "--format", "toml").stdout.startswith('code = "sipas2017"\n')
    assert hailong("export", "sipas2017", "--format", "ddi").stdout.startswith("<?xml")
    assert "sipas2017-1.0-codebook.xlsx is written" in hailong("export", "sipas2017", "--format", "codebook").output
    assert (tmp_path / "sipas2017-1.0-codebook.xlsx").read_bytes() == exchange.write(SIPAS, "codebook").content


def test_a_form_of_another_system_is_not_published_but_drafted(hailong: Hailong, tmp_path: Path) -> None:
    (tmp_path / "kobo.xlsx").write_bytes(workbook(SATISFACTION))
    refused = hailong("import", "kobo.xlsx", "--rated", "level")
    drafted = hailong("import", "kobo.xlsx", "--rated", "level", "--draft", "kobo.toml")
    again = hailong("import", "kobo.xlsx", "--draft", "kobo.toml")

    assert refused.exit_code == 1
    assert "  index: missing" in refused.output
    assert "--draft form.toml" in refused.output
    assert "choices, row 8, label: Check that the levels go from the lowest to the highest" in refused.stderr
    assert drafted.exit_code == 0
    assert "nothing is published" in drafted.output
    assert "index: missing" in hailong("check", "kobo.toml").output
    assert (again.exit_code, "already there" in again.output) == (1, True)
    assert (
        exchange.read_any("kobo.toml", (tmp_path / "kobo.toml").read_bytes()).data["scale"]["not_used"]["en"]
        == "Not used"
    )


def test_a_form_changed_elsewhere_waits_for_a_person(hailong: Hailong, tmp_path: Path) -> None:
    """All is there, but one cell says something else than what was taken."""
    book = openpyxl.load_workbook(io.BytesIO(exchange.write(SIPAS, "xlsx").content))
    level = next(row for row in book["choices"].iter_rows() if row[0].value == "levels__5")
    level[2].value = "Chán"
    book.save(tmp_path / "form.xlsx")

    refused = hailong("import", "form.xlsx")

    assert (refused.exit_code, "was not published" in refused.output) == (1, True)
    assert (
        f"choices, row {level[0].row}, label::Tiếng Việt (vi): “Chán” is not what the questionnaire says here"
        in refused.stderr
    )


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("x.xlsx", b"PK\x03\x04 nothing", "The workbook is damaged"),
        ("x.txt", b"\x00\x01", "This is no TOML, JSON, XLSX or LimeSurvey text file."),
        ("x.toml", b"a = ", "This is not TOML"),
    ],
)
def test_a_file_that_is_no_form_is_refused_in_one_sentence(
    hailong: Hailong, tmp_path: Path, name: str, content: bytes, sentence: str
) -> None:
    (tmp_path / name).write_bytes(content)

    refused = hailong("import", name)

    assert refused.exit_code == 1
    assert sentence in refused.output
    assert len(refused.output.splitlines()) == 1


def test_a_note_is_read_in_the_language_of_its_reader(app: Flask) -> None:
    note = Note(Place("survey", 3, "label"), notes.CALCULATED, {"name": "adults 100%"})
    with app.test_request_context(), force_locale("vi"):
        assert note.text(get_translations().ugettext) == "adults 100% được tính tự động hoặc bị ẩn nên đã bỏ."
    assert note.text() == "adults 100% is calculated or hidden and was left out."


def test_a_process_that_serves_citizens_loads_no_reader_of_workbooks() -> None:
    seen = "print([name for name in ('openpyxl', 'xlsxwriter') if name in sys.modules])"
    code = f"import sys, survey_app, questionnaires.exchange; {seen}"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert result.stdout.strip() == "[]"


def test_the_schema_for_editors_names_every_field_of_a_file(hailong: Hailong) -> None:
    schema = json.loads(hailong("schema").stdout)
    named = schema["$defs"]["Instrument"]["properties"]
    file = json.loads(loader.to_json(SIPAS))

    assert set(file) <= set(named)
    assert {"rated", "ranking", "three_level"} <= set(re.findall(r'"const": "(\w+)"', json.dumps(schema)))
