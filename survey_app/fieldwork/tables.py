"""The progress of a wave as rows for a spreadsheet; the columns keep their names, for scripts read them too."""

from collections.abc import Iterator

from survey_app.casework.dispositions import CODES
from survey_app.fieldwork.counting import Day, Line
from survey_app.fieldwork.outlook import Outlook

RATES = ("RR1", "RR2", "RR3", "RR4", "RR5", "RR6", "COOP1", "REF1", "CON1")
LINE = (
    *("code", "name", "cases", "reserves_used", "due", "closed", "behind", "answered", "to_visit", "attempts_in_vain"),
    *CODES,
    *RATES,
)
DAY = ("day", "planned", "answers", "attempts_in_vain", "planned_so_far", "answers_so_far")
OUTLOOK = (
    *("level", "code", "name", "cases", "promised_answers", "answers", "promised", "expected", "missed"),
    "more",
)


def of_lines(lines: list[Line]) -> Iterator[list[object]]:
    for line in lines:
        counts = (line.cases, line.reserves, line.due, line.closed, line.behind, line.answered, line.to_visit)
        rates = line.rates
        yield [
            *(line.code, line.name, *counts, line.attempts),
            *(line.table.counts.get(word, 0) for word in CODES),
            *(None if (rate := rates[name]) is None else round(100 * rate, 4) for name in RATES),
        ]


def of_days(days: list[Day]) -> Iterator[list[object]]:
    for one in days:
        yield [
            *(one.day.isoformat(), one.planned, one.answers, one.attempts),
            *(one.planned_so_far, one.answers_so_far),
        ]


def of_outlook(outlook: Outlook) -> Iterator[list[object]]:
    for row in outlook.rows:
        yield [row[column] for column in OUTLOOK]
