"""The settings of one installation, read from the environment once; README, "Settings", explains each."""

import json
import os
import secrets
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from survey_app.notices import post

DATABASE_FILE = "hailong.sqlite"
DATABASES = ("sqlite", "postgresql", "postgres")
SHORTEST_KEY = 16
TOGETHER = (("MAIL_SERVER", "MAIL_FROM"), ("OIDC_ISSUER", "OIDC_CLIENT_ID"), ("OIDC_ISSUER", "OIDC_CLIENT_SECRET"))
SECRETS = ("secret_key", "token_key", "password_salt")  # Settings that are made here and kept in a file.


class BadSetting(ValueError):
    """A value that cannot be used; the sentence says what to set instead."""


@dataclass(frozen=True)
class Setting:
    """One variable of the environment: `default` and `meaning` as the README says them, `wanted` as a fault says it."""

    name: str
    default: str
    meaning: str
    wanted: str = ""
    fits: Callable[[str], object] = lambda _text: True
    fallback: str = ""
    secret: bool = False

    def value(self, environ: Mapping[str, str]) -> str:
        """An empty value is none."""
        text = environ.get(self.name) or self.fallback
        if text and not self.fits(text):
            raise BadSetting(f"{self.name} is {'not usable' if self.secret else repr(text)}: set it to {self.wanted}.")
        return text


def _between(least: int, most: int) -> Callable[[str], object]:
    return lambda text: text.isascii() and text.isdecimal() and len(text) < 9 and least <= int(text) <= most


def _switch(name: str, default: str, meaning: str) -> Setting:
    return Setting(name, default, meaning, "1, or leave it out", lambda text: text in ("0", "1"))


def _is_address(text: str) -> bool:
    parts = urlsplit(text)
    return parts.scheme in ("http", "https") and bool(parts.hostname) and not parts.query


def _is_issuer(text: str) -> bool:
    parts = urlsplit(text)
    here = parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost")
    return _is_address(text) and (parts.scheme == "https" or here)


# Everything that is read from the environment. Tests hold code and README to it.
KNOWN = (
    Setting(
        "PORT",
        "`8000`",
        "where the site listens",
        "a whole number from 1 to 65535",
        _between(1, 65535),
        fallback="8000",
    ),
    Setting(
        "INSTANCE",
        "`instance/`",
        "the folder of all data: database, secrets, extracts, releases; and `office.key`, without which nothing that"
        " tablets sealed can be read: keep a backup",
        fallback="instance",
    ),
    Setting(
        "DATABASE_URL",
        "SQLite in the instance folder",
        "any SQLAlchemy address of SQLite or PostgreSQL; `postgresql://user:password@host/name` for production",
        "an address that begins with sqlite:/// or postgresql://",
        lambda text: text.partition(":")[0].partition("+")[0] in DATABASES and "/" in text,
        secret=True,  # It may hold a password.
    ),
    Setting(
        "PUBLIC_URL",
        "`http://127.0.0.1:PORT`",
        "what QR codes and printed links begin with",
        "an address that begins with http:// or https://",
        _is_address,
    ),
    Setting("WORKERS", "`2`", "processes that serve", "a whole number from 1 to 64", _between(1, 64), fallback="2"),
    Setting(
        "FORMS_PER_MINUTE",
        "`60`",
        "so many forms one point takes in a minute without slips or codes, each worker its share; the next wait on"
        " their page",
        "a whole number from 1 to 10000",
        _between(1, 10000),
        fallback="60",
    ),
    _switch("SECURE_COOKIES", "off", "`1` behind TLS: staff cookies only travel encrypted"),
    _switch(
        "BEHIND_PROXY",
        "off",
        "`1` where one proxy of yours stands before us and sets `X-Forwarded-For` and `X-Forwarded-Proto`",
    ),
    Setting(
        "METRICS_TOKEN",
        "none: nobody may",
        "who sends it as `Authorization: Bearer …` may read `/metrics` (Prometheus)",
        f"at least {SHORTEST_KEY} characters",
        lambda text: len(text) >= SHORTEST_KEY,
        secret=True,
    ),
    _switch(
        "LOG_REQUESTS",
        "off: faults and slow requests only, none of them a form that was taken",
        "`1`: one line of JSON for every request, without path, address or person; none for those that bring answers",
    ),
    Setting(
        "BACKUP_RECIPIENT",
        "none: a passphrase is asked for",
        "public key to which backups are sealed, as `hailong backup-key FILE` prints it",
        "what `hailong backup-key FILE` prints",
        lambda text: text.startswith("age1"),
    ),
    Setting(
        "MAIL_SERVER",
        "none: no letters",
        "who takes our letters, with STARTTLS: `smtp://user:password@host:587` (`%40` for an @ in the password);"
        " `smtps://` for TLS from the first word; `?tls=off` behind it for a relay in the house, without a password",
        "an address like smtp://user:password@host:587",
        post.is_address,
        secret=True,
    ),
    Setting(
        "MAIL_FROM",
        "none; needed with `MAIL_SERVER`",
        "whom our letters come from: `Khảo sát <khaosat@example.vn>`",
        "an e-mail address",
        post.is_sender,
    ),
    Setting(
        "OIDC_ISSUER",
        "none: passwords only",
        "the province's single sign-on (OpenID Connect): its address, as its discovery document names it; there this"
        " site's way back is `PUBLIC_URL/login/single-sign-on/back`",
        "an address that begins with https://",
        _is_issuer,
    ),
    Setting("OIDC_CLIENT_ID", "none; needed with `OIDC_ISSUER`", "as what this site is known there"),
    Setting(
        "OIDC_CLIENT_SECRET", "none; needed with `OIDC_ISSUER`", "with what this site proves it there", secret=True
    ),
    Setting("OIDC_LABEL", "`Single sign-on of the province`", "what the button on the sign-in page says"),
    *(
        Setting(
            name,
            "made at the first start, kept in `INSTANCE/secrets.json`",
            meaning,
            f"at least {SHORTEST_KEY} characters made by chance, or leave it out",
            lambda text: len(text) >= SHORTEST_KEY,
            secret=True,
        )
        for name, meaning in (
            ("SECRET_KEY", "signs staff sessions"),
            ("TOKEN_KEY", "signs forms, receipts, slips and visit codes: another one makes printed codes worthless"),
        )
    ),
)


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
    forms_per_minute: int = 60
    behind_proxy: bool = False
    backup_recipient: str = ""  # The public key to which backups are sealed; its private half lies elsewhere.
    metrics_token: str = ""
    log_requests: bool = False
    mail_server: str = ""  # Without it no letters are written, and no page offers them.
    mail_from: str = ""
    oidc_issuer: str = ""  # Without it there is no single sign-on.
    oidc_client_id: str = ""
    oidc_client_secret: str = ""
    oidc_label: str = ""

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
    def template(self) -> Path:
        """The office's own Word template of the report, where there is one."""
        return self.instance / "office" / "report.docx"

    @property
    def form_maps(self) -> Path:
        return self.instance / "form_maps"


