"""What was typed and could not be kept comes back on a page: nothing is typed twice because of our troubles."""

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError, TimeoutError

from survey_app.answer import submission
from survey_app.entry import blueprint
from survey_app.web import access, errors, languages

OWN = "csrf_token"


def fields() -> list[tuple[str, str]]:
    return [(name, submission.showable(value)) for name, value in request.form.items(multi=True) if name != OWN]


def give_back() -> str:
    """All that was typed on a page that waits until the person has signed in beside it."""
    sign_in = url_for("security.login", next=url_for("entry.list_batches"), lang=languages.current())
    return render_template("field/kept.html", fields=fields(), action=request.full_path.rstrip("?"), sign_in=sign_in)


@blueprint.errorhandler(OperationalError)
@blueprint.errorhandler(TimeoutError)
def database_away(error: Exception) -> ResponseReturnValue:
    if request.method != "POST":
        raise error
    # The token of the session goes along: the page sends the same form again.
    typed = [(name, submission.showable(value)) for name, value in request.form.items(multi=True)]
    return render_template("answer/kept.html", fields=typed), 503, {"Retry-After": "30"}


@blueprint.errorhandler(CSRFError)
def without_session(error: CSRFError) -> ResponseReturnValue:
    """The session ended in between, or is another one: the same fields with a token that holds, to be sent again."""
    if not access.has_role("officer", "manager"):
        return give_back(), 400
    if not fields():
        return errors.show(error)
    return render_template("entry/again.html", fields=fields()), 400
