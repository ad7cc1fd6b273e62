"""The plan folder: what is sealed, then what was drawn from it, with a manifest of hashes and a script that checks all.

Sealed: frame.csv, plan.json, promise.json, seal.json, verify.py. Drawn, in addition: draw.json, cases.csv, strata.json
(as a wave keeps its plan). What the files say is left to `seal`, `sizes` and `draw`.
"""

import csv
import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from analysis.planning import promise, seal
from analysis.planning.draw import COLUMNS, Draw, DrawnStratum, draw
from analysis.planning.rows import Row
from analysis.planning.spec import SamplePlan
from analysis.planning.strata import PlannedStratum, planned_strata

VERIFIER = Path(__file__).parent / "verify.py"
LOCAL = ZoneInfo("Asia/Ho_Chi_Minh")


class PlanFault(Exception):
    """The folder or what was given for it cannot be used; the message says what is wrong and what to do."""


@dataclass(frozen=True)
class PlanFolder:
    """A plan folder as read: every file is what the manifest says, and the commitment is that of its files."""

    path: Path
    plan: SamplePlan
    strata: tuple[PlannedStratum, ...]
    seal: Mapping[str, Any]
    promise: Mapping[str, Any]
    drawn: Mapping[str, Any] | None
    cases: tuple[Mapping[str, str], ...]

    @property
    def commitment(self) -> str:
        return str(self.seal["commitment"])


def write_sealed(path: Path, rows: Sequence[Row], plan: SamplePlan, at: datetime) -> str:
    """Fixes frame and plan; returns the commitment, which is published the same day. Raises CannotDraw, PlanFault."""
    if path.exists() and any(path.iterdir()):
        raise PlanFault(f"{path} is not empty; a sealed plan is never overwritten, name another folder")
    if plan.public_number.day <= _local_day(at):
        raise PlanFault("the public number must be drawn on a later day than the sealing; name a later one")
    strata = planned_strata(rows, plan)
    frame, planned = seal.frame_bytes(rows), seal.plan_bytes(plan, strata)
    found = seal.commitment(frame, planned)
    sealed = {
        "format": seal.FORMAT,
        "frame_sha256": seal.sha256(frame),
        "plan_sha256": seal.sha256(planned),
        "commitment": found,
        "sealed_at": _stamp(at),
        "public_number": plan.public_number.model_dump(mode="json"),
    }
    path.mkdir(parents=True, exist_ok=True)
    (path / "frame.csv").write_bytes(frame)
    (path / "plan.json").write_bytes(planned)
    (path / "promise.json").write_bytes(seal.json_bytes(promise.promised(plan, strata)))
    (path / "seal.json").write_bytes(seal.json_bytes(sealed))
    shutil.copyfile(VERIFIER, path / VERIFIER.name)
    _write_manifest(path, plan, found, "sealed")
    return found


def write_drawn(path: Path, number: str, at: datetime) -> Draw:
    """Draws with the public number. Again with the same number: the same files. Raises PlanFault, BadNumber."""
    folder = read(path)
    if _local_day(at) < folder.plan.public_number.day:
        raise PlanFault(f"the public number is drawn on {folder.plan.public_number.day:%d/%m/%Y}; draw on or after it")
    digits = number.replace(" ", "")
    if folder.drawn and folder.drawn["public_number"] != digits:
        raise PlanFault("this plan was drawn with another number; a draw is never repeated with a second one")
    seed = seal.seed(folder.commitment, digits, folder.plan.public_number)
    found = draw(frame_rows(path), folder.plan, folder.strata, seed)
    when = folder.drawn["drawn_at"] if folder.drawn else _stamp(at)
    cases = {"sample": len(found.sample), "reserves": len(found.cases) - len(found.sample)}
    stated = {"public_number": digits, "seed": seed, "drawn_at": when, **cases}
    (path / "draw.json").write_bytes(seal.json_bytes(stated))
    (path / "cases.csv").write_bytes(seal.csv_bytes(COLUMNS, found.table()))
    (path / "strata.json").write_bytes(seal.json_bytes(wave_plan(folder, digits, found)))
    _write_manifest(path, folder.plan, folder.commitment, "drawn")
    return found


def wave_plan(folder: PlanFolder, digits: str, drawn: Draw) -> dict[str, Any]:
    """What a wave keeps as its plan, and an extract hands on to the analysis. `digits`: the public number."""
    return {
        "frame": promise.FRAMES[folder.plan.kind],
        "first_stage": "without-replacement" if folder.plan.finite else "with-replacement",
        "nonresponse": "strata",
        "strata": [_stratum(stratum) for stratum in drawn.strata],
        "sealed": _sealed(folder, digits),
        "promise": _promise(folder, drawn),
    }