def read(environ: Mapping[str, str] = os.environ) -> Settings:
    """Settings from `environ`; an unusable value raises BadSetting with what to do."""
    found = {one.name: one.value(environ) for one in KNOWN}
    for first, second in TOGETHER:
        if found[first] and not found[second]:
            raise BadSetting(f"{second} is missing: it is needed, for {first} is set.")
    instance = Path(found["INSTANCE"]).resolve()
    try:
        instance.mkdir(parents=True, exist_ok=True)
        kept = _secrets(instance / "secrets.json")
    except OSError as error:
        why = f"INSTANCE is {str(instance)!r} ({error.strerror}): name a folder that this account can write in."
        raise BadSetting(why) from error
    return Settings(
        instance=instance,
        port=int(found["PORT"]),
        database_url=_database_url(found["DATABASE_URL"] or f"sqlite:///{instance / DATABASE_FILE}"),
        public_url=(found["PUBLIC_URL"] or f"http://127.0.0.1:{found['PORT']}").rstrip("/"),
        workers=int(found["WORKERS"]),
        forms_per_minute=int(found["FORMS_PER_MINUTE"]),
        secure_cookies=found["SECURE_COOKIES"] == "1",
        behind_proxy=found["BEHIND_PROXY"] == "1",
        secret_key=found["SECRET_KEY"] or kept["secret_key"],
        token_key=found["TOKEN_KEY"] or kept["token_key"],
        password_salt=kept["password_salt"],
        backup_recipient=found["BACKUP_RECIPIENT"],
        metrics_token=found["METRICS_TOKEN"],
        log_requests=found["LOG_REQUESTS"] == "1",
        mail_server=found["MAIL_SERVER"],
        mail_from=found["MAIL_FROM"],
        **{name.lower(): found[name] for name in ("OIDC_ISSUER", "OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET", "OIDC_LABEL")},
    )


def _database_url(url: str) -> str:
    """Names the driver that we install, so that the common short forms work as they are."""
    for short in ("postgresql://", "postgres://"):
        if url.startswith(short):
            return "postgresql+psycopg://" + url.removeprefix(short)
    return url


def _secrets(path: Path) -> dict[str, str]:
    """The secrets kept in `path`; made at the first start, readable by the owner only."""
    if not path.exists():
        with tempfile.NamedTemporaryFile("w", dir=path.parent, prefix=f".{path.name}.") as file:
            json.dump({name: secrets.token_urlsafe(32) for name in SECRETS}, file)
            file.flush()
            os.fsync(file.fileno())
            with suppress(FileExistsError):  # Of two that start together one names the file, which is whole by then.
                os.link(file.name, path)
    return _kept(path)


def _kept(path: Path) -> dict[str, str]:
    try:
        kept: dict[str, str] = json.loads(path.read_text())
        return {name: kept[name] for name in SECRETS}
    except (ValueError, KeyError, TypeError) as error:
        raise BadSetting(f"{path} is damaged: restore it from a backup, for printed codes depend on it.") from error
