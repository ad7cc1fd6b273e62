"""context.json: what the figures are about and how they were made, for whoever writes documents from a release.

Nothing in it depends on how the extract's rows were ordered or split; its hash stands in the manifest instead.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from analysis import agreement, display, targets
from analysis.extract import Extract
from analysis.facts import Facts, by_point, counts, withdrawals
from analysis.figures import Method
from analysis.survey import Omission
from analysis.unit_changes import told
from questionnaires import loader
from questionnaires.model import Instrument

PLANNED = {
    "vi": "Mẫu phân tầng gồm các đơn vị mẫu cấp một có quyền số; phương sai tính bằng tuyến tính hóa Taylor giữa các "
    "đơn vị mẫu cấp một trong từng tầng, coi như chọn có hoàn lại.",
    "en": "Stratified sample of weighted primary sampling units; variance by Taylor linearisation between the primary "
    "sampling units of each stratum, as if drawn with replacement.",
}
WITHOUT_REPLACEMENT = {
    "vi": "Mẫu phân tầng hai giai đoạn có quyền số; phương sai tính bằng tuyến tính hóa Taylor, có hiệu chỉnh tổng thể "
    "hữu hạn ở cả hai giai đoạn; đơn vị mẫu cấp một được chọn chắc chắn là một tầng của những người trả lời.",
    "en": "Stratified two-stage sample with weights; variance by Taylor linearisation with a finite population "
    "correction at both stages; a primary sampling unit that was certain to be drawn is a stratum of its respondents.",
}
TO_STRATA = {
    "vi": " Trong mỗi tầng, quyền số của người trả lời được nâng theo một hệ số chung để cộng lại bằng số người của "
    "tầng trong dàn mẫu, bù cho những người không trả lời.",
    "en": " Within each stratum the weights of those who answered are raised by one factor, so that they add up to its "
    "people in the frame and stand also for those who did not answer.",
}
PLAIN = {
    "vi": "Không rút mẫu theo kế hoạch: mỗi người trả lời được coi là một đơn vị mẫu, không có quyền số.",
    "en": "No sample was drawn by a plan: every respondent is taken as a sampling unit of their own, without weights.",
}
DEFF = {
    "vi": "Hiệu ứng thiết kế so phương sai với phương sai của cùng số câu trả lời độc lập (cột base).",
    "en": "The design effect compares the variance with that of as many independent answers (column base).",
}

MANY_UNITS = {
    "vi": "Kết luận của từng đơn vị là của riêng đơn vị đó. multiplicity.csv nêu thêm kết luận đã hiệu chỉnh cho nhiều "
    "đơn vị cùng loại trong một chuỗi số liệu: Holm khi danh sách có hệ quả, Benjamini–Hochberg khi chỉ để rà soát.",
    "en": "The verdict of each unit is its own. multiplicity.csv adds verdicts corrected for the many domains of one "
    "type in one series: Holm where the list has consequences, Benjamini–Hochberg for screening.",
}


def context(
    extract: Extract, facts: Facts, omissions: Sequence[Omission], method: Method, lonely: str
) -> Mapping[str, Any]:
    manifest = extract.manifest
    return {
        "survey": manifest["survey"],
        "waves": manifest["waves"],
        "simulated": bool(manifest.get("simulated", False)),
        "instruments": {
            wave.content_hash[:12]: json.loads(loader.to_json(wave.instrument)) for wave in extract.all_waves
        },
        "units": [{key: unit[key] for key in ("code", "name", "type")} for unit in _sorted(extract.units)],
        "counts": counts(facts, extract),
        "points": by_point(facts, extract),
        "cases": {slug: _cases(found) for slug, found in extract.cases.items()},
        "slips": extract.slips,
        "reinterviews": agreement.of_extract(extract),
        **({"withdrawals": withdrawals(extract)} if extract.withdrawals else {}),
        **({"changes": list(extract.changes)} if extract.changes else {}),
        "omissions": list(omissions),
        "method": _method(extract, method, lonely),
        **_changes(extract),
        **({"imported": manifest["imported"]} if "imported" in manifest else {}),
    }


def _changes(extract: Extract) -> Mapping[str, Any]:
    """How units changed under way, with the note on the method; nothing where none did."""
    changed = extract.manifest.get("unit_changes")
    return {"unit_changes": {**changed, "note": told(changed, extract.units)}} if changed else {}


def _cases(found: Mapping[str, Any]) -> Mapping[str, Any]:
    """The outcome rates in percent, each with its text; where there is nobody to divide by a rate is left out."""
    rates = {name: 100 * rate for name, rate in found["rates"].items() if rate is not None}
    shown = {name: display.number(display.rounded(rate)) for name, rate in rates.items()}
    of_all = {name: one for name, one in found.items() if name != "groups"}  # Who did what `field_checks` reads.
    return {**of_all, "rates": rates, "shown": shown}


def _sorted(units: Sequence[Mapping[str, str]]) -> list[Mapping[str, str]]:
    return sorted(units, key=lambda unit: (unit["code"], unit["name"]))


def _method(extract: Extract, method: Method, lonely: str) -> Mapping[str, Any]:
    headline = extract.waves[0].instrument
    return {
        "interval": method.interval,
        "level": method.level,
        "cap": "base",
        "design": _design(extract),
        "first_stage": {wave.slug: wave.first_stage for wave in extract.waves if wave.plan is not None},
        "sealed": {wave.slug: bool(wave.sealed) for wave in extract.waves if wave.plan is not None},
        "deff": DEFF,
        "many_units": MANY_UNITS,
        "lonely_psu": lonely,
        "base_minimum": headline.formula.base_minimum,
        "minimum_respondents": targets.MINIMUM_RESPONDENTS,
        "target": method.target,
        "formula": _formula(headline),
        "formulas": {wave.slug: _formula(wave.instrument) for wave in extract.waves},
    }


def _design(extract: Extract) -> Mapping[str, str]:
    planned = [wave for wave in extract.waves if wave.plan is not None]
    if not planned:
        return PLAIN
    finite = all(wave.first_stage == "without-replacement" for wave in planned)
    design = WITHOUT_REPLACEMENT if finite else PLANNED
    raised = all(wave.nonresponse == "strata" for wave in planned)
    return {language: words + (TO_STRATA[language] if raised else "") for language, words in design.items()}


def _formula(instrument: Instrument) -> Mapping[str, Any]:
    formula = instrument.formula
    return {
        "name": formula.name,
        "version": formula.version,
        "positive": list(formula.positive),
        "base_minimum": formula.base_minimum,
        "reading": {"vi": formula.reading.vi, "en": formula.reading.en},
    }
