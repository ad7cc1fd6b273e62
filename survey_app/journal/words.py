"""Why an entry of a device waits, in words; the reasons are those of `intake` and `taking`."""

from flask_babel import lazy_gettext as _

ENTRY_REASONS = {
    "unreadable": _("Nobody can read it: it is damaged, or sealed to another key."),
    "unknown_case": _("It names a case that is not here, that no officer has, or another point."),
    "other_officer": _(
        "It is of a case that was never given to this officer, or lies outside of the account's branch."
    ),
    "same_officer": _("The same officer has the person's other interview: give one of the two to somebody else."),
    "unknown_version": _("It was made with a questionnaire that is not the wave's."),
    "bad_answers": _("Its answers do not fit the questionnaire."),
    "case_taken": _("The case has been answered, or a reserve took its place."),
    "no_count": _("The grown-ups of the household were not counted. Once the officer has, look at it again."),
    "other_count": _("Another number of grown-ups was counted first: the draw may have chosen another person."),
    "conflict": _("Other answers came before under the same number."),
    "revoked": _("It came after the device was revoked."),
    "after_break": _("It does not follow what came before: the journal was broken."),
    "fault": _("A fault of this system. Look at it again after the next update."),
}
