"""`hailong user`: accounts of staff. Citizens have none."""

import getpass
import secrets
import sys

import click
import sqlalchemy as sa

from survey_app import accounts, database
from survey_app.clock import local_day, utc_now
from survey_app.commands import cli, in_app
from survey_app.models import User
from survey_app.models.accounts import ROLES


@cli.group("user")
def group() -> None:
    """Accounts of staff."""


@group.command()
@click.argument("email")
@click.option("--role", "roles", multiple=True, required=True, type=click.Choice(ROLES))
@click.option("--name", default="", help="The person's name, as the console shows it.")
@click.option(
    "--branch",
    default="",
    help="Code of a unit that is valid today: the account is limited to it and what is below it.",
)
@click.option("--language", default="vi", type=click.Choice(["vi", "en"]), show_default=True)
@click.option("--password-stdin", "source", flag_value="stdin", help="Read the password from standard input.")
@click.option("--generate", "source", flag_value="generate", help="Make a password and print it once.")
@in_app
def add(email: str, roles: tuple[str, ...], name: str, branch: str, language: str, source: str | None) -> None:
    """Add an account.  Example: hailong user add an@example.vn --role manager --generate"""
    session = database.writing(database.session())
    password = _password(source)
    limit = accounts.branch_of_code(session, branch, local_day(utc_now())) if branch else None
    user = accounts.add_user(session, email, password, roles, name, limit)
    user.language = language
    session.commit()
    click.echo(f"{email}: {', '.join(roles)}")
    if source == "generate":
        click.echo(f"Password, shown only now: {password}")


def _password(source: str | None) -> str:
    if source == "generate":
        return secrets.token_urlsafe(12)
    if source == "stdin":
        return sys.stdin.readline().rstrip("\r\n")
    return getpass.getpass("Password: ")


@group.command()
@click.argument("email")
@click.option("--password-stdin", "source", flag_value="stdin", help="Read the password from standard input.")
@click.option("--generate", "source", flag_value="generate", help="Make a password and print it once.")
@in_app
def password(email: str, source: str | None) -> None:
    """Give an account a new password.  Example: hailong user password an@example.vn --generate"""
    session = database.writing(database.session())
    chosen = _password(source)
    accounts.set_password(session, accounts.find_user(session, email), chosen)
    session.commit()
    click.echo(f"{email} has a new password; open sessions have ended.")
    if source == "generate":
        click.echo(f"Password, shown only now: {chosen}")


@group.command("list")
@in_app
def list_() -> None:
    """List accounts and their roles.  Example: hailong user list"""
    for user in database.session().scalars(sa.select(User).order_by(User.email)):
        roles = ", ".join(sorted(role.name for role in user.roles))
        branch = f" in {user.branch.code} {user.branch.full_name}" if user.branch else ""
        click.echo(f"{user.email}  {roles}{branch}  {'active' if user.active else 'deactivated'}")


@group.command()
@click.argument("email")
@in_app
def deactivate(email: str) -> None:
    """Close an account and end its sessions.  Example: hailong user deactivate an@example.vn"""
    session = database.writing(database.session())
    accounts.deactivate(session, accounts.find_user(session, email), utc_now())
    session.commit()
    click.echo(f"{email} is deactivated; open sessions have ended, its tablets are revoked.")


@group.command("reset-second-factor")
@click.argument("email")
@in_app
def reset_second_factor(email: str) -> None:
    """Let an account in with its password alone.  Example: hailong user reset-second-factor an@example.vn"""
    session = database.writing(database.session())
    accounts.reset_second_factor(session, accounts.find_user(session, email))
    session.commit()
    click.echo(f"{email} has no second factor any more; open sessions have ended.")
