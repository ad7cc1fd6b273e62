"""The four kinds of frames as a manager meets them: columns explained, ready-made designs, and the plan made of a form.

The plan as data is `analysis.planning.spec`; what may be planned is decided there.
"""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _

Fields = Mapping[str, Any]


@dataclass(frozen=True)
class Kind:
    """`strata` by name of the choice; `first`: ways to draw the first stage; `psu`: its column, empty where it is the
    only one. `columns`: heading in Vietnamese, what it holds, whether it may be left out. `sample`: rows under them.
    """

    name: Any
    strata: Mapping[str, tuple[str, ...]]
    first: tuple[str, ...]
    psu: str
    columns: tuple[tuple[str, Any, bool], ...]
    sample: tuple[tuple[str, ...], ...]

    @property
    def staged(self) -> bool:
        return bool(self.psu)


_UNIT = ("Mã đơn vị", _("code of the commune or office, as on the map of units"), False)
_TYPE = ("Đối tượng", _("cá nhân or tổ chức"), True)
KINDS: Mapping[str, Kind] = {
    "dossiers": Kind(
        _("Dossiers of administrative procedures"),
        {
            "unit": ("unit",),
            "unit_type": ("unit", "respondent_type"),
            "unit_field": ("unit", "field"),
            "type": ("respondent_type",),
        },
        ("random", "systematic"),
        "",
        (
            ("Mã hồ sơ", _("a code for each dossier; it is hidden at once"), False),
            _UNIT,
            ("Lĩnh vực", _("field, for example: Đất đai"), False),
            ("Thủ tục", _("procedure"), False),
            ("Đối tượng", _("cá nhân or tổ chức"), False),
            ("Kết quả", _("đúng hạn, sớm hạn, trễ hạn, trả lại, từ chối or rút: all of them"), False),
            ("Ngày trả kết quả", _("day/month/year"), False),
        ),
        (
            ("HS-2017-000001", "15520", "Đất đai", "Cấp giấy chứng nhận", "cá nhân", "đúng hạn", "05/06/2017"),
            ("HS-2017-000002", "15520", "Hộ tịch", "Đăng ký khai sinh", "cá nhân", "trễ hạn", "06/06/2017"),
        ),
    ),
    "households": Kind(
        _("Households by hamlet"),
        {"unit": ("unit",)},
        ("random", "proportional", "all"),
        "hamlet",
        (
            ("Mã hộ", _("a code for each household; it is hidden at once"), False),
            _UNIT,
            ("Mã thôn", _("code of the hamlet or residential group"), False),
            ("Tên thôn", _("its name"), True),
            ("Nhân khẩu", _("how many people live there"), True),
        ),
        (("H0001", "15520", "15520-01", "Thôn 1", "4"), ("H0002", "15520", "15520-02", "Thôn 2", "3")),
    ),
    "schools": Kind(
        _("Schools and classes"),
        {"level": ("level",), "unit": ("unit",), "unit_level": ("unit", "level")},
        ("proportional", "random", "all"),
        "school",
        (
            ("Mã lớp", _("a code for each class"), False),
            _UNIT,
            ("Cấp học", _("mầm non, tiểu học, THCS or THPT in full words"), False),
            ("Mã trường", _("code of the school"), False),
            ("Tên trường", _("its name"), True),
            ("Lớp", _("name of the class"), False),
            ("Sĩ số", _("number of pupils"), False),
        ),
        (
            ("TH-01-1A", "15520", "tiểu học", "TH-01", "Trường Tiểu học Thọ Hải", "1A", "32"),
            ("TH-01-1B", "15520", "tiểu học", "TH-01", "Trường Tiểu học Thọ Hải", "1B", "30"),
        ),
    ),
    "visits": Kind(
        _("Health visits"),
        {"facility": ("facility",), "facility_service": ("facility", "service"), "unit": ("unit",)},
        ("systematic", "random"),
        "",
        (
            ("Mã lượt khám", _("a code for each visit; it is hidden at once"), False),
            _UNIT,
            ("Mã cơ sở", _("code of the hospital or health station"), False),
            ("Tên cơ sở", _("its name"), True),
            ("Dịch vụ", _("ngoại trú, nội trú or tiêm chủng"), False),
            ("Ngày", _("day/month/year"), False),
        ),
        (
            ("LK-0001", "15520", "TYT-15520", "Trạm Y tế xã Thọ Hải", "ngoại trú", "05/06/2017"),
            ("LK-0002", "15520", "TYT-15520", "Trạm Y tế xã Thọ Hải", "tiêm chủng", "06/06/2017"),
        ),
    ),
}
ASSUMED = ("share", "correlation", "response", "margin")
EFFORT = ("per_case", "per_psu", "fixed", "officers", "cases_per_day")
ORDERS = {"dossiers": ["procedure", "returned_on"], "visits": ["day"]}


