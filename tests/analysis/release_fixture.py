"""Writes a small release folder by hand, for tests of what is made from a release: figures of every verdict and level.

The numbers are invented, not estimated; what a real analysis writes is tested with the analysis.
"""

import csv
import hashlib
import json
import random
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from analysis import charts, many_units, report
from analysis.release import release_hash
from questionnaires import loader
from questionnaires.model import Instrument, MultipleChoice, PlainPart, SingleChoice
from tests import made_once

COLUMNS = (
    *("id", "series", "level", "code", "domain_type", "domain", "n", "base", "estimate", "se", "df"),
    *("low", "high", "deff", "verdict", "method"),
)
UNITS_2017 = (
    "15481 thị trấn Thọ Xuân, 15484 thị trấn Lam Sơn, 15487 thị trấn Sao Vàng, 15490 xã Xuân Khánh, 15493 xã Thọ "
    "Nguyên, "
    "15496 xã Xuân Thành, 15499 xã Hạnh Phúc, 15502 xã Bắc Lương, 15505 xã Nam Giang, 15508 xã Xuân Phong, 15511 xã "
    "Thọ Lộc, "
    "15514 xã Xuân Trường, 15517 xã Xuân Hòa, 15520 xã Thọ Hải, 15523 xã Tây Hồ, 15526 xã Xuân Giang, 15529 xã Xuân "
    "Quang, "
    "15532 xã Xuân Sơn, 15535 xã Xuân Hưng, 15538 xã Thọ Diên, 15541 xã Thọ Lâm, 15544 xã Thọ Xương, 15547 xã Xuân "
    "Bái, "
    "15550 xã Xuân Phú, 15553 xã Xuân Thắng, 15556 xã Xuân Lam, 15559 xã Xuân Thiên, 15562 xã Thọ Minh, 15565 xã "
    "Xuân Châu, "
    "15568 xã Thọ Lập, 15571 xã Quảng Phú, 15574 xã Xuân Tín, 15577 xã Phú Yên, 15580 xã Xuân Yên, 15583 xã Xuân Lai, "
    "15586 xã Xuân Lập, 15589 xã Thọ Thắng, 15592 xã Xuân Minh, 15595 xã Xuân Tân, 15598 xã Xuân Vinh, 15601 xã Thọ "
    "Trường"
)
INDEX = {
    "met": (84.3, 82.9, 85.6),
    "not_met": (76.4, 74.8, 77.9),
    "undecided": (80.6, 78.9, 82.2),
    "": (82.0, None, None),
}


def units(number: int) -> list[dict[str, str]]:
    found = []
    for text in UNITS_2017.split(", ")[:number]:
        code, rest = text.split(" ", 1)
        kind = "thị trấn" if rest.startswith("thị trấn") else "xã"
        found.append({"code": code, "name": rest.removeprefix(kind).strip(), "type": kind})
    return found


def make_release(
    folder: Path,
    verdict: str = "met",
    simulated: bool = True,
    number_of_units: int = 41,
    series: Sequence[str] = ("probability", "open"),
    without: Sequence[str] = (),
    instrument: str = "sipas2017",
    estimate: float | None = None,
    respondents: int = 1_230,
    corrected: bool = True,
    drawn: bool = True,
) -> Path:
    """A release whose headline has `verdict`; `without` leaves out whole levels ("factor", "item", …).

    `corrected` is false for a release made before verdicts were corrected for the length of their list, `drawn` where
    no wave had a plan, so that no verdict was given.
    """
    form = loader.load_builtin(instrument)
    headline = _headline(verdict, estimate, respondents)
    rows = [row for row in _rows(form, headline, units(number_of_units), series) if row["level"] not in without]
    rows = rows if drawn else [_withheld(row) for row in rows]
    folder.mkdir(parents=True, exist_ok=True)
    _csv(folder / "figures.csv", COLUMNS, rows)
    if corrected:
        _csv(folder / "multiplicity.csv", many_units.COLUMNS, _corrected(rows))
    _json(folder / "display.json", {row["id"]: _display(row) for row in rows})
    _json(folder / "context.json", make_context(form, simulated, units(number_of_units), series, drawn))
    digest = hashlib.sha256(b"extract").hexdigest()
    _json(
        folder / "manifest.json", {"release_hash": release_hash(folder), "extract_hash": digest, "simulated": simulated}
    )
    return folder


def corrected_verdicts(folder: Path) -> dict[str, dict[str, str]]:
    """The rows of multiplicity.csv over units, by the code of the unit."""
    with (folder / "multiplicity.csv").open(encoding="utf-8", newline="") as file:
        return {row["domain"]: row for row in csv.DictReader(file) if row["domain_type"] == "unit"}


