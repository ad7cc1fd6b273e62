"""The forms for the steps in the life of a wave. What speaks against a step, `wave_life` says."""

# WTForms brings no types, so every form is a subclass of Any to mypy.
# mypy: disable-error-code="misc"
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import SelectField, StringField
from wtforms.validators import Length

from survey_app.manage.forms import LARGER_THAN_ZERO, REQUIRED, Day, Share, WaveForm
from survey_app.reasons import LONGEST

LINE = Length(max=LONGEST, message=_("At most %(max)d characters."))


class StepForm(FlaskForm):
    closes_on = Day(_("New last day"), [REQUIRED])
    reason = StringField(_("Reason"), [REQUIRED, LINE])


class RehearsalForm(StepForm):
    closes_on = Day(_("Last day of the rehearsal"), [REQUIRED])
    reason = StringField(_("What is rehearsed"), [LINE])


class CloseForm(FlaskForm):
    reason = StringField(_("Reason"), [REQUIRED, LINE])


class WeighForm(FlaskForm):
    combining_weight = Share(_("New weight in the survey"), [REQUIRED, LARGER_THAN_ZERO], places=None)
    reason = StringField(_("Reason"), [REQUIRED, LINE])


class SwitchForm(FlaskForm):
    reason = StringField(_("Reason; the report prints it"), [REQUIRED, LINE])


class LateForm(FlaskForm):
    day = SelectField(_("Sent on"), coerce=str)
    reason = StringField(_("Reason"), [REQUIRED, LINE])


class CopyForm(WaveForm):
    survey = SelectField(_("Into the survey"))
