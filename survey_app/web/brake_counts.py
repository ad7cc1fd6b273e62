"""Where the brakes count: in the database, for each worker alone would let through as many tries as there are workers.

What is counted by is kept as a keyed hash only, for it names accounts and addresses.
"""

import hashlib
import hmac
from datetime import timedelta
from typing import Any, ClassVar

import sqlalchemy as sa
from limits.storage import Storage
from sqlalchemy.dialects import postgresql, sqlite

from survey_app.clock import utc_now
from survey_app.models import BrakeCount

SCHEME = "hailong"
_INSERT: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


class InDatabase(Storage):
    """Flask-Limiter's storage, in transactions of its own."""

    STORAGE_SCHEME: ClassVar[list[str] | None] = [SCHEME]  # type: ignore[misc]

    def __init__(self, uri: str | None = None, *, engine: sa.Engine, key: str, **options: Any) -> None:
        super().__init__(uri, **options)
        self._engine, self._key = engine.execution_options(writes=True), key.encode()

    @property
    def base_exceptions(self) -> type[Exception]:
        return sa.exc.SQLAlchemyError

    def _hash(self, key: str) -> str:
        return hmac.digest(self._key, key.encode(), hashlib.sha256).hex()

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        now = utc_now()
        row = {"key_hash": self._hash(key), "count": amount, "until": now + timedelta(seconds=expiry)}
        insert = _INSERT[self._engine.dialect.name](BrakeCount).values(row)
        more = {"count": BrakeCount.count + amount}
        with self._engine.begin() as connection:
            connection.execute(sa.delete(BrakeCount).where(BrakeCount.until <= now))
            counted = insert.on_conflict_do_update(index_elements=["key_hash"], set_=more)
            return int(connection.execute(counted.returning(BrakeCount.count)).scalar_one())

    def get(self, key: str) -> int:
        return int(self._ask(sa.select(BrakeCount.count), key) or 0)

    def get_expiry(self, key: str) -> float:
        return float((self._ask(sa.select(BrakeCount.until), key) or utc_now()).timestamp())

    def _ask(self, query: sa.Select[Any], key: str) -> Any:
        living = (BrakeCount.key_hash == self._hash(key)) & (BrakeCount.until > utc_now())
        with self._engine.connect() as connection:
            return connection.execution_options(writes=False).execute(query.where(living)).scalar()

    def check(self) -> bool:
        self.get("")
        return True

    def reset(self) -> int:
        with self._engine.begin() as connection:
            return connection.execute(sa.delete(BrakeCount)).rowcount

    def clear(self, key: str) -> None:
        with self._engine.begin() as connection:
            connection.execute(sa.delete(BrakeCount).where(BrakeCount.key_hash == self._hash(key)))
