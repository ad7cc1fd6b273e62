"""The form of a change of units. Whether what is chosen are units on the day, and may change so, `asked` says."""

# WTForms brings no types, so every form is a subclass of Any to mypy.
# mypy: disable-error-code="misc"
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import Field, StringField, TextAreaField, ValidationError
from wtforms.validators import Length

from survey_app import clock, units
from survey_app.clock import local_day
from survey_app.manage.forms import REQUIRED, Day
from survey_app.web import choosing
from survey_app.web.choosing import Chooser, ChoosingForm, Several

FIRST_YEAR, LAST_YEAR = 1945, 2200
MOST = 10_000  # Characters of a list of parts.
# What the form of each kind asks beside units, day and basis.
ASKED = {
    "merge": ("code", "name", "type", "parent_code"),
    "rename": ("code", "name", "type"),
    "split": ("lines",),
    "move": ("parent_code",),
}


def _line(most: int) -> list[Any]:
    return [Length(max=most, message=_("At most %(max)d characters."))]


class ChangeForm(ChoosingForm):
    effective_on = Day(_("First day of the new unit"), [REQUIRED])
    codes = Chooser(_("Unit that changes"), coerce=str)
    joined = Chooser(_("They become"), coerce=str, default="")
    code = StringField(_("Code of the new unit"), _line(20))
    name = StringField(_("Name without its type"), _line(200))
    type = StringField(_("Type"), _line(40))
    parent_code = Chooser(_("Parent"), coerce=str, default="")
    lines = TextAreaField(_("Parts, one on each line: code; type; name"), _line(MOST))
    basis = StringField(_("Number of the resolution"), [REQUIRED, *_line(200)])

    def __init__(self, kind: str) -> None:
        super().__init__()
        self.kind = kind
        if kind == "split":
            self.lines.validators = [REQUIRED, *self.lines.validators]
        self._offer(self.effective_on.data)

    def _offer(self, typed: date | None) -> None:
        """What ends is chosen of the day before, what goes on of the day itself; both of today until a day is typed."""
        today = local_day(clock.now())
        day = typed if typed and _is_likely(typed) else today
        eve = day - timedelta(days=1) if day is typed else today
        on_map = choosing.by_code(units.on_day(day))
        self.codes.offer(choosing.by_code(units.on_day(eve)))
        self.joined.offer(on_map, first=[("", _("a new unit"))])
        self.parent_code.offer(on_map, first=[] if self.kind == "move" else [("", _("as of the first one"))])

    def validate_effective_on(self, field: Field) -> None:
        """A slip of the hand in the year would end units before they began."""
        if field.data and not _is_likely(field.data):
            raise ValidationError(_("This is not a day."))

    def validate_code(self, field: Field) -> None:
        if self.kind == "merge" and not (field.data or self.joined.data):
            raise ValidationError(_("Give the new unit a code, or choose above the unit that takes the others in."))

    def listed(self) -> list[str]:
        """The codes of the units that change."""
        return list(self.codes.data) if isinstance(self.codes, Several) else [self.codes.data]

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
        return [(self.joined.data or code, name, kind, parent)]

    def held(self) -> Iterator[tuple[str, str]]:
        """Names and values with which the next page sends the same once more."""
        for field in self:
            if isinstance(field, Chooser):
                values = self.listed() if field is self.codes else [field.data]
                yield from ((field.name, value) for value in values)
            elif field.name != "csrf_token":
                yield field.name, field._value()


class MergerForm(ChangeForm):
    codes = Several(_("Units that merge"), coerce=str)


def _is_likely(day: date) -> bool:
    return FIRST_YEAR <= day.year <= LAST_YEAR
