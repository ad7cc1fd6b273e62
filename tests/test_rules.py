"""Rules of the repository that would otherwise live in somebody's memory."""

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import click
import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po

from analysis.__main__ import main
from analysis.files.words import MODES_EN
from analysis.report.words import MODES
from survey_app import config, words
from survey_app.commands import cli, settings

ROOT = Path(__file__).parent.parent
PACKAGES = ("questionnaires", "survey_app", "analysis")
SOURCES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
# "Điều tra viên" asks, "trường hợp" is who was drawn, "máy đặt tại quầy" is the kiosk; "bản kết quả", "phiếu mời", "bản
# trích số liệu", "xác thực hai bước", "phiếu", "liên kết" and "toàn địa bàn" have one name, too, and one spelling.
DROPPED = re.compile(
    r"(khảo sát|phỏng vấn) viên|cán bộ (khảo sát|điều tra|phỏng vấn)|mã cán bộ|\bmẫu số|\bmẫu này đã"
    r"|(?<!đặt )\bmáy tại quầy|bản phát hành|phiếu một lần|bộ dữ liệu đã khóa|bước thứ hai|phiếu hỏi(?! ý kiến)"
    r"|đường dẫn|cả huyện|\bhoá\b|(?-i:Ông/bà|ông/bà )",
    re.IGNORECASE,
)
KEYWORDS = {**DEFAULT_KEYWORDS, "lazy_gettext": None, "_l": None}  # As `make translations` has them.
TEMPLATES = sorted(page for package in PACKAGES for page in (ROOT / package).rglob("templates/**/*.html"))


def _functions(path: Path) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    tree = ast.parse(path.read_text())
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def test_no_file_is_longer_than_one_can_hold_in_mind() -> None:
    long = [f"{path.relative_to(ROOT)}" for path in SOURCES if len(path.read_text().splitlines()) > 300]

    assert long == []


def test_no_function_is_longer_than_forty_lines() -> None:
    long = [
        f"{path.relative_to(ROOT)}:{node.name}"
        for path in SOURCES
        for node in _functions(path)
        if node.end_lineno is not None and node.end_lineno - node.lineno >= 40
    ]

    assert long == []


def test_no_template_is_longer_than_eighty_lines() -> None:
    long = [f"{path.relative_to(ROOT)}" for path in TEMPLATES if len(path.read_text().splitlines()) > 80]

    assert long == []


def test_every_module_says_what_it_does() -> None:
    silent = [f"{path.relative_to(ROOT)}" for path in SOURCES if not ast.get_docstring(ast.parse(path.read_text()))]

    assert silent == []


def test_no_module_is_called_after_nothing() -> None:
    empty_names = {"utils", "helpers", "common", "misc", "manager", "process_data"}

    assert [path for path in SOURCES if path.stem in empty_names] == []


def test_no_name_of_a_module_is_given_twice() -> None:
    """The second would silently take the place of the first for everybody who asks for it."""
    twice = []
    for path in SOURCES:
        named = [node.targets[0] for node in ast.parse(path.read_text()).body if isinstance(node, ast.Assign)]
        names = [target.id for target in named if isinstance(target, ast.Name)]
        twice += [f"{path.relative_to(ROOT)}: {name}" for name in sorted(set(names)) if names.count(name) > 1]

    assert twice == []


def test_no_test_waits_by_a_script_that_its_page_forbids() -> None:
    """What Playwright asks more than once it asks with `eval`, which our policy refuses: right at once, or an error."""
    tests = (ROOT / "tests").rglob("*.py")

    assert [path.name for path in tests if ".wait_for_" + "function(" in path.read_text()] == []


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_no_template_holds_inline_script_or_style(template: Path) -> None:
    text = template.read_text()

    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\bsrc=)|\|\s*safe\b|autoescape\s+false", text)


