"""Stata syntax of the replication pack: items, index, assessments, expectations and profile of the probability sample,
with design-based standard errors.

It is written for Stata 15 and later and has not been run by us, which the pack says; the R script is the check.
"""

from collections.abc import Iterator, Mapping, Sequence

from analysis.extract import Wave
from analysis.files.naming import stata_names
from analysis.files.variables import Variable
from questionnaires.model import Instrument

Row = Mapping[str, object]
LONELY = {"fail": "missing", "certainty": "certainty", "average": "scaled", "centre": "centered"}
BREAK = " ///\n  "  # A command goes on in the next line.


def syntax(waves: Sequence[Wave], measures: Sequence[Row], variables: Sequence[Variable], lonely: str) -> str:
    names = stata_names(one.name for one in variables)
    codes = {(one.name, value.key): code for one in variables for code, value in one.values.items()}
    lines = [HEAD]
    for wave in waves:
        own = [row for row in measures if row["wave"] == wave.slug and row["kind"] != "state"]
        items = [row for row in own if row["level"] == "item"]
        topics = [row for row in own if row["level"] != "item"]
        lines.append(
            SAMPLE.format(slug=wave.slug, wave=codes["wave", wave.slug], series=codes["series", "probability"])
        )
        lines += [_counted(f"{i}", names[str(row["variable"])], row) for i, row in enumerate(items, 1)]
        lines += [_design(wave, lonely), *_estimates(wave.instrument), *_topics(topics, names)]
    return "\n".join(lines) + "\n"


def _counted(suffix: str, variable: str, row: Row) -> str:
    hits = ", ".join(str(row["hits"]).split())
    answered = f"{variable} >= {row['at_least']} & {variable} < ."
    told = f"cond({answered}, {variable}, 0)" if row["kind"] == "mean" else f"inlist({variable}, {hits})"
    kind = "double" if row["kind"] == "mean" else "byte"
    return f"generate {kind} h{suffix} = {told}\ngenerate byte b{suffix} = {answered}"


def _topics(rows: Sequence[Row], names: Mapping[str, str]) -> Iterator[str]:
    """Shares as parts of 1 and means, each named above by its code; after the index, which adds up all h and b."""
    for i, row in enumerate(rows, 1):
        yield f"* topic{i}: {row['level']} {row['code']}\n" + _counted(f"_t{i}", names[str(row["variable"])], row)
    if rows:
        yield f"svy: ratio{BREAK}" + BREAK.join(f"(topic{i}: h_t{i}/b_t{i})" for i in range(1, len(rows) + 1))


def _design(wave: Wave, lonely: str) -> str:
    first = "svyset design_psu [pweight = design_weight], strata(design_stratum)"
    if wave.plan is None:
        return "svyset id [pweight = design_weight]"
    if wave.first_stage == "without-replacement":
        return f"{first} fpc(psus_in_frame) singleunit({LONELY[lonely]}) || id, fpc(people_in_psu)"
    return f"{first} singleunit({LONELY[lonely]})"


def _estimates(instrument: Instrument) -> Iterator[str]:
    """Ratios of the items, and the index as what it is made of."""
    numbers = {item.code: i for i, item in enumerate(instrument.items, 1)}
    ratios = BREAK.join(f"(item{i}: h{i}/b{i})" for i in numbers.values())
    yield f"svy: ratio{BREAK}{ratios}"
    factors = [[numbers[item.code] for item in factor.items] for factor in instrument.factors]
    if instrument.formula.name in ("O_pool", "H1"):
        yield "egen hits = rowtotal(h*)\negen answers = rowtotal(b*)\nsvy: ratio (index: hits/answers)"
        return
    groups = factors if instrument.formula.name == "O_fac" else [list(numbers.values())]
    shares = {i: 1.0 / (len(groups) * len(group)) for group in groups for i in group}
    terms = BREAK.join(f"+ {share!r} * _b[item{i}]" for i, share in shares.items())
    yield f"lincom{BREAK}{terms.removeprefix('+ ')}"


HEAD = """* Items, index and every other question of the probability sample, with standard errors by the design.
version 15
clear all
"""
SAMPLE = """
* ---- Wave {slug}
use "responses.dta", clear
keep if counted == 1 & wave == {wave} & series == {series}
tempfile sample
save `sample'
* Sampled PSUs without a response count as 0 in a variance: two rows of weight 0.
import delimited "unseen_psus.csv", varnames(1) stringcols(_all) clear
keep if wave == "{slug}"
drop wave unit
destring psus_in_frame people_in_psu, replace
expand 2
generate id = "unseen " + string(_n)
generate double design_weight = 0
append using `sample'
"""
