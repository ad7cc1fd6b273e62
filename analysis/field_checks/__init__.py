"""How interviews were done, by officer or unit, and which signs call for a second look: never a verdict on a person."""

from analysis.field_checks.checks import Checked, field_checks
from analysis.field_checks.rules import RULES

__all__ = ["RULES", "Checked", "field_checks"]
