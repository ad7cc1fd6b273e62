"""A provider that says whatever it is told: answers that a real one never gives, and none at all."""

import base64
import hmac
import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

from tests.browser import running
from tests.oidc.province import CLIENT, SECRET

KEY, STRANGERS_KEY = (RSAKey.generate_key(2048, {"kid": "one", "use": "sig"}) for _which in range(2))


class Liar:
    """`sign` makes the id_token of true claims; `document` and `userinfo` are changed before they are said."""

    def __init__(self, issuer: str) -> None:
        self.issuer = issuer
        self.sign: Callable[[dict[str, Any]], str | None] = signed
        self.document: dict[str, Any] = {}
        self.userinfo: dict[str, Any] = {}
        self.status = 200
        self.nonces: dict[str, str] = {}

    def claims(self, code: str) -> dict[str, Any]:
        now = int(time.time())
        return {
            "iss": self.issuer,
            "aud": CLIENT,
            "sub": "7",
            "iat": now,
            "exp": now + 60,
            "nonce": self.nonces.get(code, ""),
            "email": "officer@example.vn",
            "email_verified": True,
        }

    def says(self, path: str, form: dict[str, list[str]]) -> dict[str, Any]:
        if path == "/.well-known/openid-configuration":
            ways = {f"{name}_endpoint": f"{self.issuer}/{name}" for name in ("authorization", "token", "userinfo")}
            own = {"issuer": self.issuer, "jwks_uri": f"{self.issuer}/keys", **ways}
            return {**own, "id_token_signing_alg_values_supported": ["RS256", "HS256", "none"], **self.document}
        if path == "/keys":
            return dict(KeySet([KEY]).as_dict(private=False))
        if path == "/userinfo":
            return self.userinfo
        token = self.sign(self.claims(form["code"][0]))
        return {"access_token": "word", "token_type": "Bearer", **({"id_token": token} if token else {})}

    def answer(self, address: str) -> str:
        """The way back, with the code for what the site asked."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        code = f"code-{len(self.nonces)}"
        self.nonces[code] = asked["nonce"]
        return f"{asked['redirect_uri']}?code={code}&state={asked['state']}"


def signed(claims: dict[str, Any], key: RSAKey = KEY) -> str:
    return str(jwt.encode({"alg": "RS256", "kid": "one"}, claims, key))


def unsigned(claims: dict[str, Any]) -> str:
    return _by_hand("none", claims, b"")


def with_our_secret(claims: dict[str, Any]) -> str:
    return _by_hand("HS256", claims, SECRET.encode())


def with_the_public_key(claims: dict[str, Any]) -> str:
    """The old trick: the public key, which everybody has, taken as the secret of a keyed sum."""
    return _by_hand("HS256", claims, KEY.as_pem(private=False))


def _by_hand(alg: str, claims: dict[str, Any], key: bytes) -> str:
    """What a library refuses to make."""
    said = b".".join(_encoded(json.dumps(part).encode()) for part in ({"alg": alg, "kid": "one"}, claims))
    signature = _encoded(hmac.digest(key, said, "sha256")) if key else b""
    return (said + b"." + signature).decode()


def _encoded(content: bytes) -> bytes:
    return base64.urlsafe_b64encode(content).rstrip(b"=")


@contextmanager
def at_work() -> Iterator[Liar]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.answer({})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self.answer(parse_qs(body))

        def answer(self, form: dict[str, list[str]]) -> None:
            content = json.dumps(liar.says(urlsplit(self.path).path, form)).encode()
            self.send_response(liar.status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_said: object) -> None:
            """No line per request."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    liar = Liar(f"http://127.0.0.1:{server.server_address[1]}")
    with running(server):
        yield liar
