"""Accounts of staff: who they are, how they sign in, which branch of the units each may see. Citizens have none."""

from survey_app.accounts.keeping import (
    add_missing_roles,
    add_user,
    branch_of_code,
    deactivate,
    find_user,
    reset_second_factor,
    set_password,
    set_rights,
)
from survey_app.accounts.signing_in import CONFIG, init_app

__all__ = [
    "CONFIG",
    "add_missing_roles",
    "add_user",
    "branch_of_code",
    "deactivate",
    "find_user",
    "init_app",
    "reset_second_factor",
    "set_password",
    "set_rights",
]
