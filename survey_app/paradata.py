"""How a response was filled in, as far as it is kept: which facts, for whom, within which limits.

Of forms that staff fill in: so that work can be checked. Of a kiosk: two signs that somebody else pressed for the
citizen. Of a citizen's own form: nothing but that it was opened before a kiosk. Never a clock time.
"""

import json
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from questionnaires.texts import Code
from survey_app.models.responses import OFFICER_MODES

Seconds = Annotated[int, Field(ge=0, le=86_400)]
# What else is kept of a form that nobody of the staff fills in: before a kiosk, on it or on one's own phone.
OF_A_KIOSK = {"kiosk": {"burst", "present"}, "visit_code": {"burst", "present"}, "qr_open": {"present"}}


class Paradata(BaseModel):
    """What may be kept. A key that is not named here is dropped."""

    model_config = ConfigDict(strict=True, frozen=True, extra="ignore")

    seconds: dict[Code, Seconds] = Field(default={}, max_length=100)  # By part, where a device measured them.
    whole: Seconds | None = None  # From opening to sending, where the parts were not measured.
    changes: int | None = Field(default=None, ge=0, le=10_000)  # Answers that were changed after they were given.
    officer: int | None = Field(default=None, ge=1)  # The account of the officer who asked.
    device: str | None = Field(default=None, pattern=r"^[A-Z0-9]{1,8}$")
    handed_over: bool | None = None  # The respondent held the device.
    calls: int | None = Field(default=None, ge=0, le=100)  # Earlier attempts by telephone.
    clock: int | None = Field(default=None, ge=-10_000_000, le=10_000_000)  # Minutes by which the device was off.
    burst: bool | None = None  # One of several forms in a row, each quicker than anybody reads.
    present: bool | None = None  # The code on the screen proved that somebody stood at the kiosk.
    other_type: bool | None = None  # Somebody of another respondent type answered than the draw chose; confirmed.
    first_count: int | None = Field(default=None, ge=1, le=30)  # Grown-ups as counted before one correction.
    typed_twice: bool | None = None  # Paper, typed by two people.

    @property
    def total(self) -> int | None:
        """The seconds of the whole interview."""
        return sum(self.seconds.values()) if self.seconds else self.whole


def kept(mode: str, raw: Mapping[str, Any] | None) -> str | None:
    """The JSON to store with a response of this mode; None when there is nothing to keep. What is beyond its limit is
    left out, for no interview is lost over it.
    """
    if not raw:
        return None
    if mode in OFFICER_MODES or mode == "paper_self":
        allowed = dict(raw)
    else:
        allowed = {name: raw[name] for name in OF_A_KIOSK.get(mode, set()) & raw.keys()}
    text = _valid(allowed).model_dump_json(exclude_none=True, exclude_defaults=True)
    return None if text == "{}" else text


def _valid(raw: dict[str, Any]) -> Paradata:
    try:
        return Paradata.model_validate(raw)
    except ValidationError as faults:
        wrong = {fault["loc"][0] for fault in faults.errors()}
        return Paradata.model_validate({name: value for name, value in raw.items() if name not in wrong})


def read(stored: str | None) -> Paradata:
    return Paradata.model_validate(json.loads(stored)) if stored else Paradata()
