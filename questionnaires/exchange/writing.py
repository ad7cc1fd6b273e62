"""Gives an instrument out as a file: which formats there are, and what each file is called."""

import re
from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

from questionnaires import loader
from questionnaires.exchange import toml
from questionnaires.exchange.draft import Written
from questionnaires.model import AnyInstrument


class _Format(NamedTuple):
    write: Callable[[AnyInstrument], bytes]
    media_type: str
    ending: str


def _json(instrument: AnyInstrument) -> bytes:
    return loader.to_json(instrument).encode()


def _codebook(instrument: AnyInstrument) -> bytes:
    from questionnaires.exchange import codebook_out  # As for the form.

    return codebook_out.sheets(instrument)


def _ddi(instrument: AnyInstrument) -> bytes:
    from questionnaires.exchange import codebook_out

    return codebook_out.ddi(instrument)


def _xlsform(instrument: AnyInstrument) -> bytes:
    from questionnaires.exchange import xlsform_out  # Loads a writer of workbooks, which no citizen's page needs.

    return xlsform_out.written(instrument)


_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMATS: Final[Mapping[str, _Format]] = {
    "toml": _Format(toml.written, "application/toml", ".toml"),
    "json": _Format(_json, "application/json", ".json"),
    "xlsx": _Format(_xlsform, _XLSX, ".xlsx"),
    "codebook": _Format(_codebook, _XLSX, "-codebook.xlsx"),
    "ddi": _Format(_ddi, "application/xml", "-ddi.xml"),
}


def write(instrument: AnyInstrument, format: str) -> Written:
    """Raises KeyError for a format that is not in `FORMATS`."""
    chosen = FORMATS[format]
    # A version is free text; a file's name is not.
    stem = re.sub(r"[^A-Za-z0-9._-]+", "_", f"{instrument.code}-{instrument.version}")
    return Written(chosen.write(instrument), chosen.media_type, stem + chosen.ending)
