"""The simulated population: the same for one seed, truthful by count, sampled without bias, written on valid forms."""

from collections.abc import Iterable
from dataclasses import replace

import pytest

from questionnaires import checking, loader
from questionnaires.model import Instrument
from survey_app.simulation import fieldwork, forms, plan, population, truth
from survey_app.simulation.population import Person, Profile
from survey_app.simulation.scenarios import EDUCATION, HEALTH, SCENARIOS, SIPAS, Scenario

INSTRUMENT = loader.load_builtin("sipas2017")
CODES = [f"{15481 + 3 * number}" for number in range(41)]


@pytest.fixture(scope="module")
def people() -> population.Population:
    return population.make(INSTRUMENT, CODES, SIPAS.profile)


def make_person(ratings: Iterable[int], feedback: str = "yes") -> Person:
    return Person(1, "citizen", 0.0, {"N7": feedback}, bytes(ratings))


def make_population(*people: Person) -> population.Population:
    hamlet = population.Hamlet("15520-01", "Thôn 1", people)
    return population.Population([population.Commune("15520", [hamlet])])


def index(cases: Iterable[plan.DrawnCase]) -> float:
    """The weighted mean of criteria among drawn people, as if all of them had answered."""
    asked = {item.code: "N7" if item.show_if else None for item in INSTRUMENT.items}
    shares = {}
    for place, (code, gate) in enumerate(asked.items()):
        base = [case for case in cases if gate is None or case.person.gates[gate] == "yes"]
        positive = sum(case.weight for case in base if case.person.ratings[place] >= 4)
        shares[code] = 100 * positive / sum(case.weight for case in base)
    return truth.mean(shares)


def test_one_seed_gives_one_population() -> None:
    few = CODES[:2]
    first, again = (population.make(INSTRUMENT, few, SIPAS.profile) for _ in range(2))
    other = population.make(INSTRUMENT, few, replace(SIPAS.profile, seed=1))

    assert first == again
    assert first != other


def test_the_truth_counts_everybody_to_whom_an_item_applies() -> None:
    """Two people, both content with everything but A1.1; of A5.2 only the one who gave feedback is counted."""
    content = [3] + [5] * 21
    place = [item.code for item in INSTRUMENT.items].index("A5.2")
    silent = [*content[:place], 1, *content[place + 1 :]]
    found = truth.of(INSTRUMENT, make_population(make_person(content), make_person(silent, feedback="no")))

    assert (found.overall["A1.1"], found.overall["A1.2"], found.overall["A5.2"]) == (0, 100, 100)
    assert truth.mean(found.overall) == pytest.approx(100 * 21 / 22)
    assert truth.mean(found.overall, omitted=["A1.1"]) == 100


def test_an_item_that_does_not_apply_is_in_no_base() -> None:
    instrument = loader.load_builtin("yte_ngoaitru")
    found = truth.of(instrument, make_population(make_person([0] + [4] * 30), make_person([2] + [4] * 30)))

    assert found.overall[instrument.items[0].code] == 0


def test_communes_lie_on_both_sides_of_the_target(people: population.Population) -> None:
    shares = sorted(truth.mean(items) for items in truth.of(INSTRUMENT, people).communes.values())

    assert len(shares) == 41
    assert shares[0] < 75
    assert shares[-1] > 90
    assert sum(78 < share < 82 for share in shares) >= 4


def test_the_draw_follows_its_plan(people: population.Population) -> None:
    draw = plan.draw(people, 1, SIPAS.sample)

    by_psu = {psu["code"]: psu["drawn"] for stratum in draw.plan["strata"] for psu in stratum["psus"]}
    assert len(by_psu) == 41 * 8
    assert {psu: sum(case.psu == psu for case in draw.cases) for psu in by_psu} == by_psu
    assert [case.number for case in draw.cases] == list(range(1, len(draw.cases) + 1))
    assert sum(stratum["population"] for stratum in draw.plan["strata"]) == len(people.people())
    assert sum(case.weight for case in draw.cases) == pytest.approx(len(people.people()), rel=0.05)


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.slug)
def test_each_survey_draws_its_sample_from_its_list(scenario: Scenario) -> None:
    """Without one nothing is judged, and a stranger would see two of three indices without a verdict."""
    field = fieldwork.imagine(scenario, CODES[:4])

    assert {case.stratum for case in field.draw.cases} == set(CODES[:4])
    assert len(field.draw.cases) == 4 * scenario.sample.psus * scenario.sample.each
    assert field.draw.plan["frame"] == {"vi": scenario.sample.frame_vi, "en": scenario.sample.frame_en}
    assert {case.person.type for case in field.draw.cases} >= set(scenario.profile.types)


