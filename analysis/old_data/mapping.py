"""The mapping of a foreign file as a TOML file: which column is which item, and what its values mean.

It is kept with the extract, so that the import can be repeated and doubted. Files are opened by `table`.
"""

import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from questionnaires import answers
from questionnaires.model import Text

STATES: Mapping[str, int] = {
    "not_used": answers.NOT_USED,
    "skipped": answers.SKIPPED,
    "not_asked": answers.NOT_ASKED,
    "dont_know": answers.DONT_KNOW,
    "prefer_not": answers.PREFER_NOT,
}
State = Literal["not_used", "skipped", "not_asked", "dont_know", "prefer_not"]


class OldDataFaults(Exception):
    """Everything that speaks against the import, one sentence each, with row and column where there is one."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class About(_Strict):
    slug: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,60}$")
    name: Text
    first_day: date
    last_day: date
    owner: Text
    method: Text


class Codes(_Strict):
    """A column, and what its values stand for; without `codes` they are the codes themselves."""

    column: str
    codes: dict[str, str] = {}


class Dataset(_Strict):
    instrument: str
    mode: Literal["paper_self", "paper_officer", "tablet", "phone", "qr_slip", "qr_open", "kiosk", "visit_code"]
    survey: About
    unit: Codes
    respondent_type: Codes | None = None
    levels: dict[str, int | State]  # A value of the file → 1 to 5, or a state.
    columns: dict[str, str]  # A heading of the file → the code of an item.

    def level(self, text: str) -> int | None:
        found = self.levels.get(text)
        return STATES[found] if isinstance(found, str) else found


class Published(_Strict):
    """What a table of published results is about. `series`: whether people were drawn or came by themselves."""

    instrument: str
    series: Literal["probability", "open"]
    survey: About


Model = TypeVar("Model", Dataset, Published)


def read_published(path: Path) -> Published:
    """Raises OldDataFaults with every fault and its place."""
    return _read(path, Published)


def read(path: Path) -> Dataset:
    """Raises OldDataFaults with every fault and its place."""
    found = _read(path, Dataset)
    odd = [text for text, level in found.levels.items() if isinstance(level, int) and not 1 <= level <= 5]
    if odd:
        raise OldDataFaults([f"{path.name}, levels.{text}: a level is 1 to 5 or a state" for text in odd])
    return found


def _read(path: Path, model: type[Model]) -> Model:
    try:
        return model.model_validate(tomllib.loads(path.read_text("utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise OldDataFaults([f"the mapping {path.name} cannot be read: {error}"]) from error
    except ValidationError as error:
        places = [(".".join(map(str, one["loc"])), one["msg"]) for one in error.errors()]
        raise OldDataFaults([f"{path.name}, {place}: {words}" for place, words in places]) from error
