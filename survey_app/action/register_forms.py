"""The form of an entry. What its words may say the rules check."""

# WTForms brings no types, so every form is a subclass of Any to mypy.
# mypy: disable-error-code="misc"
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import SelectField, StringField, TextAreaField, ValidationError
from wtforms.validators import Length

from survey_app import words
from survey_app.comments import themes
from survey_app.manage.forms import REQUIRED, Day
from survey_app.web import languages
from survey_app.web.choosing import Chooser, ChoosingForm, Offer


class SeveralForm(ChoosingForm):
    """What many entries get at once."""

    owner_id = Chooser(_("Person who takes care of it"), [REQUIRED])
    due_on = Day(_("To be answered by"), validators=[REQUIRED])


class EntryForm(ChoosingForm):
    unit_id = Chooser(_("Office that must act"), [REQUIRED])
    owner_id = Chooser(_("Person who takes care of it"), [REQUIRED])
    theme = SelectField(_("Theme"))
    channel = SelectField(_("How it came"))
    reference = StringField(
        _("Number in the office's own book"), validators=[Length(max=60, message=_("At most %(max)d characters."))]
    )
    received_on = Day(_("Received on"), validators=[REQUIRED])
    due_on = Day(_("To be answered by"), validators=[REQUIRED])
    summary = TextAreaField(_("What people say, in your own words"), validators=[REQUIRED])

    def offer(self, units: Offer, people: Offer) -> "EntryForm":
        named = [(theme.code, theme.name[languages.current()]) for theme in themes.offered() if not theme.alone]
        self.unit_id.offer(units)
        self.owner_id.offer(people)
        self.theme.choices = [("", "–"), *named]
        self.channel.choices = [("", "–"), *words.REGISTER_CHANNELS.items()]
        return self

    def validate_due_on(self, field: Any) -> None:
        if field.data and self.received_on.data and field.data < self.received_on.data:
            raise ValidationError(_("This day is before the day on which it was received."))

    def fields(self) -> dict[str, Any]:
        names = ("unit_id", "owner_id", "theme", "channel", "reference", "received_on", "due_on", "summary")
        return {name: getattr(self, name).data or (None if name.endswith("_on") else "") for name in names}
