"""The instruments of published versions, each read once in a process."""

from collections.abc import Callable

from questionnaires import loader
from questionnaires.model import Questionnaire
from survey_app.models import InstrumentVersion

_instruments: dict[str, Questionnaire] = {}


def instrument_of(version: InstrumentVersion) -> Questionnaire:
    """The instrument of a version, read once per process: a version never changes."""
    return read_once(version.content_hash, lambda: version.content)


def read_once(content_hash: str, content: Callable[[], str]) -> Questionnaire:
    found = _instruments.get(content_hash)
    # Of two threads that read it at once, both use the first: much else is kept by this very object.
    return found or _instruments.setdefault(content_hash, loader.from_json(content()))
