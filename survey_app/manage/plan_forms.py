"""The forms of a Survey Plan: frame, beliefs and costs, the question of sizes, the design, the public number."""

# WTForms brings no types, so every form is a subclass of Any to mypy.
# mypy: disable-error-code="misc"
import re
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import Field, IntegerField, SelectField, StringField, TextAreaField, ValidationError
from wtforms.validators import InputRequired, Length, NumberRange, Optional, Regexp

from survey_app import words
from survey_app.manage.forms import REQUIRED, Day, Share
from survey_app.planning import about
from survey_app.planning.kinds import KINDS


def plain_number(text: str) -> str:
    """«24.000» without its point; what is no such number stays as it is."""
    return text.replace(".", "") if re.fullmatch(r"\d{1,3}(\.\d{3})+", text.strip()) else text


class Whole(IntegerField):
    """A whole number; a text that is none is refused in our words. Points between thousands are let in."""

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata([plain_number(text) for text in valuelist])
        except ValueError as error:
            raise ValueError(_("This is not a whole number.")) from error


def _between(low: float, high: float) -> list[Any]:
    message = _("Between %(min)s and %(max)s.")
    return [REQUIRED, NumberRange(low, high, message)]


class Lines(TextAreaField):
    """One thing a line, its parts with semicolons between; `data` is a list of lists."""

    def process_formdata(self, valuelist: list[str]) -> None:
        text = valuelist[0] if valuelist else ""
        lines = [line for line in text.splitlines() if line.strip()]
        self.data = [[part.strip() for part in line.split(";")] for line in lines]

    def _value(self) -> str:
        return "\n".join("; ".join(map(str, parts)) for parts in self.data or ())


def _text() -> list[Any]:
    return [Length(max=1500, message=_("At most %(max)d characters."))]


def _long() -> list[Any]:
    return [Length(max=1000, message=_("At most %(max)d lines."))]


class FrameForm(FlaskForm):
    kind = SelectField(_("Kind of frame"), choices=lambda: [(code, kind.name) for code, kind in KINDS.items()])
    file = FileField(_("File (XLSX or CSV)"), [FileRequired(_("Please choose a file."))])


class BeliefsForm(FlaskForm):
    """What is believed before the data arrive, and what the work costs."""

    share = Share(_("Expected share of satisfied, %"), _between(1, 99), default=85, places=None)
    response = Share(_("Cases that answer, %"), _between(1, 100), default=85, places=None)
    correlation = Share(_("Likeness within a PSU (ICC)"), _between(0, 0.9), default=0.05, places=None)
    margin = Share(_("e of the official formula, %"), _between(0.5, 50), default=5, places=None)
    officers = Whole(_("Officers"), _between(1, 10_000), default=4)
    cases_per_day = Share(_("Cases of an officer a day"), _between(0.1, 1000), default=8, places=None)
    per_case = Whole(_("Cost of a case, đồng"), _between(0, 10**9), default=0)
    per_psu = Whole(_("Cost of a PSU, đồng"), _between(0, 10**9), default=0)
    fixed = Whole(_("Fixed costs, đồng"), _between(0, 10**12), default=0)


class SizeFields(BeliefsForm):
    total = Whole(_("Cases in all"), _between(1, 1_000_000), default=400)
    rule = SelectField(_("Allocation"), choices=lambda: list(words.ALLOCATIONS.items()), default="proportional")
    minimum = Whole(_("At least in each stratum"), _between(0, 100_000), default=0)
    maximum = Whole(_("At most in each stratum"), [Optional(), NumberRange(1, 1_000_000)])
    take = Whole(_("Cases in each PSU"), _between(1, 1000), default=8)


class SizesForm(SizeFields):
    """A question, asked by GET: the address can be kept and sent to somebody."""

    class Meta:
        csrf = False

    population = Whole(_("How many there are (N)"), [Optional(), NumberRange(1, 100_000_000)])
    psus = Whole(_("PSUs in each unit"), [Optional(), NumberRange(0, 100_000)], default=0)
    cells = Lines(_("Numbers by unit"), _long())

    def validate_cells(self, field: Field) -> None:
        for parts in field.data or ():
            numbers = [plain_number(part) for part in parts[1:]]
            if len(parts) not in (2, 3) or not all(n.isascii() and n.isdigit() for n in numbers) or int(numbers[0]) < 1:
                line = "; ".join(parts)
                raise ValidationError(gettext("“%(line)s”: write code; number; number of PSUs.", line=line))


