"""`hailong backup`, `restore` and `backup-key`: the whole installation in one sealed file, and back."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import ParamSpec, TypeVar

import click
import sqlalchemy as sa

from survey_app import clock, config
from survey_app.backup import restoring, sealing, taking
from survey_app.backup.archive import Contents
from survey_app.commands import cli
from survey_app.config import Settings

P = ParamSpec("P")
T = TypeVar("T")
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


def _said(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """The result; what went wrong becomes one sentence."""
    try:
        return function(*args, **kwargs)
    except sa.exc.OperationalError as error:
        cause = str(error.orig).strip().splitlines()[0]
        sentence = f"The database does not let us work ({cause}): start it, or stop the server that uses it."
        raise click.ClickException(sentence) from error
    except sa.exc.SQLAlchemyError as error:
        cause = str(getattr(error, "orig", error)).strip().splitlines()[0]
        raise click.ClickException(f"The database refused it ({cause}); nothing was changed.") from error
    except OSError as error:
        raise click.ClickException(f"{error.filename or 'The disk'}: {error.strerror or error}.") from error
    except ValueError as error:
        raise click.ClickException(str(error)) from error


@cli.command("backup-key")
@click.argument("file", type=click.Path(path_type=Path))
def make_key(file: Path) -> None:
    """Make the key that opens backups, in a new FILE.  Example: hailong backup-key /media/usb/hailong-backup.key

    Keep FILE away from the server, in two places: without it no backup can be read. The server only needs the public
    half, which is printed.
    """
    click.echo(f"BACKUP_RECIPIENT={_said(sealing.new_key, file)}")


@cli.command()
@click.argument("target", type=click.Path(path_type=Path))
@click.option("--recipient", help="Public key to seal to; BACKUP_RECIPIENT where it is not given.")
@click.option("--passphrase-file", type=FILE, help="Seal with the passphrase on its first line.")
@click.option("--keep", type=click.IntRange(min=1), help="In the folder TARGET, delete all but so many of the newest.")
def backup(target: Path, recipient: str | None, passphrase_file: Path | None, keep: int | None) -> None:
    """Write database, files and keys to one sealed file, while the server runs.

    TARGET is a file, or a folder in which it is named by the hour. Without a key to seal to, a passphrase is asked for.
    Example: hailong backup /var/backups/hailong --keep 30
    """
    if keep and not target.is_dir():
        raise click.UsageError("--keep needs a folder as TARGET.")
    settings = _said(config.read)
    lock = _said(_lock, settings, recipient, passphrase_file)
    file, found = _said(taking.take, settings, target, lock, clock.utc_now())
    click.echo(f"{file}: {file.stat().st_size:,} bytes, {_count(found)}\nsha256 of all contents: {found.hash}")
    for old in taking.drop_older(target, keep) if keep else ():
        click.echo(f"Deleted {old}")


@cli.command()
@click.argument("file", type=FILE)
@click.option("--key", type=FILE, help="The file that `hailong backup-key` wrote.")
@click.option("--passphrase-file", type=FILE, help="The passphrase is on its first line.")
@click.option("--replace", "replacing", is_flag=True, help="Throw away what is there: database, files, keys.")
@click.option("--check", "only_check", is_flag=True, help="Open and check the whole file, change nothing.")
def restore(file: Path, key: Path | None, passphrase_file: Path | None, replacing: bool, only_check: bool) -> None:
    """Put a backup in place, onto SQLite or PostgreSQL (DATABASE_URL). Stop the server first.

    Everything is checked before anything is written; an older backup is brought up to this release.
    Example: hailong restore hailong-20261126-020000.age --key /media/usb/hailong-backup.key
    """
    settings = _said(config.read)
    opener = _said(_key, key, passphrase_file)
    if only_check:
        done = _said(restoring.check, settings, file, opener)
    else:
        done = _said(restoring.restore, settings, file, opener, replacing)
    said = "Whole and readable" if only_check else "Restored"
    click.echo(f"{said}: taken {done.about.at}, {_count(done.contents)}\nsha256 of all contents: {done.contents.hash}")
    if not only_check and restoring.uses_other_keys(config.read()):
        click.echo("TOKEN_KEY is not the one of the backup: unset it, or printed codes hold no more.", err=True)


def _count(found: Contents) -> str:
    return f"{sum(found.rows.values()):,} rows of {len(found.tables)} tables, {len(found.files):,} files"


def _lock(settings: Settings, recipient: str | None, passphrase_file: Path | None) -> sealing.Lock:
    if passphrase_file is not None:
        return sealing.Passphrase(_first_line(passphrase_file))
    if found := recipient or settings.backup_recipient:
        return sealing.PublicKey(found)
    if not sys.stdin.isatty():
        raise ValueError("BACKUP_RECIPIENT is not set, and nobody is there to give a passphrase: `hailong backup-key`.")
    return sealing.Passphrase(click.prompt("Passphrase", hide_input=True, confirmation_prompt=True))


def _key(key: Path | None, passphrase_file: Path | None) -> sealing.Key:
    if key is not None:
        return sealing.PrivateKey(key.read_text())
    if passphrase_file is not None:
        return sealing.Passphrase(_first_line(passphrase_file))
    return sealing.Passphrase(click.prompt("Passphrase", hide_input=True))


def _first_line(file: Path) -> str:
    return file.read_text(encoding="utf-8").partition("\n")[0].strip()
