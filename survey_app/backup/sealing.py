"""Sealing a stream in age's format (age-encryption.org): read and written as it flows, and worthless if it was changed.

To a public key, so that the server that makes backups cannot read them; or by a passphrase, which then opens a key that
was made for this one file and stands before it, as the lines of text that age's own program reads, too.
"""

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, Protocol

import pyrage
from pyrage import passphrase, x25519

MARK = b"-----BEGIN AGE ENCRYPTED FILE-----\n"
LAST_LINE = b"-----END AGE ENCRYPTED FILE-----\n"
LONGEST_HEAD = 4_000
SHORTEST_PASSPHRASE = 12


class Unopened(ValueError):
    """The file cannot be opened; the sentence says why."""


class Lock(Protocol):
    def seal(self, target: BinaryIO) -> x25519.Recipient:
        """To whom the stream is sealed; writes before it what is needed to open it."""


class Key(Protocol):
    def unseal(self, source: BinaryIO) -> x25519.Identity:
        """What opens the stream that follows."""


class PublicKey:
    def __init__(self, text: str) -> None:
        """Raises ValueError."""
        try:
            self._recipient = x25519.Recipient.from_str(text.strip())
        except pyrage.RecipientError as error:
            raise ValueError(f"{text!r} is no public key: `hailong backup-key FILE` prints one.") from error

    def seal(self, _target: BinaryIO) -> x25519.Recipient:
        return self._recipient


class PrivateKey:
    def __init__(self, text: str) -> None:
        """From the file that `hailong backup-key` wrote. Raises ValueError."""
        line = next((line for line in text.splitlines() if line.startswith("AGE-SECRET-KEY-")), "")
        try:
            self._identity = x25519.Identity.from_str(line.strip())
        except pyrage.IdentityError as error:
            raise ValueError("This file holds no private key: give the one that `hailong backup-key` wrote.") from error

    def unseal(self, source: BinaryIO) -> x25519.Identity:
        if _is_by_passphrase(source):
            raise Unopened("This backup was made with a passphrase, not for a key: give the passphrase.")
        return self._identity


class Passphrase:
    def __init__(self, text: str) -> None:
        """Raises ValueError."""
        if len(text) < SHORTEST_PASSPHRASE:
            raise ValueError(f"A passphrase has at least {SHORTEST_PASSPHRASE} characters: choose some words.")
        self._text = text

    def seal(self, target: BinaryIO) -> x25519.Recipient:
        identity = x25519.Identity.generate()
        target.write(passphrase.encrypt(str(identity).encode(), self._text, armored=True))
        return identity.to_public()

    def unseal(self, source: BinaryIO) -> x25519.Identity:
        if not _is_by_passphrase(source):
            raise Unopened("This is no backup made with a passphrase: if it was made for a key, give that key's file.")
        try:
            return x25519.Identity.from_str(passphrase.decrypt(_head(source), self._text).decode())
        except pyrage.DecryptError as error:
            raise Unopened("The passphrase is another one, or the first lines of the file were changed.") from error


def new_key(file: Path) -> str:
    """A private key in a new file that only its owner may read; returns its public half. Raises ValueError."""
    identity = x25519.Identity.generate()
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise ValueError(f"{file} is there already: name a new file, for an old key opens old backups.") from error
    with os.fdopen(descriptor, "w") as opened:
        opened.write(f"# public key: {identity.to_public()}\n{identity}\n")
    return str(identity.to_public())


def _head(source: BinaryIO) -> bytes:
    """The lines before the stream; whatever stands there where they have no end."""
    found = source.readline(LONGEST_HEAD)
    while not found.endswith(LAST_LINE) and len(found) < LONGEST_HEAD and (line := source.readline(LONGEST_HEAD)):
        found += line
    return found


def _is_by_passphrase(source: BinaryIO) -> bool:
    found = source.read(len(MARK)) == MARK
    source.seek(0)
    return found


@contextmanager
def sealed(target: BinaryIO, lock: Lock) -> Iterator[BinaryIO]:
    """A stream; what is written to it stands sealed in `target` when the block has ended without an exception."""
    recipient = lock.seal(target)
    reader, writer = _pipe()
    with _beside(lambda: pyrage.encrypt_io(reader, target, [recipient]), reader, writer):
        yield writer


@contextmanager
def opened(source: BinaryIO, key: Key) -> Iterator[BinaryIO]:
    """The stream as it was. That it is whole is known when the block has ended: raises Unopened there if it is not."""
    identity = key.unseal(source)
    reader, writer = _pipe()
    try:
        with _beside(lambda: pyrage.decrypt_io(source, writer, [identity]), writer, reader):
            yield reader
            while reader.read(65_536):  # To the very end, for the end proves that nothing was cut off.
                pass
    except pyrage.DecryptError as error:
        raise Unopened("This key does not open the file, or the file is no backup.") from error
    except OSError as error:
        if error.errno is not None:
            raise
        raise Unopened("The file was cut or changed since it was made: take another backup.") from error


def _pipe() -> tuple[BinaryIO, BinaryIO]:
    read, write = os.pipe()
    return os.fdopen(read, "rb"), os.fdopen(write, "wb")


@contextmanager
def _beside(work: Callable[[], None], its_end: BinaryIO, our_end: BinaryIO) -> Iterator[None]:
    """Runs `work` in a thread meanwhile. What went wrong there is the cause of what goes wrong here."""
    errors: list[Exception] = []

    def run() -> None:
        try:
            with its_end:
                work()
        except Exception as error:
            errors.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        yield
        our_end.close()
    except Exception:
        with suppress(BrokenPipeError):  # The other side is gone, and so is what we had not written.
            our_end.close()
        thread.join()
        if errors and not isinstance(errors[0], BrokenPipeError):
            raise errors[0] from None
        raise
    thread.join()
    if errors:
        raise errors[0]
