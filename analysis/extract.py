"""Reads an extract folder and refuses what is not exactly what was written: every file against its hash.

What the responses say is left to `tally`; nothing here opens a response.
"""

import csv
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import Any, Literal, cast, get_args

import pyarrow.parquet as pq

from questionnaires import loader
from questionnaires.model import CounterInstrument, GeneralRating, Instrument, Questionnaire, RatedItem

FORMAT = "hailong-extract/1"
FIXED_COLUMNS = (
    *("id", "wave", "unit", "point", "mode", "language", "local_day"),
    *("respondent_type", "stratum", "psu", "case", "weight"),
)


class ExtractFault(Exception):
    """The extract cannot be analysed; the message says what is wrong and what to do."""


@dataclass(frozen=True)
class Stratum:
    """A stratum of the plan with its sampled PSUs: the cases drawn in each and, where known, the people in its frame.

    `psus_in_frame` counts all its PSUs, `people` all in its frame; 0 where the plan does not say.
    """

    code: str
    unit: str
    cases_by_psu: Mapping[str, int]
    people_by_psu: Mapping[str, int]
    psus_in_frame: int
    people: int = 0


FirstStage = Literal["with-replacement", "without-replacement"]
NonResponse = Literal["none", "strata"]


@dataclass(frozen=True)
class Wave:
    """`first_stage`: how variances take the PSUs to be drawn; with replacement unless the plan says otherwise.
    `whole_units`: those of the last day that others became wholly under way, so that figures of the parts add up.
    `nonresponse`: whether weights are raised to the people of each stratum; as they came unless the plan says so.
    """

    slug: str
    instrument: Instrument
    content_hash: str
    plan: tuple[Stratum, ...] | None  # None: no plan, a plain sample.
    first_stage: FirstStage = "with-replacement"
    nonresponse: NonResponse = "none"
    # Of a plan that was sealed before its draw: by what it can be checked, and what it promised.
    sealed: Mapping[str, Any] | None = None
    promise: Mapping[str, Any] | None = None
    whole_units: tuple[str, ...] = ()


@dataclass(frozen=True)
class CounterWave:
    """A wave whose instrument rates on three levels: a series of its own, outside every index."""

    slug: str
    instrument: CounterInstrument
    content_hash: str


@dataclass(frozen=True)
class Extract:
    """`waves` are those with an index. `cases`: by wave what became of its cases, counts and outcome rates.

    `again`: by wave the pairs of first and second interviews, which no figure counts. `points`: what the codes of
    collection points stand for, where the extract says it. `slips`: by wave the ledger of slips, stratum by stratum.
    `withdrawals`: what respondents took back, `changes`: what staff changed in what staff had entered.
    """

    manifest: Mapping[str, Any]
    waves: tuple[Wave, ...]
    counters: tuple[CounterWave, ...]
    units: tuple[Mapping[str, str], ...]
    parquet: tuple[Path, ...]
    cases: Mapping[str, Any]
    again: Mapping[str, Any]
    points: tuple[Mapping[str, str], ...] = ()
    slips: Mapping[str, Any] = field(default_factory=dict)
    withdrawals: Mapping[str, Any] = field(default_factory=dict)
    changes: tuple[Mapping[str, Any], ...] = ()

    @property
    def all_waves(self) -> tuple[Wave | CounterWave, ...]:
        return (*self.waves, *self.counters)

    @property
    def target(self) -> float:
        return float(self.manifest["survey"]["target"])

    def taken(self, first_stage: FirstStage) -> "Extract":
        """The same extract with another choice for the first stage of all its waves."""
        return replace(self, waves=tuple(replace(wave, first_stage=first_stage) for wave in self.waves))


def read_extract(folder: Path) -> Extract:
    """The verified extract. Raises ExtractFault with one sentence that says what to do."""
    manifest = _manifest(folder)
    _verify(folder, manifest)
    plans = _by_wave(folder, manifest, "plan.json")
    read = [_wave(folder, entry, plans) for entry in manifest["waves"]]
    whole = tuple(sorted(manifest.get("unit_changes", {}).get("parts", {})))
    waves = tuple(replace(wave, whole_units=whole) for wave in read if isinstance(wave, Wave))
    counters = tuple(wave for wave in read if isinstance(wave, CounterWave))
    if not waves:
        raise ExtractFault(
            "the survey has only counters' three-level ratings, which give no index; "
            "put their wave beside a wave with an index, or read progress in the console"
        )
    parquet = tuple(folder / file for file in sorted(manifest["files"]) if file.endswith(".parquet"))
    _check_columns(parquet, [wave.instrument for wave in read])
    cases = _by_wave(folder, manifest, "cases.json")
    again = _by_wave(folder, manifest, "reinterviews.json")
    points = _rows(folder / "points.csv") if "points.csv" in manifest["files"] else ()
    slips = _by_wave(folder, manifest, "slips.json")
    changes = tuple(_told(folder, manifest, "changes.json").get("changes", ()))
    beside = (slips, _told(folder, manifest, "withdrawals.json"), changes)
    return Extract(manifest, waves, counters, _rows(folder / "units.csv"), parquet, cases, again, points, *beside)


