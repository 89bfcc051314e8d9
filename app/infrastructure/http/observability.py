"""Request ids, one JSON log line a request, metrics by route. Never a body, a key or a cookie in a log."""

import json
import logging
import re
import sys
import time
from contextvars import ContextVar
from typing import Any, ClassVar
from uuid import uuid4

from flask import Flask, Response, g, request
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client import multiprocess as multi

_request_id: ContextVar[str | None] = ContextVar("request_id", default=None)
_ACCEPTABLE_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"})
_log = logging.getLogger("app.request")

REQUESTS = Counter("likeness_http_requests_total", "Requests answered.", ["method", "route", "status"])
LATENCY = Histogram("likeness_http_request_seconds", "Time to answer.", ["route"])


class JsonFormatter(logging.Formatter):
    """One JSON object a line: time, level, logger, message, request id and whatever `extra` named."""

    converter = staticmethod(time.gmtime)
    _standard: ClassVar[frozenset[str]] = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime"}

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": f"{self.formatTime(record, '%Y-%m-%dT%H:%M:%S')}.{int(record.msecs):03d}Z",
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if request_id := _request_id.get():
            line["request_id"] = request_id
        line |= {k: v for k, v in vars(record).items() if k not in self._standard}
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str, ensure_ascii=False)


def configure_logging(level: str = "INFO") -> None:
    """Send every log line of this process to standard error as JSON."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter())
    logging.basicConfig(level=level, handlers=[handler], force=True)


def install(app: Flask) -> None:
    app.before_request(_start)
    app.after_request(_report)
    app.teardown_request(_end)


def _start() -> None:
    offered = request.headers.get("X-Request-ID", "")
    g.request_id = offered if _ACCEPTABLE_ID.fullmatch(offered) else uuid4().hex
    g.started = time.perf_counter()
    _request_id.set(g.request_id)


def _end(_error: BaseException | None) -> None:
    _request_id.set(None)


def _report(response: Response) -> Response:
    route = request.url_rule.rule if request.url_rule else "unmatched"
    method = request.method if request.method in _METHODS else "other"
    seconds = time.perf_counter() - g.started
    response.headers["X-Request-ID"] = g.request_id
    REQUESTS.labels(method, route, response.status_code).inc()
    LATENCY.labels(route).observe(seconds)
    _log.info(
        "request",
        extra={
            "method": method,
            "route": route,
            "status": response.status_code,
            "ms": round(seconds * 1000, 1),
        },
    )
    return response


def metrics_text(multiprocess_dir: str | None) -> Response:
    """Return the metrics of this process, or of all workers when they share a folder."""
    registry = REGISTRY
    if multiprocess_dir:
        registry = CollectorRegistry()
        multi.MultiProcessCollector(registry)
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)