class SpecForm(SizeFields):
    """The design of one kind of frame: `for_kind` takes away what that kind does not ask."""

    strata = SelectField(_("Strata"))
    first = SelectField(_("How the first stage is drawn"))
    classes = Whole(_("Classes in each school"), _between(1, 100), default=2)
    psu_reserves = Whole(_("Reserve PSUs in each stratum"), _between(0, 20), default=0)
    reserves = Whole(_("Reserve cases"), _between(0, 20), default=3)
    reinterview = Share(_("Second interviews (phúc tra), %"), _between(0, 50), default=5, places=None)
    source = StringField(
        _("Public number: which"), [REQUIRED, Length(5, 300, _("Between %(min)d and %(max)d characters."))]
    )
    day = Day(_("Day on which it is drawn"), [REQUIRED])
    digits = Whole(_("How many digits"), _between(4, 20), default=6)
    spread = Lines(_("Standard deviations by stratum"), _long())

    def for_kind(self, kind: str) -> None:
        self.strata.choices = [(name, words.STRATA[name]) for name in KINDS[kind].strata]
        self.first.choices = [(name, words.DRAWS[name]) for name in KINDS[kind].first]
        gone = [] if KINDS[kind].staged else ["take", "psu_reserves"]
        for name in [*gone, *([] if kind == "schools" else ["classes"])]:
            delattr(self, name)

    def validate_rule(self, field: Field) -> None:
        if field.data == "neyman" and not self.spread.data:
            raise ValidationError(gettext("Neyman allocation needs a number for each stratum."))

    def validate_spread(self, field: Field) -> None:
        for parts in field.data or ():
            if len(parts) != 2 or not _is_positive(parts[1]):
                raise ValidationError(gettext("“%(line)s”: write stratum; number.", line="; ".join(parts)))

    def values(self) -> dict[str, Any]:
        found = {name: value for name, value in self.data.items() if name != "csrf_token"}
        spread = {stratum: float(text.replace(",", ".")) for stratum, text in found["spread"] or ()}
        return found | {"spread": spread}


def _is_positive(text: str) -> bool:
    try:
        return 0 < float(text.replace(",", ".")) < 1e6
    except ValueError:
        return False


class NumberForm(FlaskForm):
    """The public number, typed twice: it cannot be taken back."""

    number = StringField(_("Public number"), [REQUIRED, Regexp(r"^[0-9 ]{4,40}$", message=_("Digits only."))])
    again = StringField(_("The number once more"), [InputRequired(_("Please fill this in."))])

    def validate_again(self, field: Field) -> None:
        if (field.data or "").replace(" ", "") != (self.number.data or "").replace(" ", ""):
            raise ValidationError(gettext("These are two different numbers."))


class ReasonForm(FlaskForm):
    reason = StringField(_("Reason"), [REQUIRED, Length(max=500, message=_("At most %(max)d characters."))])


class AboutForm(FlaskForm):
    """What the document says beside the numbers; what stays empty is left to the document's own words."""

    superior = StringField(_("Superior office"), _text())
    issuer = StringField(_("Issuing office"), _text())
    place = StringField(_("Place"), [REQUIRED, *_text()])
    number = StringField(_("Number of the document"), _text())
    signer = StringField(_("Signed as"), _text(), default="THỦ TRƯỞNG CƠ QUAN")
    signer_name = StringField(_("Name of who signs"), _text())
    subjects = StringField(_("Who is asked"), [REQUIRED, *_text()])
    legal_bases = Lines(_("Legal bases"), _long())
    purposes = Lines(_("Purposes"), _long())
    scope = Lines(_("Scope"), _long())
    channels = Lines(_("How answers are collected"), _long())
    people = Lines(_("People"), _long())
    calendar = Lines(_("Calendar"), _long())
    budget = Lines(_("Budget"), _long())
    budget_source = StringField(_("Source of the money"), _text())
    supervision = Lines(_("Supervision"), _long())
    organisation = Lines(_("Who does what"), _long())
    publications = Lines(_("Publication"), _long())
    recipients = Lines(_("Recipients"), _long())
    contact = StringField(_("Contact"), _text())

    def validate(self, extra_validators: Any = None) -> bool:
        valid = bool(super().validate(extra_validators))
        for name in about.PARTS:
            try:
                about.parsed(name, self[name].data or ())
            except about.BadLine as fault:
                self[name].errors = [gettext("This line lacks a part or has a wrong one: “%(line)s”.", line=fault)]
                valid = False
        return valid

    def values(self) -> dict[str, Any]:
        texts = {name: (self[name].data or "").strip() for name in about.TEXTS}
        return texts | {name: about.parsed(name, self[name].data or ()) for name in (*about.PLAIN, *about.PARTS)}
