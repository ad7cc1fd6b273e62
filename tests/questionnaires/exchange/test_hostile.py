"""Hostile files: nothing runs, nothing hangs, memory stays small, and the reason names its place."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from questionnaires.exchange import notes
from tests.questionnaires.exchange.hostile import FILES
from tests.quickest import slowness

ROOT = Path(__file__).parents[3]
SECONDS, MEGABYTES = 2, 200
# Of each file, how the reason for its refusal begins; the others are taken with the note that follows.
REFUSED = {
    "external_entity.xlsx": notes.DOCUMENT_TYPE,
    "entities.xlsx": notes.DOCUMENT_TYPE,
    "utf16_entities.xlsx": "The text is not UTF-8",
    "ebcdic.xlsx": "The workbook is written in the encoding cp037",
    "zip_bomb.xlsx": "The workbook is more than 30 MB when unpacked",
    "lying_bomb.xlsx": "The workbook is damaged",
    "million_rows.xlsx": "The workbook has more than 400000 cells and formats",
    "many_rows.xlsx": "The sheet has more than 5000 rows",
    "wide.xlsx": "The sheet has more than 120 columns",
    "traversal.xlsx": "The workbook names a part outside itself (../../etc/passwd)",
    "linked_sheet.xlsx": notes.NO_SURVEY,
    "many_parts.xlsx": "The workbook has more than 500 parts",
    "double_part.xlsx": notes.DOUBLE_PART,
    "password.xlsx": notes.OLD_OR_PROTECTED,
    "encrypted_part.xlsx": notes.PROTECTED,
    "truncated.xlsx": "The workbook is damaged",
    "garbage.xlsx": "The workbook is damaged",
    "other_archive.xlsx": notes.NO_WORKBOOK,
    "broken_xml.xlsx": "The workbook is damaged",
    "long_cell.xlsx": "The cell has 10000000 characters",
    "nested.toml": "This is not TOML",
    "nested_tables.toml": "This is not TOML",
    "dotted.toml": "A line has more than 400 dots",
    "number.toml": "This is not TOML",
    "hexadecimal.toml": "A number has more than 15 digits",
    "nested.json": "This is not JSON",
    "deep.json": "Tables are nested more than 30 deep",
    "number.json": "This is not JSON",
    "surrogate.json": notes.UNREADABLE_NAME,
    "binary.txt": notes.UNKNOWN_FORMAT,
    "large.txt": "The sheet has more than 20000 rows",
    "quote.txt": "The row cannot be read",
}
NOT_TAKEN = "The condition was not taken, and the question is always asked"
NOTED = {
    "formulas.xlsx": "survey, row 3, C: The cell holds a formula. Its text “=cmd|'/C calc'!A0” was taken",
    "far_away_row.xlsx": "survey, row 101: Here end 100 empty rows",
    "macros.xlsm": "file: The workbook holds macros. None of them was run or taken.",
    "odd_characters.xlsx": "survey, row 2, C: Characters that cannot be shown",
    "markup_everywhere.xlsx": "survey, row 3, label: Markup such as <script> is shown as it is typed",
    "same_names.xlsx": "survey, row 3, name: “age” is called age_2 here.",
    "circles.xlsx": f"survey, row 5, relevant: {NOT_TAKEN}: c is no",
    "deep_condition.xlsx": f"survey, row 3, relevant: {NOT_TAKEN}: brackets",
    "many_nots.xlsx": f"survey, row 3, relevant: {NOT_TAKEN}: brackets",
    "deep_groups.xlsx": "survey, row 4002, label: The Vietnamese words are missing.",
    "long_choices.xlsx": "choices, row 92, name: The choice x comes twice",
    "wrong_kinds.xlsx": "survey, row 4, type: Questions of the type “1” are not possible here: 2 was left out.",
    "own_sheet.xlsx": "survey, row 2, label: The Vietnamese words are missing.",
    "relevance.txt": f"row 3, relevance: {NOT_TAKEN}: brackets",
}


def outcomes(folder: Path) -> dict[str, dict[str, Any]]:
    """What came of all files, read in processes with little memory."""
    for name, make in FILES.items():
        (folder / name).write_bytes(make())
    command = [sys.executable, "-m", "tests.questionnaires.exchange.measure", str(folder)]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=True)
    return {found.pop("file"): found for found in map(json.loads, result.stdout.splitlines())}


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    return outcomes(tmp_path_factory.mktemp("hostile"))


def test_every_hostile_file_has_its_answer(found: dict[str, dict[str, Any]]) -> None:
    assert set(REFUSED) | set(NOTED) | {"turning.toml"} == set(FILES) == set(found)
    assert [name for name, outcome in found.items() if outcome.get("died")] == []


def test_nothing_hangs_and_memory_stays_small(found: dict[str, dict[str, Any]]) -> None:
    most = SECONDS * slowness()
    slow = {name: outcome["seconds"] for name, outcome in found.items() if outcome["seconds"] > most}
    large = {name: outcome["megabytes"] for name, outcome in found.items() if outcome["megabytes"] > MEGABYTES}

    assert (slow, large) == ({}, {})


def test_files_of_which_nothing_can_be_taken_are_refused(found: dict[str, dict[str, Any]]) -> None:
    reasons = {name: found[name].get("refused", "").partition(": ")[2] for name in REFUSED}

    assert {name: said for name, said in reasons.items() if not said.startswith(REFUSED[name].rstrip("."))} == {}


def test_what_is_taken_of_a_hostile_file_is_no_instrument_and_says_why(found: dict[str, dict[str, Any]]) -> None:
    taken = {name: found[name] for name in NOTED}

    assert [name for name, outcome in taken.items() if not outcome["faults"]] == []
    assert max(len(outcome["notes"]) for outcome in taken.values()) == 501
    for name, outcome in taken.items():
        assert any(note.startswith(NOTED[name]) for note in outcome["notes"]), (name, outcome["notes"][:20])


def test_no_character_turns_a_text_around(found: dict[str, dict[str, Any]]) -> None:
    assert "title.vi: holds a character that turns the direction of writing" in found["turning.toml"]["faults"]
    assert "\u202e" not in json.dumps(found["odd_characters.xlsx"], ensure_ascii=False)


def test_nothing_of_another_file_comes_in(found: dict[str, dict[str, Any]]) -> None:
    assert "root:" not in json.dumps(found)
