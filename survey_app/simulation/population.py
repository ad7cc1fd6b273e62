"""The simulated population: communes, hamlets, people and what each of them thinks of every item.

Which of them are asked is left to `plan`, what they write on the form to `forms`, the figures to find to `truth`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from statistics import NormalDist

from questionnaires.model import Instrument, Is

# Standard deviations of satisfaction on the latent scale: a commune's hamlets differ, their people more, and a person's
# items hang together (correlation 0.57 between two items of one person).
HAMLET, PERSON, ITEM = 0.22, 0.75, 0.68
TOTAL = (HAMLET**2 + PERSON**2 + ITEM**2) ** 0.5
ITEM_DIFFICULTY = 0.22
# A rating is how many of these the latent value exceeds, plus one; 0 divides "normal" (3) from "satisfied" (4).
THRESHOLDS = (-1.75, -1.2, 0.0, 1.0)


@dataclass(frozen=True)
class Profile:
    """How the people of one survey are made."""

    seed: int
    best: float = 0.93  # The share of positive answers aimed at in the best and the worst commune.
    worst: float = 0.70
    hamlets: tuple[int, int] = (14, 24)
    people: tuple[int, int] = (35, 90)  # In one hamlet.
    types: Mapping[str, float] = field(default_factory=dict)  # Respondent types and their shares.
    gates: Mapping[str, float] = field(default_factory=dict)  # Share of "yes" to questions that open rated items.
    not_used: Mapping[str, float] = field(default_factory=dict)  # Share to whom an item does not apply.
    not_used_elsewhere: float = 0.0


@dataclass(frozen=True, slots=True)
class Person:
    """One member of the population. `ratings` follows `Instrument.items`: 1–5, 0 where the item does not apply."""

    seed: int
    type: str
    mood: float
    gates: Mapping[str, str]
    ratings: bytes


@dataclass(frozen=True)
class Hamlet:
    code: str
    name: str
    people: Sequence[Person]


@dataclass(frozen=True)
class Commune:
    code: str
    hamlets: Sequence[Hamlet]

    @property
    def size(self) -> int:
        return sum(len(hamlet.people) for hamlet in self.hamlets)


@dataclass(frozen=True)
class Population:
    communes: Sequence[Commune]

    def people(self) -> list[Person]:
        return [person for commune in self.communes for hamlet in commune.hamlets for person in hamlet.people]


def make(instrument: Instrument, communes: Sequence[str], profile: Profile) -> Population:
    """The population of the communes with these codes; the same profile gives the same people."""
    random = Random(profile.seed)  # noqa: S311  (a simulation, not a secret)
    easiness = [random.gauss(0, ITEM_DIFFICULTY) for _item in instrument.items]
    aims = _aims(random, len(communes), profile)
    maker = _PersonMaker(instrument, profile, easiness)
    return Population([_commune(random, code, aim, maker) for code, aim in zip(communes, aims, strict=True)])


def _aims(random: Random, count: int, profile: Profile) -> list[float]:
    """Latent means of the communes, spread evenly from the worst to the best, in random order."""
    step = (profile.best - profile.worst) / max(count - 1, 1)
    shares = [profile.worst + step * number for number in range(count)]
    random.shuffle(shares)
    spread = (TOTAL**2 + ITEM_DIFFICULTY**2) ** 0.5
    return [NormalDist().inv_cdf(share) * spread for share in shares]


def _commune(random: Random, code: str, aim: float, maker: "_PersonMaker") -> Commune:
    hamlets = []
    for number in range(1, random.randint(*maker.profile.hamlets) + 1):
        mood = aim + random.gauss(0, HAMLET)
        people = [maker.person(random, mood) for _ in range(random.randint(*maker.profile.people))]
        hamlets.append(Hamlet(f"{code}-{number:02}", f"Thôn {number}", people))
    return Commune(code, hamlets)


class _PersonMaker:
    """What is the same for all people, worked out once."""

    def __init__(self, instrument: Instrument, profile: Profile, easiness: Sequence[float]) -> None:
        self.profile = profile
        self.items = [
            (ease, _not_used_share(instrument, profile, item.code))
            for item, ease in zip(instrument.items, easiness, strict=True)
        ]
        self.types = list(profile.types) or [option.code for option in instrument.respondent_types]
        self.type_shares = [profile.types[code] for code in profile.types] or [1.0] * len(self.types)
        self.gates = sorted(gates(instrument))

    def person(self, random: Random, around: float) -> Person:
        type = random.choices(self.types, self.type_shares)[0]
        mood = random.gauss(around, PERSON)
        answers = {code: "yes" if random.random() < self.profile.gates[code] else "no" for code in self.gates}
        ratings = bytes(
            0 if random.random() < unused else rating(random.gauss(mood + ease, ITEM)) for ease, unused in self.items
        )
        return Person(random.getrandbits(48), type, mood, answers, ratings)


def rating(latent: float) -> int:
    return 1 + sum(latent > threshold for threshold in THRESHOLDS)


def gates(instrument: Instrument) -> set[str]:
    """The questions whose answer decides whether a rated item is asked."""
    return {item.show_if.question for item in instrument.items if isinstance(item.show_if, Is)}


def _not_used_share(instrument: Instrument, profile: Profile, code: str) -> float:
    item = next(item for item in instrument.items if item.code == code)
    if not instrument.not_used_allowed(item):
        return 0.0
    return profile.not_used.get(code, profile.not_used_elsewhere)
