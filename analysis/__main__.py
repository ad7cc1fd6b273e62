"""The command: python -m analysis EXTRACT --out RELEASE.

Errors are one sentence that says what to do; exit code 2 where the input or a choice is at fault.
"""

import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NoReturn, cast, get_args

import click

from analysis import (
    additions,
    charts,
    context,
    counter,
    engine,
    facts,
    files,
    promises,
    release,
    report,
    survey,
    themes,
)
from analysis import earlier as years
from analysis.design import Lonely, LonelyPSU
from analysis.extract import Extract, ExtractFault, FirstStage, read_extract
from analysis.field_checks.of_extract import of_extract
from analysis.figures import Method
from analysis.intervals import INTERVALS
from analysis.report.office_template import TemplateFault
from analysis.site import decision
from analysis.small_area.modelled import Covariates
from analysis.waves import read_wave

FAULTS = (
    *(ExtractFault, engine.EngineFault, release.OccupiedFolder, years.EarlierFault, TemplateFault),
    *additions.FAULTS,
)
DEFAULT_INTERVAL = "korn_graubard_capped"


@click.command()
@click.argument("folder", metavar="EXTRACT", type=click.Path(path_type=Path))
@click.option("--out", required=True, type=click.Path(path_type=Path), help="The release folder to be written.")
@click.option(
    "--lonely-psu",
    type=click.Choice(get_args(Lonely)),
    default="fail",
    show_default=True,
    help="What stands for the variance of a stratum with one sampled PSU.",
)
@click.option(
    "--first-stage",
    type=click.Choice(("plan", *get_args(FirstStage))),
    default="plan",
    show_default=True,
    help="How variances take the PSUs to be drawn; plan: with replacement unless the plan says otherwise.",
)
@click.option("--interval", type=click.Choice(sorted(INTERVALS)), default=DEFAULT_INTERVAL, show_default=True)
@click.option("--level", type=click.FloatRange(0.5, 0.999), default=0.95, show_default=True)
@click.option("--no-documents", is_flag=True, help="Only figures; no charts, no report, no files for analysts.")
@click.option(
    "--engine",
    "address",
    default=engine.DUCKDB,
    show_default=True,
    callback=lambda _context, _option, address: _known_engine(address),
    help="What sums the responses: duckdb, or a Spark cluster by its address, spark://host:port.",
)
@click.option("--small-area", is_flag=True, help="Add modelled figures of the units, beside the direct ones.")
@click.option(
    "--small-area-covariates",
    "covariates",
    type=click.Path(path_type=Path),
    help="What is known of the units from elsewhere, for --small-area: a CSV with the column code and others.",
)
@click.option("--two-sources", is_flag=True, help="Add the gaps between open and probability answers, and adjust.")
@click.option("--instrument-quality", is_flag=True, help="Add how well the items measure: reliability, gaps, bias.")
@click.option(
    "--earlier",
    multiple=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="A release folder of an earlier year to compare with; may be given several times.",
)
@click.option(
    "--template", "office", type=click.Path(path_type=Path), help="The office's own Word template for report.docx."
)
@click.option("--drivers", is_flag=True, help="Add what goes with satisfaction, and what a rise would bring.")
def main(
    folder: Path,
    out: Path,
    lonely_psu: Lonely,
    first_stage: str,
    interval: str,
    level: float,
    no_documents: bool,
    office: Path | None,
    address: str,
    small_area: bool,
    covariates: Path | None,
    **more: Any,
) -> None:
    """Turn an EXTRACT folder into a release: figures, verdicts, charts and report.

    Example: python -m analysis extract-2017 --out release-2017
    """
    say = _progress()
    try:
        say(f"reading {folder}")
        extract = _read(folder, first_stage)
        method = Method(interval=interval, level=level, target=extract.target)
        modelled = Covariates(covariates) if small_area or covariates else None
        wanted = additions.Wanted(small_area=modelled, **more)
        with release.appearing(out) as draft:
            _write_figures(extract, folder, draft, method, lonely_psu, address, wanted, say)
            at = datetime.now(UTC)
            found = release.write_manifest(draft, extract.manifest, at)
            if not no_documents:
                _write_documents(extract, draft, office, say)
            release.write_manifest(draft, extract.manifest, at)
    except LonelyPSU as lonely:
        _fail(f"{lonely}; choose what stands for their variance: --lonely-psu {lonely.rules}")
    except FAULTS as fault:
        _fail(str(fault))
    except OSError as error:
        why = error.strerror or error
        _fail(f"{error.filename or out} cannot be read or written ({why}); free space or name another")
    say(f"wrote {out} (release {found[:12]})")


def _write_figures(
    extract: Extract,
    folder: Path,
    draft: Path,
    method: Method,
    lonely: Lonely,
    address: str,
    wanted: additions.Wanted,
    say: Callable[[str], None],
) -> None:
    with engine.opened(address) as opened:
        counted = facts.read_facts(opened, extract)
        sums = []
        for wave in extract.waves:
            say(f"summing wave {wave.slug}")
            sums.append(read_wave(opened, extract, wave, lonely))
        say("estimating")
        found = survey.findings(sums, survey.stated_weights(extract.manifest), method)
        promised = promises.compared(extract, counted, sums, found.figures, method)
        counters = counter.counter_figures(opened, extract, method)
        spoken = themes.spoken(opened, extract, folder, (*found.figures, *counters))
        field = of_extract(opened, extract)
        more = additions.added(wanted, opened, extract, sums, found.figures, method, lonely)
    about = {
        **context.context(extract, counted, found.omissions, method, lonely),
        "promises": promised,
        **({"field": field} if field else {}),
        **spoken.context,
    }
    figures = (*found.figures, *more.figures, *counters, *spoken.figures)
    release.write_data(draft, figures, {**about, **more.context}, method)
    release.write_tables(draft, more.files)
    if wanted.earlier:
        release.write_earlier(draft, years.compared(wanted.earlier, found.figures, about, method.target))


def _write_documents(extract: Extract, draft: Path, office: Path | None, say: Callable[[str], None]) -> None:
    """Charts first: the report shows them. Beside LibreOffice, which counts the pages, there is time for the files."""
    decision.write(draft)
    say("drawing charts")
    charts.draw(draft)
    say("writing the report")
    report.build(draft, report.in_template(draft, office) if office else None)
    say("counting the pages of the contents, writing the files for analysts")
    with ThreadPoolExecutor(max_workers=1) as beside:
        counted = beside.submit(report.count_pages, draft)
        files.make(extract, draft, draft / "files")
        counted.result()


def _read(folder: Path, first_stage: str) -> Extract:
    extract = read_extract(folder)
    return extract if first_stage == "plan" else extract.taken(cast(FirstStage, first_stage))


def _known_engine(address: str) -> str:
    if address == engine.DUCKDB or address.startswith(("spark://", "local[")):
        return address
    raise click.BadParameter(f"{address} is neither duckdb nor the address of a Spark master (spark://host:port)")


def _progress() -> Callable[[str], None]:
    start = time.monotonic()
    return lambda line: click.echo(f"[{time.monotonic() - start:6.1f} s] {line}", err=True)


def _fail(sentence: str) -> NoReturn:
    click.echo(f"Error: {sentence}.", err=True)
    sys.exit(2)


if __name__ == "__main__":
    main()
