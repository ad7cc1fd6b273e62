"""Every figure by its id: what it means, what it rests on, how it was computed; as a page, and for programs as JSON."""

from typing import Any

from flask import abort, jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue

from survey_app import database
from survey_app.publishing import beside, steps, tracing
from survey_app.releases import Release, Row
from survey_app.results import analysis_words, blueprint
from survey_app.results.views import find_or_404, shown_of
from survey_app.web import languages

FORMAT = "hailong-figures/1"
FILTERS = ("series", "level", "code", "domain_type", "domain")
WHOLE, FRACTIONS = ("n", "base", "df"), ("estimate", "se", "low", "high", "deff")


@blueprint.get("/<name>/figures/<path:figure>")
def show_figure(name: str, figure: str) -> ResponseReturnValue:
    release = find_or_404(name)
    row = release.figures.get(figure)
    if row is None:
        found = beside.find(release, figure, languages.current()) or abort(404)
        return render_template("results/beside.html", release=release, found=found, simulated=release.simulated)
    return render_template(
        "results/figure.html",
        release=release,
        publication=steps.of_release(database.session(), name),
        row=row,
        traced=tracing.trace(release, row),
        shown=shown_of(release),
        method_words=analysis_words.method(row["method"] or release.context["method"]["interval"]),
        simulated=release.simulated,
    )


@blueprint.get("/<name>/figures.json")
def list_figures(name: str) -> ResponseReturnValue:
    """All figures, or those that the query names by series, level, code, domain type and domain."""
    release = find_or_404(name)
    asked = {field: request.args[field] for field in FILTERS if field in request.args}
    rows = [row for row in release.figures.values() if all(row[field] == value for field, value in asked.items())]
    publication = steps.of_release(database.session(), name)
    return jsonify(
        format=FORMAT,
        release=release.name,
        release_hash=release.manifest["release_hash"],
        extract_hash=release.manifest["extract_hash"],
        simulated=release.simulated,
        publication=publication and {"number": publication.number, "state": publication.state},
        method=release.context["method"],
        figures=[_as_json(release, row) for row in rows],
    )


def _as_json(release: Release, row: Row) -> dict[str, Any]:
    """Full precision, and beside it the texts that every page and document prints."""
    whole = {field: int(row[field]) if row[field] else None for field in WHOLE}
    fractions = {field: float(row[field]) if row[field] else None for field in FRACTIONS}
    page = url_for("results.show_figure", name=release.name, figure=row["id"])
    return {**row, **whole, **fractions, "shown": release.display.get(row["id"], {}), "page": page}
