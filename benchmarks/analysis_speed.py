"""Time and peak memory from a Parquet file to 902 shares with SE (22 items × 41 units), beside its limits.

    python -m benchmarks.analysis_speed [--sizes 100000,1000000,5000000] [--json speed.json]

Our engine, a bare numpy bincount (the floor), a plain pandas script and R's svyby (where Rscript and its package survey
are installed: apt install r-base-core r-cran-survey) read the same invented responses, each in a process of its own.
Load on the machine moves all of them: read the ratios. Ends with exit code 1 where the numbers differ or a goal is
missed. Imports nothing large, for a process inherits the peak memory of the one that starts it.
"""

import itertools
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import click

HERE = Path(__file__).parent
PYTHON_PROGRAMS = ("engine", "numpy", "pandas")
R_UP_TO = 1_000_000  # Beyond, R takes a quarter of an hour.
TOLERANCE = 1e-9
TIMES_NUMPY = 2.0
TIMES_FASTER_THAN_R = 150.0
PEAK_GB = 0.5
LINEAR = 1.15  # How much longer a response may take among many than among few.


@dataclass(frozen=True, kw_only=True)
class Run:
    """The median of a program's runs on one size; `seconds` from file to table, `wall` of the whole process."""

    program: str
    responses: int
    seconds: float
    wall: float
    peak_gb: float
    difference: float  # Of any number from numpy's.


def measured(program: str, responses: int, folder: Path, times: int) -> tuple[Run, list[float]]:
    """Runs the program `times` times; its numbers too."""
    result = folder / f"{program}.json"
    if program == "R svyby":
        command = ["Rscript", "--vanilla", str(HERE / "svyby.R"), str(folder / "responses.csv"), str(result)]
    else:
        command = [sys.executable, "-m", "benchmarks.speed_programs", program]
        command += [str(folder / "responses.parquet"), str(result)]
    found = []
    for _ in range(times):
        start = time.perf_counter()
        process = subprocess.Popen(command, cwd=HERE.parent)
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise click.ClickException(f"{program} ended with exit code {process.returncode}")
        content = json.loads(result.read_text("utf-8"))
        found.append((content["seconds"], time.perf_counter() - start, used.ru_maxrss / 2**20, content["values"]))
    seconds, wall, peak, values = sorted(found)[len(found) // 2]
    return Run(program=program, responses=responses, seconds=seconds, wall=wall, peak_gb=peak, difference=0.0), values


def programs(responses: int, with_r: bool) -> Iterator[str]:
    yield from PYTHON_PROGRAMS
    if with_r and responses <= R_UP_TO:
        yield "R svyby"


def compared(responses: int, with_r: bool, times: int) -> Iterator[Run]:
    """All programs on the same responses."""
    with tempfile.TemporaryDirectory(prefix="hailong-speed-") as name:
        folder = Path(name)
        click.echo(f"inventing {responses:,} responses …", err=True)
        _write(folder, responses, with_r and responses <= R_UP_TO)
        found = [
            measured(program, responses, folder, 1 if program == "R svyby" else times)
            for program in programs(responses, with_r)
        ]
        standard = next(values for run, values in found if run.program == "numpy")
        for run, values in found:
            difference = max(abs(a - b) for a, b in zip(values, standard, strict=True))
            yield Run(**asdict(run) | {"difference": difference})


def _write(folder: Path, responses: int, as_csv: bool) -> None:
    csv = f"Path({str(folder / 'responses.csv')!r})" if as_csv else "None"
    code = f"write_responses(Path({str(folder / 'responses.parquet')!r}), {responses}, {csv})"
    program = f"from pathlib import Path; from benchmarks.speed_programs import write_responses; {code}"
    subprocess.run([sys.executable, "-c", program], cwd=HERE.parent, check=True)


def _seconds(runs: Sequence[Run], program: str) -> dict[int, float]:
    return {run.responses: run.seconds for run in runs if run.program == program}


def missed(runs: Sequence[Run]) -> Iterator[str]:
    """Every goal that these runs miss, and every disagreement."""
    ours, numpy, r = (_seconds(runs, program) for program in ("engine", "numpy", "R svyby"))
    for run in runs:
        if run.difference > TOLERANCE:
            yield f"{run.program} differs from numpy by {run.difference:.1e} at {run.responses:,}"
        if run.program == "engine" and run.peak_gb > PEAK_GB:
            yield f"{run.peak_gb:.2f} GB at {run.responses:,} are more than {PEAK_GB} GB"
    for size, seconds in ours.items():
        if seconds > TIMES_NUMPY * numpy[size]:
            yield f"{seconds / numpy[size]:.2f} times numpy at {size:,}, not {TIMES_NUMPY:g}"
        if size in r and r[size] < TIMES_FASTER_THAN_R * seconds:
            yield f"{r[size] / seconds:.0f} times faster than R at {size:,}, not {TIMES_FASTER_THAN_R:g}"
    sizes = sorted(ours)
    for few, many in itertools.pairwise(sizes):
        if ours[many] / many > LINEAR * ours[few] / few:
            yield f"time grows faster than responses from {few:,} to {many:,}"


def _print(runs: Sequence[Run]) -> None:
    numpy, ours = _seconds(runs, "numpy"), _seconds(runs, "engine")
    click.echo("responses  program    seconds  of the process  peak GB   × numpy  engine is faster by  differs by")
    for run in runs:
        click.echo(
            f"{run.responses:9,}  {run.program:8}  {run.seconds:8.2f}  {run.wall:14.2f}  {run.peak_gb:7.2f}"
            f"  {run.seconds / numpy[run.responses]:8.2f}  {run.seconds / ours[run.responses]:19.1f}"
            f"  {run.difference:10.0e}"
        )


def _has_r() -> bool:
    if shutil.which("Rscript") is None:
        click.echo("Rscript is missing, so R is left out: apt install r-base-core r-cran-survey.", err=True)
        return False
    asked = subprocess.run(["Rscript", "--vanilla", "-e", "library(survey)"], capture_output=True, check=False)
    if asked.returncode:
        click.echo("R has no package survey, so R is left out: apt install r-cran-survey.", err=True)
    return asked.returncode == 0


@click.command()
@click.option("--sizes", default="100000,1000000,5000000", show_default=True, help="Numbers of responses.")
@click.option("--times", default=3, show_default=True, help="Runs of each program (R: one); the median counts.")
@click.option("--without-r", is_flag=True, help="Leave R out: it takes minutes.")
@click.option("--json", "path", type=click.Path(path_type=Path), help="Also write the numbers to this file.")
def main(sizes: str, times: int, without_r: bool, path: Path | None) -> None:
    """Measure the way from a Parquet file to shares with standard errors."""
    with_r = not without_r and _has_r()
    runs = [run for size in sizes.split(",") for run in compared(int(size), with_r, times)]
    _print(runs)
    failed = list(missed(runs))
    if path:
        about = {"cores": os.cpu_count(), "load": os.getloadavg(), "missed": failed}
        path.write_text(json.dumps(about | {"runs": list(map(asdict, runs))}, indent=1) + "\n", "utf-8")
    for goal in failed:
        click.echo(f"Missed: {goal}", err=True)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