def test_some_cases_are_left_to_visit_and_the_others_end_as_before(
    people: population.Population, monkeypatch: pytest.MonkeyPatch
) -> None:
    cases = plan.draw(people, SIPAS.profile.seed, SIPAS.sample).cases
    monkeypatch.setattr(plan, "NOT_YET", 0)
    before = plan.draw(people, SIPAS.profile.seed, SIPAS.sample).cases
    changed = {(old.outcome, new.outcome) for old, new in zip(before, cases, strict=True) if old != new}

    assert 30 <= sum(case.outcome == "open" for case in cases) <= 50
    assert changed == {("refused", "open")}


def test_samples_estimate_the_truth_without_bias(people: population.Population) -> None:
    known = truth.mean(truth.of(INSTRUMENT, people).overall)
    estimates = [index(plan.draw(people, seed, SIPAS.sample).cases) for seed in range(30)]

    assert sum(estimates) / len(estimates) == pytest.approx(known, abs=0.4)


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.slug)
@pytest.mark.parametrize("manner", [forms.OFFICER, forms.OPEN, forms.PAPER], ids=["officer", "open", "paper"])
def test_every_form_is_valid(scenario: Scenario, manner: forms.Manner) -> None:
    instrument = loader.load_builtin(scenario.instrument)
    some = population.make(instrument, CODES[:1], scenario.profile).people()[:200]
    faults = [checking.check(instrument, forms.fill(instrument, person, manner)).faults for person in some]

    assert [fault for fault in faults if fault] == []


def test_who_was_not_asked_says_nothing_and_who_leaves_gaps_says_so() -> None:
    some = population.make(INSTRUMENT, CODES[:1], SIPAS.profile).people()[:400]
    written = [forms.fill(INSTRUMENT, person) for person in some]
    silent = [form for form in written if form.get("N7") != ["yes"]]

    assert not any("A5.2" in form for form in silent)
    assert 0.02 < sum("A1.1" not in form for form in written) / len(written) < 0.07


def test_an_open_channel_flatters(people: population.Population) -> None:
    field = fieldwork.Field(SIPAS, INSTRUMENT, people, plan.draw(people, 1, SIPAS.sample))
    commune = people.communes[0]
    everybody = [person for hamlet in commune.hamlets for person in hamlet.people]
    visitors = fieldwork._visitors(field.scenario, SIPAS.channels[0], commune.code, everybody)
    known = truth.mean(truth.of(INSTRUMENT, people).communes[commune.code])

    assert (
        share_of_positive(INSTRUMENT, [forms.fill(INSTRUMENT, person, forms.OPEN) for person in visitors]) > known + 3
    )


def share_of_positive(instrument: Instrument, written: Iterable[forms.Form]) -> float:
    ratings = [form[item.code][0] for form in written for item in instrument.items if item.code in form]
    return 100 * sum(rating in "45" for rating in ratings) / len(ratings)


@pytest.mark.parametrize("scenario", [HEALTH, EDUCATION], ids=lambda scenario: scenario.slug)
def test_some_items_do_not_apply_to_everybody(scenario: Scenario) -> None:
    instrument = loader.load_builtin(scenario.instrument)
    profile: Profile = replace(scenario.profile, people=(20, 20))
    ratings = b"".join(person.ratings for person in population.make(instrument, CODES[:2], profile).people())

    assert 0.01 < ratings.count(0) / len(ratings) < 0.3
