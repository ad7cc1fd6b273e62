"""What Flask-Security's own forms say, so that our catalogue has it in Vietnamese: it is looked up there."""

from flask_babel import lazy_gettext as _

LABELS = (_("Password"), _("New Password"), _("Retype Password"))
FAULTS = (
    *(_("Invalid password"), _("Password not provided"), _("Password does not match"), _("Passwords do not match")),
    _("Your new password must be different than your previous password."),
)
