"""One way to list things: searched, sorted and paged by links and forms, all of it in the address.

What is listed and by what it can be searched and sorted, each page says; how it looks, `console/listing.html`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import sqlalchemy as sa
from flask import request, url_for
from sqlalchemy.sql.base import ExecutableOption

from survey_app import database

Row = TypeVar("Row")
Orders = Mapping[str, Sequence[Any]]  # What a list can be sorted by; the first one is the usual order, and unequivocal.
A_PAGE = 50
DEEPEST = 1_000_000_000  # No database counts further.


@dataclass(frozen=True)
class Listing(Generic[Row]):
    """One page of a list. `asked`: what narrows it, by the names in the address; `sort`: begins with "-" downwards."""

    rows: Sequence[Row]
    total: int
    number: int
    size: int
    sort: str
    asked: Mapping[str, str]
    endpoint: str = ""  # Where it has its address; empty: here.

    @property
    def last(self) -> int:
        return max(1, -(-self.total // self.size))

    @property
    def begin(self) -> int:
        return (self.number - 1) * self.size + 1

    @property
    def end(self) -> int:
        return min(self.number * self.size, self.total)

    @property
    def narrowed(self) -> bool:
        return any(self.asked.values())

    def address(self, **changes: Any) -> str:
        """Of this list with something changed; of another order or filter it is the first page."""
        kept = {name: text for name, text in self.asked.items() if text}
        values = (request.view_args or {}) | kept | {"sort": self.sort or None} | changes
        return url_for(self.endpoint or request.endpoint or "", **values)

    def direction(self, key: str) -> str:
        """As `aria-sort` says it; empty where the list is sorted by something else."""
        return {key: "ascending", f"-{key}": "descending"}.get(self.sort, "")

    def turned(self, key: str) -> str:
        """The order that a press on the head of the column asks for."""
        return f"-{key}" if self.sort == key else key


def asked(*names: str) -> dict[str, str]:
    """What of these the address says."""
    return {name: request.args.get(name, "").strip() for name in names}


def of_query(
    query: sa.Select[*tuple[Any, ...]],
    orders: Orders,
    asked: Mapping[str, str],
    options: Sequence[ExecutableOption] = (),
    size: int | None = None,
) -> Listing[Any]:
    """A page of what the query finds, with the options loaded; of several columns it has rows of them."""
    session, sort, size = database.session(), _sort(orders), size or A_PAGE
    total = session.scalar(sa.select(sa.func.count()).select_from(query.order_by(None).subquery())) or 0
    number = _number(total, size)
    query = query.order_by(*_ordered(orders, sort)).limit(size).offset((number - 1) * size).options(*options)
    found = session.execute(query)
    rows = found.scalars().all() if len(query.column_descriptions) == 1 else found.all()
    return Listing(rows, total, number, size, sort, asked)


def of_rows(
    rows: Sequence[Row],
    asked: Mapping[str, str],
    orders: Mapping[str, Callable[[Row], Any]] | None = None,
    size: int | None = None,
) -> Listing[Row]:
    """A page of rows that had to be made all, for they are sums or live in files; without `orders` they stay as they
    are.
    """
    sort, size = _sort(orders or {}), size or A_PAGE
    if sort and orders:
        rows = sorted(rows, key=orders[sort.lstrip("-")], reverse=sort.startswith("-"))
    number = _number(len(rows), size)
    return Listing(rows[(number - 1) * size : number * size], len(rows), number, size, sort, asked)


def _sort(orders: Mapping[str, Any]) -> str:
    """Empty for the usual order, and for one that the list does not know."""
    typed = request.args.get("sort", "")
    return typed if typed.removeprefix("-") in orders else ""


def _ordered(orders: Orders, sort: str) -> list[Any]:
    usual = list(next(iter(orders.values())))
    if not sort:
        return usual
    chosen = orders[sort.removeprefix("-")]
    return [*((one.desc() if sort.startswith("-") else one) for one in chosen), *usual]


def _number(total: int, size: int) -> int:
    """The page that is asked for, or the last one where there are fewer."""
    typed = min(max(request.args.get("page", 1, type=int), 1), DEEPEST)
    return min(typed, max(1, -(-total // size)))
