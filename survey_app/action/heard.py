"""What everybody may read: by office, what people said and what was done. No account, no cookie; caches may keep it.

A citizen comes here from the thanks page. The address names the collection point, which says where, never who: nothing
is looked up by a receipt.
"""

from flask import Blueprint, abort, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from survey_app import database, points
from survey_app.answer.compression import compress
from survey_app.comments import entries
from survey_app.web import languages

blueprint = Blueprint("heard", __name__, template_folder="templates")
blueprint.after_request(compress)
A_WHILE = "public, max-age=300"
RECEIPT_LENGTH = 12


@blueprint.get("/")
def list_offices() -> ResponseReturnValue:
    """Every office with something public; also where a code is typed."""
    code = points.normal_code(request.args.get("code", ""))
    if len(code) in (points.CODE_LENGTH, RECEIPT_LENGTH + points.CODE_LENGTH):
        return redirect(url_for("heard.of_point", code=code[-points.CODE_LENGTH :], lang=languages.current()), 303)
    offices = entries.counts(database.session())
    return _cached(render_template("action/heard_offices.html", offices=offices, typed=code[:40]))


@blueprint.get("/diem/<code>")
def of_point(code: str) -> ResponseReturnValue:
    """From a point to the page of its office."""
    point = points.find_point(database.session(), code) or abort(404)
    return redirect(url_for("heard.show_office", unit=point.unit.code, lang=languages.current()), 303)


@blueprint.get("/<unit>")
def show_office(unit: str) -> ResponseReturnValue:
    session = database.session()
    offices, named = entries.published(session, unit), entries.newest_unit(session, unit)
    if named is None:
        abort(404)
    return _cached(render_template("action/heard_office.html", offices=offices, unit=named))


def _cached(page: str) -> ResponseReturnValue:
    response = make_response(page)
    response.headers["Cache-Control"] = A_WHILE
    response.add_etag()
    return response.make_conditional(request)
