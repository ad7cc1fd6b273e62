"""Why somebody did what others will ask about: required, kept, printed."""

from flask_babel import gettext as _

LONGEST = 500


def given(reason: str) -> str:
    """The reason without what surrounds it. Raises ValueError with what to do."""
    reason = reason.strip()
    if not reason:
        raise ValueError(_("Give the reason: the report prints it."))
    if len(reason) > LONGEST:
        raise ValueError(_("The reason is too long: at most %(most)d characters.", most=LONGEST))
    return reason
