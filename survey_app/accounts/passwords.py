"""Which passwords are taken: long enough, and not among those that are tried first; of which signs, no rule says."""

import unicodedata
from typing import Any, Literal

from flask import Flask
from flask_babel import gettext as _
from flask_security import PasswordUtil, hash_password
from zxcvbn import zxcvbn

from survey_app.models import User

SHORTEST, LONGEST = 10, 128
NORMAL_FORM: Literal["NFKD"] = "NFKD"  # The same Vietnamese letters are typed as other bytes on another keyboard.
# What is found within a million tries: lists of common passwords, names, runs of keys, years, and these beside them.
TOO_FEW_TRIES = 1_000_000
COMMON_HERE = ["hailong", "hài lòng", "matkhau", "mật khẩu", "khaosat", "khảo sát", "vietnam"]
MOST_LOOKED_AT = 72  # By the library; what is longer and not the same over and over is hard enough.


def fault(password: str, *about: str) -> str:
    """Why the password is refused, in a sentence; empty when it is taken. `about`: e-mail address and name."""
    if not SHORTEST <= len(password) <= LONGEST:
        return str(_("A password has %(least)d to %(most)d characters.", least=SHORTEST, most=LONGEST))
    words = [part for text in about for part in (text, *text.replace("@", " ").replace(".", " ").split())]
    found = zxcvbn(password[:MOST_LOOKED_AT], user_inputs=[*words, *COMMON_HERE])
    if found["guesses"] < TOO_FEW_TRIES:
        return str(_("This password is among those that are tried first. Take another, for example four words."))
    return ""


def hashed(password: str) -> str:
    return str(hash_password(unicodedata.normalize(NORMAL_FORM, password)))


def fits(user: User, password: str) -> bool:
    """Whether it is the account's, typed once more by whoever is signed in."""
    return bool(user.verify_and_update_password(unicodedata.normalize(NORMAL_FORM, password)))


class Passwords(PasswordUtil):
    """The same rule where Flask-Security asks for a new password."""

    def __init__(self, app: Flask) -> None:
        super().__init__(app)

    def validate(self, password: str, is_register: bool, **fields: Any) -> tuple[list[str] | None, str]:
        user = fields.get("user")
        said = fault(password, *(user.email, user.name) if user else ())
        return [said] if said else None, str(self.normalize(password))
