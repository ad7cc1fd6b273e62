"""An app for one-time codes as RFC 6238 describes it, and the clock of the server that tests set; nothing of ours."""

import base64
import hmac
import re
import struct

import pytest
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
