"""The settings of one installation, read from the environment once; README, "Settings", explains each."""

import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

DATABASE_FILE = "hailong.sqlite"


@dataclass(frozen=True)
class Settings:
    """What an administrator may decide. Secrets are made at the first start and kept in the instance folder."""

    instance: Path
    port: int
    database_url: str
    public_url: str
    workers: int
    secure_cookies: bool
    secret_key: str
    token_key: str
    password_salt: str
    backup_recipient: str = ""  # The public key to which backups are sealed; its private half lies elsewhere.

    @property
    def releases(self) -> Path:
        return self.instance / "releases"

    @property
    def public(self) -> Path:
        """The public site, as `hailong publish-site` writes it."""
        return self.instance / "public"

    @property
    def dashboards(self) -> Path:
        """Snapshots of running surveys, one folder a survey, with the ledger of who is counted in them."""
        return self.instance / "dashboards"

    @property
    def extracts(self) -> Path:
        return self.instance / "extracts"

    @property
    def plans(self) -> Path:
        return self.instance / "plans"

    @property
    def readings(self) -> Path:
        return self.instance / "readings"

    @property
    def form_maps(self) -> Path:
        return self.instance / "form_maps"


def read(environ: Mapping[str, str] = os.environ) -> Settings:
    """Settings from `environ`; an unusable value raises ValueError with what to do."""
    instance = Path(environ.get("INSTANCE") or "instance").resolve()
    instance.mkdir(parents=True, exist_ok=True)
    port = _whole_number(environ, "PORT", 8000)
    kept = _secrets(instance / "secrets.json")
    return Settings(
        instance=instance,
        port=port,
        database_url=_database_url(environ.get("DATABASE_URL") or f"sqlite:///{instance / DATABASE_FILE}"),
        public_url=(environ.get("PUBLIC_URL") or f"http://127.0.0.1:{port}").rstrip("/"),
        workers=_whole_number(environ, "WORKERS", 2),
        secure_cookies=environ.get("SECURE_COOKIES", "") == "1",
        secret_key=environ.get("SECRET_KEY") or kept["secret_key"],
        token_key=environ.get("TOKEN_KEY") or kept["token_key"],
        password_salt=kept["password_salt"],
        backup_recipient=environ.get("BACKUP_RECIPIENT", ""),
    )


def _whole_number(environ: Mapping[str, str], name: str, default: int) -> int:
    text = environ.get(name) or str(default)
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise ValueError(f"{name} is {text!r}: set it to a whole number between 1 and 65535.")
    return int(text)


def _database_url(url: str) -> str:
    """Names the driver that we install, so that the common short forms work as they are."""
    for short in ("postgresql://", "postgres://"):
        if url.startswith(short):
            return "postgresql+psycopg://" + url.removeprefix(short)
    return url


def _secrets(path: Path) -> dict[str, str]:
    """The secrets kept in `path`; made at the first start, readable by the owner only."""
    names = ("secret_key", "token_key", "password_salt")
    try:
        # O_EXCL: of two processes that start together one makes the file, the other reads it.
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        kept: dict[str, str] = json.loads(path.read_text())
        return kept
    made = {name: secrets.token_urlsafe(32) for name in names}
    with os.fdopen(descriptor, "w") as file:
        json.dump(made, file)
    return made


def flask_config(settings: Settings) -> dict[str, Any]:
    """What Flask and its extensions are told."""
    return {
        "SETTINGS": settings,
        "SECRET_KEY": settings.secret_key,
        "SECURITY_PASSWORD_SALT": settings.password_salt,
        "SESSION_COOKIE_SECURE": settings.secure_cookies,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "WTF_CSRF_TIME_LIMIT": None,  # As long as its session: an interview may take more than an hour.
        "MAX_CONTENT_LENGTH": 1_000_000,
        "MAX_FORM_MEMORY_SIZE": 1_000_000,
        "BABEL_DEFAULT_LOCALE": "vi",
        "BABEL_DEFAULT_TIMEZONE": "Asia/Ho_Chi_Minh",
        "BOOTSTRAP_SERVE_LOCAL": True,
    }
