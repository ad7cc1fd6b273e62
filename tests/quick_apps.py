"""Every test has an application of its own; what is the same in all of them is made once in a process.

That is what Jinja, Werkzeug and SQLAlchemy compile of templates, addresses and queries, and the catalogues of
translations: to make them anew took longer than most tests. Nothing of an application's state is shared.
"""

from functools import cache
from types import FunctionType
from typing import Any

from babel.support import NullTranslations, Translations
from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.util import LRUCache
from werkzeug.routing import Rule


class _CompiledTemplates(BytecodeCache):
    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], Any] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._kept.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key, bucket.checksum] = bucket.code


_templates = _CompiledTemplates()
_queries: LRUCache[Any, Any] = LRUCache(3000)
_compile = Rule._compile_builder
_builders: dict[tuple[Any, ...], FunctionType] = {}
_load = Translations.load


def _compile_once(rule: Rule, append_unknown: bool = True) -> Any:
    """What builds an address of a rule; it depends on the rule's pieces alone, unless some have defaults."""
    if rule.defaults:
        return _compile(rule, append_unknown)
    key = (append_unknown, *rule._trace)
    if key not in _builders:
        _builders[key] = _compile(rule, append_unknown)  # type: ignore[assignment]
    return _builders[key]


@cache
def _catalogue(folder: str, locale: str, domain: str) -> NullTranslations:
    return _load(folder, [locale], domain)


def begin() -> None:
    """For all applications of this process."""
    Rule._compile_builder = _compile_once  # type: ignore[method-assign]
    # Compiled queries are kept by the dialect, of which every engine has one of its own; those of SQLite are all alike.
    SQLiteDialect_pysqlite.__eq__ = lambda one, other: type(one) is type(other)  # type: ignore[method-assign]
    SQLiteDialect_pysqlite.__hash__ = lambda one: hash(type(one))  # type: ignore[method-assign]
    Translations.load = staticmethod(  # type: ignore[method-assign,assignment]
        lambda folder, locales, domain: _catalogue(str(folder), str(locales[0]), domain)
    )


def quicken(app: Flask) -> None:
    app.jinja_env.bytecode_cache = _templates
    engine = app.extensions["engine"]
    if engine.dialect.name == "sqlite":  # PostgreSQL's dialect knows of its server.
        engine._compiled_cache = _queries
