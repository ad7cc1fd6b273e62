"""A tablet or kiosk that speaks the protocol of docs/tablets.md without a screen: for tests and measurements."""

import hashlib
import json
import random
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import urllib3
from cryptography.hazmat.primitives.asymmetric import ec

from survey_app.enrolment import office_key, p256

Transport = Callable[[str, str, Mapping[str, str], bytes], tuple[int, bytes]]
Clock = Callable[[], datetime]
MOST = 50


def over_http(address: str, timeout: float = 30) -> Transport:
    """Requests to a real server; each thread keeps a line of its own."""
    lines = threading.local()

    def send(method: str, path: str, headers: Mapping[str, str], body: bytes) -> tuple[int, bytes]:
        if not hasattr(lines, "pool"):
            lines.pool = urllib3.PoolManager(retries=False, timeout=timeout)
        answer = lines.pool.request(method, address + path, headers=dict(headers), body=body or None)
        return answer.status, answer.data

    return send


class Refused(Exception):
    def __init__(self, status: int, error: dict[str, Any]) -> None:
        super().__init__(f"{status} {error}")
        self.status, self.error = status, error


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass
class Tablet:
    """`entries` is the whole journal; `receipts` what the office signed of it, by number."""

    send: Transport
    clock: Clock = utc_now
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    code: str = ""
    office: bytes = b""
    entries: list[dict[str, Any]] = field(default_factory=list)
    receipts: dict[int, dict[str, Any]] = field(default_factory=dict)

    @property
    def head(self) -> str:
        return str(self.entries[-1]["hash"]) if self.entries else "0" * 64

    def enrol(self, code: str) -> dict[str, Any]:
        point = p256.base64_of(p256.point_of(self.key.public_key()))
        body = json.dumps({"code": code, "public_key": point, "now": self.clock().isoformat()}).encode()
        told = self._answer(*self.send("POST", "/api/device/enrol", {"Content-Type": "application/json"}, body))
        self.code, self.office = told["device"], p256.unbase64(told["office_key"]) or b""
        return told

    def request(self, method: str, path: str, told: Any = None) -> dict[str, Any]:
        """As `ask`, again as long as others are sending."""
        while True:
            try:
                return self.ask(method, path, told)
            except Refused as refused:
                if refused.error["kind"] != "busy":
                    raise
                time.sleep(random.uniform(0, 1))

    def ask(self, method: str, path: str, told: Any = None) -> dict[str, Any]:
        """Signed; raises Refused for what is no 200."""
        body = b"" if told is None else json.dumps(told).encode()
        text = f"hailong-request-1\n{method}\n{path}\n{hashlib.sha256(body).hexdigest()}\n"
        headers = {
            "Authorization": f"Device {self.code} {p256.sign(self.key, text)}",
            "Content-Type": "application/json",
        }
        return self._answer(*self.send(method, path, headers, body))

    @staticmethod
    def _answer(status: int, body: bytes) -> dict[str, Any]:
        told: dict[str, Any] = json.loads(body)
        if status != 200:
            raise Refused(status, told["error"])
        return told

    def package(self, known: Sequence[str] = ()) -> dict[str, Any]:
        return self.request("GET", f"/api/device/package?known={','.join(known)}")

    def append(self, content: Mapping[str, Any] | bytes) -> dict[str, Any]:
        """Seals and signs; bytes are put in as they are."""
        raw = content if isinstance(content, bytes) else json.dumps(content, ensure_ascii=False).encode()
        return self.append_sealed(office_key.seal(self.office, raw))

    def append_sealed(self, sealed: bytes) -> dict[str, Any]:
        seq, prev = len(self.entries) + 1, self.head
        text = f"hailong-entry-1\n{self.code}\n{seq}\n{prev}\n{hashlib.sha256(sealed).hexdigest()}\n"
        entry = {
            "seq": seq,
            "prev": prev,
            "sealed": p256.base64_of(sealed),
            "hash": hashlib.sha256(text.encode()).hexdigest(),
            "signature": p256.sign(self.key, text),
        }
        self.entries.append(entry)
        return entry

    def send_entries(self, entries: Sequence[Mapping[str, Any]] | None = None) -> list[dict[str, Any]]:
        """Those without a receipt, or the ones given; the receipts are checked and kept."""
        left = [e for e in self.entries if e["seq"] not in self.receipts] if entries is None else list(entries)
        found: list[dict[str, Any]] = []
        for start in range(0, len(left), MOST):
            told = {"now": self.clock().isoformat(), "entries": left[start : start + MOST]}
            found += self._keep(self.request("POST", "/api/device/entries", told)["receipts"])
        return found

    def again(self, seqs: Sequence[int]) -> list[dict[str, Any]]:
        told = {"now": self.clock().isoformat(), "seqs": list(seqs)}
        return self._keep(self.request("POST", "/api/device/again", told)["receipts"])

    def close(self) -> dict[str, Any]:
        told = {"now": self.clock().isoformat(), "seq": len(self.entries), "head": self.head}
        day = self.request("POST", "/api/device/close", told)
        equal = "true" if day["equal"] else "false"
        text = f"hailong-close-1\n{self.code}\n{day['day']}\n{day['seq']}\n{day['head']}\n{equal}\n"
        assert p256.is_signed(p256.key_of(self.office), text, day["signature"])
        return day

    def _keep(self, receipts: list[dict[str, Any]]) -> list[dict[str, Any]]:
        for one in receipts:
            text = f"hailong-receipt-1\n{self.code}\n{one['seq']}\n{one['hash']}\n{one['state']}\n"
            assert p256.is_signed(p256.key_of(self.office), text, one["signature"])
            assert self.entries[one["seq"] - 1]["hash"] == one["hash"]
            self.receipts[one["seq"]] = one
        return receipts

    def export(self) -> bytes:
        told = {"format": "hailong-journal-1", "device": self.code, "entries": self.entries}
        return json.dumps(told).encode()

    def interview(self, **said: Any) -> dict[str, Any]:
        """The content of an interview of three minutes that ends now."""
        at = self.clock()
        told = {
            "kind": "interview",
            "id": str(uuid4()),
            "mode": "tablet",
            "language": "vi",
            "begun": (at - timedelta(minutes=3)).isoformat(),
            "finished": at.isoformat(),
            "paradata": {"seconds": {"A1": 41}, "changes": 2, "handed_over": False, "calls": 0},
        }
        return told | {name: str(value) if isinstance(value, UUID) else value for name, value in said.items()}
