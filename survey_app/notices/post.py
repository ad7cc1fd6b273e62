"""The mail server: MAIL_SERVER as one address, one connection, letters as plain text. Which letters, others decide."""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.message import EmailMessage
from email.utils import formatdate, parseaddr
from urllib.parse import SplitResult, unquote, urlsplit

SECONDS = 20  # For each word of the server; whoever hangs is left.
PORTS = {"smtp": 587, "smtps": 465}
PLAIN = "tls=off"


class Away(Exception):
    """The server cannot be used now, whatever the letter; the words are a kind of fault, never what a server said."""


class Refused(Exception):
    """This letter is refused; `for_good`: also tomorrow."""

    def __init__(self, said: str, for_good: bool) -> None:
        super().__init__(said)
        self.for_good = for_good


def is_address(text: str) -> bool:
    """Whether MAIL_SERVER is usable. A password never goes out in the clear."""
    with suppress(ValueError):
        parts = urlsplit(text)
        known = parts.scheme in PORTS and bool(parts.hostname) and (parts.port or 1) > 0
        plain = parts.query == PLAIN and parts.scheme == "smtp" and not parts.password
        return known and parts.path in ("", "/") and (plain or not parts.query)
    return False


def is_sender(text: str) -> bool:
    """`khaosat@example.vn` or `Khảo sát <khaosat@example.vn>`."""
    address = parseaddr(text)[1]
    return text.isprintable() and "@" in address.strip("@") and " " not in address


@contextmanager
def connection(server: str) -> Iterator[smtplib.SMTP]:
    """An open, encrypted and signed-in connection. Raises Away."""
    parts = urlsplit(server)
    try:
        found = _connected(parts)
    except (smtplib.SMTPException, OSError) as fault:
        raise Away(kind_of(fault)) from None
    try:
        yield found
    finally:
        with suppress(smtplib.SMTPException, OSError):
            found.quit()
        found.close()


def _connected(parts: SplitResult) -> smtplib.SMTP:
    host, port = parts.hostname or "", parts.port or PORTS[parts.scheme]
    if parts.scheme == "smtps":
        found: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=SECONDS, context=ssl.create_default_context())
    else:
        found = smtplib.SMTP(host, port, timeout=SECONDS)
    try:
        if parts.scheme == "smtp" and parts.query != PLAIN:
            found.starttls(context=ssl.create_default_context())
        if parts.username:
            found.login(unquote(parts.username), unquote(parts.password or ""))
    except BaseException:
        found.close()
        raise
    return found


def letter(sender: str, to: str, subject: str, text: str, name: str) -> EmailMessage:
    """`name`: the same for the same letter, so that whoever gets it twice sees it once."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, to, subject
    message["Date"] = formatdate(usegmt=True)
    message["Message-ID"] = f"<{name}@{parseaddr(sender)[1].rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text)
    return message


def send(server: smtplib.SMTP, message: EmailMessage) -> None:
    """Raises Refused, or Away where the connection is of no use any more."""
    try:
        server.send_message(message)
    except smtplib.SMTPRecipientsRefused as fault:
        codes = [code for code, _said in fault.recipients.values()]
        raise Refused(f"recipient {max(codes)}", all(code >= 500 for code in codes)) from None
    except (smtplib.SMTPNotSupportedError, UnicodeError) as fault:
        raise Refused(kind_of(fault), for_good=True) from None
    except smtplib.SMTPDataError as fault:
        raise Refused(kind_of(fault), for_good=False) from None
    except (smtplib.SMTPException, OSError) as fault:
        raise Away(kind_of(fault)) from None


def kind_of(fault: Exception) -> str:
    """For logs: what a server says may hold addresses."""
    code = getattr(fault, "smtp_code", None)
    return f"{type(fault).__name__}{f' {code}' if code else ''}"