def _asked_of_the_environment(path: Path) -> set[str]:
    """Names in `os.environ["…"]`, `os.environ.get("…")`, `os.getenv("…")` and the like; `?`: no plain text."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load):
            holder, name = node.value, node.slice
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
            is_getenv = node.func.attr == "getenv"
            holder, name = (node.func if is_getenv else node.func.value), node.args[0]
        else:
            continue
        if ast.unparse(holder) in ("os.environ", "os.getenv", *(("environ",) if path.name == "config.py" else ())):
            found.add(str(name.value) if isinstance(name, ast.Constant) else "?")
    return found


def test_only_settings_that_are_listed_and_explained_are_read() -> None:
    ours = [*SOURCES, *(ROOT / "migrations").rglob("*.py")]
    elsewhere = {path.relative_to(ROOT).as_posix(): _asked_of_the_environment(path) for path in ours}

    assert elsewhere.pop("survey_app/config.py") == {"?"}  # `Setting.value` asks for each name of the list.
    assert {path: names for path, names in elsewhere.items() if names} == {}
    assert "\n".join(settings.table()) in (ROOT / "README.md").read_text()
    assert {"PORT", "INSTANCE", "DATABASE_URL"} <= {one.name for one in config.KNOWN}


def test_migrations_are_numbered_without_a_hole() -> None:
    numbers = sorted(path.name[:4] for path in (ROOT / "migrations" / "versions").glob("[0-9]*.py"))

    assert numbers == [f"{number:04}" for number in range(1, len(numbers) + 1)]


def _messages_in_code() -> Catalog:
    methods = [("**/templates/**.*", "jinja2"), ("**.py", "python")]
    found = Catalog()
    for package in ("survey_app", "questionnaires"):
        for file, line, message, _comments, context in extract_from_dir(ROOT / package, methods, KEYWORDS):
            found.add(message, locations=[(file, line)], context=context)
    return found


def test_every_text_of_the_pages_is_in_vietnamese() -> None:
    with (ROOT / "survey_app/translations/vi/LC_MESSAGES/messages.po").open("rb") as file:
        catalogue = read_po(file, locale="vi")

    # A fuzzy catalogue or text is left out when the catalogue is compiled, and the page speaks English.
    assert not catalogue.fuzzy
    assert [message.id for message in catalogue if message.fuzzy] == []
    missing = []
    for message in _messages_in_code():
        if not message.id:
            continue
        translated = catalogue.get(message.id, message.context)
        if translated is None or not translated.string or not all(translated.string):
            missing.append(message.id)
    assert missing == []


def test_a_thing_has_one_name_in_every_text() -> None:
    catalogue = ROOT / "survey_app/translations/vi/LC_MESSAGES/messages.po"
    with catalogue.open("rb") as file:
        said = {
            str(one.id): " ".join([one.string] if isinstance(one.string, str) else one.string)
            for one in read_po(file, locale="vi")
            if one.id
        }
    guide = (ROOT / "survey_app/guide/texts").glob("*.md")
    shown = [*said.values(), *(path.read_text() for path in (*SOURCES, *TEMPLATES, *guide))]
    shown += [path.read_text() for package in PACKAGES for path in (ROOT / package).rglob("*.toml")]
    found = {found[0] for text in shown for found in DROPPED.finditer(text)}

    assert found == set()
    assert not [text for text in said.values() if re.search(r"\bkiosk\b", text, re.IGNORECASE)]
    for code, name in words.MODES.items():  # Console, report and the files for analysts.
        english = str(name)
        assert (MODES[code].lower(), MODES_EN[code].lower()) == (said[english].lower(), english.lower())


def test_only_documents_that_are_here_are_named() -> None:
    documents = [
        *ROOT.glob("*.md"),
        *(path for folder in ("docs", *PACKAGES) for path in (ROOT / folder).rglob("*.md")),
    ]
    code = [*SOURCES, *(path for folder in ("tests", "benchmarks") for path in (ROOT / folder).rglob("*.py"))]
    here = {path.name for path in documents}
    named = {(path.name, name) for path in code + documents for name in re.findall(r"[\w-]+\.md\b", path.read_text())}

    assert len(named) > 5
    assert [one for one in sorted(named) if one[1] not in here] == []


def test_every_verb_and_every_option_of_a_release_is_named() -> None:
    text = (ROOT / "README.md").read_text()
    listed = text.partition("## Commands")[2].partition("\n\n")[2].partition("\n\n")[0]
    named = {
        f"{verb} {one}".strip()
        for verb, ones in re.findall(r"`([a-z-]+)(?: ([a-z|-]+))?[^`]*`", listed)
        for one in ones.split("|")
    }
    groups = {name: one for name, one in cli.commands.items() if isinstance(one, click.Group)}
    verbs = {f"{name} {one}" for name, group in groups.items() for one in group.commands} | set(cli.commands)
    options = {name for one in main.params for name in one.opts if name.startswith("--")} - {"--out"}

    assert verbs - set(groups) - named == set()
    assert [one for one in sorted(options) if f"`{one}" not in text and f" {one}" not in text] == []


def test_the_packages_import_only_what_they_may() -> None:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--config", "setup.cfg", "--no-cache"]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert result.returncode == 0, result.stdout


def test_the_web_loads_neither_analysis_nor_what_reads_pictures(tmp_path: Path) -> None:
    """The application as a server loads it: both run in processes of their own."""
    heavy = ("pandas", "scipy", "matplotlib", "analysis", "numpy", "cv2", "pypdfium2", "survey_app.paper.reading")
    code = (
        f"import sys, survey_app.wsgi, survey_app.paper.reading_door; print([m for m in {heavy} if m in sys.modules])"
    )
    environment = os.environ | {"INSTANCE": str(tmp_path), "DATABASE_URL": ""}
    command = [sys.executable, "-c", code]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, env=environment)

    assert result.stdout.strip() == "[]"
