"""The replication pack: the data, the design, what is counted, and programs that recompute the published figures.

The programs read tables, so that one R script serves every survey; what the tables say is made here.
"""

import csv
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from analysis.extract import Extract, Wave
from analysis.files import spss, stata
from analysis.files.rows import Rows
from analysis.files.variables import Variable, answer_name, chosen_name
from analysis.measures import LEVEL_OF_PART, STATES
from analysis.survey import stated_weights
from questionnaires.kinds import THREE_LEVELS
from questionnaires.model import (
    AnyQuestion,
    Factor,
    GeneralRating,
    Instrument,
    MultipleChoice,
    Number,
    Percentage,
    Questionnaire,
    Ranking,
    RatedItem,
    SingleChoice,
    ThreeLevelRating,
)

PROGRAMS = Path(__file__).with_name("pack")
Row = Mapping[str, object]
MEASURES = ("wave", "level", "code", "kind", "variable", "hits", "at_least")
ITEMS = ("wave", "item", "factor", "block", "block_weight")
WAVES = ("slug", "kind", "formula", "beside", "base_minimum", "planned", "first_stage", "weight")
METHOD = ("interval", "level", "target", "lonely_psu", "simulated", "extract_hash", "release_hash")


def measures(extract: Extract, variables: Sequence[Variable]) -> Iterator[Row]:
    """One row a code of figures.csv: whose codes are hits among those of at least so much. A mean adds up values."""
    keys = {(one.name, value.key): code for one in variables for code, value in one.values.items()}
    for wave in extract.all_waves:
        positive = wave.instrument.formula.positive if isinstance(wave.instrument, Instrument) else ()
        for part in wave.instrument.parts:
            for question in part.questions:
                level = "item" if isinstance(part, Factor) else LEVEL_OF_PART[part.kind]
                for row in _of_question(question, positive, keys):
                    yield {"wave": wave.slug, "level": level, **row}
        yield from ({"wave": wave.slug, "level": "item", **row} for row in _states(wave.instrument))


def _row(code: str, variable: str, hits: Sequence[int], at_least: int, kind: str = "share") -> Row:
    listed = " ".join(map(str, hits))
    return {"code": code, "kind": kind, "variable": variable, "hits": listed, "at_least": at_least}


def _of_question(question: AnyQuestion, positive: Sequence[int], keys: Mapping[tuple[str, str], int]) -> Iterator[Row]:
    code, name = question.code, answer_name(question.code)
    if isinstance(question, SingleChoice | ThreeLevelRating):
        yield from (_row(f"{code}={key}", name, [keys[name, key]], 1) for key in _keys(question))
    elif isinstance(question, MultipleChoice | Ranking):
        for option in question.options:
            chosen = chosen_name(code, option.code)
            yield _row(f"{code}={option.code}", chosen, [1, 2, 3], 0)
            if isinstance(question, Ranking):
                yield _row(f"{code}~first={option.code}", chosen, [1], 0)
    elif isinstance(question, Number | Percentage):
        yield _row(f"{code}~mean", name, [], question.minimum, "mean")
    elif isinstance(question, RatedItem | GeneralRating):
        yield _row(code, name, positive, 1)


def _keys(question: SingleChoice | ThreeLevelRating) -> Sequence[str]:
    return THREE_LEVELS if isinstance(question, ThreeLevelRating) else [option.code for option in question.options]


def _states(instrument: Questionnaire) -> Iterator[Row]:
    for item in instrument.items:
        for state, code in STATES.items():
            yield _row(f"{item.code}={state}", item.code, [code], 0, "state")


def items(extract: Extract) -> Iterator[Row]:
    for wave in extract.waves:
        weights = {block.code: block.weight or 1.0 for block in wave.instrument.blocks or ()}
        for factor in wave.instrument.factors:
            for item in factor.items:
                yield {
                    **{"wave": wave.slug, "item": item.code, "factor": factor.code, "block": factor.block},
                    "block_weight": weights.get(factor.block or ""),
                }


def waves(extract: Extract) -> Iterator[Row]:
    shares = stated_weights(extract.manifest)
    for wave in extract.all_waves:
        row: dict[str, object] = {"slug": wave.slug, "kind": "counter", "weight": shares.get(wave.slug)}
        if isinstance(wave, Wave):
            formula = wave.instrument.formula
            row |= {"kind": "index", "formula": formula.name, "beside": " ".join(formula.beside)}
            row |= {"base_minimum": formula.base_minimum, "planned": int(wave.plan is not None)}
            row["first_stage"] = wave.first_stage
        yield row


def method(rows: Rows, context: Mapping[str, Any], release_hash: str) -> Row:
    about = context["method"]
    return {
        **{name: about[name] for name in ("interval", "level", "target", "lonely_psu")},
        **{"simulated": int(rows.simulated), "release_hash": release_hash},
        "extract_hash": rows.extract.manifest["extract_hash"],
    }


def write(rows: Rows, context: Mapping[str, Any], release: Path, out: Path, release_hash: str) -> None:
    """replication.zip in `out`, which holds the CSV of the responses and the codebook already."""
    measured = list(measures(rows.extract, rows.variables))
    waves_counted = spss.counted(rows.extract, measured)
    with (release / "figures.csv").open(encoding="utf-8", newline="") as lines:
        estimates = list(spss.published(waves_counted, csv.DictReader(lines), rows.variables, rows.places()))
    tables = {
        "spss_published.csv": (spss.COLUMNS, estimates),
        "measures.csv": (MEASURES, measured),
        "items.csv": (ITEMS, items(rows.extract)),
        "waves.csv": (WAVES, waves(rows.extract)),
        "method.csv": (METHOD, [method(rows, context, release_hash)]),
    }
    unseen = rows.unseen_psus()
    with zipfile.ZipFile(out / "replication.zip", "w", zipfile.ZIP_DEFLATED) as pack:
        for name in ("responses.csv", "codebook.csv"):
            pack.write(out / name, name)
        pack.write(release / "figures.csv", "figures.csv")
        pack.writestr("unseen_psus.csv", unseen.to_csv(index=False))
        for name, (columns, found) in tables.items():
            pack.writestr(name, _csv(columns, found))
        lonely = context["method"]["lonely_psu"]
        pack.write(out / "responses.dta", "responses.dta")
        pack.writestr("design.do", stata.syntax(rows.extract.waves, measured, rows.variables, lonely))
        pack.writestr("replicate.sps", spss.syntax(waves_counted, rows.variables))
        for name in ("replicate.R", "README.md"):
            pack.write(PROGRAMS / name, name)


def _csv(columns: Sequence[str], rows: Iterable[Row]) -> str:
    lines = _Lines()
    writer = csv.DictWriter(lines, columns, lineterminator="\n", restval="")
    writer.writeheader()
    writer.writerows(rows)
    return "".join(lines.written)


class _Lines:
    """Something to write lines to."""

    def __init__(self) -> None:
        self.written: list[str] = []

    def write(self, line: str) -> None:
        self.written.append(line)
