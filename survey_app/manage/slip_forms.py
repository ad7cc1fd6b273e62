"""The forms about slips: a new batch, one slip taken out, a print. What a wave's plan allows, the ledger says."""

# WTForms brings no types, so every form is a subclass of Any to mypy.
# mypy: disable-error-code="misc"
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import IntegerField, SelectField, StringField
from wtforms.validators import Length, NumberRange

from survey_app import words
from survey_app.manage.forms import REQUIRED
from survey_app.proofs import slips

SHORT = Length(max=120, message=_("At most %(max)d characters."))


class Whole(IntegerField):
    """A whole number; a text that is none is refused in our words."""

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError(_("This is not a whole number.")) from error


class BatchForm(FlaskForm):
    psu = SelectField(_("PSU of the draw"))
    size = Whole(_("Number of slips"), [REQUIRED, NumberRange(1, slips.LARGEST, _("From 1 to 800."))])
    remark = StringField(_("Note"), [SHORT])


class TakeOutForm(FlaskForm):
    code = StringField(_("Code of the slip"), [REQUIRED])
    why = SelectField(_("What happened to it"), choices=lambda: list(words.TAKEN_OUT.items()))


class PrintForm(FlaskForm):
    layout = SelectField(_("Paper"), choices=lambda: list(words.LAYOUTS.items()))
    reason = StringField(_("Why it is printed again"), [SHORT])


class RemarkForm(FlaskForm):
    remark = StringField(_("Note"), [REQUIRED, SHORT])
