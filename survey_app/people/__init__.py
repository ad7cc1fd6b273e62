"""Pages about accounts: all of them for administrators, one's own for everybody, and the page behind an invitation."""

from flask import Blueprint

from survey_app.people import browsers
from survey_app.people.forgotten import blueprint as forgotten
from survey_app.people.single_sign_on import blueprint as single_sign_on
from survey_app.web import console

blueprint = Blueprint("people", __name__, template_folder="templates")
blueprint.before_request(console.begin)
blueprint.add_app_template_filter(browsers.in_words, "browser")
own = Blueprint("own", __name__, template_folder="templates")
own.before_request(console.begin)
factor = Blueprint("factor", __name__, template_folder="templates")
factor.before_request(console.begin)
invitation = Blueprint("invitation", __name__, template_folder="templates")
invitation.before_request(console.begin)

from survey_app.people import factors, filters, invited, listing, mine, several  # noqa: E402  (they register their views)

__all__ = [
    "blueprint",
    "factor",
    "factors",
    "filters",
    "forgotten",
    "invitation",
    "invited",
    "listing",
    "mine",
    "own",
    "several",
    "single_sign_on",
]
