"""Forms about accounts. They ask the rules too (whether an address is taken), so that all errors are told at once."""

# WTForms brings no types, so every form is a subclass of Any to mypy.
# mypy: disable-error-code="misc"
from datetime import date

from flask_babel import lazy_gettext as _
from flask_login import current_user
from flask_wtf import FlaskForm
from wtforms import PasswordField, SelectMultipleField, StringField, ValidationError
from wtforms.validators import Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from survey_app import database, words
from survey_app.accounts import keeping, passwords
from survey_app.manage.forms import REQUIRED, Day
from survey_app.models import User
from survey_app.models.accounts import ROLES, WHOLE_ONLY
from survey_app.web import choosing
from survey_app.web.choosing import Chooser, ChoosingForm


class EmailForm(FlaskForm):
    """`account`: whose address is corrected; none where somebody is invited."""

    account: User | None = None
    email = StringField(
        _("E-mail address"),
        [REQUIRED, Length(max=255, message=_("At most %(max)d characters."))],
        filters=[lambda text: text and text.strip()],
    )

    def validate_email(self, field: StringField) -> None:
        if said := keeping.address_fault(database.session(), field.data, self.account):
            raise ValidationError(said)


class RightsForm(ChoosingForm):
    name = StringField(_("Name"), [REQUIRED, Length(max=200, message=_("At most %(max)d characters."))])
    roles = SelectMultipleField(
        _("Roles"),
        choices=lambda: [(role, words.ROLES[role]) for role in ROLES],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    branch = Chooser(_("Branch of the units"), default=0)
    ends_on = Day(_("Last day"), [Optional()])

    def offer(self, today: date, user: User | None = None) -> None:
        """The units of today, and the one that the account has."""
        whole = (0, _("the whole district"))
        self.branch.offer(choosing.of_map(today, user.branch_id if user else None), first=[whole])

    def validate_roles(self, field: SelectMultipleField) -> None:
        if not field.data:
            raise ValidationError(_("Choose at least one role."))

    def validate_branch(self, field: Chooser) -> None:
        if field.data and WHOLE_ONLY.intersection(self.roles.data or ()):
            raise ValidationError(_("An administrator keeps all accounts: choose the whole district."))


class InviteForm(EmailForm, RightsForm):
    pass


class PasswordForm(FlaskForm):
    """`account`: whose password it will be."""

    account: User | None = None
    password = PasswordField(_("New password"), [REQUIRED])
    again = PasswordField(_("The same once more"), [REQUIRED])

    def validate_password(self, field: PasswordField) -> None:
        about = (self.account.email, self.account.name) if self.account else ()
        if said := passwords.fault(field.data, *about):
            raise ValidationError(said)

    def validate_again(self, field: PasswordField) -> None:
        if field.data != self.password.data:
            raise ValidationError(_("The two are not the same."))


class RequiredForm(FlaskForm):
    roles = SelectMultipleField(
        _("Roles that must have a second step"),
        choices=lambda: [(role, words.ROLES[role]) for role in ROLES],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )


class OwnPasswordForm(FlaskForm):
    """The password once more, of whoever has one."""

    password = PasswordField(_("Your password"), render_kw={"autocomplete": "current-password"})

    def validate_password(self, field: PasswordField) -> None:
        if current_user.password is None or not passwords.fits(current_user, field.data or ""):
            raise ValidationError(_("The password is not right."))


class CodeForm(FlaskForm):
    code = StringField(
        _("Code that the app shows"),
        [REQUIRED],
        render_kw={"inputmode": "numeric", "autocomplete": "one-time-code", "autocapitalize": "off"},
    )
