"""The form of a change of units. Whether its codes are units, and whether they may change so, `asked` says."""

# WTForms brings no types, so every form is a subclass of Any to mypy.
# mypy: disable-error-code="misc"
import re
from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import Field, StringField, TextAreaField, ValidationError
from wtforms.validators import Length

from survey_app.manage.forms import REQUIRED, Day

FIRST_YEAR, LAST_YEAR = 1945, 2200
MOST = 10_000  # Characters of a list of codes or parts.
# What the form of each kind asks beside units, day and basis.
ASKED = {
    "merge": ("code", "name", "type", "parent_code"),
    "rename": ("code", "name", "type"),
    "split": ("lines",),
    "move": ("parent_code",),
}


def _line(most: int) -> list[Any]:
    return [Length(max=most, message=_("At most %(max)d characters."))]


class ChangeForm(FlaskForm):
    codes = StringField(_("Codes of the units that change"), [REQUIRED, *_line(MOST)])
    code = StringField(_("Code of the new unit"), _line(20))
    name = StringField(_("Name without its type"), _line(200))
    type = StringField(_("Type"), _line(40))
    parent_code = StringField(_("Code of the parent"), _line(20))
    lines = TextAreaField(_("Parts, one on each line: code; type; name"), _line(MOST))
    effective_on = Day(_("First day of the new unit"), [REQUIRED])
    basis = StringField(_("Number of the resolution"), [REQUIRED, *_line(200)])

    def __init__(self, kind: str) -> None:
        super().__init__()
        self.kind = kind
        if kind in ("merge", "move"):
            needed = self.code if kind == "merge" else self.parent_code
            needed.validators = [REQUIRED, *needed.validators]
        if kind == "split":
            self.lines.validators = [REQUIRED, *self.lines.validators]

    def validate_effective_on(self, field: Field) -> None:
        """A slip of the hand in the year would end units before they began."""
        if field.data and not FIRST_YEAR <= field.data.year <= LAST_YEAR:
            raise ValidationError(_("This is not a day."))

    def listed(self) -> list[str]:
        """The codes, however they are parted."""
        return [code for code in re.split(r"[\s,;]+", self.codes.data or "") if code]

    def parts(self) -> list[tuple[str, str, str, str]]:
        """Code, name, type and code of the parent of each unit that comes into being."""
        if self.kind == "split":
            cells = [
                [*map(str.strip, line.split(";")), "", ""][:3] for line in self.lines.data.splitlines() if line.strip()
            ]
            return [(code, name, kind, "") for code, kind, name in cells]
        asked = ASKED[self.kind]
        code, name, kind, parent = (
            (self[field].data or "") if field in asked else "" for field in ("code", "name", "type", "parent_code")
        )
        return [(code, name, kind, parent)]