def make_documents(folder: Path, **release: Any) -> Path:
    """The release with its charts and documents."""
    return made_once.copied(folder, _make_documents, **release)


def _make_documents(folder: Path, **release: Any) -> None:
    make_release(folder, **release)
    charts.draw(folder)
    report.build(folder)


def display_texts(folder: Path) -> set[str]:
    """Every text that a figure of the release may be printed as."""
    display = json.loads((folder / "display.json").read_text("utf-8"))
    return {texts["vi"] for parts in display.values() for texts in parts.values()}


def _rows(
    form: Instrument, headline: dict[str, Any], places: list[dict[str, str]], series: Sequence[str]
) -> Iterator[dict[str, Any]]:
    chance = random.Random(2017)
    if "open" in series:
        yield _row("open/overall/index/all/all", 512, 9_800, 91.2)
    if "probability" not in series:
        return
    yield headline
    for code in form.formula.beside:
        yield _row(f"probability/overall/{code}/all/all", headline["n"], 24_650, 81.4, 79.9, 82.9)
    yield from _domains(form, chance, places)
    for factor in form.factors:
        yield _spread(f"probability/factor/{factor.code}/all/all", chance, 1_230, 4_700)
        for item in factor.items:
            yield from _item(item.code, chance)
    yield from _plain(form, chance)


def _withheld(row: dict[str, Any]) -> dict[str, Any]:
    if (row["series"], row["level"], row["code"]) != ("probability", "overall", "index"):
        return row
    return row | {"verdict": "", "method": "O_crit v1; korn_graubard_capped; 0.95; no verdict: no sealed plan"}