def sample_csv(kind: str) -> str:
    """A file to begin with, as spreadsheets in Vietnam open it."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([heading for heading, _text, _optional in KINDS[kind].columns])
    writer.writerows(KINDS[kind].sample)
    return "\ufeff" + out.getvalue()


def spec(kind: str, fields: Fields, area: str, simulated: bool) -> dict[str, Any]:
    """The sampling plan of a form; shares come in percent. `area`: the code that stands for all units together."""
    return {
        "kind": kind,
        "strata": list(KINDS[kind].strata[fields["strata"]]),
        "stages": _stages(kind, fields),
        "allocation": allocation(fields),
        "reinterview": float(fields["reinterview"]) / 100,
        "public_number": {
            "source": fields["source"],
            "day": fields["day"].isoformat(),
            "digits": fields["digits"],
        },
        "area": area,
        "simulated": simulated,
        "assumptions": assumptions(fields),
        "effort": effort(fields),
    }


def allocation(fields: Fields) -> dict[str, Any]:
    found = {name: fields[name] for name in ("rule", "total", "minimum")}
    if fields.get("maximum"):
        found["maximum"] = fields["maximum"]
    return found | ({"spread": fields["spread"]} if fields.get("spread") else {})


def assumptions(fields: Fields) -> dict[str, float]:
    return {name: float(fields[name]) / (1 if name == "correlation" else 100) for name in ASSUMED}


def effort(fields: Fields) -> dict[str, Any]:
    whole: dict[str, Any] = {name: int(fields[name]) for name in EFFORT[:-1]}
    return whole | {"cases_per_day": float(fields["cases_per_day"])}


def _stages(kind: str, fields: Fields) -> list[dict[str, Any]]:
    first, last = {"method": fields["first"]}, {"reserves": fields["reserves"]}
    if kind == "households":
        hamlet = {"unit": "hamlet", **first, "reserves": fields["psu_reserves"]}
        return [hamlet, {"unit": "code", "number": fields["take"], **last}]
    if kind == "schools":
        school = {"unit": "school", **first, "size": "people", "reserves": fields["psu_reserves"]}
        classes = {"unit": "code", "number": fields["classes"]}
        return [school, classes, {"unit": "person", "number": fields["take"], **last}]
    order = ORDERS[kind] if fields["first"] == "systematic" else []
    return [{"unit": "code", **first, "order": order, **last}]


def fields_of(plan: Mapping[str, Any]) -> dict[str, Any]:
    """The form of a plan that `spec` made, to be edited."""
    kind, stages, number = KINDS[plan["kind"]], plan["stages"], plan["public_number"]
    strata = next(name for name, columns in kind.strata.items() if list(columns) == plan["strata"])
    found = {
        "strata": strata,
        "first": stages[0]["method"],
        "reserves": stages[-1]["reserves"],
        "reinterview": round(100 * plan["reinterview"], 6),
        **plan["allocation"],
        **{"source": number["source"], "day": number["day"], "digits": number["digits"]},
        **{name: _percent(name, plan["assumptions"][name]) for name in ASSUMED},
        **plan["effort"],
    }
    if kind.staged:
        found |= {"psu_reserves": stages[0]["reserves"], "take": stages[-1]["number"]}
    return found | ({"classes": stages[1]["number"]} if len(stages) == 3 else {})


def _percent(name: str, value: float) -> float:
    return value if name == "correlation" else round(100 * value, 6)


def first_strata(kind: str) -> tuple[str, ...]:
    """What a plan without a design is laid out by."""
    return next(iter(KINDS[kind].strata.values()))


def take(plan: Mapping[str, Any]) -> int:
    """Cases that one unit of the first stage brings."""
    product = 1
    for stage in plan["stages"][1:]:
        product *= stage["number"]
    return product
