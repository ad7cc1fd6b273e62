"""The JSON Schema of an instrument file, so that an editor can complete names and mark faults while a person types."""

from typing import Any

from pydantic import TypeAdapter

from questionnaires.model import AnyInstrument


def json_schema() -> dict[str, Any]:
    """What a schema cannot say (conditions that look back only, names used once) is left to `loader.faults_of`."""
    schema = TypeAdapter(AnyInstrument).json_schema()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Hài Lòng instrument"} | schema
