"""The simulated field: survey, wave, points and cases in the database, and which forms have still to be sent.

Nothing is answered here: the forms travel through `send`, as those of real people do.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from questionnaires import loader
from questionnaires.model import Instrument
from survey_app import points, surveys, units
from survey_app.answer.places import setting_of, setting_of_case
from survey_app.clock import local_day
from survey_app.instruments import instrument_versions
from survey_app.models import Case, CollectionPoint, Response, Survey, Unit, User, Wave
from survey_app.models.points import STAFF_MODES
from survey_app.simulation import plan, population
from survey_app.simulation.forms import OFFICER, Form, fill
from survey_app.simulation.population import Person, Population
from survey_app.simulation.scenarios import Channel, Scenario

UNITS_FILE = Path(__file__).parent.parent / "data" / "units_tho_xuan.csv"
MAP_DAY = date(2017, 6, 1)
COMMUNE_TYPES = ("xã", "thị trấn")
OPEN_DAYS = 60


@dataclass(frozen=True)
class PointForms:
    """What has still to be sent at one point, in the order in which people come."""

    code: str
    forms: Sequence[Form]
    on_paper: bool  # Typed in by two people (`typed`); the others are sent by whoever answers.


@dataclass(frozen=True)
class CaseForm:
    """What an officer brings back from one case: a form, or why there is none."""

    case_id: int
    outcome: str
    form: Form | None


@dataclass(frozen=True)
class Field:
    """One scenario with its people and its sample, all of it following from the scenario's seed."""

    scenario: Scenario
    instrument: Instrument
    population: Population
    draw: plan.Draw

    @property
    def expected(self) -> int:
        """How many responses the wave has when everything has been sent."""
        at_points = sum(channel.each for channel in self.scenario.channels) * len(self.population.communes)
        return at_points + sum(case.outcome == "complete" for case in self.draw.cases)


def imagine(scenario: Scenario, codes: Sequence[str]) -> Field:
    """The people of the communes with these codes, and who of them is drawn."""
    instrument = loader.load_builtin(scenario.instrument)
    if not isinstance(instrument, Instrument):
        raise ValueError(f"{scenario.instrument} has no index: choose an instrument that has one.")
    people = population.make(instrument, codes, scenario.profile)
    return Field(scenario, instrument, people, plan.draw(people, scenario.profile.seed, scenario.sample))


def communes(session: Session, scenario: Scenario) -> list[Unit]:
    """Where the scenario takes place: communes of the 2017 map, by code."""
    found = [unit for unit in units.valid_on(session, MAP_DAY) if unit.type in COMMUNE_TYPES]
    return found[: scenario.units]


def prepare(session: Session, field: Field, places: Sequence[Unit], officer: User, at: datetime) -> Wave:
    """The scenario's wave with its points and cases; open from the day of `at`. A repeat changes nothing."""
    found = surveys.find_wave(session, field.scenario.wave_slug)
    if found is not None:
        return found
    wave = _wave(session, field, local_day(at), instrument_versions.publish(session, field.instrument, at).id)
    for place in places:
        for channel in field.scenario.channels:
            _point(session, wave, place, field.scenario.kind, channel)
    by_code = {place.code: place for place in places}
    session.add_all(_case(wave, drawn, by_code, officer) for drawn in field.draw.cases)
    session.flush()
    return wave


def _wave(session: Session, field: Field, today: date, version_id: int) -> Wave:
    scenario = field.scenario
    survey = Survey(
        slug=scenario.slug,
        name_vi=scenario.name_vi,
        name_en=scenario.name_en,
        index_code=scenario.index,
        period_from=date(today.year, 1, 1),
        period_to=date(today.year, 12, 31),
        owner_vi=scenario.owner_vi,
        owner_en=scenario.owner_en,
        method_vi=scenario.method_vi,
        method_en=scenario.method_en,
        units_on=MAP_DAY,
    )
    wave = Wave(
        survey=survey,
        slug=scenario.wave_slug,
        name_vi=scenario.wave_name["vi"],
        name_en=scenario.wave_name["en"],
        instrument_version_id=version_id,
        opens_on=today,
        closes_on=today + timedelta(days=OPEN_DAYS - 1),
        simulated=True,
        plan_json=json.dumps(field.draw.plan, ensure_ascii=False, sort_keys=True),
    )
    session.add(wave)
    session.flush()
    return wave


def _point(session: Session, wave: Wave, place: Unit, kind: str, channel: Channel) -> None:
    labels = f"{channel.label_vi} {place.full_name}", f"{channel.label_en} {place.full_name}"
    points.add(session, wave, place, *labels, mode=channel.mode, kind=kind)


def _case(wave: Wave, drawn: plan.DrawnCase, places: dict[str, Unit], officer: User) -> Case:
    return Case(
        wave=wave,
        number=drawn.number,
        unit_id=places[drawn.stratum].id,
        stratum=drawn.stratum,
        psu=drawn.psu,
        respondent_type=drawn.person.type,
        weight=drawn.weight,
        officer_id=officer.id,
    )


def cases_to_visit(session: Session, field: Field, wave: Wave) -> list[CaseForm]:
    """The cases that the field has still to settle; those that it leaves open are nobody's."""
    query = sa.select(Case).where(Case.wave_id == wave.id, Case.disposition == "open").options(joinedload(Case.unit))
    unsettled = {case.number: case for case in session.scalars(query)}
    return [
        CaseForm(unsettled[drawn.number].id, drawn.outcome, _interview(field, drawn, unsettled[drawn.number]))
        for drawn in field.draw.cases
        if drawn.number in unsettled and drawn.outcome != "open"
    ]


def _interview(field: Field, drawn: plan.DrawnCase, case: Case) -> Form | None:
    if drawn.outcome != "complete":
        return None
    return fill(field.instrument, drawn.person, OFFICER, setting_of_case(case, "tablet"))


def points_to_fill(session: Session, field: Field, wave: Wave) -> list[PointForms]:
    """What people have still to send at each point. People come one after the other, so the count tells who came."""
    counts = sa.select(Response.point_id, sa.func.count()).where(Response.wave_id == wave.id)
    came = dict(session.execute(counts.group_by(Response.point_id)).tuples().all())
    found = session.scalars(sa.select(CollectionPoint).where(CollectionPoint.wave_id == wave.id)).all()
    channels = {channel.mode: channel for channel in field.scenario.channels}
    people = {commune.code: [p for h in commune.hamlets for p in h.people] for commune in field.population.communes}
    waiting = []
    for point in sorted(found, key=lambda point: (point.unit.code, point.mode)):
        channel = channels.get(point.mode)
        if channel is None or point.unit.code not in people:
            continue
        visitors = _visitors(field.scenario, channel, point.unit.code, people[point.unit.code])
        setting = setting_of(point)
        forms = [
            fill(field.instrument, person, channel.manner, setting) for person in visitors[came.get(point.id, 0) :]
        ]
        waiting.append(PointForms(point.code, forms, point.mode in STAFF_MODES))
    return waiting


def _visitors(scenario: Scenario, channel: Channel, place: str, people: Sequence[Person]) -> list[Person]:
    """Who answers at a point: by chance alone, or the likelier the more content they are."""
    random = Random(f"{scenario.profile.seed}/{channel.mode}/{place}")  # noqa: S311  (a simulation, not a secret)
    ranked = sorted(people, key=lambda person: random.gauss(0, 1) + channel.selects_content * person.mood, reverse=True)
    visitors = ranked[: channel.each]
    random.shuffle(visitors)
    return visitors
