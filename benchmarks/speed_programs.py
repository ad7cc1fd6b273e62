"""The Python programs that `analysis_speed` compares: each reads one Parquet file and gives 902 shares with SE.

    python -m benchmarks.speed_programs NAME FILE RESULT

RESULT is JSON: the seconds from the closed file to the finished table (imports are not counted) and the table.
"""

import json
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from analysis.design import Design
from analysis.engine import DuckDB
from analysis.estimation import Sample
from analysis.tally import Measure, tally

FACTORS = {"A": 4, "B": 4, "C": 5, "D": 5, "E": 4}
ITEMS = tuple(f"{factor}{i}" for factor, count in FACTORS.items() for i in range(1, count + 1))
UNITS = 41
PSUS = 120  # Of each unit.
STATES = 10  # Levels 1 to 5, 0 not used, -1 to -4 no answer.
CHUNK = 250_000
ROW_GROUP = 10_000  # As `hailong extract` writes them.
Floats = npt.NDArray[np.float64]
Table = pd.DataFrame  # Rows: units in order of their codes; columns: item, then item and "~se".


def write_responses(file: Path, responses: int, csv: Path | None) -> None:
    """Invented responses in no order; the same as CSV for those who cannot read Parquet."""
    draw = np.random.default_rng(responses)
    schema = pa.schema(
        [("unit", pa.string()), ("psu", pa.string()), ("weight", pa.float64()), *((item, pa.int8()) for item in ITEMS)]
    )
    units = pa.array([f"{15000 + 3 * unit}" for unit in range(UNITS)])
    psus = pa.array([f"{15000 + 3 * unit}-{psu:03d}" for unit in range(UNITS) for psu in range(PSUS)])
    likely = draw.normal(1.1, 0.3, UNITS)
    with pq.ParquetWriter(file, schema, compression="zstd") as writer:
        for start in range(0, responses, CHUNK):
            count = min(CHUNK, responses - start)
            psu = draw.integers(0, UNITS * PSUS, count)
            person = likely[psu // PSUS] + 0.67 * draw.normal(size=count)
            columns = [units.take(psu // PSUS), psus.take(psu), np.round(draw.uniform(1, 90, count), 3)]
            table = pa.Table.from_arrays(
                [pa.array(column) for column in (*columns, *(_levels(person, draw) for _ in ITEMS))], schema=schema
            )
            writer.write_table(table, row_group_size=ROW_GROUP)
            if csv is not None:
                table.to_pandas().to_csv(csv, mode="a", header=start == 0, index=False)


def _levels(person: Floats, draw: np.random.Generator) -> npt.NDArray[np.int8]:
    """Levels around each person's own, and 8 % without an answer."""
    latent = person + 0.74 * draw.normal(size=len(person))
    levels = (1 + np.searchsorted([-1.5, -0.8, 0.0, 1.2], latent)).astype(np.int8)
    missing = draw.random(len(person)) < 0.08
    levels[missing] = draw.integers(-1, 1, int(missing.sum()), dtype=np.int8)
    return levels


def engine(file: Path) -> Table:
    """The analysis package: the tally, then every unit as a domain."""
    duckdb, design = DuckDB(), Design(stratum="unit", psu="psu", weight="weight")
    measures = [Measure(item, f'"{item}" >= 1', f'"{item}" >= 4') for item in ITEMS]
    sample = Sample.of(tally(duckdb, duckdb.parquet([file]), measures, design=design, by=("unit",)), design)
    rows = {}
    for unit in sample.strata.codes:
        found = sample.domain(unit=unit).ratios(ITEMS).estimate()
        rows[unit] = np.concatenate([found.value, found.se])
    return _table(rows)


def floor(file: Path) -> Table:
    """Bare numpy: one weighted bincount of the 1-byte answers an item."""
    table = pq.read_table(file, read_dictionary=["unit", "psu"]).unify_dictionaries().combine_chunks()
    unit, psu = (table[name].chunk(0) for name in ("unit", "psu"))
    units, psus = len(unit.dictionary), len(psu.dictionary)
    psu_of = psu.indices.to_numpy()
    unit_of = np.zeros(psus, dtype=np.int64)
    unit_of[psu_of] = unit.indices.to_numpy()
    place = psu_of.astype(np.int64) * STATES + 4
    weight = table["weight"].to_numpy()
    rows = np.zeros((units, 2 * len(ITEMS)))
    for i, item in enumerate(ITEMS):
        by_level = np.bincount(place + table[item].to_numpy(), weights=weight, minlength=psus * STATES)
        by_level = by_level.reshape(psus, STATES)
        answered, satisfied = by_level[:, 5:].sum(axis=1), by_level[:, 8:].sum(axis=1)
        base = np.bincount(unit_of, answered, units)
        share = np.bincount(unit_of, satisfied, units) / base
        influence = (satisfied - share[unit_of] * answered) / base[unit_of]
        sampled = np.bincount(unit_of, minlength=units)
        rows[:, i] = share
        rows[:, len(ITEMS) + i] = np.sqrt(sampled / (sampled - 1) * np.bincount(unit_of, influence**2, units))
    return _table(dict(zip(unit.dictionary.to_pylist(), rows, strict=True)))


def pandas(file: Path) -> Table:
    """A plain pandas script."""
    frame = pd.read_parquet(file)
    sums = {"unit": frame["unit"], "psu": frame["psu"]}
    for item in ITEMS:
        sums[f"{item}d"] = frame["weight"] * (frame[item] >= 1)
        sums[f"{item}s"] = frame["weight"] * (frame[item] >= 4)
    by_psu = pd.DataFrame(sums).groupby(["unit", "psu"]).sum()
    rows = {}
    for unit, part in by_psu.groupby("unit"):
        answered = part[[f"{item}d" for item in ITEMS]].to_numpy()
        satisfied = part[[f"{item}s" for item in ITEMS]].to_numpy()
        share = satisfied.sum(axis=0) / answered.sum(axis=0)
        influence = (satisfied - share * answered) / answered.sum(axis=0)
        se = np.sqrt(len(part) / (len(part) - 1) * (influence**2).sum(axis=0))
        rows[str(unit)] = np.concatenate([share, se])
    return _table(rows)


def _table(rows: Mapping[str, Floats]) -> Table:
    columns = [*ITEMS, *(f"{item}~se" for item in ITEMS)]
    return pd.DataFrame.from_dict(dict(sorted(rows.items())), orient="index", columns=columns)


PROGRAMS: Mapping[str, Callable[[Path], Table]] = {"engine": engine, "numpy": floor, "pandas": pandas}


def main(name: str, file: str, result: str) -> None:
    start = time.perf_counter()
    table = PROGRAMS[name](Path(file))
    seconds = time.perf_counter() - start
    found = {"seconds": seconds, "values": table.to_numpy().ravel().tolist()}
    Path(result).write_text(json.dumps(found), "utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
