"""SPSS syntax of the replication pack, also for PSPP: recomputes every estimate but those of several waves together.

Intervals and standard errors are left to the R script. The syntax is written out measure by measure, because the
language has no tables of what to count: hits are @H1, @H2 …, bases @B1 …, weighted sums @X and @Y, estimates @E:
no question's code begins with @.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from analysis.extract import Extract, Wave
from analysis.files.naming import spss_names
from analysis.files.variables import Variable
from analysis.measures import ALL_SATISFIED, FIELDS, fields, score_of
from questionnaires.model import Instrument

Row = Mapping[str, object]
COLUMNS = ("wave", "series", "type", "domain", "measure", "published", "id")
PLACES = ("unit", "point")  # Whose codes are texts, and which are known in one wave and not in another.
TYPES = ("all", *PLACES, "mode", "respondent_type", *FIELDS)
FORMATS = {"code": "F8.0", "number": "F12.0", "real": "F20.12", "text": "A60", "day": "A10"}


@dataclass(frozen=True)
class Counted:
    """What is counted in one wave: `simple` by code in the order of their numbers, from 1; composites follow."""

    slug: str
    instrument: Instrument | None
    number: int
    simple: Mapping[str, Row]

    @property
    def types(self) -> Mapping[int, str]:
        """The types of domain by their number in the syntax."""
        asked = {one.code for one in fields(self.instrument)} if self.instrument else set()
        return {number: kind for number, kind in enumerate(TYPES, 1) if kind not in FIELDS or kind in asked}

    @property
    def composites(self) -> Mapping[tuple[str, str], int]:
        """(level, code) → number; what others are made of comes first."""
        if self.instrument is None:
            return {}
        codes = [("factor", one.code) for one in self.instrument.factors]
        codes += [("block", one.code) for one in self.instrument.blocks or ()]
        codes += [("overall", code) for code in ("index", *self.instrument.formula.beside)]
        return {code: number for number, code in enumerate(codes, len(self.simple) + 1)}

    def number_of(self, level: str, code: str) -> int:
        """0 where nothing here has this code."""
        places = {code: number for number, code in enumerate(self.simple, 1)}
        return self.composites.get((level, code)) or places.get(code, 0)

    def numbers(self, items: Iterable[str]) -> list[int]:
        return [self.number_of("item", item) for item in items]


def counted(extract: Extract, measures: Sequence[Row]) -> list[Counted]:
    found = []
    for number, wave in enumerate(extract.all_waves, 1):
        instrument = wave.instrument if isinstance(wave, Wave) else None
        own = {str(row["code"]): row for row in measures if row["wave"] == wave.slug}
        beside = instrument.formula.beside if instrument else ()
        if instrument and "H3" in beside:
            own |= {score_of(item.code): {**own[item.code], "kind": "mean"} for item in instrument.items}
        if "H2" in beside:
            own[ALL_SATISFIED] = {"kind": "all"}
        found.append(Counted(wave.slug, instrument, number, own))
    return found


def published(
    waves: Sequence[Counted],
    figures: Iterable[Mapping[str, str]],
    variables: Sequence[Variable],
    places: Iterable[tuple[str, str, str]],
) -> Iterator[Row]:
    """The estimates of figures.csv under the numbers of the syntax, which knows the unit of the day only. `places`:
    (wave, series, unit or point) with responses.
    """
    codes = {one.name: {value.key: code for code, value in one.values.items()} for one in variables}
    known = set(places)
    for figure in figures:
        kind, domain = figure["domain_type"], figure["domain"]
        for wave in waves if figure["estimate"] and kind != "unit_end" else ():
            measure = wave.number_of(figure["level"], figure["code"])
            here = (
                (wave.slug, figure["series"], domain) in known
                if kind in PLACES
                else kind != "wave" or domain == wave.slug
            )
            if measure and here and figure["series"] in codes["series"]:
                yield {
                    **{"wave": wave.number, "series": codes["series"][figure["series"]]},
                    **{"type": TYPES.index("all" if kind == "wave" else kind) + 1, "measure": measure},
                    **{
                        "domain": domain * (kind in PLACES) if kind in ("all", "wave", *PLACES) else codes[kind][domain]
                    },
                    **{"published": figure["estimate"], "id": figure["id"]},
                }


def syntax(waves: Sequence[Counted], variables: Sequence[Variable]) -> str:
    names = spss_names(one.name for one in variables)
    lines = [HEAD, *(f"  {names[one.name]} {FORMATS[one.kind]}" for one in variables), READ]
    for wave in waves:
        lines += [f"GET FILE='counted.sav'.\nSELECT IF wave = {wave.number}.", *_row_by_row(wave, names)]
        for number, kind in wave.types.items():
            lines += _by_domain(wave, number, names.get(kind, kind))
    files = " ".join(f"/FILE='long_{wave.number}_{number}.sav'" for wave in waves for number in wave.types)
    return "\n".join([*lines, f"ADD FILES {files}.", COMPARE])


def _row_by_row(wave: Counted, names: Mapping[str, str]) -> Iterator[str]:
    last = len(wave.simple)
    yield from (f"NUMERIC @{letter}1 TO @{letter}{last}." for letter in "HBXY")
    for number, row in enumerate(wave.simple.values(), 1):
        variable, kind = names.get(str(row.get("variable")), ""), row["kind"]
        hits = ", ".join(str(row.get("hits", "")).split())
        if kind == "all":
            items = wave.numbers(item.code for item in wave.instrument.items) if wave.instrument else []
            answered, satisfied = (" + ".join(f"@{letter}{item}" for item in items) for letter in "BH")
            yield f"COMPUTE @B{number} = (({answered}) > 0)."
            yield f"COMPUTE @H{number} = @B{number} * (({answered}) = ({satisfied}))."
            continue
        base = f"({variable} NE -2)" if kind == "state" else f"({variable} >= {row['at_least']})"
        yield f"COMPUTE @B{number} = {base}."
        yield f"COMPUTE @H{number} = @B{number} * {variable if kind == 'mean' else f'ANY({variable}, {hits})'}."
        yield f"RECODE @B{number} @H{number} (SYSMIS=0)."
    yield f"DO REPEAT @h=@H1 TO @H{last} /@b=@B1 TO @B{last} /@x=@X1 TO @X{last} /@y=@Y1 TO @Y{last}."
    yield "COMPUTE @x = @h * design_weight.\nCOMPUTE @y = @b * design_weight.\nEND REPEAT.\nSAVE OUTFILE='wave.sav'."


def _by_domain(wave: Counted, number: int, kind: str) -> Iterator[str]:
    """Sums by series and domain, estimates from them, and a row for each estimate."""
    last, name = len(wave.simple), f"long_{wave.number}_{number}.sav"
    sums = " ".join(f"/@{x}1 TO @{x}{last} = SUM(@{x}1 TO @{x}{last})" for x in "XYB")
    yield f"GET FILE='wave.sav'.\nAGGREGATE OUTFILE=* /BREAK=series{'' if kind == 'all' else f' {kind}'}\n  {sums}."
    total = last + len(wave.composites)
    yield f"NUMERIC @E1 TO @E{total}."
    text = {"all": "''", **{place: place for place in PLACES}}.get(kind, f"LTRIM(STRING({kind}, F8.0))")
    yield f"STRING domain (A60).\nCOMPUTE domain = {text}.\nCOMPUTE wave = {wave.number}.\nCOMPUTE type = {number}."
    for i, row in enumerate(wave.simple.values(), 1):
        yield f"IF (@Y{i} > 0) @E{i} = {1 if row['kind'] == 'mean' else 100} * @X{i} / @Y{i}."
    yield from _composites(wave, kind)
    yield f"VECTOR @V = @E1 TO @E{total}."
    yield f"LOOP measure = 1 TO {total}.\nCOMPUTE computed = @V(measure)."
    yield f"XSAVE OUTFILE='{name}' /KEEP=wave series type domain measure computed.\nEND LOOP.\nEXECUTE."


def _composites(wave: Counted, kind: str) -> Iterator[str]:
    """The criteria of a unit or point count from the instrument's least base on."""
    if wave.instrument is None:
        return
    least = max(wave.instrument.formula.base_minimum, 1) if kind in PLACES else 1
    parts = {("factor", one.code): [i.code for i in one.items] for one in wave.instrument.factors}
    for block in wave.instrument.blocks or ():
        inside = [one for one in wave.instrument.factors if one.block == block.code]
        parts["block", block.code] = [item.code for one in inside for item in one.items]
    for part, items in parts.items():
        yield from _mean(wave.composites[part], wave.numbers(items), least)
    formula = wave.instrument.formula
    named = {"index": str(formula.name)} | {str(one): str(one) for one in formula.beside}
    for code, name in named.items():
        yield from _overall(wave, wave.instrument, name, wave.composites["overall", code], least)


