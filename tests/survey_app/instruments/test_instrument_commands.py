"""`hailong instrument`: what changed between versions, with exit codes for scripts; advice and retiring."""

from pathlib import Path

import pytest

from questionnaires import loader
from survey_app import clock
from survey_app.commands import cli
from tests.factories import NOON
from tests.survey_app.test_commands import Hailong, fill, hailong, rows

__all__ = ["hailong"]  # The fixture.


def write(folder: Path, name: str, **replaced: str) -> str:
    """SIPAS 2017 as a file with some words replaced."""
    content = loader.to_json(loader.load_builtin("sipas2017"))
    for old, new in replaced.items():
        assert old in content
        content = content.replace(old, new)
    (folder / name).write_text(content)
    return str(folder / name)


def test_diff_says_by_its_exit_code_whether_series_compare(hailong: Hailong, tmp_path: Path) -> None:
    hailong("instrument", "import", "sipas2017")
    reworded = write(tmp_path, "reworded.json", **{"số chỗ ngồi": "số ghế"})
    # Another formula gives another index.
    recounted = write(tmp_path, "recounted.json", **{'"name":"O_crit"': '"name":"O_fac"'})

    same, noted = (
        hailong("instrument", "diff", "sipas2017@1.0", "sipas2017"),
        hailong("instrument", "diff", "sipas2017", reworded),
    )
    broken = hailong("instrument", "diff", "sipas2017", recounted)

    assert (same.exit_code, noted.exit_code, broken.exit_code) == (0, 1, 2)
    assert "Nothing changed" in same.output
    assert "A1.1: reworded. People may understand the new words differently." in noted.output
    assert "+ Ông/Bà hài lòng thế nào về số ghế ở nơi chờ?" in noted.output
    assert "sipas2017 1.0 → sipas2017 1.0: breaks the series" in broken.output


def test_diff_for_programs(hailong: Hailong, tmp_path: Path) -> None:
    reworded = write(tmp_path, "reworded.json", **{"số chỗ ngồi": "số ghế"})
    result = hailong("instrument", "diff", "sipas2017", reworded, "--json")
    result.exit_code -= 1

    found = rows(result)

    assert (found["consequence"], found["index"], found["series"]) == ("note", "note", {"A1": "note", "A1.1": "note"})
    assert [(one["place"], one["change"]) for one in found["changes"]] == [("A1.1", "reworded")]


@pytest.mark.parametrize("arguments", [("sipas2017", "nothing"), ("sipas2017@9", "sipas2017"), ("sipas2017",)])
def test_what_cannot_be_compared_has_a_code_of_its_own(hailong: Hailong, arguments: tuple[str, ...]) -> None:
    assert hailong("instrument", "diff", *arguments).exit_code == 3


def test_check_for_programs(hailong: Hailong, tmp_path: Path) -> None:
    found = rows(hailong("instrument", "check", "quay_motcua", "--json"))
    broken = write(tmp_path, "broken.json", **{'"status":"draft"': '"status":"x"'})

    refused = hailong("instrument", "check", broken, "--json")
    refused.exit_code -= 1

    assert (found["items"], found["faults"]) == (1, [])
    assert ("parts[0].items", "one_item", "warning") in [
        (a["place"], a["what"], a["severity"]) for a in found["advice"]
    ]
    assert [fault["place"] for fault in rows(refused)["faults"]] == ["status"]


def test_a_retired_version_names_the_waves_that_it_cuts_short(
    hailong: Hailong, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill()
    monkeypatch.setattr(clock, "utc_now", lambda: NOON)

    result = hailong("instrument", "retire", "sipas2017", "1.0")

    assert result.exit_code == 0
    assert "sipas2017 1.0 is retired" in result.output
    assert "take nobody new: sipas-2026-dot-1" in result.output
    assert "is retired" in hailong("instrument", "import", "sipas2017").output
    assert hailong("instrument", "retire", "sipas2017", "7").exit_code == 1


def test_the_new_verbs_explain_themselves(hailong: Hailong) -> None:
    assert {"diff", "retire"} <= set(cli.commands["instrument"].commands)  # type: ignore[attr-defined]
    assert "0 where the index compares" in " ".join(hailong("instrument", "diff", "--help").output.split())
