"""An app for one-time codes as RFC 6238 describes it, a passkey as WebAuthn does, and the clock of the server that
tests set; nothing of ours.
"""

import base64
import hashlib
import hmac
import json
import re
import struct
from html import unescape
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from flask import Flask

AT = 1_764_000_000


def code(key: str, at: int = AT) -> str:
    """The six figures that an app shows that was given the key at that second."""
    secret = base64.b32decode(re.sub(r"[\s-]", "", key))
    digest = hmac.digest(secret, struct.pack(">Q", at // 30), "sha1")
    place = digest[-1] & 15
    return f"{(int.from_bytes(digest[place : place + 4]) & 0x7FFFFFFF) % 10**6:06}"


def set_clock(monkeypatch: pytest.MonkeyPatch, app: Flask, at: int = AT) -> None:
    factory = app.extensions["security_object"].totp_factory
    monkeypatch.setattr(factory._totp, "now", staticmethod(lambda: at))


def key_on(page: str) -> str:
    """The key that a page shows for whoever cannot scan."""
    found = re.search(r'class="whole-key"[^>]*>([^<]*)<', page)
    assert found, page
    return found[1]


def recovery_codes_on(page: str) -> list[str]:
    return re.findall(r"<li><code>([0-9a-f-]*)</code></li>", page)


class SoftwarePasskey:
    """A passkey that never asks for a finger. `public_key` as a server keeps it: COSE, by hand in five entries."""

    def __init__(self, name: bytes) -> None:
        self.name, self._key = name, ec.generate_private_key(ec.SECP256R1())
        point = self._key.public_key().public_numbers()
        x, y = point.x.to_bytes(32), point.y.to_bytes(32)
        self.public_key = b"\xa5\x01\x02\x03\x26\x20\x01\x21\x58\x20" + x + b"\x22\x58\x20" + y

    def answer(self, page: str) -> dict[str, Any]:
        """What the browser posts where the page asks for a passkey."""
        found = re.search(r'data-options="([^"]*)"', page)
        assert found, page
        challenge = json.loads(unescape(found[1]))["challenge"]
        client = {"type": "webauthn.get", "challenge": challenge, "origin": "http://localhost"}
        told = json.dumps(client).encode()
        here = hashlib.sha256(b"localhost").digest() + b"\x05" + (1).to_bytes(4)  # Somebody is there, and was verified.
        signed = self._key.sign(here + hashlib.sha256(told).digest(), ec.ECDSA(hashes.SHA256()))
        response = {"clientDataJSON": _base64(told), "authenticatorData": _base64(here), "signature": _base64(signed)}
        name = _base64(self.name)
        return {"credential": json.dumps({"id": name, "rawId": name, "type": "public-key", "response": response})}


def _base64(some: bytes) -> str:
    return base64.urlsafe_b64encode(some).rstrip(b"=").decode()
