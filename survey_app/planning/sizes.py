"""The question of sizes as `analysis.planning size` reads it, made of what a manager typed."""

from collections.abc import Mapping, Sequence
from typing import Any

from survey_app.planning import kinds


def question(cells: Sequence[Mapping[str, Any]], fields: kinds.Fields, *, finite: bool) -> dict[str, Any]:
    return {
        "cells": list(cells),
        "allocation": kinds.allocation(fields),
        "take": fields["take"],
        "finite": finite,
        "assumptions": kinds.assumptions(fields),
        "effort": kinds.effort(fields),
    }


def cell(unit: str, size: str, psus: str = "0") -> dict[str, Any]:
    """A line of the form; thousands may have points between."""
    return {"unit": unit, "size": int(size.replace(".", "")), "psus": int(psus.replace(".", ""))}


def even(population: int, psus: int, units: Sequence[str]) -> list[dict[str, Any]]:
    """The same number for every unit, as long as no list says better."""
    each, rest = divmod(population, max(len(units), 1))
    found = [{"unit": unit, "size": each + (place < rest), "psus": psus} for place, unit in enumerate(units)]
    return [one for one in found if one["size"]]
