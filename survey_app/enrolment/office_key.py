"""The key of the office: devices seal to its public half, and receipts are signed with it. Made once, never changed."""

import contextlib
import os
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from survey_app.enrolment import p256

FILE = "office.key"
ENTRY_INFO = b"hailong-entry-1"
# RFC 9180, one shot: the encapsulated key, then the ciphertext.
_SUITE = Suite(KEM.P256, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


class Unreadable(Exception):
    """Not sealed to this key, or damaged."""


class OfficeKey:
    def __init__(self, private: ec.EllipticCurvePrivateKey) -> None:
        self._private = private
        self.public = private.public_key()
        self.point = p256.point_of(self.public)

    def open(self, sealed: bytes) -> bytes:
        """Raises Unreadable."""
        try:
            return _SUITE.decrypt(sealed, self._private, info=ENTRY_INFO)
        except (InvalidTag, ValueError) as error:
            raise Unreadable from error

    def sign(self, text: str) -> str:
        return p256.sign(self._private, text)


def seal(point: bytes, content: bytes) -> bytes:
    """As a device does: only the office can open it again."""
    return _SUITE.encrypt(content, p256.key_of(point), info=ENTRY_INFO)


@lru_cache(maxsize=8)
def of(instance: Path) -> OfficeKey:
    """The key in the instance folder; made at the first use."""
    path = instance / FILE
    if not path.exists():
        _make(path)
    return OfficeKey(_read(path))


def _read(path: Path) -> ec.EllipticCurvePrivateKey:
    key = load_pem_private_key(path.read_bytes(), None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise ValueError(f"{path} holds another kind of key: restore it from a backup.")
    return key


def _make(path: Path) -> None:
    pem = ec.generate_private_key(ec.SECP256R1()).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    draft = path.with_name(f"{path.name}.{os.getpid()}.{os.urandom(4).hex()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(pem)
        file.flush()
        os.fsync(file.fileno())
    # A link is made once: of two processes that start together, both read the first one's, and never a half of it.
    with contextlib.suppress(FileExistsError):
        os.link(draft, path)
    draft.unlink()
