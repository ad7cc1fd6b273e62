"""Who may enter: each blueprint is registered with its rule, and a route without a rule is closed to everybody."""

from collections.abc import Callable

from flask import Blueprint, Flask, abort, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

Rule = Callable[[], ResponseReturnValue | None]
# What extensions bring along: their own files, and Flask-Security's pages, which know their own rules.
OPEN_ENDPOINTS = {"static", "bootstrap.static"}
OPEN_BLUEPRINTS = {"security"}


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


def register(app: Flask, blueprint: Blueprint, rule: Rule, url_prefix: str | None = None) -> None:
    """Registers a blueprint together with the rule that opens it."""
    app.extensions.setdefault("access", {})[blueprint.name] = rule
    app.register_blueprint(blueprint, url_prefix=url_prefix)


def check() -> ResponseReturnValue | None:
    """Before every request: the rule of the blueprint, or no entry."""
    if request.endpoint is None or request.endpoint in OPEN_ENDPOINTS:
        return None
    name = request.blueprint or ""
    if name in OPEN_BLUEPRINTS:
        return None
    rule: Rule | None = current_app.extensions.get("access", {}).get(name)
    return rule() if rule else abort(403)
