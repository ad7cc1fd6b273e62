"""What changed between two versions of an instrument, and whether their series can be compared."""

from questionnaires.changes.comparison import INDEX, Change, Comparison, compare
from questionnaires.changes.rules import RULES, Consequence, Rule

__all__ = ["INDEX", "RULES", "Change", "Comparison", "Consequence", "Rule", "compare"]
