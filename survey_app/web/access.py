"""Who may enter: each blueprint is registered with its rule, and a route without a rule is closed to everybody.

A blueprint's rule names roles, each with the routes that it opens, and the routes that are open to accounts limited to
a branch of the units (`branch`). What such an account finds there, `accounts.branches` decides in one place.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from flask import Blueprint, Flask, abort, current_app, flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from survey_app import audit, database
from survey_app.accounts import branches, confirming, second_factor

Routes = Collection[str] | None
Roles = Mapping[str, Routes]
Rule = Callable[[], ResponseReturnValue | None]
# What extensions bring along: their own files, and pages of Flask-Security, which know their own rules.
OPEN_ENDPOINTS = {"static", "bootstrap.static", "security.static"}
SIGNING_IN = {"security.login", "security.logout"}
SECOND_STEP = {*second_factor.STEPS, "security.tf_select", "security.wan_signin"}
OWN_ACCOUNT = {"security.change_password", *confirming.PASSKEYS}
# All that is open until somebody has set up the second factor that a role asks for; `factor` is where.
SETTING_UP = {"console.set_language", "guide.show_fitting", "guide.show_page", "own.confirm", *OWN_ACCOUNT}


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
    if request.endpoint in SIGNING_IN:
        return None
    if request.endpoint in OWN_ACCOUNT:
        return _confirm_first()
    if request.endpoint in SECOND_STEP:
        return _second_step()
    entry: Entry | None = current_app.extensions.get("access", {}).get(name)
    if entry is None:
        abort(403)
    if entry.rule is anyone:  # Citizens' requests look for no account.
        return None
    refused = entry.rule()
    return _let_in(entry, route) if refused is None and current_user.is_authenticated else refused


def _let_in(entry: Entry, route: str) -> ResponseReturnValue | None:
    """Whoever passed the rule goes on within the branch, and watched; or first to what has to be done before."""
    if not entry.admits(route):
        abort(403)
    if must_set_up() and request.blueprint != "factor" and request.endpoint not in SETTING_UP:
        return redirect(url_for("factor.show"))
    if (asked := _confirm_first()) is not None:
        return asked
    stay_in_branch()
    audit.watch()
    return None


def _confirm_first() -> ResponseReturnValue | None:
    """Nobody changes what guards an account at a screen that its owner left open."""
    if not current_user.is_authenticated or not confirming.guards(request.endpoint or "", request.method, current_user):
        return None
    if confirming.is_recent():
        return None
    if request.method == "POST":
        flash(_("Nothing was changed yet. Confirm that it is you, then do it once more."), "error")
    return redirect(url_for("own.confirm", next=_page_of_this()))


def _page_of_this() -> str:
    """Where somebody does what was refused once more."""
    if request.url_rule is not None and "GET" in (request.url_rule.methods or ()):
        return request.path
    account_id = (request.view_args or {}).get("account_id")
    if account_id is not None:
        return url_for("people.show_account", account_id=account_id)
    return url_for("people.list_accounts" if request.blueprint == "people" else "factor.show")


def begin() -> None:
    """As `console.begin`, for Flask-Security's pages; after the brake, which counts in a transaction of its own."""
    if request.blueprint == "security" and request.is_json:
        abort(415)  # It would be read; brake and audit know forms.
    if request.method == "POST" and request.endpoint in OWN_ACCOUNT and current_user.is_authenticated:
        audit.watch()
        database.writing_anew(database.session())


def must_set_up() -> bool:
    """Whether whoever is signed in has a second step to set up before anything else: no other place is open yet."""
    return bool(current_user.is_authenticated and second_factor.is_missing(current_user))


def _second_step() -> ResponseReturnValue | None:
    """Open to whoever gave the right password, or came by single sign-on, just now."""
    if current_user.is_authenticated:
        return redirect(url_for("console.start"))
    g.half_in = second_factor.half_in()
    return None if g.half_in else redirect(url_for("security.login"))


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
