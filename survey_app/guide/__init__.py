"""The guide for the staff, shown under Help: one text a role, in `texts`. Its pictures are taken by the tests."""

from functools import cache
from pathlib import Path

from flask import Blueprint, Flask, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _
from markdown_it import MarkdownIt
from markupsafe import Markup

from survey_app.web import access, console, languages

blueprint = Blueprint("guide", __name__, template_folder="templates")
blueprint.before_request(console.begin)
TEXTS = Path(__file__).parent / "texts"
PAGES = {
    "quan-tri": _("For administrators"),
    "quan-ly": _("For managers"),
    "dieu-tra-vien": _("For officers"),
    "phan-tich": _("For analysts"),
    "in-english": _("In English"),
}
# Which text tells about a part of the console; elsewhere it is the one of the person's role.
OF_PARTS = {
    **dict.fromkeys(("people", "audit"), "quan-tri"),
    **dict.fromkeys(("manage", "design"), "quan-ly"),
    **dict.fromkeys(("field", "entry"), "dieu-tra-vien"),
    **dict.fromkeys(("results", "action", "register"), "phan-tich"),
}
OF_ROLES = {"administrator": "quan-tri", "manager": "quan-ly", "approver": "quan-ly", "officer": "dieu-tra-vien"}


def init_app(app: Flask) -> None:
    app.jinja_env.globals["fitting_guide"] = fitting


def fitting() -> str:
    """The text for whoever asks from this page."""
    if languages.current() == "en":
        return "in-english"
    of_role = next((page for role, page in OF_ROLES.items() if access.has_role(role)), "phan-tich")
    return OF_PARTS.get(request.blueprint or "", of_role)


@cache
def html(page: str) -> Markup:
    text = (TEXTS / f"{page}.md").read_text("utf-8")
    return Markup(MarkdownIt("commonmark", {"html": False}).render(text))  # noqa: S704  (our own text)


@blueprint.get("/")
def show_fitting() -> ResponseReturnValue:
    return redirect(url_for("guide.show_page", page=fitting()))


@blueprint.get("/<page>")
def show_page(page: str) -> ResponseReturnValue:
    if page not in PAGES:
        abort(404)
    return render_template("guide/page.html", page=page, pages=PAGES, text=html(page), title=PAGES[page])
