"""The managers' forms. What a form cannot know by itself (what is taken, what has begun) the rules check."""

# WTForms brings no types, so every form is a subclass of Any to mypy.
# mypy: disable-error-code="misc"
from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import (
    DateField,
    DecimalField,
    Field,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    ValidationError,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional, Regexp
from wtforms.widgets import CheckboxInput, ListWidget

from survey_app import words
from survey_app.models.points import POINT_KINDS, VARIANTS
from survey_app.paper import MOST_COPIES
from survey_app.paper.waves import MODES as PAPER_MODES
from survey_app.reasons import LONGEST
from survey_app.web.choosing import Chooser, ChoosingForm

REQUIRED = InputRequired(_("Please fill this in."))
LARGER_THAN_ZERO = NumberRange(0.000001, 1e9, _("Larger than zero."))
SLUG = Regexp(r"^[a-z0-9]+(-[a-z0-9]+)*$", message=_("Only small letters a–z, figures and single hyphens."))


def _line(limit: int = 300) -> list[Any]:
    return [REQUIRED, *_optional_line(limit)]


def _optional_line(limit: int) -> list[Any]:
    return [Length(max=limit, message=_("At most %(max)d characters."))]


class Day(DateField):
    """A day; a text that is none is refused in our words."""

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError(_("This is not a day.")) from error


class Share(DecimalField):
    """A number; a text that is none is refused in our words."""

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata([text.replace(",", ".") for text in valuelist])
        except ValueError as error:
            raise ValueError(_("This is not a number.")) from error


class Count(IntegerField):
    """A whole number; a text that is none is refused in our words."""

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError(_("This is not a number.")) from error


class Checkboxes(SelectMultipleField):
    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


def _pairs(texts: dict[str, Any], codes: tuple[str, ...] | None = None) -> list[tuple[str, Any]]:
    return [(code, texts[code]) for code in codes or tuple(texts)]


def _truth(value: str | int | bool) -> bool:
    """Of a choice between 0 and 1."""
    return bool(int(value))


class English(StringField):
    """May stay empty: the Vietnamese words are then kept in its place, so that no page and no document has a gap."""

    def or_else(self, vietnamese: str) -> str:
        return (self.data or "").strip() or vietnamese

    def populate_obj(self, obj: Any, name: str) -> None:
        setattr(obj, name, self.or_else(getattr(obj, _vietnamese(name))))


class InTwoLanguages(FlaskForm):
    """Shows English that only repeats the Vietnamese as left empty, so it follows when the Vietnamese changes."""

    def process(self, *arguments: Any, **options: Any) -> None:
        super().process(*arguments, **options)
        for field in self:
            if isinstance(field, English) and field.raw_data is None:
                field.data = "" if field.data == self[_vietnamese(field.short_name)].data else field.data

    def in_english(self, name: str) -> str:
        """The words as they are kept."""
        return str(self[f"{name}_en"].or_else(self[f"{name}_vi"].data))


def _vietnamese(name: str) -> str:
    return f"{name.removesuffix('_en')}_vi"


class Beside(StringField):
    """What is typed beside the fields of a row, and kept elsewhere."""

    def populate_obj(self, obj: Any, name: str) -> None:
        """Leaves the row as it is."""


class SurveyForm(InTwoLanguages):
    name_vi = StringField(_("Name in Vietnamese"), _line())
    name_en = English(_("Name in English"), _optional_line(300))
    slug = StringField(_("Short name"), [*_line(60), SLUG])
    index_code = SelectField(_("Index"), choices=lambda: _pairs(words.INDICES))
    period_from = Day(_("Period from"), [REQUIRED])
    period_to = Day(_("Period to"), [REQUIRED])
    owner_vi = StringField(_("Owner in Vietnamese"), _line())
    owner_en = English(_("Owner in English"), _optional_line(300))
    method_vi = StringField(_("Method in Vietnamese"), _line(500))
    method_en = English(_("Method in English"), _optional_line(500))
    target = Share(
        _("Target in percent"), [REQUIRED, NumberRange(0, 100, _("Between 0 and 100."))], default=80, places=2
    )
    units_on = Day(_("Map of units of the day"), [REQUIRED])
    combination = SelectField(_("Waves"), choices=lambda: _pairs(words.COMBINATIONS))

    def validate_period_to(self, field: Field) -> None:
        if field.data and self.period_from.data and field.data < self.period_from.data:
            raise ValidationError(_("The period ends before it begins."))


class WaveForm(InTwoLanguages):
    name_vi = StringField(_("Name in Vietnamese"), _line())
    name_en = English(_("Name in English"), _optional_line(300))
    slug = StringField(_("Short name"), [*_line(60), SLUG])
    instrument_version_id = SelectField(_("Instrument version"), coerce=int)
    opens_on = Day(_("First day"), [REQUIRED])
    closes_on = Day(_("Last day"), [REQUIRED])
    combining_weight = Share(_("Weight in the survey"), [Optional(), LARGER_THAN_ZERO], places=None)
    reason = Beside(_("Reason"), _optional_line(LONGEST))

    def validate_closes_on(self, field: Field) -> None:
        if field.data and self.opens_on.data and field.data < self.opens_on.data:
            raise ValidationError(_("The wave ends before it begins."))


class ProcedureForm(FlaskForm):
    procedure_vi = StringField(_("Procedure, in Vietnamese"), _optional_line(200))
    procedure_en = StringField(_("Procedure, in English"), _optional_line(200))


class PlaceForm(ProcedureForm, ChoosingForm):
    """What the forms of one point and of many share."""

    kind = SelectField(_("Place"), choices=lambda: _pairs(words.KINDS, POINT_KINDS))
    mode = SelectField(_("Mode"))
    variant = SelectField(_("Questions"), default="full", choices=lambda: _pairs(words.VARIANTS, VARIANTS))

    def offer(self, modes: tuple[str, ...]) -> None:
        self.mode.choices = _pairs(words.MODES, modes)


class PointWordsForm(ProcedureForm, InTwoLanguages):
    """What may be corrected of a point."""

    label_vi = StringField(_("Name on the sheet, in Vietnamese"), _line(200))
    label_en = English(_("Name on the sheet, in English"), _optional_line(200))


class PointForm(PointWordsForm, PlaceForm):
    unit_id = Chooser(_("Unit"))


class PointsForm(PlaceForm):
    """One point for every unit of the chosen types."""

    types = Checkboxes(_("Units of these types"), [InputRequired(_("Choose at least one type."))])


class PaperForm(ChoosingForm):
    """What to print. It changes nothing, so its page asks for the PDF with a GET."""

    point = Chooser(_("Place"), coerce=str, default="")
    mode = SelectField(_("Mode"), choices=lambda: _pairs(words.MODES, PAPER_MODES))
    variant = SelectField(_("Questions"), default="full", choices=lambda: _pairs(words.VARIANTS, VARIANTS))
    language = SelectField(_("Language"), choices=[("vi", "Tiếng Việt"), ("en", "English")])
    large = SelectField(_("Print"), coerce=_truth, default=False, choices=[(0, _("normal")), (1, _("large"))])
    copies = Count(_("Copies"), [REQUIRED, NumberRange(1, MOST_COPIES, _("Between 1 and %(max)s copies."))], default=1)
    two_sided = SelectField(_("Sides"), coerce=_truth, default=True, choices=[(1, _("both sides")), (0, _("one side"))])


class UnitsForm(FlaskForm):
    file = FileField(_("CSV file of units"), [FileRequired(_("Please choose a file."))])
