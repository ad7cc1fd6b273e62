"""No subtraction of filters or snapshots leaves one to four answers; the same attack finds every planted hole."""

from random import Random

import pytest

from analysis.dashboard.attack import attack
from analysis.dashboard.folder import snapshot_of
from analysis.dashboard.ladder import steps_up
from analysis.dashboard.ledger import PATIENCE, Answer, Ledger, advance
from tests.analysis.dashboard import running_wave
from tests.analysis.dashboard.running_wave import ABOUT, Advance, make_days, make_snapshots, make_units

UNITS, DAYS, A_DAY, PAIRS = 9, 22, 60, 400


@pytest.fixture(scope="module")
def days() -> list[list[Answer]]:
    return list(make_days(Random(20171101), UNITS, DAYS, A_DAY))


def test_an_attack_on_pairs_of_filters_and_three_snapshots_finds_nothing(days: list[list[Answer]]) -> None:
    snapshots = make_snapshots(days, running_wave.protected(UNITS))

    assert attack(snapshots, PAIRS, Random(1)) == []
    everybody = sum(map(len, days))
    shown = sum(atom["n"] for atom in snapshots[-1]["atoms"])
    assert everybody - 2 * 4 <= shown <= everybody  # At the end each series keeps back four at most.
    narrow = [atom for atom in snapshots[-1]["atoms"] if atom["modes"] != ("*",)]
    assert sum(atom["n"] for atom in narrow) > 0.8 * shown  # Nor is the dashboard safe by showing nothing.


@pytest.mark.parametrize(
    ("step", "how"),
    [
        (running_wave.every_cell_at_once, "alone"),
        (running_wave.anew_each_time(UNITS), "two snapshots"),
        (running_wave.items_at_once(UNITS), "two snapshots"),
    ],
    ids=["no least number", "no memory between snapshots", "items one by one"],
)
def test_the_same_attack_finds_what_is_planted(days: list[list[Answer]], step: Advance, how: str) -> None:
    findings = attack(make_snapshots(days, step), PAIRS, Random(1))

    assert how in {finding.how for finding in findings}


def test_every_answer_is_in_one_batch_of_five_for_good(days: list[list[Answer]]) -> None:
    """The reason why no linear combination of results can isolate fewer, however many are combined."""
    ledger, steps, arrived = Ledger(), steps_up(make_units(UNITS)), list[Answer]()
    batch_of: dict[str, int] = {}
    before: dict[object, tuple[int, dict[str, int]]] = {}
    batches = 0
    for today in days:
        arrived += today
        grown = {}
        for batch in advance(ledger, arrived, steps, set()):
            batches += 1
            assert len(batch.answers) >= 5
            assert not batch_of.keys() & {one.id for one in batch.answers}
            batch_of |= dict.fromkeys((one.id for one in batch.answers), batches)
            grown[batch.label] = grown.get(batch.label, 0) + len(batch.answers)
        for label, atom in ledger.atoms.items():
            n, bases = before.get(label, (0, {}))
            assert atom.n - n == grown.get(label, 0)
            for item, (base, _) in atom.items.items():
                assert base - bases.get(item, 0) == 0 or base - bases.get(item, 0) >= 5
            before[label] = atom.n, {item: base for item, (base, _) in atom.items.items()}
    assert batches > 100


def test_what_people_say_does_not_decide_where_they_are_counted(days: list[list[Answer]]) -> None:
    def dissatisfied(one: Answer) -> Answer:
        return one._replace(items=dict.fromkeys(one.items, False))

    as_said = make_snapshots(days, running_wave.protected(UNITS))
    otherwise = make_snapshots([[dissatisfied(one) for one in day] for day in days], running_wave.protected(UNITS))

    def sizes(snapshots: running_wave.Snapshots) -> list[object]:
        return [
            [
                (atom["units"], atom["n"], {item: base for item, (base, _) in atom["items"].items()})
                for atom in one["atoms"]
            ]
            for one in snapshots
        ]

    assert sizes(as_said) == sizes(otherwise)
    assert as_said != otherwise


def test_an_answer_that_was_counted_stays_as_it_was_when_it_is_corrected() -> None:
    five = [one._replace(items={"A0": True}) for one in _five_in_one_cell()]
    ledger = Ledger()
    advance(ledger, five, {}, set())
    first = snapshot_of(ledger, ABOUT)["atoms"]
    advance(ledger, [five[0]._replace(items={"A0": False}), *five[1:4]], {}, set())

    assert snapshot_of(ledger, ABOUT)["atoms"] == first
    assert first[0]["items"] == {"A0": [5, 5]}


def test_four_wait_and_are_counted_more_widely_only_with_others() -> None:
    four, other = _five_in_one_cell()[:4], _five_in_one_cell()[4]
    neighbour = other._replace(cell=other.cell._replace(mode="phone"))
    ledger, steps = Ledger(), steps_up(make_units(3))
    for _ in range(PATIENCE):
        assert advance(ledger, [*four, neighbour], steps, set()) == []
    assert snapshot_of(ledger, ABOUT)["waiting_at_least"] == 5

    (batch,) = advance(ledger, [*four, neighbour], steps, set())

    assert batch.label[2:] == (("001",), ("citizen",), ("*",))
    assert len(batch.answers) == 5


def _five_in_one_cell() -> list[Answer]:
    (day,) = make_days(Random(1), 1, 1, 10)
    cell = day[0].cell._replace(unit="001", respondent_type="citizen", mode="tablet", series="probability")
    return [one._replace(cell=cell) for one in day[:5]]
