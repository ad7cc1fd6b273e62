"""The rule that turns an index into points of the PAR index, read from a TOML file: linear, or in bands.

The printed index is converted, so that whoever has the table can compute the points again; exact decimals throughout.
"""

import tomllib
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

DEFAULT = Path(__file__).parent / "default_conversion.toml"
Percent = Annotated[Decimal, Field(ge=0, le=100)]


class BadConversion(ValueError):
    """The file of the conversion cannot be used; the message says why."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Band(_Strict):
    """From this index on (it belongs to the band), so many percent of the points."""

    starts: Percent = Field(alias="from")
    share: Percent


class Conversion(_Strict):
    """`most_points` for an index of 100 (linear) or a share of 100 (bands)."""

    most_points: Decimal = Field(gt=0, le=1000)
    kind: Literal["linear", "bands"]
    bands: tuple[Band, ...] = ()
    source: str = ""

    @model_validator(mode="after")
    def bands_descend(self) -> "Conversion":
        if (self.kind == "bands") != bool(self.bands):
            raise ValueError('[[bands]] go with kind = "bands", and only with it')
        if any(lower.starts >= upper.starts for upper, lower in pairwise(self.bands)):
            raise ValueError("bands must go down, each from a lower index than the one above")
        return self

    def points(self, index: str) -> Decimal:
        """`index` as the release prints it, in Vietnamese or English."""
        value = Decimal(index.replace(",", "."))
        share = value if self.kind == "linear" else self._share(value)
        return (self.most_points * share / 100).quantize(Decimal("0.01"), ROUND_HALF_UP)

    def _share(self, value: Decimal) -> Decimal:
        return next((band.share for band in self.bands if value >= band.starts), Decimal(0))


def read(file: Path = DEFAULT) -> Conversion:
    """Raises BadConversion."""
    try:
        return Conversion.model_validate(tomllib.loads(file.read_text("utf-8"), parse_float=Decimal))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, InvalidOperation) as error:
        raise BadConversion(f"{file} is no TOML file ({error})") from error
    except ValidationError as error:
        faults = "; ".join(f"{'.'.join(map(str, one['loc'])) or 'file'}: {one['msg']}" for one in error.errors())
        raise BadConversion(f"{file}: {faults}") from error
