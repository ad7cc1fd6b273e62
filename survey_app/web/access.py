"""Who may enter: each blueprint is registered with its rule, and a route without a rule is closed to everybody.

A blueprint's rule names roles, each with the routes that it opens, and the routes that are open to accounts limited to
a branch of the units (`branch`). What such an account finds there, `accounts.branches` decides in one place.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from flask import Blueprint, Flask, abort, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from survey_app import audit, database
from survey_app.accounts import branches

Routes = Collection[str] | None
Roles = Mapping[str, Routes]
Rule = Callable[[], ResponseReturnValue | None]
# What extensions bring along: their own files, and Flask-Security's pages, which know their own rules.
OPEN_ENDPOINTS = {"static", "bootstrap.static"}
OPEN_BLUEPRINTS = {"security"}


@dataclass(frozen=True)
class Entry:
    """How a blueprint is entered. Routes are named, None stands for all of them."""

    rule: Rule
    roles: Roles
    branch: Routes

    def admits(self, route: str) -> bool:
        """Whether the route is open to whoever is signed in, and passed the rule."""
        mine = [routes for role, routes in self.roles.items() if current_user.has_role(role)]
        if self.roles and not any(_holds(routes, route) for routes in mine):
            return False
        return current_user.branch_id is None or _holds(self.branch, route)


def _holds(routes: Routes, route: str) -> bool:
    return routes is None or route in routes


def anyone() -> ResponseReturnValue | None:
    return None


def has_role(*names: str) -> bool:
    """Whether the person is signed in with at least one of the roles."""
    return current_user.is_authenticated and any(current_user.has_role(name) for name in names)


def reads_comments() -> bool:
    """Whether the person reads comments as they were written; everybody else reads scrubbed ones."""
    return has_role("analyst")


def roles(*names: str) -> Rule:
    """Signed-in staff with at least one of the roles; others are asked to sign in, or get 403."""

    def rule() -> ResponseReturnValue | None:
        if not current_user.is_authenticated:
            return redirect(url_for("security.login", next=request.full_path.rstrip("?")))
        if not has_role(*names):
            abort(403)
        return None

    return rule


def register(
    app: Flask,
    blueprint: Blueprint,
    rule: Rule | Roles,
    url_prefix: str | None = None,
    *,
    of: Roles | None = None,
    branch: Routes = None,
) -> None:
    """Registers a blueprint together with the roles, and their routes, that open it; or with a rule of its own, where
    `of` says whose it is.
    """
    entry = Entry(rule, of or {}, branch) if callable(rule) else Entry(roles(*rule), rule, branch)
    app.extensions.setdefault("access", {})[blueprint.name] = entry
    app.register_blueprint(blueprint, url_prefix=url_prefix)


def check() -> ResponseReturnValue | None:
    """Before every request: the rule of the blueprint, or no entry."""
    if request.endpoint is None or request.endpoint in OPEN_ENDPOINTS:
        return None
    name, _dot, route = request.endpoint.rpartition(".")
    if name in OPEN_BLUEPRINTS:
        if request.method == "POST" and route not in ("login", "logout") and current_user.is_authenticated:
            audit.watch()
            database.writing_anew(database.session())
        return None
    entry: Entry | None = current_app.extensions.get("access", {}).get(name)
    if entry is None:
        abort(403)
    if entry.rule is anyone:  # Citizens' requests look for no account.
        return None
    refused = entry.rule()
    if refused is None and current_user.is_authenticated:
        if not entry.admits(route):
            abort(403)
        stay_in_branch()
        audit.watch()
    return refused


def stay_in_branch() -> None:
    """From now on the request finds only what lies in the branch of whoever is signed in."""
    if current_user.is_authenticated and current_user.branch_id is not None:
        branches.limit(database.session(), current_user.branch_id)


def may_type(unit_id: int) -> bool:
    """Whether the person types in what respondents of the unit filled in on paper."""
    if not has_role("officer", "manager"):
        return False
    return current_user.branch_id is None or unit_id in branches.units_below(database.session(), current_user.branch_id)


def may(endpoint: str) -> bool:
    """Whether a page shows the way there to whoever is signed in. Who really enters, `check` decides."""
    name, _dot, route = endpoint.rpartition(".")
    entry: Entry | None = current_app.extensions["access"].get(name)
    return entry is not None and current_user.is_authenticated and entry.admits(route)


def is_for_everybody(blueprint: str) -> bool:
    entry: Entry | None = current_app.extensions["access"].get(blueprint)
    return entry is not None and entry.rule is anyone
