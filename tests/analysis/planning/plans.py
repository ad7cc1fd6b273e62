"""Frames and plans for the tests of planning, small and always the same."""

from collections.abc import Sequence
from random import Random
from typing import Any

from analysis.planning.rows import Row
from analysis.planning.spec import Allocation, PublicNumber, SamplePlan, Stage

NUMBER = PublicNumber(source="Xổ số kiến thiết Thanh Hóa, giải đặc biệt", day="2017-06-10")  # type: ignore[arg-type]
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"


def hidden_code(number: int) -> str:
    return "".join(LETTERS[number >> shift & 31] for shift in range(55, -5, -5))


def dossiers(count: int = 600, units: int = 4) -> list[Row]:
    random = Random(count)
    return [
        {
            "code": hidden_code(number),
            "unit": str(15481 + 3 * (number % units)),
            "field": random.choice(["Đất đai", "Hộ tịch", "Chứng thực"]),
            "procedure": "Đăng ký",
            "respondent_type": "business" if random.random() < 0.2 else "citizen",
            "outcome": "late" if random.random() < 0.05 else "on_time",
            "returned_on": f"2017-0{random.randrange(1, 6)}-{random.randrange(10, 28)}",
        }
        for number in range(count)
    ]


def households(communes: int = 2, hamlets: int = 7) -> list[Row]:
    random = Random(communes)
    return [
        {
            "code": hidden_code(10_000 * commune + 200 * hamlet + number),
            "unit": str(15481 + 3 * commune),
            "hamlet": f"{commune}-{hamlet}",
            "hamlet_name": f"Thôn {hamlet + 1}",
            "people": str(random.randrange(1, 5)),
        }
        for commune in range(communes)
        for hamlet in range(hamlets)
        for number in range(random.randrange(5, 40))
    ]


def classes(schools: int = 9) -> list[Row]:
    random = Random(schools)
    return [
        {
            "code": f"{level}-{school:02}-{place}",
            "unit": "15481",
            "level": level,
            "school": f"{level}-{school:02}",
            "class": str(place),
            "people": str(random.randrange(15, 40)),
        }
        for level in ("mam_non", "tieu_hoc")
        for school in range(schools)
        for place in range(random.randrange(2, 9))
    ]


def visits(count: int = 400) -> list[Row]:
    random = Random(count)
    return [
        {
            "code": hidden_code(number),
            "unit": "15481",
            "facility": f"tram-{number % 3}",
            "service": random.choice(["outpatient", "vaccination"]),
            "day": f"2017-03-{random.randrange(1, 29):02}",
        }
        for number in range(count)
    ]


def plan(kind: str, **changed: Any) -> SamplePlan:
    return SamplePlan.model_validate({"kind": kind, "public_number": NUMBER, **PLANS[kind], **changed})


PLANS: dict[str, dict[str, Any]] = {
    "dossiers": {
        "strata": ("unit", "respondent_type"),
        "stages": (Stage(unit="code", reserves=2),),
        "allocation": Allocation(total=80, minimum=4),
    },
    "households": {
        "strata": ("unit",),
        "stages": (Stage(unit="hamlet", number=4, reserves=1), Stage(unit="code", number=8, reserves=2)),
        "allocation": Allocation(total=64),
    },
    "schools": {
        "strata": ("level",),
        "area": "395",
        "stages": (
            Stage(unit="school", method="proportional", size="people", number=4, reserves=1),
            Stage(unit="code", number=2),
            Stage(unit="person", number=6, reserves=1),
        ),
        "allocation": Allocation(total=96),
    },
    "visits": {
        "strata": ("facility", "service"),
        "stages": (Stage(unit="code", method="systematic", order=("day",)),),
        "allocation": Allocation(total=60, rule="equal"),
    },
}
FRAMES: dict[str, Sequence[Row]] = {
    "dossiers": dossiers(),
    "households": households(),
    "schools": classes(),
    "visits": visits(),
}
