"""The rows of a frame in groups: by stratum, and by the units of a stage. A frame is text, as its file is."""

from collections.abc import Iterable, Mapping, Sequence

from analysis.planning.chance import CannotDraw
from analysis.planning.spec import CODE, PERSON, SamplePlan, Stage

Row = Mapping[str, str]
PEOPLE = "people"  # The column that counts the persons of a row: pupils of a class, adults of a household.
FORBIDDEN = "/|:#"  # They part the names within a label of the draw.


def by_stratum(rows: Iterable[Row], plan: SamplePlan) -> dict[str, list[Row]]:
    """Strata in the order of their names: the values of their columns with a slash between."""
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault("/".join(row[column] for column in plan.strata), []).append(row)
    return dict(sorted(groups.items()))


def parts(rows: Iterable[Row], stage: Stage) -> dict[str, list[Row]]:
    """The units of a stage with their rows, in the stage's order, then by name; persons are numbered in their row."""
    column = CODE if stage.unit == PERSON else stage.unit
    found: dict[str, list[Row]] = {}
    for row in sorted(rows, key=lambda row: (*(row[name] for name in stage.order), row[column])):
        for name in _names(row, stage.unit):
            found.setdefault(name, []).append(row)
    return found


def _names(row: Row, unit: str) -> list[str]:
    if unit == PERSON:
        return [f"{row[CODE]}#{place:04}" for place in range(1, int(row[PEOPLE]) + 1)]
    return [row[unit]]


def count(rows: Sequence[Row], plan: SamplePlan) -> int:
    """What could be drawn: persons where the last stage draws persons, else rows."""
    return sum(int(row[PEOPLE]) for row in rows) if plan.stages[-1].unit == PERSON else len(rows)


def check(rows: Sequence[Row], plan: SamplePlan) -> None:
    """Raises CannotDraw where the frame lacks what the plan names."""
    if not rows:
        raise CannotDraw("the frame is empty")
    persons = [PEOPLE] if plan.stages[-1].unit == PERSON else []
    units = [stage.unit for stage in plan.stages if stage.unit != PERSON]
    sizes = [stage.size for stage in plan.stages if stage.size]
    orders = [column for stage in plan.stages for column in stage.order]
    wanted = list(dict.fromkeys([CODE, "unit", *plan.strata, *units, *orders, *sizes, *persons]))
    if missing := [column for column in wanted if any(column not in row for row in rows)]:
        raise CannotDraw(f"the frame lacks the columns {', '.join(missing)}")
    if empty := [column for column in wanted if not all(row[column] for row in rows)]:
        raise CannotDraw(f"the frame has empty cells in {', '.join(empty)}; fill them or leave the rows out")
    _check_names(rows, [CODE, *plan.strata, *units])
    _check_counts(rows, [*sizes, *persons])


def _check_names(rows: Sequence[Row], columns: Iterable[str]) -> None:
    for column in dict.fromkeys(columns):
        if odd := next((row[column] for row in rows if set(row[column]) & set(FORBIDDEN)), None):
            raise CannotDraw(f"{column} {odd!r} holds one of the signs {' '.join(FORBIDDEN)}; write it without them")
    if len({row[CODE] for row in rows}) < len(rows):
        raise CannotDraw("the frame names a code more than once; every code stands for one dossier, household or class")


def _check_counts(rows: Sequence[Row], columns: Iterable[str]) -> None:
    for column in dict.fromkeys(columns):
        for row in rows:
            if not (row[column].isascii() and row[column].isdigit() and 0 < int(row[column]) < 10_000):
                raise CannotDraw(f"{column} of {row[CODE]} is {row[column]!r}; give a whole number from 1 to 9999")
