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
    retention,
    sizes,
    slips,
    spare_psus,
    surveys,
    units,
    waves,
)

# What a manager of a branch may open: everything about its own units. What belongs to the whole district (the days of a
# wave, its plan, the map of units) such a manager reads where it stands here, and never changes.
WITHIN_BRANCH = frozenset(
    {
        *("list_surveys", "show_survey", "show_wave", "show_units", "export_units"),
        *("list_points", "add_points", "new_point", "edit_point", "switch_point", "switch_points"),
        *("wave_sheets", "point_sheet"),
        *("choose_paper", "print_paper", "list_slips", "take_out_slip", "print_new_batches", "new_batch"),
        *("show_batch", "print_batch", "note_remark", "list_cases", "assign_cases", "list_reinterviews"),
        *("show_field", "field_file", "show_next", "next_file"),
        *("list_entered", "show_entered"),
        *("list_devices", "new_device", "show_device", "renew_device_code", "revoke_device", "import_device_file"),
        *("revoke_devices", "read_device_entry", "retry_device_entries", "drop_device_entry"),
    }
)

# What administrators read here: they enter changes of units, and need to know their codes.
FOR_ADMINISTRATORS = frozenset({"show_units", "export_units"})

__all__ = [
    "FOR_ADMINISTRATORS",
    "WITHIN_BRANCH",
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
    "retention",
    "sizes",
    "slips",
    "spare_psus",
    "surveys",
    "units",
    "waves",
]
