"""A real mail server on this machine that does what it is told: takes letters, refuses them, asks who is there."""

import datetime
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from benchmarks.site import free_port


class Postman:
    """`answers`: what is said to the next recipients instead of taking them, for example "550 unknown"."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []
        self.answers: list[str] = []

    async def handle_RCPT(self, _server: SMTP, _session: Any, envelope: Envelope, address: str, _more: Any) -> str:
        if self.answers:
            return self.answers.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Any, envelope: Envelope) -> str:
        content = envelope.content
        assert isinstance(content, bytes)
        letter = message_from_bytes(content, policy=policy.default)
        assert isinstance(letter, EmailMessage)
        self.letters.append(letter)
        return "250 kept"

    def texts(self, to: str) -> list[str]:
        return [letter.get_content() for letter in self.letters if letter["To"] == to]


@contextmanager
def at_work(port: int = 0, **options: Any) -> Iterator[tuple[Postman, int]]:
    postman, port = Postman(), port or free_port()
    controller = Controller(postman, hostname="127.0.0.1", port=port, ready_timeout=30, **options)
    controller.start()
    try:
        yield postman, port
    finally:
        controller.stop()


def who_knows(name: str, password: str) -> Callable[..., AuthResult]:
    def authenticate(_server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
        known = (data.login, data.password) == (name.encode(), password.encode())
        return AuthResult(success=known, handled=known)

    return authenticate


def certificate(folder: Path) -> tuple[ssl.SSLContext, Path]:
    """For a server called localhost; whoever trusts the file trusts it."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([])
    at = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(at - datetime.timedelta(days=1))
        .not_valid_after(at + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=True)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    both = folder / "both.pem"
    both.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    trusted = folder / "trusted.pem"
    trusted.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(trusted, both)
    return context, trusted
