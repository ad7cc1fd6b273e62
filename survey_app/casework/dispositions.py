"""What became of every case by AAPOR's codes, and the outcome rates made of them. Counts only, no weights.

Formulas: American Association for Public Opinion Research, Standard Definitions, 9th edition (2016), chapter on
calculating rates; the R package outcomerate states the same sixteen. This is their only place: the command line prints
them from here, and an extract carries them to the report.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlalchemy.orm import Session

from questionnaires import loader
from questionnaires.answers import NOT_ASKED, Answers
from survey_app.casework.progress import in_use
from survey_app.models import Case, CaseAttempt, Response, Wave

# Of each database and version of an instrument, by the hash of answers how much was answered.
_KNOWN: WeakKeyDictionary[Any, dict[int, dict[str, str]]] = WeakKeyDictionary()
MOST_KNOWN = 300_000  # Some 50 MB; then it begins anew.
VOID = ""  # Instead of a hash.
AT_ONCE = 500  # Responses of one query, for SQLite bounds what may stand in it.
Group = tuple[int, int | None]  # Unit and officer; nobody yet.
# Of the ratings that were asked: AAPOR's own example calls a form complete above 80 %, and broken off below 50 %.
COMPLETE, PARTIAL = 0.8, 0.5
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
        rates = {name: None if rate is None else round(rate, 6) for name, rate in self.outcomes.rates().items()}
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
    columns = (*by, Case.disposition, tried)
    query = sa.select(*columns, sa.func.count()).where(Case.wave_id == wave.id, in_use())
    counts: defaultdict[Any, Counter[str]] = defaultdict(Counter)
    for *group, disposition, has_attempt, count in session.execute(query.group_by(*columns)):
        open_word = "being_tried" if has_attempt else "not_attempted"
        word = open_word if disposition == "open" else disposition
        counts[tuple(group)][word] += count
    for group, kinds in _incomplete(session, wave, *by).items():
        counts[group]["complete"] -= kinds.total()
        counts[group].update(kinds)
    return counts


def _incomplete(session: Session, wave: Wave, *by: Any) -> dict[Any, Counter[str]]:
    """Of the cases that have answers those that do not count as complete, by the word that holds instead."""
    said = sa.case((Response.void, VOID), else_=Response.content_hash)
    query = sa.select(Response.case_id, said).where(Response.wave_id == wave.id, Response.case_id.is_not(None))
    rows = [(case_id, said) for case_id, said in session.execute(query)]
    kinds = _kinds(session, wave, rows)
    odd = {case_id: word for case_id, said in rows if (word := kinds.get(said, "complete")) != "complete"}
    found: defaultdict[Any, Counter[str]] = defaultdict(Counter)
    if odd:
        cases = sa.select(Case.id, *by).where(Case.wave_id == wave.id, Case.disposition == "complete", in_use())
        for case_id, *group in session.execute(cases):
            if case_id in odd:
                found[tuple(group)][odd[case_id]] += 1
    return found


def _kinds(session: Session, wave: Wave, rows: Iterable[tuple[int | None, str]]) -> Mapping[str, str]:
    """How much was answered, by the hash of the answers; `rows`: cases with theirs. Each is read once in a process, for
    a page asks for all of them again; what was corrected this very moment, the next look knows.
    """
    known = _KNOWN.setdefault(session.get_bind(), {}).setdefault(wave.instrument_version_id, {})
    if len(known) > MOST_KNOWN:
        known.clear()
    known[VOID] = "other"  # An interview that was voided is none: somebody eligible without answers.
    unread = list({said: case_id for case_id, said in rows if said not in known}.values())
    ratings = loader.from_json(wave.instrument_version.content).ratings if unread else ()
    for start in range(0, len(unread), AT_ONCE):
        of_cases = Response.case_id.in_(unread[start : start + AT_ONCE])
        for content_hash, answers in session.execute(
            sa.select(Response.content_hash, Response.answers).where(of_cases)
        ):
            known[content_hash] = kind_of(Answers.from_json(answers), ratings)
    return known


def kind_of(answers: Answers, ratings: tuple[str, ...]) -> str:
    """How much of a form was answered: of the ratings that were asked, so many have an answer."""
    asked = [code for code in ratings if answers.states.get(code) != NOT_ASKED]
    share = sum(code in answers.values for code in asked) / len(asked) if asked else 0.0
    return "complete" if share > COMPLETE else "partial" if share >= PARTIAL else "broken_off"
