"""What is counted for an administrator's graphs, over all workers, by route and never by code, person or address.

Open to whoever sends METRICS_TOKEN, and to nobody where none is set: behind a proxy everybody seems to come from here.
"""

import hmac
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from flask import Blueprint, abort, current_app, request
from flask.typing import ResponseReturnValue
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Histogram,
    generate_latest,
    multiprocess,
    values,
)
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from survey_app.backup import alarms
from survey_app.config import Settings

blueprint = Blueprint("metrics", __name__)
SHARED = "PROMETHEUS_MULTIPROC_DIR"  # The library's own name for the folder in which workers count together.
MEMORY = Path("/dev/shm")  # noqa: S108  (a folder of our own is made in it)
BOUNDS = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.3, 1.0, 3.0, 10.0)


class Figures:
    """All that is counted."""

    def __init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        """Anew, in whatever way the library counts now."""
        self.registry = here = CollectorRegistry()
        labels = ("endpoint", "method", "status")
        self.requests = Counter("hailong_requests", "Requests answered.", labels, registry=here)
        told = "Seconds until the answer was ready."
        self.seconds = Histogram("hailong_request_seconds", told, ("endpoint",), buckets=BOUNDS, registry=here)
        self.faults = Counter("hailong_faults", "Errors of ours, by their kind.", ("kind",), registry=here)


figures = Figures()


def shared_folder() -> str | None:
    """Where to make it. In memory, for a full disk would kill whoever counts in a file."""
    return str(MEMORY) if os.access(MEMORY, os.W_OK) else None


def share(folder: str) -> None:
    """Workers that are started afterwards count together, whether they are forks of this process or not."""
    os.environ[SHARED] = folder
    values.ValueClass = values.MultiProcessValue()  # type: ignore[no-untyped-call]
    figures.begin()


def count(endpoint: str, method: str, status: str, took: float) -> None:
    figures.requests.labels(endpoint, method, status).inc()
    figures.seconds.labels(endpoint).observe(took)


def holder_of_the_token() -> None:
    token = current_app.config["SETTINGS"].metrics_token
    scheme, _space, brought = request.headers.get("Authorization", "").partition(" ")
    if not token or scheme.lower() != "bearer" or not hmac.compare_digest(brought.strip().encode(), token.encode()):
        abort(403)


@blueprint.get("/metrics")
def show() -> ResponseReturnValue:
    registry = figures.registry
    if SHARED in os.environ:
        registry = CollectorRegistry()
        multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    found = generate_latest(registry) + generate_latest(_of_now(current_app.config["SETTINGS"]))
    return found, {"Content-Type": CONTENT_TYPE_LATEST}


def _of_now(settings: Settings) -> CollectorRegistry:
    """What is not counted, but looked at when it is asked for."""
    registry = CollectorRegistry()
    registry.register(Condition(settings))
    return registry


class Condition(Collector):
    """Of the installation, as `hailong doctor` sees it, too."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def collect(self) -> Iterator[Metric]:
        last = alarms.last_backup(self._settings)
        told = "When the last backup was taken; 0: never."
        yield GaugeMetricFamily("hailong_last_backup_timestamp_seconds", told, last.timestamp() if last else 0)
        with suppress(OSError):
            told = "Bytes that are free where the data lie."
            yield GaugeMetricFamily("hailong_disk_free_bytes", told, alarms.free_disk(self._settings))
