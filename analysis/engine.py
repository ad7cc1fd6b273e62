"""The engines that can run the tally's SQL: DuckDB in this process by default, a Spark cluster by its address.

Both get the same text; the few words in which their SQL differs stand in DIALECTS. What the text says is left to
`tally`, how a cluster is reached to `engine_spark`.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import duckdb
import pyarrow as pa

from analysis.series import text

DUCKDB = "duckdb"


class EngineFault(Exception):
    """The engine cannot do its work; the message says what to do."""


@dataclass(frozen=True, kw_only=True)
class Dialect:
    """How integers are added up without losing one: `wide` is the type of 38 digits.

    `exact_sum` is the aggregate of a 64-bit integer {x} that cannot overflow.
    """

    wide: str
    exact_sum: str


DIALECTS: Mapping[str, Dialect] = {
    "duckdb": Dialect(wide="HUGEINT", exact_sum="sum({x})"),  # The sum of a BIGINT is a HUGEINT.
    # The sum of a BIGINT is a BIGINT; adding up DECIMALs is far slower than adding up the two halves of a BIGINT.
    "spark": Dialect(
        wide="DECIMAL(38, 0)",
        exact_sum="(CAST(sum(shiftright({x}, 26)) AS DECIMAL(28, 0)) * 67108864 + sum({x} & 67108863))",
    ),
}


class Engine(Protocol):
    @property
    def dialect(self) -> Dialect: ...

    def parquet(self, files: Sequence[Path]) -> str:
        """The rows of all files as a relation: what may follow FROM. A column that a file lacks is NULL there."""

    def table(self, sql: str) -> pa.Table:
        """The result of a query. Raises EngineFault."""


class DuckDB:
    """In this process; `connection` may hold tables of its own."""

    dialect = DIALECTS["duckdb"]

    def __init__(self, connection: duckdb.DuckDBPyConnection | None = None) -> None:
        self._connection = connection or duckdb.connect()

    def parquet(self, files: Sequence[Path]) -> str:
        return f"read_parquet([{', '.join(text(str(file)) for file in files)}], union_by_name = true)"

    def table(self, sql: str) -> pa.Table:
        return self._connection.sql(sql).to_arrow_table()


@contextmanager
def opened(address: str) -> Iterator[Engine]:
    """The engine at an address: duckdb, spark://host:port, or local[n] for a Spark in this machine's own processes."""
    if address == DUCKDB:
        yield DuckDB()
        return
    from analysis.engine_spark import session  # Spark is an extra, and most machines have none.

    with session(address) as engine:
        yield engine
