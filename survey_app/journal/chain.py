"""Entries as they come: their shape, their hash over the one before, the device's signature. Nothing is opened here."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from cryptography.hazmat.primitives.asymmetric import ec
from flask_babel import gettext as _
from pydantic import BaseModel, Field, StringConstraints, TypeAdapter, ValidationError

from survey_app.enrolment import p256

MOST = 50
_LARGEST = 2**31 - 1
Hash = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Seq = Annotated[int, Field(strict=True, ge=1, le=_LARGEST)]


class BadEntry(Exception):
    """An entry that no device of ours made: its shape, hash, place or signature is wrong."""

    def __init__(self, seq: int) -> None:
        super().__init__(f"entry {seq}")
        self.seq = seq


class Sent(BaseModel):
    """An entry as JSON has it."""

    seq: Seq
    prev: Hash
    sealed: Annotated[str, Field(max_length=4_000_000)]
    hash: Hash
    signature: Annotated[str, Field(max_length=100)]


@dataclass(frozen=True)
class Entry:
    seq: int
    prev: str
    sealed: bytes
    hash: str


_many = TypeAdapter(list[Sent])


def text(device_code: str, seq: int, prev: str, sealed: bytes) -> str:
    """What is hashed and signed."""
    return f"hailong-entry-1\n{device_code}\n{seq}\n{prev}\n{hashlib.sha256(sealed).hexdigest()}\n"


def parse(raw: Any) -> list[Sent]:
    """Raises ValueError for what has not the shape of entries."""
    try:
        return _many.validate_python(raw)
    except ValidationError as error:
        raise ValueError(_("This is no file of a device's journal.")) from error


def verify(device_code: str, key: ec.EllipticCurvePublicKey, sent: Sequence[Sent]) -> list[Entry]:
    """The entries, each signed by the device and following the one before it. Raises BadEntry."""
    found: list[Entry] = []
    for one in sent:
        sealed = p256.unbase64(one.sealed)
        if sealed is None or (found and (one.seq, one.prev) != (found[-1].seq + 1, found[-1].hash)):
            raise BadEntry(one.seq)
        said = text(device_code, one.seq, one.prev, sealed)
        if hashlib.sha256(said.encode()).hexdigest() != one.hash or not p256.is_signed(key, said, one.signature):
            raise BadEntry(one.seq)
        found.append(Entry(one.seq, one.prev, sealed, one.hash))
    return found