def _sealed(folder: PlanFolder, digits: str) -> dict[str, Any]:
    """By what anybody can check the draw."""
    named = folder.plan.public_number
    public = {"number": digits, "source": named.source, "day": named.day.isoformat()}
    sealed_on = _local_day(datetime.fromisoformat(folder.seal["sealed_at"])).isoformat()
    return {"commitment": folder.commitment, "sealed_on": sealed_on, "public_number": public}


def _promise(folder: PlanFolder, drawn: Draw) -> dict[str, Any]:
    """What the report compares with the result; sentences and steps served whoever planned."""
    kept = {name: folder.promise[name] for name in ("rows", "work")}
    spare = {"reserves": len(drawn.cases) - len(drawn.sample), "reinterviews": sum(c.reinterview for c in drawn.cases)}
    return kept | spare | {"assumptions": folder.plan.assumptions.model_dump(mode="json")}


def _stratum(stratum: DrawnStratum) -> dict[str, Any]:
    planned = stratum.planned
    return {
        "code": planned.code,
        "unit": planned.unit,
        "population": planned.size,
        "psus_in_frame": planned.psus,
        "psus": [
            {
                "code": psu,
                "name": stratum.names.get(psu, ""),
                "population": stratum.population[psu],
                "drawn": count,
                "sampled": True,
            }
            for psu, count in sorted(stratum.drawn.items())
        ],
    }


def read(path: Path) -> PlanFolder:
    """Raises PlanFault unless every file is as it was written."""
    manifest = _json(path, "manifest.json")
    if manifest.get("format") != seal.FORMAT:
        raise PlanFault(f"{path} is no plan folder; name one that `python -m analysis.planning seal` wrote")
    for name, expected in manifest["files"].items():
        if Path(name).name != name or not (path / name).is_file():
            raise PlanFault(f"{name} is missing from the plan folder; copy the whole folder again")
        if seal.sha256((path / name).read_bytes()) != expected:
            raise PlanFault(f"{name} was changed after it was written; copy the plan folder again")
    sealed, planned = _json(path, "seal.json"), _json(path, "plan.json")
    if sealed["commitment"] != seal.commitment((path / "frame.csv").read_bytes(), (path / "plan.json").read_bytes()):
        raise PlanFault("the seal is not that of frame and plan; copy the plan folder again")
    drawn = manifest["state"] == "drawn"
    return PlanFolder(
        path=path,
        plan=read_plan(planned["plan"]),
        strata=tuple(PlannedStratum(**stratum) for stratum in planned["strata"]),
        seal=sealed,
        promise=_json(path, "promise.json"),
        drawn=_json(path, "draw.json") if drawn else None,
        cases=tuple(_table(path / "cases.csv")) if drawn else (),
    )


def read_plan(content: Any) -> SamplePlan:
    """The sampling plan, with all its faults in one sentence."""
    try:
        return SamplePlan.model_validate(content)
    except ValidationError as error:
        faults = [f"{'.'.join(map(str, fault['loc'])) or 'plan'}: {fault['msg']}" for fault in error.errors()]
        raise PlanFault(f"the plan cannot be used: {'; '.join(faults)}") from error


def frame_rows(path: Path) -> list[Row]:
    return _table(path / "frame.csv")


def _table(file: Path) -> list[Row]:
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def _json(path: Path, name: str) -> dict[str, Any]:
    try:
        content: dict[str, Any] = json.loads((path / name).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise PlanFault(f"{path / name} cannot be read; name a folder that holds a sealed plan") from error
    return content


def _write_manifest(path: Path, plan: SamplePlan, commitment: str, state: str) -> None:
    """Documents made from the folder are not part of it."""
    names: tuple[str, ...] = ("frame.csv", "plan.json", "promise.json", "seal.json", "verify.py")
    names += ("draw.json", "cases.csv", "strata.json") if state == "drawn" else ()
    content = {
        "format": seal.FORMAT,
        "state": state,
        "commitment": commitment,
        "simulated": plan.simulated,
        "files": {name: seal.sha256((path / name).read_bytes()) for name in names},
    }
    (path / "manifest.json").write_bytes(seal.json_bytes(content))


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds")


def _local_day(at: datetime) -> date:
    return at.astimezone(LOCAL).date()
