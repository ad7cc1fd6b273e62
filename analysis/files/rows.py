"""The rows of the analysts' files: every response of the extract, with its series and the design it is computed by.

Which answers are in a row is left to `variables`; how rows become files, to the writers.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import duckdb
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from analysis.engine import DuckDB
from analysis.extract import CounterWave, Extract, Wave
from analysis.files import words
from analysis.files.variables import Value, Variable, coded, of_questions
from analysis.files.words import both
from analysis.report.words import MODES as MODES_VI
from analysis.report.words import SERIES as SERIES_VI
from analysis.report.words import unit_name
from analysis.response import rows_of
from analysis.series import MODES, SERIES_OF_MODE, name, wave_rows
from questionnaires.texts import Text

PLACES = pa.schema([("code", pa.string()), ("unit_name", pa.string())])
PSUS = pa.schema(
    [
        *((key, pa.string()) for key in ("wave", "unit", "design_stratum", "design_psu")),
        ("psus_in_frame", pa.int64()),
        ("people_in_psu", pa.int64()),
    ]
)


@dataclass(frozen=True)
class Rows:
    """What is read from an extract, and the variables in which it is written down."""

    extract: Extract
    variables: tuple[Variable, ...]
    connection: duckdb.DuckDBPyConnection
    relation: str

    @property
    def simulated(self) -> bool:
        return bool(self.extract.manifest.get("simulated", False))

    @property
    def title(self) -> str:
        """The survey's name, and first of all whether its answers are real."""
        name = str(self.extract.manifest["survey"]["name"]["vi"])
        return f"{words.SIMULATED.vi} – {name}" if self.simulated else name

    @property
    def select(self) -> str:
        """One row a response, in an order that depends on nothing but the responses."""
        columns = ", ".join(f"CAST({one.sql} AS {SQL_TYPES[one.kind]}) AS {name(one.name)}" for one in self.variables)
        return f"SELECT {columns} FROM {self.relation} AS rows ORDER BY wave, id"  # noqa: S608  (quoted by `name` and `text`)

    def frame(self) -> pd.DataFrame:
        return self._table(self.select)

    def places(self) -> list[tuple[str, str, str]]:
        """Wave, series and unit, and wave, series and point, of all responses that are counted."""
        of = "SELECT DISTINCT wave, series, {} FROM {} AS rows WHERE {}"
        sql = " UNION ".join(of.format(place, self.relation, COUNTED) for place in ("unit", "point"))
        return self.connection.sql(sql).fetchall()

    def unseen_psus(self) -> pd.DataFrame:
        """Sampled PSUs without a response: they count in a variance, so whoever computes one must know them."""
        seen = f"SELECT wave, design_stratum, design_psu FROM {self.relation} AS seen WHERE series = 'probability'"  # noqa: S608
        return self._table(
            f"SELECT * FROM psus ANTI JOIN ({seen}) AS seen USING (wave, design_stratum, design_psu) ORDER BY ALL"  # noqa: S608
        )

    def _table(self, sql: str) -> pd.DataFrame:
        found: pd.DataFrame = self.connection.sql(sql).df()
        return found


SQL_TYPES = {"code": "SMALLINT", "number": "INTEGER", "real": "DOUBLE", "text": "VARCHAR", "day": "DATE"}


def read(extract: Extract, *, texts: bool) -> Rows:
    connection = duckdb.connect()
    connection.register("places", _table(PLACES, _places(extract)))
    connection.register("psus", _table(PSUS, _psus(extract)))
    columns = {column for file in extract.parquet for column in pq.read_schema(file).names}
    answers = of_questions([wave.instrument for wave in extract.all_waves], texts=texts)
    variables = (*_fixed(extract, columns), *answers)
    return Rows(extract, variables, connection, _relation(DuckDB(connection), extract))


def _table(schema: pa.Schema, rows: Iterator[Mapping[str, object]]) -> pa.Table:
    return pa.Table.from_pylist([dict(row) for row in rows], schema)


def _places(extract: Extract) -> Iterator[Mapping[str, object]]:
    named = {unit["code"]: unit_name(unit) for unit in extract.units}
    return ({"code": code, "unit_name": words} for code, words in named.items())


