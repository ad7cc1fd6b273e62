"""Writes SPSS's .sav and Stata's .dta: labels in Vietnamese, codes that are no answer marked as missing, the weight.

Both are read into memory whole. What the variables are is left to `variables`.
"""

import struct
from collections.abc import Sequence
from pathlib import Path
from textwrap import wrap
from typing import Any

import pandas as pd
import pyreadstat

from analysis.files.naming import cut, spss_names, stata_names
from analysis.files.variables import Variable
from questionnaires import answers

WEIGHT_PLACE = 76  # In a .sav's header: the position of the weight among the variables, from 1; 0 is none.
SPSS_FORMATS = {"code": "F4.0", "number": "F9.0", "real": "F16.8"}
NOTE_LETTERS = 26  # Of a .sav's line of notes: 80 bytes, of which a Vietnamese letter takes up to three.
# Stata has letters for reasons; a number below 0 would be counted.
LETTERS = {
    answers.SKIPPED: "a",
    answers.NOT_ASKED: "b",
    answers.DONT_KNOW: "c",
    answers.PREFER_NOT: "d",
    answers.NOT_USED: "e",
}


def write_sav(frame: pd.DataFrame, variables: Sequence[Variable], file: Path, title: str) -> None:
    """The first variable is the weight of the file."""
    names = spss_names(one.name for one in variables)
    pyreadstat.write_sav(
        _dated(frame, variables).rename(columns=names),
        file,
        file_label=cut(title, characters=64, size=64),
        column_labels={names[one.name]: cut(one.label.vi, size=255) for one in variables},
        variable_value_labels={names[one.name]: _spss_labels(one) for one in variables if one.values or one.missing},
        missing_ranges={names[one.name]: _spss_missing(one) for one in variables if one.missing},
        variable_measure={names[one.name]: _measure(one) for one in variables},
        variable_format={names[one.name]: SPSS_FORMATS[one.kind] for one in variables if one.kind in SPSS_FORMATS},
        row_compress=True,
        note=wrap(title, NOTE_LETTERS),
    )
    with file.open("r+b") as header:  # The library cannot name the weight.
        header.seek(WEIGHT_PLACE)
        header.write(struct.pack("<i", 1))


def _spss_labels(one: Variable) -> dict[int | float, str]:
    labels: dict[int | float, str] = {code: value.label.vi for code, value in one.values.items()}
    labels |= {code: label.vi for code, label in one.missing.items()}
    return {code: cut(label, size=120) for code, label in sorted(labels.items())}


def _spss_missing(one: Variable) -> list[Any]:
    """All reasons as one range, and `not used` where it can be."""
    span: list[Any] = [{"lo": answers.PREFER_NOT, "hi": answers.SKIPPED}]
    return [*span, answers.NOT_USED] if answers.NOT_USED in one.missing else span


def _measure(one: Variable) -> str:
    if one.kind in ("number", "real", "day"):
        return "scale"
    return "ordinal" if one.ordered else "nominal"


def write_dta(frame: pd.DataFrame, variables: Sequence[Variable], file: Path, title: str) -> None:
    names = stata_names(one.name for one in variables)
    lettered = {one.name: _lettered(frame[one.name], one) for one in variables if one.missing}
    pyreadstat.write_dta(
        _dated(frame, variables).assign(**lettered).rename(columns=names),
        file,
        file_label=cut(title, characters=80),
        column_labels={names[one.name]: cut(one.label.vi, characters=80) for one in variables},
        variable_value_labels={names[one.name]: _stata_labels(one) for one in variables if one.values or one.missing},
        missing_user_values={names[name]: sorted(LETTERS.values()) for name in lettered},
    )


def _lettered(column: pd.Series, one: Variable) -> pd.Categorical:
    """As categories, because the library guesses what a plain column holds from its first values."""
    found = pd.Categorical(column)
    return found.rename_categories(
        {code: LETTERS[code] if code in one.missing else int(code) for code in found.categories}
    )


def _stata_labels(one: Variable) -> dict[Any, str]:
    valid: dict[Any, str] = {code: value.label.vi for code, value in one.values.items()}
    return valid | {LETTERS[code]: label.vi for code, label in one.missing.items()}


def _dated(frame: pd.DataFrame, variables: Sequence[Variable]) -> pd.DataFrame:
    """Days as days, not as instants; no text where there is none."""
    days = [one.name for one in variables if one.kind == "day"]
    texts = [one.name for one in variables if one.kind == "text"]
    dated = {name: frame[name].dt.date.where(frame[name].notna(), None) for name in days}
    return frame.assign(**dated, **{name: frame[name].fillna("") for name in texts})
