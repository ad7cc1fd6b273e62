"""Files for analysts of many responses: seconds and size of each file, peak memory of the process that made them.

    python -m benchmarks.analysts_files [--responses 100000]

Answers are drawn at random to the 2017 instrument, in 41 strata of 4 PSUs. The budget of the CSV is 2 s.
"""

import argparse
import random
import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from analysis.extract import read_extract
from analysis.files import rows, statistical, tables
from questionnaires import loader
from tests.analysis.extracts import make_extract
from tests.analysis.random_answers import make_random_plan, make_random_rows, make_schema

DRAWN = 5_000  # Answers drawn one by one; more responses repeat them under other ids.
BUDGET = 2.0


def make_large_extract(folder: Path, responses: int) -> Path:
    """Its manifest vouches for the drawn responses; what is repeated is added afterwards, for `rows` only."""
    instrument = loader.load_builtin("sipas2017")
    plan = make_random_plan(units=41, psus=4)
    drawn = make_random_rows(instrument, min(DRAWN, responses), random.Random(1), plan=plan)
    written = make_extract(folder, drawn, plans={"w1": plan}, instrument=instrument, schema=make_schema(instrument))
    return written


def repeat(file: Path, responses: int) -> None:
    table = pq.read_table(file)
    copies = -(-responses // len(table))
    many = pa.concat_tables([table] * copies).slice(0, responses)
    ids = pa.array([f"{number:08d}-0000-4000-8000-000000000000" for number in range(responses)])
    pq.write_table(many.set_column(0, "id", ids), file)


def timed(name: str, write: Callable[[], object], file: Path | None = None) -> float:
    start = time.perf_counter()
    write()
    seconds = time.perf_counter() - start
    size = f"{file.stat().st_size / 1e6:8.1f} MB" if file else ""
    print(f"{name:24} {seconds:7.2f} s {size}")
    return seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--responses", type=int, default=100_000)
    wanted = parser.parse_args().responses
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        extract = read_extract(make_large_extract(folder / "extract", wanted))
        repeat(extract.parquet[0], wanted)
        found = rows.read(extract, texts=False)
        seconds = timed("responses.csv", lambda: tables.write_csv(found, folder / "r.csv"), folder / "r.csv")
        timed("responses.parquet", lambda: tables.write_parquet(found, folder / "r.parquet"), folder / "r.parquet")
        _memory("both, no frame")
        frame = found.frame()
        title, variables = found.title, found.variables
        timed(
            "responses.sav", lambda: statistical.write_sav(frame, variables, folder / "r.sav", title), folder / "r.sav"
        )
        timed(
            "responses.dta", lambda: statistical.write_dta(frame, variables, folder / "r.dta", title), folder / "r.dta"
        )
        _memory("all")
    print(f"CSV of {wanted} responses: {seconds:.2f} s, budget {BUDGET * wanted / 100_000:.2f} s")
    raise SystemExit(seconds > BUDGET * wanted / 100_000)


def _memory(after: str) -> None:
    print(f"peak memory after {after}: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6:.2f} GB")


if __name__ == "__main__":
    main()
