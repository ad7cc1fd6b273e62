"""The plan folder and its seal: nothing can be changed without verify.py saying so; the same bytes everywhere."""

import csv
import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from shutil import copytree

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis.extract import _strata as strata_as_read
from analysis.planning import folder
from analysis.planning.seal import BadNumber
from tests.analysis.planning.plans import FRAMES, PLANS, plan

BEFORE, AFTER = datetime(2017, 6, 1, tzinfo=UTC), datetime(2017, 6, 10, 12, tzinfo=UTC)
ROOT = Path(__file__).parents[3]
KINDS = sorted(PLANS)


def _drawn(path: Path, kind: str) -> str:
    commitment = folder.write_sealed(path, FRAMES[kind], plan(kind), BEFORE)
    folder.write_drawn(path, "012345", AFTER)
    return commitment


def _verify(path: Path, *said: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-I", str(path / "verify.py"), *said]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("plan") / "households"
    _drawn(path, "households")
    return path


@pytest.mark.parametrize("kind", KINDS)
def test_the_script_in_the_folder_finds_the_same_list_without_this_package(kind: str, tmp_path: Path) -> None:
    commitment = _drawn(tmp_path / kind, kind)
    said = _verify(tmp_path / kind, commitment)

    assert (said.returncode, said.stderr) == (0, "")
    assert said.stdout == f"ĐÚNG: danh sách khớp với mã cam kết / GOOD: {commitment}\n"
    assert _verify(tmp_path / kind, "0" * 64).returncode == 1


def test_the_script_is_forty_lines_of_the_standard_library() -> None:
    lines = folder.VERIFIER.read_text(encoding="utf-8").splitlines()
    imported = {name.strip(",;") for line in lines if line.startswith(("import", "from")) for name in line.split()[1:7]}

    assert len(lines) <= 40
    assert imported <= sys.stdlib_module_names | {"sys.excepthook"}


# Of these files the lines that what was promised or drawn hangs on; days and formats are told by nothing else.
TELLING = {
    "seal.json": ("commitment", "public_number", "day", "digits", "source"),
    "draw.json": ("public_number", "seed"),
}
MUTABLE = ("frame.csv", "plan.json", "cases.csv", "seal.json", "draw.json")


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.sampled_from(MUTABLE), place=st.floats(0, 1, exclude_max=True), sign=st.sampled_from("0123456789AZaz"))
def test_one_sign_changed_anywhere_is_found(
    name: str, place: float, sign: str, drawn: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    copy = tmp_path_factory.mktemp("mutated") / "plan"
    copytree(drawn, copy)
    text = (copy / name).read_text(encoding="utf-8")
    at = int(place * len(text))
    line = text[text.rfind("\n", 0, at) + 1 :].split("\n", 1)[0]
    changed = text[:at] + sign + text[at + 1 :]
    if changed == text or (name in TELLING and not _tells(name, line)):
        return
    (copy / name).write_text(changed, encoding="utf-8")

    assert _verify(copy).returncode == 1
    with pytest.raises(folder.PlanFault, match=r"was changed|cannot be read"):
        folder.read(copy)


def _tells(name: str, line: str) -> bool:
    return any(f'"{key}"' in line for key in TELLING[name])


def test_a_row_left_out_or_a_case_exchanged_is_found(drawn: Path, tmp_path: Path) -> None:
    for name, change in (
        ("frame.csv", lambda lines: lines[:-1]),
        ("cases.csv", lambda lines: [lines[0], lines[2], lines[1], *lines[3:]]),
        ("cases.csv", lambda lines: [lines[0], *lines[2:]]),
    ):
        copy = tmp_path / f"{name}-{change(['a', 'b', 'c', 'd'])}"
        copytree(drawn, copy)
        lines = (copy / name).read_text(encoding="utf-8").splitlines()
        (copy / name).write_text("\n".join(change(lines)) + "\n", encoding="utf-8")

        assert _verify(copy).stdout.startswith("SAI:")


def test_another_number_gives_another_list_and_is_refused(drawn: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    folder.write_sealed(other, FRAMES["households"], plan("households"), BEFORE)
    folder.write_drawn(other, "012346", AFTER)

    assert (other / "frame.csv").read_bytes() == (drawn / "frame.csv").read_bytes()
    assert (other / "cases.csv").read_bytes() != (drawn / "cases.csv").read_bytes()
    with pytest.raises(folder.PlanFault, match="never repeated"):
        folder.write_drawn(drawn, "012346", AFTER)


def test_drawing_again_changes_nothing(drawn: Path) -> None:
    before = {path.name: path.read_bytes() for path in drawn.iterdir()}
    folder.write_drawn(drawn, "01 23 45", datetime(2017, 6, 20, tzinfo=UTC))

    assert {path.name: path.read_bytes() for path in drawn.iterdir()} == before


def test_the_order_of_time_is_kept(tmp_path: Path) -> None:
    with pytest.raises(folder.PlanFault, match="later day"):
        folder.write_sealed(tmp_path / "a", FRAMES["visits"], plan("visits"), AFTER)
    folder.write_sealed(tmp_path / "b", FRAMES["visits"], plan("visits"), BEFORE)
    with pytest.raises(folder.PlanFault, match="10/06/2017"):
        folder.write_drawn(tmp_path / "b", "012345", BEFORE)
    with pytest.raises(BadNumber, match="6 digits"):
        folder.write_drawn(tmp_path / "b", "12345", AFTER)
    with pytest.raises(folder.PlanFault, match="never overwritten"):
        folder.write_sealed(tmp_path / "b", FRAMES["visits"], plan("visits"), BEFORE)


def test_the_strata_are_those_that_the_analysis_reads(drawn: Path) -> None:
    content = json.loads((drawn / "strata.json").read_text(encoding="utf-8"))
    strata = strata_as_read(content)

    assert content["first_stage"] == "without-replacement"
    assert [(stratum.code, stratum.unit, stratum.psus_in_frame) for stratum in strata] == [
        ("15481", "15481", 7),
        ("15484", "15484", 7),
    ]
    assert all(len(stratum.cases_by_psu) == 4 for stratum in strata)
    assert content["strata"][0]["psus"][0]["name"].startswith("Thôn ")


def test_what_was_sealed_goes_with_the_strata(drawn: Path) -> None:
    kept, sealed = (json.loads((drawn / name).read_text(encoding="utf-8")) for name in ("strata.json", "seal.json"))
    promised = json.loads((drawn / "promise.json").read_text(encoding="utf-8"))
    cases = list(csv.DictReader((drawn / "cases.csv").read_text(encoding="utf-8").splitlines()))

    assert kept["sealed"]["commitment"] == sealed["commitment"]
    assert kept["sealed"]["public_number"]["number"] == "012345"
    assert (kept["promise"]["rows"], kept["promise"]["work"]) == (promised["rows"], promised["work"])
    assert kept["promise"]["reinterviews"] == sum(case["reinterview"] == "1" for case in cases)
    assert kept["promise"]["reserves"] == sum((case["reserve"], case["reserve_psu"]) != ("0", "0") for case in cases)


SCRIPT = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from analysis.planning import folder
from tests.analysis.planning.plans import FRAMES, plan
for kind in FRAMES:
    path = Path(sys.argv[1]) / kind
    folder.write_sealed(path, FRAMES[kind], plan(kind), datetime(2017, 6, 1, tzinfo=UTC))
    folder.write_drawn(path, "012345", datetime(2017, 6, 10, 12, tzinfo=UTC))
"""


def test_two_environments_write_the_same_bytes(tmp_path: Path) -> None:
    """Other locale, hash seed, threads, working folder and time zone."""
    environments = (
        {"LC_ALL": "C", "PYTHONHASHSEED": "1", "OMP_NUM_THREADS": "1", "TZ": "UTC", "PYTHONUTF8": "0"},
        {"LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "4711", "OMP_NUM_THREADS": "7", "TZ": "Asia/Ho_Chi_Minh"},
    )
    written = []
    for place, changed in enumerate(environments):
        out, cwd = tmp_path / f"out{place}", tmp_path / f"cwd{place}"
        out.mkdir(), cwd.mkdir()
        environment = {**os.environ, **changed, "PYTHONPATH": str(ROOT)}
        subprocess.run([sys.executable, "-c", SCRIPT, str(out)], env=environment, cwd=cwd, check=True)
        written.append({path.relative_to(out): path.read_bytes() for path in sorted(out.rglob("*")) if path.is_file()})

    assert len(written[0]) == 36
    assert written[0] == written[1]
