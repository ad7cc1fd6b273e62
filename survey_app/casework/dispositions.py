"""What became of every case by AAPOR's codes, and the outcome rates made of them. Counts only, no weights.

Formulas: American Association for Public Opinion Research, Standard Definitions, 9th edition (2016), chapter on
calculating rates; the R package outcomerate states the same sixteen. This is their only place: the command line prints
them from here, and an extract carries them to the report.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey_app.casework.progress import in_use
from survey_app.models import Case, CaseAttempt, Response, Wave

Group = tuple[int, int | None]  # Unit and officer; nobody yet.
# Whom a frame of dossiers, households or visits lists is eligible by it: who moved away is one who was not reached.
CODES: Mapping[str, tuple[str, str]] = {
    "complete": ("1.1", "I"),
    "partial": ("1.2", "P"),
    "refused": ("2.11", "R"),
    "broken_off": ("2.12", "R"),
    "not_contacted": ("2.20", "NC"),
    "moved": ("2.20", "NC"),
    "being_tried": ("2.20", "NC"),
    "other": ("2.30", "O"),
    "not_attempted": ("3.11", "UH"),
    "wrong_data": ("3.20", "UO"),
    "not_eligible": ("4.10", "NE"),
}


@dataclass(frozen=True)
class Outcomes:
    """Cases by AAPOR's groups: interviews, partial ones, refusals, no contact, other, unknown, not eligible."""

    I: int = 0  # noqa: E741  (the letters are those of the formulas)
    P: int = 0
    R: int = 0
    NC: int = 0
    O: int = 0  # noqa: E741
    UH: int = 0
    UO: int = 0
    NE: int = 0

    @property
    def e(self) -> float:
        """Of the cases that are not known to be eligible so many are, if they are like those that are known."""
        eligible = self.I + self.P + self.R + self.NC + self.O
        return eligible / (eligible + self.NE) if eligible else 1.0

    def rates(self) -> dict[str, float | None]:
        """Shares by AAPOR's names; None where there is nobody to divide by."""
        answered, unknown = self.I + self.P, self.UH + self.UO
        known = answered + self.R + self.NC + self.O
        contacted = answered + self.R + self.O
        shares = {
            "RR1": (self.I, known + unknown),
            "RR2": (answered, known + unknown),
            "RR3": (self.I, known + self.e * unknown),
            "RR4": (answered, known + self.e * unknown),
            "RR5": (self.I, known),
            "RR6": (answered, known),
            "COOP1": (self.I, contacted),
            "COOP2": (answered, contacted),
            "COOP3": (self.I, answered + self.R),
            "COOP4": (answered, answered + self.R),
            "REF1": (self.R, known + unknown),
            "REF2": (self.R, known + self.e * unknown),
            "REF3": (self.R, known),
            "CON1": (contacted, known + unknown),
            "CON2": (contacted, known + self.e * unknown),
            "CON3": (contacted, known),
        }
        return {name: count / of if of else None for name, (count, of) in shares.items()}


@dataclass(frozen=True)
class Table:
    """`counts` by our own word for each, in the order of the codes."""

    counts: Mapping[str, int]

    @property
    def outcomes(self) -> Outcomes:
        groups: Counter[str] = Counter()
        for word, count in self.counts.items():
            groups[CODES[word][1]] += count
        return Outcomes(**{field.name: groups[field.name] for field in fields(Outcomes)})

    def as_json(self) -> dict[str, Any]:
        rates = {name: None if rate is None else round(rate, 9) for name, rate in self.outcomes.rates().items()}
        counts = [
            {"disposition": word, "aapor": CODES[word][0], "group": CODES[word][1], "cases": count}
            for word, count in self.counts.items()
        ]
        return {"cases": sum(self.counts.values()), "dispositions": counts, "rates": rates}


def of_wave(session: Session, wave: Wave) -> Table:
    """Of the cases in use; a case that a reserve replaced keeps its own outcome, and the reserve has its."""
    return table(_grouped(session, wave).values())


def table(counts: Iterable[Counter[str]]) -> Table:
    """Of groups of cases together, in the order of the codes."""
    total: Counter[str] = Counter()
    for one in counts:
        total.update(one)
    return Table({word: total[word] for word in CODES if total[word]})


def by_unit_and_officer(session: Session, wave: Wave) -> dict[Group, Counter[str]]:
    return _grouped(session, wave, Case.unit_id, Case.officer_id)


def _grouped(session: Session, wave: Wave, *by: Any) -> dict[Any, Counter[str]]:
    """How often each word of CODES holds, of the cases in use, in each group of `by`."""
    tried = sa.exists().where(CaseAttempt.case_id == Case.id)
    # An interview that was voided is none: somebody eligible without answers.
    answered = sa.case((Response.void, "other"), else_=Response.completeness)
    word = sa.case(
        (Case.disposition == "complete", sa.func.coalesce(answered, "complete")),
        (Case.disposition == "open", sa.case((tried, "being_tried"), else_="not_attempted")),
        else_=Case.disposition,
    ).label("word")
    query = sa.select(*by, word, sa.func.count()).outerjoin(
        Response, (Response.wave_id == Case.wave_id) & (Response.case_id == Case.id)
    )
    query = query.where(Case.wave_id == wave.id, in_use()).group_by(*by, word)
    counts: defaultdict[Any, Counter[str]] = defaultdict(Counter)
    for *group, found, count in session.execute(query):
        counts[tuple(group)][found] = count
    return counts
