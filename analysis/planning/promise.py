"""What a sealed plan promises: its sizes under its own assumptions, kept for the report to compare with."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from analysis.planning import size_words
from analysis.planning.sizes import promised_sizes
from analysis.planning.spec import FrameKind, SamplePlan
from analysis.planning.strata import PlannedStratum

FRAMES: dict[FrameKind, dict[str, str]] = {
    "dossiers": {
        "vi": "Danh sách hồ sơ đã có kết quả trong kỳ, mã ẩn danh",
        "en": "List of dossiers with a result in the period, by hidden codes",
    },
    "households": {
        "vi": "Danh sách hộ gia đình theo thôn, tổ dân phố, mã ẩn danh",
        "en": "List of households by hamlet, by hidden codes",
    },
    "schools": {
        "vi": "Danh sách trường, lớp kèm số học sinh",
        "en": "List of schools and classes with enrolment",
    },
    "visits": {
        "vi": "Danh sách lượt khám, chữa bệnh theo cơ sở và ngày, mã ẩn danh",
        "en": "List of health visits by facility and day, by hidden codes",
    },
}


def promised(plan: SamplePlan, strata: Sequence[PlannedStratum]) -> dict[str, Any]:
    found = promised_sizes(strata, plan.assumptions, plan.effort, finite=plan.finite)
    words = [asdict(sentence) for sentence in size_words.sentences(found, plan.assumptions)]
    return {**found.as_json(), "finite": plan.finite, "sentences": words}
