"""What stands in the address of the thanks: sealed, and its receipt is to be shown for some minutes only.

What the page says is left to its view.
"""

import base64
import hashlib
import hmac
import os
from dataclasses import astuple, dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from survey_app.proofs.tokens import BadToken

# Long enough to note the code down, and to go back and forth; then the browser's history is worth nothing.
READABLE_FOR = timedelta(minutes=10)
NONCE, TIME = 12, 8


@dataclass(frozen=True)
class Thanks:
    receipt: str
    state: str
    kind: str  # "real", or the mark of a wave that is not.
    mode: str  # How the next person answers here.


@lru_cache(maxsize=8)
def _box(token_key: str) -> AESGCM:
    return AESGCM(hmac.digest(token_key.encode(), b"thanks-key", hashlib.sha256))


def seal(token_key: str, said: Thanks, at: datetime) -> str:
    """At another time, or once more, it is another text."""
    nonce, plain = os.urandom(NONCE), int(at.timestamp()).to_bytes(TIME) + ".".join(astuple(said)).encode()
    return base64.urlsafe_b64encode(nonce + _box(token_key).encrypt(nonce, plain, None)).decode().rstrip("=")


def read(token_key: str, sealed: str, at: datetime) -> tuple[Thanks, bool]:
    """What was sealed, and whether its receipt may still be shown; BadToken for every text that is not of ours."""
    try:
        found = base64.urlsafe_b64decode(sealed + "=" * (-len(sealed) % 4))
        plain = _box(token_key).decrypt(found[:NONCE], found[NONCE:], None)
    except (InvalidTag, ValueError) as error:
        raise BadToken from error
    since = at - datetime.fromtimestamp(int.from_bytes(plain[:TIME]), UTC)
    return Thanks(*plain[TIME:].decode().split(".")), since <= READABLE_FOR
