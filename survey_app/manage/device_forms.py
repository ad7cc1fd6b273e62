"""The forms about tablets and kiosks. What a device may do, `devices` says."""

# WTForms brings no types, so every form is a subclass of Any to mypy.
# mypy: disable-error-code="misc"
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import StringField
from wtforms.validators import Length

from survey_app.manage.forms import REQUIRED
from survey_app.web.choosing import Chooser, ChoosingForm

SHORT = Length(max=100, message=_("At most %(max)d characters."))
LINE = Length(max=500, message=_("At most %(max)d characters."))


class DeviceForm(ChoosingForm):
    whose = Chooser(_("For whom"), coerce=str)
    label = StringField(_("Name of the device"), [SHORT])


class DropForm(FlaskForm):
    remark = StringField(_("Reason"), [REQUIRED, LINE])


class JournalForm(FlaskForm):
    file = FileField(_("File of a device"), [FileRequired(_("Please choose a file."))])