def _overall(wave: Counted, instrument: Instrument, name: str, number: int, least: int) -> Iterator[str]:
    items = [item.code for item in instrument.items]
    if name == "O_crit":
        yield from _mean(number, wave.numbers(items), least)
    elif name in ("O_pool", "H1"):
        yield from _pooled(number, wave.numbers(items), least, 100)
    elif name == "H3":
        yield from _pooled(number, wave.numbers(map(score_of, items)), least, 20)
    elif name == "H2":
        yield f"COMPUTE @E{number} = @E{wave.number_of('', ALL_SATISFIED)}."
    else:
        of = "factor" if name == "O_fac" else "block"
        weights = {one.code: one.weight or 1.0 for one in instrument.blocks or ()} if of == "block" else {}
        found = {n: weights.get(code, 1.0) for (level, code), n in wave.composites.items() if level == of}
        top = " + ".join(f"{weight} * @E{n}" for n, weight in found.items())
        yield f"COMPUTE @E{number} = ({top}) / {sum(found.values())}."


def _listed(letter: str, numbers: Sequence[int]) -> str:
    return "\n  ".join(f"@{letter}{number}" for number in numbers)


def _mean(number: int, items: Sequence[int], least: int) -> Iterator[str]:
    yield f"COMPUTE @E{number} = $SYSMIS.\nCOMPUTE #s = 0.\nCOMPUTE #k = 0."
    yield f"DO REPEAT @e={_listed('E', items)}\n /@n={_listed('B', items)}."
    yield f"DO IF (@n >= {least}).\nCOMPUTE #s = #s + @e.\nCOMPUTE #k = #k + 1.\nEND IF.\nEND REPEAT."
    yield f"IF (#k > 0) @E{number} = #s / #k."


