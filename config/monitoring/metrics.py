"""Metrics for Prometheus, counted by all workers of a server together.

They are kept in the folder that PROMETHEUS_MULTIPROC_DIR names, which `manage.py serve` empties when it starts. Without it
nothing is counted, because one worker's share would be a wrong answer.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from prometheus_client.core import GaugeMetricFamily

FOLDER: Final = "PROMETHEUS_MULTIPROC_DIR"
CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
# Seconds: from an answer out of memory to one that a time limit ended.
BUCKETS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS", "POST"})
# Room for every route, status and bucket there can be.
_RESERVED: Final = 4 << 20
_KINDS: Final = ("counter", "histogram", "gauge_livesum")

Measure = Callable[[], "float | Mapping[str, float]"]

logger = logging.getLogger(__name__)
_gauges: dict[str, tuple[str, str, Measure]] = {}


def add_gauge(name: str, description: str, measure: Measure, *, label: str = "") -> None:
    """Register a gauge that is computed at each scrape: a number, or with a `label` a number for each of its values."""
    _gauges[name] = (description, label, measure)


class Metrics:
    """The counters of this process."""

    def __init__(self, folder: Path) -> None:
        from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram  # noqa: PLC0415 - it looks for the folder

        self._folder, registry = folder, CollectorRegistry()
        self._requests = Counter(
            "chancery_http_requests", "Requests that were answered.", ["method", "route", "status"], registry=registry
        )
        self._seconds = Histogram(
            "chancery_http_request_duration_seconds", "Until the answer begins.", ["route"], registry=registry, buckets=BUCKETS
        )
        self._queries = Counter("chancery_sql_queries", "SQL queries that requests took.", ["route"], registry=registry)
        self.exports_open = Gauge(
            "chancery_exports_open", "Exports that are being streamed.", registry=registry, multiprocess_mode="livesum"
        )
        self._children: dict[tuple[str, str, int], tuple[Any, Any, Any]] = {}

    def count(self, method: str, route: str, status: int, seconds: float, queries: int) -> None:
        """Count one request."""
        children = self._children.get((method, route, status)) or self._made(method, route, status)
        children[0].inc()
        children[1].observe(seconds)
        if queries:
            children[2].inc(queries)

    def _made(self, method: str, route: str, status: int) -> tuple[Any, Any, Any]:
        if method not in METHODS:
            # Anybody can make up methods, and each would be kept.
            return self._children.get(("other", route, status)) or self._made_for("other", route, status)
        return self._made_for(method, route, status)

    def _made_for(self, method: str, route: str, status: int) -> tuple[Any, Any, Any]:
        children = self._requests.labels(method, route, status), self._seconds.labels(route), self._queries.labels(route)
        self._children[method, route, status] = children
        return children

    def scrape(self) -> bytes:
        """Return the metrics of all workers, as Prometheus reads them."""
        from prometheus_client import CollectorRegistry, generate_latest  # noqa: PLC0415
        from prometheus_client.multiprocess import MultiProcessCollector  # noqa: PLC0415

        _forget_the_dead(self._folder)
        registry = CollectorRegistry()
        MultiProcessCollector(registry, path=str(self._folder))  # type: ignore[no-untyped-call]
        registry.register(_Gauges())
        return generate_latest(registry)


class _Gauges:
    """Collector of the gauges, which are computed at each scrape."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        from prometheus_client.core import GaugeMetricFamily  # noqa: PLC0415

        for name, (description, label, measure) in _gauges.items():
            try:
                measured = measure()
            except Exception:
                # The others are wanted most of all when something does not work.
                logger.exception("%s cannot be measured.", name)
                continue
            if not label:
                yield GaugeMetricFamily(name, description, value=measured)  # type: ignore[arg-type]
                continue
            family = GaugeMetricFamily(name, description, labels=[label])
            for value, number in dict(measured).items():  # type: ignore[arg-type]
                family.add_metric([value], number)
            yield family


@cache
def metrics() -> Metrics | None:
    """Return what this process counts; None where no folder is named, or the disk has no room for it."""
    if not (folder := os.environ.get(FOLDER)):
        return None
    try:
        _reserve(Path(folder))
    except OSError:
        logger.exception("Nothing is counted: %s cannot be written to.", folder)
        return None
    return Metrics(Path(folder))


def forget_all() -> None:
    """Remove what an earlier run of the server has counted."""
    if folder := os.environ.get(FOLDER):
        for kind in _KINDS:
            for path in Path(folder).glob(f"{kind}_*.db"):
                path.unlink(missing_ok=True)


def _reserve(folder: Path) -> None:
    """Take the disk's room for the files that are written through memory: a full disk would kill the worker later."""
    folder.mkdir(parents=True, exist_ok=True)
    for kind in _KINDS:
        path = folder / f"{kind}_{os.getpid()}.db"
        try:
            with path.open("a+b") as file:
                os.posix_fallocate(file.fileno(), 0, _RESERVED)
        except OSError:
            path.unlink(missing_ok=True)
            raise


def _forget_the_dead(folder: Path) -> None:
    """Remove the open exports of workers that have died."""
    for path in folder.glob("gauge_live*.db"):
        if not Path(f"/proc/{path.stem.rpartition('_')[2]}").exists():
            path.unlink(missing_ok=True)
