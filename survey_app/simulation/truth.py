"""What a perfect census of the simulated population would find, for comparing with what the analysis estimates."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from questionnaires.model import Instrument, Is
from survey_app.simulation.population import Person, Population


@dataclass(frozen=True)
class Truth:
    """Shares of positive answers in percent, item by item: of everybody, and of each commune."""

    overall: Mapping[str, float]
    communes: Mapping[str, Mapping[str, float]]

    def as_json(self) -> dict[str, object]:
        return {"items": self.overall, "index": mean(self.overall), "communes": self.communes}


def mean(items: Mapping[str, float], omitted: Iterable[str] = ()) -> float:
    """The mean of criteria (O_crit) over the items that the base rule keeps."""
    kept = [share for code, share in items.items() if code not in set(omitted)]
    return sum(kept) / len(kept)


def of(instrument: Instrument, population: Population) -> Truth:
    communes = {
        commune.code: _shares(instrument, [person for hamlet in commune.hamlets for person in hamlet.people])
        for commune in population.communes
    }
    return Truth(_shares(instrument, population.people()), communes)


def _shares(instrument: Instrument, people: Sequence[Person]) -> dict[str, float]:
    positive = set(instrument.formula.positive)
    shares = {}
    for place, item in enumerate(instrument.items):
        gate = item.show_if if isinstance(item.show_if, Is) else None
        ratings = [person.ratings[place] for person in people if gate is None or _opens(gate, person)]
        base = [rating for rating in ratings if rating]
        shares[item.code] = 100 * sum(rating in positive for rating in base) / len(base)
    return shares


def _opens(gate: Is, person: Person) -> bool:
    return person.gates[gate.question] in gate.any_of
