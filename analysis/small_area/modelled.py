"""The index of every unit as the model sees it: rows of the series "modelled" beside the direct ones of a release.

Direct figures are read and never changed; a modelled one has no verdict. The model is left to `shares`.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from analysis import indices
from analysis.display import rounded
from analysis.figures import Figure
from analysis.measures import ALL_SATISFIED
from analysis.small_area.fitting import SmallAreaFault
from analysis.small_area.shares import REPLICATES, SEED, ModelledShares, modelled_shares
from analysis.small_area.smoothing import Smoothed, smoothed_variances
from analysis.waves import WaveSums

SERIES = "modelled"
DIRECT = ("combined", "probability")
TRANSFORM = "arcsine"
READING = {
    "vi": "Số liệu theo mô hình (Fay–Herriot), không phải ước lượng trực tiếp: kết quả của từng đơn vị được kéo về mức "
    "mà mô hình dự đoán từ mọi đơn vị, đơn vị càng ít phiếu càng bị kéo nhiều, rồi cân chỉnh cho khớp số liệu chung "
    "của cuộc khảo sát. Giả định: phương sai mẫu được làm trơn bằng một hiệu ứng thiết kế chung; phần chênh lệch "
    "giữa các đơn vị mà biến phụ trợ không giải thích có phân phối chuẩn trên thang arcsin. Không dùng để kết luận "
    "đạt hay chưa đạt.",
    "en": "Modelled (Fay–Herriot), not a direct estimate: every unit's result is drawn towards what the model expects "
    "from all units, the more so the fewer its responses, then benchmarked to the survey's own figure. Assumptions: "
    "one design effect smooths all sampling variances; what the covariates do not explain between units is normal on "
    "the arcsine scale. No verdict is read from it.",
}


@dataclass(frozen=True)
class Covariates:
    """What is known of the units from elsewhere: a CSV with the column code and others; the default is nothing."""

    path: Path | None = None

    def table(self) -> pd.DataFrame:
        """Raises SmallAreaFault."""
        if self.path is None:
            return pd.DataFrame({"code": pd.Series([], dtype=str)})
        try:
            table = pd.read_csv(self.path, dtype={"code": str})
        except (OSError, ValueError) as error:
            raise SmallAreaFault(
                f"{self.path} is no CSV of covariates ({error}); give a column code and others"
            ) from error
        if "code" not in table or table["code"].duplicated().any():
            raise SmallAreaFault(f"{self.path} needs a column code with every unit once")
        return table

    def described(self) -> Mapping[str, Any]:
        if self.path is None:
            return {}
        return {"covariates_sha256": hashlib.sha256(self.path.read_bytes()).hexdigest()}


@dataclass(frozen=True)
class Modelled:
    """The rows to be added, and what context.json says of the model."""

    figures: tuple[Figure, ...]
    context: Mapping[str, Any]


def modelled(
    figures: Sequence[Figure],
    waves: Sequence[WaveSums],
    stated: Mapping[str, float],
    *,
    level: float,
    covariates: Covariates = Covariates(),
) -> Modelled:
    """One figure a unit of the headline series. Raises SmallAreaFault where a model has no ground to stand on."""
    headline = [one for one in figures if one.code == indices.HEADLINE and one.level == "overall"]
    series = next((name for name in DIRECT if any(_is_whole(one, name) for one in headline)), None)
    if series is None or waves[0].instrument.formula.name in indices.SCORES:
        raise SmallAreaFault("there is no index of the whole survey to benchmark units to: one wave, or a stated rule")
    whole = next(one for one in headline if _is_whole(one, series))
    direct = [one for one in headline if (one.series, one.domain_type) == (series, "unit")]
    units = _units(direct, _weights(waves, stated), covariates.table())
    smoothed = smoothed_variances(units, se="se", n="n", overall=whole.estimate / 100.0)
    terms = [str(column) for column in units if column not in BASE]
    found = modelled_shares(
        units.assign(size=smoothed.size),
        estimate="share",
        size="size",
        area="code",
        covariates=terms,
        transform=TRANSFORM,
        weight="weight",
        total=whole.estimate / 100.0,
        level=level,
    )
    rows = tuple(_figure(one, i, found, level, terms) for i, one in enumerate(direct))
    return Modelled(rows, {**_described(found, smoothed, whole), **covariates.described()})


BASE = ("code", "share", "se", "n", "weight")


def _is_whole(figure: Figure, series: str) -> bool:
    return (figure.series, figure.domain_type) == (series, "all")


def _units(direct: Sequence[Figure], weights: Mapping[str, float], known: pd.DataFrame) -> pd.DataFrame:
    """One row a unit with its covariates; shares, not percent."""
    units = pd.DataFrame(
        {
            "code": [one.domain for one in direct],
            "share": [one.estimate / 100.0 for one in direct],
            "se": [one.se / 100.0 for one in direct],
            "n": [float(one.n) for one in direct],
            "weight": [weights.get(one.domain, 0.0) for one in direct],
        }
    )
    unknown = sorted(set(units["code"]) - set(known["code"])) if len(known) else []
    if unknown:
        raise SmallAreaFault(f"the covariates lack {len(unknown)} units, the first being {unknown[0]}")
    return units.merge(known, on="code", how="left")


def _weights(waves: Sequence[WaveSums], stated: Mapping[str, float]) -> Mapping[str, float]:
    """What each unit weighs in the survey's own figure: its share of the weights, waves by their stated weights."""
    shares: dict[str, float] = {}
    for sums in waves:
        sample = sums.samples["probability"]
        column = sample.tally.base_of[sample.tally.column(ALL_SATISFIED)]
        part = sample.tally.weight[:, column]
        for unit in sums.values("probability", "unit"):
            share = float(part[sample.tally.keys["unit"] == unit].sum() / part.sum())
            shares[unit] = shares.get(unit, 0.0) + stated.get(sums.wave.slug, 1.0 if len(waves) == 1 else 0.0) * share
    return shares


def _figure(direct: Figure, i: int, found: ModelledShares, level: float, terms: Sequence[str]) -> Figure:
    own = "" if not np.isnan(found.direct[i]) else "no answers of its own"
    given = f"given {', '.join(terms)}" if terms else ""
    model = "; ".join(filter(None, ("modelled, not direct", "Fay-Herriot REML", TRANSFORM, given, own, f"{level:g}")))
    return Figure(
        series=SERIES,
        level="overall",
        code=indices.HEADLINE,
        domain_type="unit",
        domain=direct.domain,
        n=direct.n,
        base=direct.base,
        estimate=rounded(100.0 * float(found.estimate[i])),
        se=rounded(100.0 * float(np.sqrt(found.mse[i]))),
        low=rounded(100.0 * float(found.low[i])),
        high=rounded(100.0 * float(found.high[i])),
        method=model,
    )


def _described(found: ModelledShares, smoothed: Smoothed, whole: Figure) -> Mapping[str, Any]:
    fitted = found.prediction.fitted
    errors = np.sqrt(np.diag(fitted.covariance))
    return {
        "reading": READING,
        "model": "Fay-Herriot",
        "method": found.method,
        "transform": found.transform,
        "between_variance": rounded(fitted.between),
        "coefficients": [
            {"term": term, "estimate": rounded(float(value)), "se": rounded(float(error))}
            for term, value, error in zip(found.covariates, fitted.beta, errors, strict=True)
        ],
        "design_effect": rounded(smoothed.deff),
        "benchmark": {"figure": whole.id, "estimate": whole.estimate, "logit_shift": rounded(found.shift)},
        "error": {"kind": "parametric bootstrap", "replicates": REPLICATES, "seed": SEED},
    }
