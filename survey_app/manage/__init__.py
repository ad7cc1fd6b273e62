"""Managers' pages: surveys, waves, plans, points, slips, units. Who may enter is said where it is registered."""

from flask import Blueprint

from survey_app.web import console

blueprint = Blueprint("manage", __name__, template_folder="templates")
blueprint.before_request(console.begin)

from survey_app.manage import (  # noqa: E402  (they register their views on `blueprint`)
    cases,
    device_entries,
    devices,
    document,
    draw,
    entered,
    fieldwork,
    life,
    paper,
    plan,
    points,
    reinterviews,
    sizes,
    slips,
    spare_psus,
    surveys,
    units,
    waves,
)

__all__ = [
    "blueprint",
    "cases",
    "device_entries",
    "devices",
    "document",
    "draw",
    "entered",
    "fieldwork",
    "life",
    "paper",
    "plan",
    "points",
    "reinterviews",
    "sizes",
    "slips",
    "spare_psus",
    "surveys",
    "units",
    "waves",
]
