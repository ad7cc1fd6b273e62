"""From an extract to an answered filter: the numbers are those of the answers, and the index that of the formula."""

import json
from pathlib import Path

import pytest

from analysis.dashboard import folder as files
from analysis.dashboard import reading, taking
from analysis.dashboard.reading import Filter
from analysis.extract import read_extract
from tests.analysis.extracts import make_extract, make_instrument, make_row, write_manifest


def made(
    folder: Path, rows: list[dict[str, object]], day: str, formula: str = "O_crit", closes: str = "2017-12-31"
) -> Path:
    extract = make_extract(folder, rows, instrument=make_instrument(name=formula), waves=("w1", "w2"))
    manifest = json.loads((extract / "manifest.json").read_text())
    manifest["created_at"] = f"{day}T08:00:00+07:00"
    for wave in manifest["waves"]:
        wave["closes_on"] = closes
    write_manifest(extract, manifest)
    return extract


def rows() -> list[dict[str, object]]:
    """Ten of 001, six of 002 by phone and five open answers; A2 is not used by six, B1 is bad for four."""
    first = [make_row(A2=0 if n < 6 else 5, B1=2 if n < 4 else 4) for n in range(10)]
    return [
        *first,
        *(make_row(unit="002", mode="phone") for _ in range(6)),
        *(make_row(mode="qr_open") for _ in range(5)),
    ]


@pytest.mark.parametrize(
    ("formula", "index"),
    [
        ("O_crit", (100 + 100 + 60) / 3),
        ("O_fac", (100 + 60) / 2),
        ("O_pool", 100 * (10 + 6) / 20),
    ],
)
def test_sums_rates_and_index_are_those_of_the_answers(tmp_path: Path, formula: str, index: float) -> None:
    snapshot = taking.take(read_extract(made(tmp_path / "e", rows(), "2017-11-02", formula)), tmp_path / "d")
    found = reading.reading(snapshot, Filter("w1", "probability", units=frozenset({"001"})))
    bases = {one["code"]: (one["base"], one.get("satisfied")) for one in found["items"]}

    assert found["n"] == 10
    assert bases == {"A1": (10, 10), "A2": (0, None), "B1": (10, 6)}  # Four answers to A2 wait.
    counted = index if formula != "O_crit" else (100 + 60) / 2
    assert found["index"]["value"] == pytest.approx(counted)
    assert found["index"]["half"] > 0
    everybody = reading.reading(snapshot, Filter("w1", "probability"))
    assert everybody["n"] == 16
    assert reading.reading(snapshot, Filter("w1", "open"))["n"] == 5


def test_what_is_counted_more_widely_is_not_told_of_a_narrower_filter(tmp_path: Path) -> None:
    thin = [*(make_row(unit="001") for _ in range(3)), *(make_row(unit="001", mode="phone") for _ in range(3))]
    snapshot = taking.take(read_extract(made(tmp_path / "e", thin, "2017-11-02", closes="2017-11-01")), tmp_path / "d")
    by_phone = reading.reading(snapshot, Filter("w1", "probability", modes=frozenset({"phone"})))
    of_unit = reading.reading(snapshot, Filter("w1", "probability", units=frozenset({"001"})))

    assert (by_phone["n"], by_phone["elsewhere"]) == (0, 6)
    assert (of_unit["n"], of_unit["elsewhere"]) == (6, 0)


def test_a_day_has_one_snapshot_and_each_names_the_one_before(tmp_path: Path) -> None:
    first = taking.take(read_extract(made(tmp_path / "a", rows(), "2017-11-02")), tmp_path / "d")
    with pytest.raises(files.DashboardFault, match="next is due tomorrow"):
        taking.take(read_extract(made(tmp_path / "b", rows(), "2017-11-02")), tmp_path / "d")
    second = taking.take(read_extract(made(tmp_path / "c", rows(), "2017-11-03")), tmp_path / "d")

    assert second["previous"] == first["hash"]
    assert [files.read(path)["number"] for path in files.snapshots(tmp_path / "d")] == [1, 2]


def test_without_the_ledger_no_second_beginning_can_be_subtracted(tmp_path: Path) -> None:
    taking.take(read_extract(made(tmp_path / "a", rows(), "2017-11-02")), tmp_path / "d")
    (tmp_path / "d" / files.LEDGER).unlink()

    with pytest.raises(files.DashboardFault, match="no ledger"):
        taking.take(read_extract(made(tmp_path / "b", rows(), "2017-11-03")), tmp_path / "d")


def test_waves_of_the_same_questionnaire_have_a_difference_others_a_break(tmp_path: Path) -> None:
    both = [*rows(), *(make_row(wave="w2", B1=1) for _ in range(8))]
    snapshot = taking.take(read_extract(made(tmp_path / "e", both, "2017-11-02")), tmp_path / "d")
    first, second = reading.between_waves(snapshot, Filter("w2", "probability"))
    assert second["change"]["value"] == pytest.approx(second["index"]["value"] - first["index"]["value"])

    snapshot["waves"][1]["content_hash"] = "another"
    assert reading.between_waves(snapshot, Filter("w2", "probability"))[1]["change"] == {"break": True}
