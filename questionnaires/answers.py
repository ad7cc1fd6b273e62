"""The answers of one response: a value or a state for every question of the version, and their one canonical form."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

# Why a question has no value. The numbers are those of the extract; 0 (`not used`) is an answer.
SKIPPED, NOT_ASKED, DONT_KNOW, PREFER_NOT = -1, -2, -3, -4
NOT_USED = 0

Value = int | str | tuple[str, ...]


@dataclass(frozen=True)
class Answers:
    """Every question of the instrument stands in exactly one of the two mappings. Texts are NFC-normalised."""

    values: Mapping[str, Value]
    states: Mapping[str, int]

    def canonical_json(self) -> str:
        """The content of a response: the same answers give the same bytes, whatever their order or language."""
        content = {"states": dict(self.states), "values": dict(self.values)}
        return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    def content_hash(self) -> str:
        return hashlib.sha256(self.canonical_json().encode()).hexdigest()

    @classmethod
    def from_json(cls, text: str) -> "Answers":
        content = json.loads(text)
        values = {code: tuple(value) if isinstance(value, list) else value for code, value in content["values"].items()}
        return cls(values, content["states"])
