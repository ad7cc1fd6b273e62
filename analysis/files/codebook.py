"""The codebook of the analysts' files: every variable with its names, wording, codes and how often each occurs.

As CSV for programs and HTML for people; DDI is left to `ddi`.
"""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import jinja2
import pandas as pd

from analysis.files import words
from analysis.files.naming import spss_names, stata_names
from analysis.files.rows import Rows
from analysis.files.statistical import LETTERS
from analysis.files.variables import Variable
from questionnaires.texts import Text

COLUMNS = (
    *("name", "spss_name", "stata_name", "kind", "question", "label_vi", "label_en", "asked_vi", "asked_en"),
    *("code", "stata_code", "key", "code_label_vi", "code_label_en", "missing", "responses"),
)


@dataclass(frozen=True)
class Code:
    """One code of a variable; `key` is what the extract has in its place, empty where it has the code itself."""

    code: int
    key: str
    label: Text
    is_missing: bool
    responses: int

    @property
    def stata(self) -> str:
        return f".{LETTERS[self.code]}" if self.is_missing else str(self.code)


@dataclass(frozen=True)
class Entry:
    """A variable as it is described; `responses` counts the rows that have a value."""

    variable: Variable
    spss: str
    stata: str
    codes: tuple[Code, ...]
    responses: int


def entries(variables: Sequence[Variable], frame: pd.DataFrame) -> list[Entry]:
    names = [one.name for one in variables]
    spss, stata = spss_names(names), stata_names(names)
    return [
        Entry(one, spss[one.name], stata[one.name], tuple(_codes(one, frame)), int(frame[one.name].notna().sum()))
        for one in variables
    ]


def _codes(one: Variable, frame: pd.DataFrame) -> Iterator[Code]:
    if one.values or one.missing:
        counts = frame[one.name].value_counts()
        for code, value in one.values.items():
            yield Code(code, value.key, value.label, False, int(counts.get(code, 0)))
        for code, label in sorted(one.missing.items(), reverse=True):
            yield Code(code, str(code), label, True, int(counts.get(code, 0)))


def write_csv(found: Sequence[Entry], file: Path) -> None:
    with file.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.DictWriter(lines, COLUMNS, lineterminator="\n", restval="")
        writer.writeheader()
        writer.writerows(row for entry in found for row in _rows(entry))


def _rows(entry: Entry) -> Iterator[Mapping[str, object]]:
    one = entry.variable
    about = {
        **{"name": one.name, "spss_name": entry.spss, "stata_name": entry.stata, "kind": one.kind},
        **{"question": one.question, "label_vi": one.label.vi, "label_en": one.label.en},
        **({"asked_vi": one.asks.vi, "asked_en": one.asks.en} if one.asks else {}),
    }
    if not entry.codes:
        yield about | {"responses": entry.responses}
    for code in entry.codes:
        yield about | {
            **{"code": code.code, "stata_code": code.stata, "key": code.key, "responses": code.responses},
            **{"code_label_vi": code.label.vi, "code_label_en": code.label.en, "missing": int(code.is_missing)},
        }


def write_html(found: Sequence[Entry], rows: Rows, file: Path, trace: str) -> None:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("analysis.files", "pack"), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    page = environment.get_template("codebook.html").render(
        entries=found, title=rows.title, simulated=rows.simulated, words=words, trace=trace
    )
    file.write_text(page, encoding="utf-8")