def _manifest(folder: Path) -> Mapping[str, Any]:
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ExtractFault(
            f"{folder} has no readable manifest.json; name a folder that `hailong extract` wrote"
        ) from error
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise ExtractFault(f"the manifest of {folder} is not of format {FORMAT}; write the extract again")
    missing = [key for key in ("survey", "waves", "responses", "files", "extract_hash") if key not in manifest]
    if missing:
        raise ExtractFault(f"the manifest of {folder} lacks {', '.join(missing)}; write the extract again")
    return manifest


def _verify(folder: Path, manifest: Mapping[str, Any]) -> None:
    """Every file named by the manifest is there, unchanged, and the extract's hash is theirs."""
    lines = []
    for file, expected in sorted(manifest["files"].items()):
        _check_place(file)
        path = folder / file
        if not path.is_file():
            raise ExtractFault(f"{file} is missing from the extract; copy the whole folder again")
        if sha256(path) != expected["sha256"]:
            raise ExtractFault(f"{file} was changed after the extract was written; copy or write the extract again")
        # Words that were due for deletion may have been erased since; the extract keeps its name.
        lines.append(f"{file} {expected.get('erased_from', expected['sha256'])}\n")
    if hashlib.sha256("".join(lines).encode()).hexdigest() != manifest["extract_hash"]:
        raise ExtractFault("the manifest does not agree with its own extract_hash; write the extract again")


def _check_place(file: str) -> None:
    place = PurePosixPath(file)
    if place.is_absolute() or ".." in place.parts:
        raise ExtractFault(f"the manifest names a file outside the extract ({file}); do not use this extract")


def sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _by_wave(folder: Path, manifest: Mapping[str, Any], file: str) -> Mapping[str, Any]:
    """What a file that not every extract has says of each wave."""
    waves: Mapping[str, Any] = _told(folder, manifest, file).get("waves", {})
    return waves


def _told(folder: Path, manifest: Mapping[str, Any], file: str) -> Mapping[str, Any]:
    """What a file says; empty where the extract has none such."""
    if file not in manifest["files"]:
        return {}
    found: Mapping[str, Any] = json.loads((folder / file).read_text(encoding="utf-8"))
    return found


def _wave(folder: Path, entry: Mapping[str, Any], plans: Mapping[str, Any]) -> Wave | CounterWave:
    file = f"instruments/{entry['content_hash'][:12]}.json"
    try:
        instrument = loader.from_json((folder / file).read_text(encoding="utf-8"))
    except (OSError, loader.InstrumentFaults) as error:
        raise ExtractFault(
            f"{file} of wave {entry['slug']} cannot be read ({error}); write the extract again"
        ) from error
    if isinstance(instrument, CounterInstrument):
        return CounterWave(entry["slug"], instrument, entry["content_hash"])
    if entry["has_plan"] and entry["slug"] not in plans:
        raise ExtractFault(f"wave {entry['slug']} has a plan that plan.json does not hold; write the extract again")
    plan = plans[entry["slug"]] if entry["has_plan"] else {}
    try:
        strata = _strata(plan) if plan else None
        first_stage = cast(FirstStage, _stated(plan, "first_stage", FirstStage, "with-replacement"))
        nonresponse = cast(NonResponse, _stated(plan, "nonresponse", NonResponse, "none"))
    except (KeyError, TypeError, ValueError) as error:
        raise ExtractFault(f"the plan of wave {entry['slug']} lacks {error}; write the extract again") from error
    beside = (plan.get("sealed"), plan.get("promise"))
    return Wave(entry["slug"], instrument, entry["content_hash"], strata, first_stage, nonresponse, *beside)


def _stated(plan: Mapping[str, Any], name: str, choices: Any, usual: str) -> str:
    stated = str(plan.get(name, usual))
    if stated not in get_args(choices):
        raise ValueError(f"a {name} among {', '.join(get_args(choices))}")
    return stated


def _strata(plan: Mapping[str, Any]) -> tuple[Stratum, ...]:
    return tuple(
        Stratum(
            code=str(stratum["code"]),
            unit=str(stratum["unit"]),
            cases_by_psu={str(psu["code"]): int(psu["drawn"]) for psu in _sampled(stratum)},
            people_by_psu={str(psu["code"]): int(psu.get("population") or 0) for psu in _sampled(stratum)},
            psus_in_frame=int(stratum.get("psus_in_frame") or 0),
            people=int(stratum.get("population") or 0),
        )
        for stratum in plan["strata"]
    )


def _sampled(stratum: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [psu for psu in stratum["psus"] if psu.get("sampled", True)]


def _rows(path: Path) -> tuple[Mapping[str, str], ...]:
    with path.open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


def _check_columns(parquet: tuple[Path, ...], instruments: Sequence[Questionnaire]) -> None:
    if not parquet:
        raise ExtractFault("the extract holds no .parquet file of responses; write the extract again")
    present = {column for file in parquet for column in pq.read_schema(file).names}
    wanted = [*FIXED_COLUMNS, *(column for instrument in instruments for column in _columns(instrument))]
    missing = [column for column in dict.fromkeys(wanted) if column not in present]
    if missing:
        raise ExtractFault(f"the responses lack the columns {', '.join(missing)}; write the extract again")


def _columns(instrument: Questionnaire) -> list[str]:
    """A rating on five levels tells its answer and its state in one number; the other kinds have a second column."""
    return [
        column
        for question in instrument.questions()
        for column in (
            [question.code]
            if isinstance(question, RatedItem | GeneralRating)
            else [question.code, f"{question.code}__state"]
        )
    ]