def _pooled(number: int, items: Sequence[int], least: int, unit: int) -> Iterator[str]:
    yield f"COMPUTE @E{number} = $SYSMIS.\nCOMPUTE #s = 0.\nCOMPUTE #k = 0."
    yield f"DO REPEAT @x={_listed('X', items)}\n /@y={_listed('Y', items)}\n /@n={_listed('B', items)}."
    yield f"DO IF (@n >= {least}).\nCOMPUTE #s = #s + @x.\nCOMPUTE #k = #k + @y.\nEND IF.\nEND REPEAT."
    yield f"IF (#k > 0) @E{number} = {unit} * #s / #k."


HEAD = """* Recomputes the estimates of figures.csv from responses.csv, and says which match.
* In PSPP: pspp replicate.sps. In SPSS: first CD to the folder of the pack.
SET DECIMAL=DOT WIDTH=250.
GET DATA /TYPE=TXT /FILE='responses.csv' /ENCODING='UTF-8' /ARRANGEMENT=DELIMITED /DELIMITERS=','
  /QUALIFIER='"' /FIRSTCASE=2 /VARIABLES="""
READ = """.
SELECT IF counted = 1.
SAVE OUTFILE='counted.sav'."""
COMPARE = """SORT CASES BY wave series type domain measure.
SAVE OUTFILE='computed.sav'.
GET DATA /TYPE=TXT /FILE='spss_published.csv' /ENCODING='UTF-8' /ARRANGEMENT=DELIMITED /DELIMITERS=','
  /QUALIFIER='"' /FIRSTCASE=2
  /VARIABLES= wave F8.0 series F8.0 type F8.0 domain A60 measure F8.0 published F20.9 id A200.
SORT CASES BY wave series type domain measure.
MATCH FILES /FILE=* /TABLE='computed.sav' /BY wave series type domain measure.
COMPUTE differs = 1.
IF (ABS(computed - published) <= 0.000001) differs = 0.
DO IF differs = 1.
PRINT /'MISMATCH ' id ' published ' published (F14.9) ' computed ' computed (F14.9).
ELSE.
PRINT /'match    ' id.
END IF.
COMPUTE one = 1.
AGGREGATE OUTFILE=* /BREAK=one /figures = N /mismatches = SUM(differs).
PRINT /figures (F8.0) ' estimates compared, ' mismatches (F8.0) ' do not match.'.
EXECUTE.
"""
