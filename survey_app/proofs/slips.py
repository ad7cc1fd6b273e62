"""Slips: one-use codes that prove a place in the sample; made, read, spent once, kept account of in batches.

A code carries its own proof (HMAC), so a forged one needs no look into the database. Which are spent is a set of bits
in the row of the batch: it cannot be joined to the answers, for it knows neither order nor time.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from survey_app import points
from survey_app.models import CollectionPoint, SlipBatch
from survey_app.points import ALPHABET, normal_code

MODE = "qr_slip"
BATCH_LETTERS, SERIAL_LETTERS, PROOF_LETTERS = 4, 2, 8
LENGTH = BATCH_LETTERS + SERIAL_LETTERS + PROOF_LETTERS
LARGEST = 800  # Slips of a batch: what two letters can count, with some to spare.
Ledger = Literal["returned", "spoiled", "replaced"]


class BadSlip(Exception):
    """No code of ours: mistyped, damaged or invented."""


class SlipSpent(Exception):
    """Somebody has already answered with this slip."""


class SlipVoid(Exception):
    """The slip was taken out of use: given back, spoiled or replaced by another."""


@dataclass(frozen=True)
class Slip:
    batch: str
    serial: int

    def code(self, key: str) -> str:
        """As it is printed and typed, in groups of four letters."""
        letters = f"{self.batch}{points.letters(self.serial, SERIAL_LETTERS)}"
        whole = letters + _proof(key, letters)
        return "-".join(whole[start : start + 4] for start in range(0, LENGTH, 4))


def read(key: str, typed: str) -> Slip:
    """The slip of a code as somebody typed or scanned it. Raises BadSlip."""
    code = normal_code(typed)
    letters, proof = code[:-PROOF_LETTERS], code[-PROOF_LETTERS:]
    if len(code) != LENGTH or not set(code) <= set(ALPHABET) or not hmac.compare_digest(proof, _proof(key, letters)):
        raise BadSlip
    return Slip(letters[:BATCH_LETTERS], points.number_of(letters[BATCH_LETTERS:]))


def _proof(key: str, letters: str) -> str:
    digest = hmac.digest(key.encode(), b"slip" + letters.encode(), hashlib.sha256)
    return points.letters(int.from_bytes(digest), PROOF_LETTERS)


def add_batch(
    session: Session,
    point: CollectionPoint,
    size: int,
    stratum: str | None = None,
    psu: str | None = None,
    weight: float | None = None,
) -> SlipBatch:
    """A new batch of `size` slips for a point. Raises ValueError with what to do."""
    if point.mode != MODE:
        raise ValueError("Slips belong to points that ask for a slip: make such a point first.")
    if not 1 <= size <= LARGEST:
        raise ValueError(f"A batch holds 1 to {LARGEST} slips: make several batches.")
    empty = bytes(-(-size // 8))
    batch = SlipBatch(
        code=_unused_code(session),
        wave=point.wave,
        point=point,
        stratum=stratum,
        psu=psu,
        weight=weight,
        size=size,
        spent=empty,
        void=empty,
    )
    session.add(batch)
    session.flush()
    return batch


def _unused_code(session: Session) -> str:
    while True:
        code = "".join(secrets.choice(ALPHABET) for _ in range(BATCH_LETTERS))
        if session.scalar(sa.select(SlipBatch.id).where(SlipBatch.code == code)) is None:
            return code


def codes(key: str, batch: SlipBatch) -> list[str]:
    """The codes of a batch, to be printed; they are stored nowhere."""
    return [Slip(batch.code, serial).code(key) for serial in range(batch.size)]


def find(session: Session, slip: Slip) -> SlipBatch:
    """The batch with its point and wave. Raises BadSlip: a serial beyond the batch was never printed."""
    loaded = joinedload(SlipBatch.point).joinedload(CollectionPoint.wave)
    batch = session.scalar(sa.select(SlipBatch).where(SlipBatch.code == slip.batch).options(loaded))
    if batch is None or slip.serial >= batch.size:
        raise BadSlip
    return batch


def check(batch: SlipBatch, slip: Slip) -> None:
    """Raises SlipSpent or SlipVoid where the slip can no longer be used; tells a person before the first question."""
    if _has(batch.void, slip.serial):
        raise SlipVoid
    if _has(batch.spent, slip.serial):
        raise SlipSpent


def spend(session: Session, slip: Slip) -> SlipBatch:
    """Marks the slip as used, in the transaction that keeps the answers. Raises BadSlip, SlipSpent, SlipVoid.

    Of many who come at once the row lets in one after the other, and only the first finds the bit clear. The lock is
    the weaker one (`key_share`): responses that name the batch hold its key, and two of them must not wait for each
    other.
    """
    batch = session.scalar(sa.select(SlipBatch).where(SlipBatch.code == slip.batch).with_for_update(key_share=True))
    if batch is None or slip.serial >= batch.size:
        raise BadSlip
    session.refresh(batch, ["spent", "void"])
    check(batch, slip)
    batch.spent = _with(batch.spent, slip.serial)
    session.flush()
    return batch


def take_out(session: Session, slip: Slip, why: Ledger) -> SlipBatch:
    """Notes in the ledger that a slip came back, was spoiled or was replaced: nobody can answer with it any more."""
    batch = session.scalar(sa.select(SlipBatch).where(SlipBatch.code == slip.batch).with_for_update(key_share=True))
    if batch is None or slip.serial >= batch.size:
        raise BadSlip
    session.refresh(batch, ["spent", "void"])
    check(batch, slip)
    batch.void = _with(batch.void, slip.serial)
    setattr(batch, why, getattr(batch, why) + 1)
    session.flush()
    return batch


def count_spent(batch: SlipBatch | sa.Row[*tuple[Any, ...]]) -> int:
    return int.from_bytes(batch.spent).bit_count()


def _has(bits: bytes, serial: int) -> bool:
    return bool(bits[serial // 8] >> (serial % 8) & 1)


def _with(bits: bytes, serial: int) -> bytes:
    changed = bytearray(bits)
    changed[serial // 8] |= 1 << (serial % 8)
    return bytes(changed)
