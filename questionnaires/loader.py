"""Reads instrument files and writes their one canonical JSON; leaves what can be wrong with them to `faults`."""

import hashlib
import json
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from questionnaires.condition_faults import Fault
from questionnaires.faults import InstrumentFaults, crossing_faults, shape_faults
from questionnaires.model import AnyInstrument, CounterInstrument, Instrument, Questionnaire

__all__ = [
    "Fault",
    "InstrumentFaults",
    "builtin_codes",
    "content_hash",
    "faults_of",
    "from_json",
    "load",
    "load_builtin",
    "read",
    "to_json",
]

_BUILTIN = resources.files("questionnaires") / "instruments"


def load(path: Path) -> AnyInstrument:
    """The instrument in a .toml or .json file; raises `InstrumentFaults` with all faults at once."""
    try:
        content = Path(path).read_bytes()
    except OSError as error:
        raise InstrumentFaults([Fault("file", f"cannot be read: {error.strerror or error}")]) from error
    return _from_toml(content) if Path(path).suffix.lower() != ".json" else _from_json(content)


def faults_of(path: Path) -> tuple[Fault, ...]:
    """What is wrong with the file; empty when nothing is."""
    try:
        load(path)
    except InstrumentFaults as found:
        return found.faults
    return ()


def builtin_codes() -> tuple[str, ...]:
    return tuple(sorted(file.name.removesuffix(".toml") for file in _BUILTIN.iterdir() if file.name.endswith(".toml")))


@cache
def load_builtin(code: str) -> AnyInstrument:
    if code not in builtin_codes():
        raise KeyError(f"no built-in instrument {code}; there are {', '.join(builtin_codes())}")
    return _from_toml((_BUILTIN / f"{code}.toml").read_bytes())


def to_json(instrument: Questionnaire) -> str:
    """Canonical: the same content gives the same bytes, also after the model got a new field that may be absent."""
    content = instrument.model_dump(mode="json", exclude_none=True)
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def from_json(text: str) -> AnyInstrument:
    return _from_json(text.encode("utf-8", "surrogatepass"))


def content_hash(instrument: Questionnaire) -> str:
    return hashlib.sha256(to_json(instrument).encode()).hexdigest()


def _from_toml(content: bytes) -> AnyInstrument:
    try:
        return read(tomllib.loads(content.decode("utf-8-sig")))
    except UnicodeDecodeError as error:
        raise InstrumentFaults([Fault("file", f"is not UTF-8 (byte {error.start})")]) from error
    except (ValueError, RecursionError) as error:  # ValueError: also a number of thousands of digits.
        raise InstrumentFaults([Fault("file", f"is not TOML: {error}")]) from error


def _from_json(content: bytes) -> AnyInstrument:
    try:
        return read(json.loads(content))
    except (ValueError, RecursionError) as error:
        raise InstrumentFaults([Fault("file", f"is not JSON: {error}")]) from error


def read(data: Any) -> AnyInstrument:
    """The instrument in plain data, as a file or an editor holds it; raises `InstrumentFaults` with all faults."""
    if not isinstance(data, Mapping):
        raise InstrumentFaults([Fault("file", "holds no table")])
    model = CounterInstrument if data.get("kind") == "counter_3" else Instrument
    instrument, faults = None, []
    try:
        instrument = model.model_validate(data)
    except ValidationError as error:
        faults = shape_faults(error)
    faults += crossing_faults(data)
    if faults or instrument is None:
        raise InstrumentFaults(faults)
    return instrument
