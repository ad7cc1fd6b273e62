"""The signed token of a form: point, version, response id and time. Whether they still fit is the view's question."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from itsdangerous import BadSignature, Signer

# So much of a version's content hash stands in a token; the signature, not the length, protects it.
HASH_LENGTH = 16


class BadToken(ValueError):
    """Missing, damaged or made by somebody else."""


@dataclass(frozen=True)
class Token:
    point_code: str
    version: str
    response_id: UUID
    at: datetime
    proof: str = ""  # The slip or visit code with which the form was opened.

    def is_of_version(self, content_hash: str) -> bool:
        return self.version == content_hash[:HASH_LENGTH]


def _signer(key: str, purpose: str) -> Signer:
    return Signer(key, salt=purpose, digest_method=hashlib.sha256)


def sign(key: str, purpose: str, text: str) -> str:
    return _signer(key, purpose).sign(text).decode()


def unsign(key: str, purpose: str, signed: str) -> str:
    """The text, if `signed` was made by `sign` for the same purpose; else BadToken."""
    try:
        text = _signer(key, purpose).unsign(signed).decode()
    except (BadSignature, UnicodeError) as error:
        raise BadToken from error
    if sign(key, purpose, text) != signed:  # Other letters may stand for the same bytes of a signature.
        raise BadToken
    return text


def issue(key: str, *, point_code: str, version_hash: str, response_id: UUID, at: datetime, proof: str = "") -> str:
    """The token of a fresh form. Officers' forms have the name of their case in place of a point's code."""
    said = (point_code, version_hash[:HASH_LENGTH], response_id.hex, str(int(at.timestamp())), *([proof] * bool(proof)))
    return sign(key, "form", ".".join(said))


def read(key: str, token: str) -> Token:
    """What a token of ours says; raises BadToken for every other text."""
    point_code, version, response_id, at, *proof = unsign(key, "form", token).split(".")
    return Token(point_code, version, UUID(hex=response_id), datetime.fromtimestamp(int(at), UTC), "".join(proof))