def _corrected(rows: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Every third verdict stands also in the list; every fifth undecided unit cannot say how many more to ask."""
    chance = random.Random(41)
    for place, row in enumerate(row for row in rows if row["verdict"]):
        values = {name: round(chance.random(), 9) for name in many_units.COLUMNS[9:15]}
        holm = "undecided" if place % 3 else row["verdict"]
        further = 0 if row["verdict"] != "undecided" else chance.randint(1, 9_999) if place % 5 else ""
        known = {name: row[name] for name in many_units.COLUMNS[:9]}
        yield {**known, **values, "verdict_holm": holm, "verdict_bh": row["verdict"], "further_responses": further}


def _headline(verdict: str, estimate: float | None, respondents: int) -> dict[str, Any]:
    usual, low, high = INDEX[verdict]
    return _row("probability/overall/index/all/all", respondents, 24_650, estimate or usual or 0, low, high, verdict)


def _domains(form: Instrument, chance: random.Random, places: list[dict[str, str]]) -> Iterator[dict[str, Any]]:
    for kind in form.respondent_types:
        yield _spread(f"probability/overall/index/respondent_type/{kind.code}", chance, 615, 12_000, 2, decide=True)
    for place in places:
        name = f"unit/{place['code']}"
        size = chance.choice((28, 30, 30, 30, 31))
        yield _spread(f"probability/overall/index/{name}", chance, size, size * 20, 6, decide=True)
        for factor in form.factors:
            yield _spread(f"probability/factor/{factor.code}/{name}", chance, size, size * 4, 8)


def _spread(
    name: str, chance: random.Random, n: int, base: int, reach: float = 1.5, decide: bool = False
) -> dict[str, Any]:
    estimate = chance.uniform(70, 94)
    low, high = estimate - reach * 1.2, min(100.0, estimate + reach)
    decided = "" if not decide or n < 30 else "met" if low > 80 else "not_met" if high <= 80 else "undecided"
    return _row(name, n, base, estimate, low, high, decided)


def _item(code: str, chance: random.Random) -> Iterator[dict[str, Any]]:
    yield _spread(f"probability/item/{code}/all/all", chance, 1_230, 1_170, 2.5)
    for state, n in (("5", 420), ("4", 520), ("3", 150), ("2", 55), ("1", 25), ("0", 12), ("skipped", 48)):
        n += chance.randint(-10, 10)
        yield _row(f"probability/item/{code}={state}/all/all", n, 1_230, n / 12.3)


def _plain(form: Instrument, chance: random.Random) -> Iterator[dict[str, Any]]:
    for part in form.parts:
        level = {"general": "assessment"}.get(part.kind, part.kind)
        for question in part.questions if isinstance(part, PlainPart) else ():
            if isinstance(question, SingleChoice | MultipleChoice):
                shares = [chance.random() for _ in question.options]
                for option, share in zip(question.options, shares, strict=True):
                    name = f"probability/{level}/{question.code}={option.code}/all/all"
                    yield _row(name, 1_230, 1_190, 100 * share / sum(shares))


def _row(
    name: str,
    n: int,
    base: int,
    estimate: float,
    low: float | None = None,
    high: float | None = None,
    verdict: str = "",
) -> dict[str, Any]:
    series, level, code, domain_type, domain = name.split("/")
    return {
        **{"id": name, "series": series, "level": level, "code": code, "domain_type": domain_type, "domain": domain},
        **{
            "n": n,
            "base": base,
            "estimate": round(estimate, 9),
            "low": low and round(low, 9),
            "high": high and round(high, 9),
            "verdict": verdict,
        },
        **{"se": 0.7 if low else None, "df": 120 if low else None, "deff": 1.4 if low else None},
        "method": "O_crit v1; korn_graubard_capped; 0.95"
        + (
            "; no verdict: fewer than 30 respondents"
            if n < 30
            else "; imprecise: fewer than 8 degrees of freedom"
            if n == 31
            else ""
        ),
    }


def _display(row: dict[str, Any]) -> dict[str, dict[str, str]]:
    shown = {part: row[part] for part in ("estimate", "low", "high", "se") if row[part] is not None}
    return {part: {"vi": f"{value:.2f}".replace(".", ","), "en": f"{value:.2f}"} for part, value in shown.items()}


def make_context(
    form: Instrument,
    simulated: bool = True,
    places: Sequence[dict[str, str]] = (),
    series: Sequence[str] = ("probability", "open"),
    drawn: bool = True,
) -> dict[str, Any]:
    both = {"vi": "Khảo sát mức độ hài lòng về sự phục vụ hành chính năm 2017", "en": "Satisfaction survey 2017"}
    digest = loader.content_hash(form)
    sampled = "probability" in series
    return {
        "survey": {
            "slug": "sipas-2017",
            "name": both,
            "index": form.index.code,
            "period": {"from": "2017-09-05", "to": "2017-10-20"},
            "owner": {"vi": "Phòng Nội vụ huyện Thọ Xuân", "en": "Office of Internal Affairs"},
            "method": {"vi": "Khảo sát người đã nhận kết quả thủ tục hành chính, chọn theo hồ sơ.", "en": "Survey."},
            "target": 80.0,
            "units_on": "2017-06-01",
            "combination": {"rule": "single", "weights": {}},
        },
        "waves": [
            {
                **{"slug": "dot-1", "name": {"vi": "Đợt 1", "en": "Wave 1"}, "instrument": form.code},
                **{"version": form.version, "content_hash": digest, "opens_on": "2017-09-05"},
                **{"closes_on": "2017-10-20", "has_plan": sampled and drawn, "simulated": simulated},
            }
        ],
        "simulated": simulated,
        "instruments": {digest[:12]: json.loads(loader.to_json(form))},
        "units": list(places),
        "counts": _counts(places, sampled) | ({} if drawn else {"plan": None}),
        "omissions": [
            {"series": "probability", "domain_type": "unit", "domain": place["code"], "item": item.code, "base": 7}
            for place in places
            for item in form.items[-3:]
            if sampled
        ],
        "method": _method(form),
    }


def _counts(places: Sequence[dict[str, str]], sampled: bool) -> dict[str, Any]:
    return {
        "responses": 1_742 if sampled else 512,
        "by_series": {"probability": 1_230, "open": 512} if sampled else {"open": 512},
        "by_mode": ({"tablet": 910, "qr_slip": 320} if sampled else {}) | {"qr_open": 430, "kiosk": 82},
        "by_unit": [{"unit": place["code"], "probability": 30, "open": 12, "planned": 32} for place in places],
        "plan": {"strata": 41, "psus": 164, "cases": 1_312} if sampled else None,
        "excluded": [{"reason": "voided", "count": 3}, {"reason": "late_undecided", "count": 14}],
    }


def _method(form: Instrument) -> dict[str, Any]:
    return {
        "interval": "korn_graubard_capped",
        "level": 0.95,
        "cap": "base",
        "design": {"vi": "Mẫu phân tầng theo đơn vị, rút cụm (PSU) trong mỗi tầng, có quyền số.", "en": "Stratified."},
        "lonely_psu": "fail",
        "base_minimum": form.formula.base_minimum,
        "target": 80.0,
        "formula": {
            "name": form.formula.name,
            "version": form.formula.version,
            "reading": form.formula.reading.model_dump(),
        },
    }


def _csv(file: Path, columns: Sequence[str], rows: Iterable[dict[str, Any]]) -> None:
    with file.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.DictWriter(lines, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def _json(file: Path, content: object) -> None:
    file.write_text(json.dumps(content, ensure_ascii=False, sort_keys=True, indent=1) + "\n", "utf-8")