def _psus(extract: Extract) -> Iterator[Mapping[str, object]]:
    """Every sampled PSU of every plan."""
    for wave in extract.waves:
        for stratum in wave.plan or ():
            for psu in stratum.cases_by_psu:
                yield {
                    "wave": wave.slug,
                    "unit": stratum.unit,
                    "design_stratum": stratum.code,
                    "design_psu": psu,
                    "psus_in_frame": stratum.psus_in_frame or None,
                    "people_in_psu": stratum.people_by_psu.get(psu) or None,
                }


def _relation(engine: DuckDB, extract: Extract) -> str:
    responses = engine.parquet(extract.parquet)
    waves = " UNION ALL BY NAME ".join(
        f"SELECT * FROM {_rows_of(engine, responses, wave)} AS one"  # noqa: S608
        for wave in extract.all_waves
    )
    return (
        "(SELECT every.*, places.unit_name, psus.psus_in_frame, psus.people_in_psu "  # noqa: S608
        f"FROM ({waves}) AS every LEFT JOIN places ON places.code = every.unit "
        "LEFT JOIN psus ON psus.wave = every.wave AND every.series = 'probability' "
        "AND psus.design_stratum = every.design_stratum AND psus.design_psu = every.design_psu)"
    )


def _rows_of(engine: DuckDB, responses: str, wave: Wave | CounterWave) -> str:
    if isinstance(wave, Wave):
        return rows_of(engine, responses, wave, outside=True)
    return wave_rows(responses, wave.slug, planned=False, outside=True)


def _fixed(extract: Extract, columns: set[str]) -> Iterator[Variable]:
    """What is known of every response beside its answers; the weight first, where SPSS's header can point to it."""
    yield _plain("design_weight", "real", f"CASE WHEN {COUNTED} THEN design_weight END")
    simulated = "1" if extract.manifest.get("simulated", False) else "0"
    yield _code("simulated", simulated, {i: (str(i), label) for i, label in words.YES_NO.items()})
    yield _plain("id", "text")
    waves = {wave["slug"]: Text(**wave["name"]) for wave in extract.manifest["waves"]}
    yield _keyed("wave", waves)
    yield _keyed("series", {key: both(SERIES_VI[key], words.SERIES_EN[key]) for key in MODES})
    yield _code("counted", f"CAST({COUNTED} AS TINYINT)", {i: (str(i), label) for i, label in words.YES_NO.items()})
    yield from (_plain(column, "text") for column in ("unit", "unit_name", "point"))
    yield _keyed("mode", {key: both(MODES_VI[key], words.MODES_EN[key]) for key in SERIES_OF_MODE})
    yield _plain("language", "text")
    yield _plain("local_day", "day")
    types = {one.code: one.text for wave in extract.all_waves for one in wave.instrument.respondent_types}
    yield _keyed("respondent_type", types)
    yield _plain("design_stratum", "text", "nullif(design_stratum, '')")
    yield _plain("design_psu", "text")
    yield from (_plain(column, "number") for column in ("psus_in_frame", "people_in_psu"))
    if "item_order" in columns:
        yield _plain("item_order", "number")
    if "unit_end" in columns:
        yield _plain("unit_end", "text")


COUNTED = "design_stratum IS NOT NULL"  # A plain sample has the stratum '', who is outside the frame has none.


def _plain(column: str, kind: str, sql: str = "") -> Variable:
    return Variable(name=column, label=words.FIXED[column], kind=kind, sql=sql or name(column))  # type: ignore[arg-type]


def _code(column: str, sql: str, labels: Mapping[int, tuple[str, Text]]) -> Variable:
    values = {code: Value(*named) for code, named in labels.items()}
    return Variable(name=column, label=words.FIXED[column], kind="code", sql=sql, values=values)


def _keyed(column: str, labels: Mapping[str, Text]) -> Variable:
    numbered = {i: (key, label) for i, (key, label) in enumerate(labels.items(), 1)}
    return _code(column, coded(name(column), list(labels)), numbered)
