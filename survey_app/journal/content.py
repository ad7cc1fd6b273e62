"""What is sealed in an entry, read: an interview or an attempt. Whether it fits anything of ours, `intake` asks."""

import json
from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field, TypeAdapter, ValidationError

from survey_app.casework import persons
from survey_app.enrolment.office_key import OfficeKey, Unreadable

_RowNumber = Annotated[int, Field(strict=True, ge=1, le=2**31 - 1)]


class Interview(BaseModel):
    kind: Literal["interview"]
    id: UUID
    case: _RowNumber | None = None
    point: str = Field("", max_length=12)
    proof: str = Field("", max_length=60)
    wave: str = Field("", max_length=60)
    version: str = Field(max_length=64)
    mode: Literal["tablet", "phone", "kiosk", "visit_code"]
    language: Literal["vi", "en"]
    answers: dict[str, list[str]]
    item_order: int | None = None
    # Grown-ups of the household, typed before it was known whom to ask.
    eligible: Annotated[int, Field(strict=True, ge=1, le=persons.MOST)] | None = None
    # Where that was corrected: what was typed first.
    first_count: Annotated[int, Field(strict=True, ge=1, le=persons.MOST)] | None = None
    begun: AwareDatetime
    finished: AwareDatetime
    paradata: Any = None


class Attempt(BaseModel):
    kind: Literal["attempt"]
    case: _RowNumber
    outcome: Literal["open", "refused", "not_contacted", "moved", "wrong_data", "not_eligible", "other"]
    channel: Literal["visit", "call"]
    day: date
    part: Literal["morning", "afternoon", "evening"]
    at: AwareDatetime


Content = Interview | Attempt
_content: TypeAdapter[Content] = TypeAdapter(Annotated[Content, Field(discriminator="kind")])


def unseal(key: OfficeKey, sealed: bytes) -> Content | None:
    """None where nobody of ours can read it, whatever the reason."""
    try:
        return _content.validate_python(json.loads(key.open(sealed)))
    except (Unreadable, ValidationError, ValueError, RecursionError):
        return None


def earliest(content: Content) -> datetime:
    return content.begun if isinstance(content, Interview) else content.at
