"""Request ids, one JSON log line a request, metrics by route. Never a body, a key or a cookie in a log."""

import json
import logging
import re
import sys
import time
from contextvars import ContextVar
from datetime import UTC, datetime
from functools import lru_cache
from random import getrandbits
from typing import Any, ClassVar

from flask import Flask, Response, g, request
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client import multiprocess as multi

_request_id: ContextVar[str | None] = ContextVar("request_id", default=None)
_ACCEPTABLE_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"})
_log = logging.getLogger("app.request")

REQUESTS = Counter("likeness_http_requests_total", "Requests answered.", ["method", "route", "status"])
LATENCY = Histogram("likeness_http_request_seconds", "Time to answer.", ["route"])


class AnsweredRequest(logging.LogRecord):
    """The record of a request that was answered. There is one for each, so only what differs is made anew."""

    def __init__(self, method: str, route: str, status: int, seconds: float) -> None:
        created = time.time()
        vars(self).update(_IN_COMMON)
        self.created, self.msecs = created, created % 1 * 1000
        self.method, self.route, self.status = method, route, status
        self.ms = round(seconds * 1000, 1)

    def line(self, request_id: str | None) -> str:
        """Write what `JsonFormatter` would write of any record like this."""
        named = f'"request_id": "{request_id}", ' if request_id else ""
        said = _said(self.method, self.route, self.status)
        return f'{{"at": "{_instant(self)}", {_ABOUT_REQUESTS}{named}{said}"ms": {self.ms}}}'


_IN_COMMON = vars(logging.makeLogRecord({"name": _log.name, "levelno": logging.INFO, "levelname": "INFO"}))
_IN_COMMON |= {"msg": "request", "message": "request"}


class JsonFormatter(logging.Formatter):
    """One JSON object a line: time, level, logger, message, request id and whatever `extra` named."""

    _standard: ClassVar[frozenset[str]] = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime"}

    def format(self, record: logging.LogRecord) -> str:
        if isinstance(record, AnsweredRequest):
            return record.line(_request_id.get())
        line: dict[str, Any] = {
            "at": _instant(record),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if request_id := _request_id.get():
            line["request_id"] = request_id
        line |= {k: v for k, v in vars(record).items() if k not in self._standard}
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return _to_json(line)


def _instant(record: logging.LogRecord) -> str:
    return f"{_second(int(record.created))}.{int(record.msecs):03d}Z"


@lru_cache(maxsize=8)
def _second(since_epoch: int) -> str:
    return datetime.fromtimestamp(since_epoch, UTC).strftime("%Y-%m-%dT%H:%M:%S")


_to_json = json.JSONEncoder(default=str, ensure_ascii=False).encode


def _members(document: dict[str, Any]) -> str:
    """Write the members of an object that has more."""
    return _to_json(document)[1:-1] + ", "


_ABOUT_REQUESTS = _members({"level": "info", "logger": _log.name, "message": "request"})


@lru_cache(maxsize=4096)
def _said(method: str, route: str, status: int) -> str:
    return _members({"method": method, "route": route, "status": status})


def configure_logging(level: str = "INFO") -> None:
    """Send every log line of this process to standard error as JSON.

    What no line names is not looked up for it: the place in the source, the thread, the process.
    """
    logging._srcfile = None
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter())
    logging.basicConfig(level=level, handlers=[handler], force=True)


def install(app: Flask) -> None:
    app.before_request(_start)
    app.after_request(_report)
    app.teardown_request(_end)


def _start() -> None:
    g.request_id = begin_request(request.headers.get("X-Request-ID", ""))
    g.started = time.perf_counter()


def _end(_error: BaseException | None) -> None:
    end_request()


def _report(response: Response) -> Response:
    route = request.url_rule.rule if request.url_rule else "unmatched"
    method = request.method if request.method in _METHODS else "other"
    response.headers["X-Request-ID"] = g.request_id
    report(method=method, route=route, status=response.status_code, seconds=time.perf_counter() - g.started)
    return response


def begin_request(offered_id: str) -> str:
    """Return the id of the request that begins: the one offered, where it can be had, or a new one."""
    fresh = f"{getrandbits(128):032x}"
    request_id = offered_id if _ACCEPTABLE_ID.fullmatch(offered_id) else fresh
    _request_id.set(request_id)
    return request_id


def end_request() -> None:
    _request_id.set(None)


def report(*, method: str, route: str, status: int, seconds: float) -> None:
    """Count an answered request and write its line."""
    requests, latency = _meters(method, route, status)
    requests.inc()
    latency.observe(seconds)
    if _log.isEnabledFor(logging.INFO):
        _log.handle(AnsweredRequest(method, route, status, seconds))


@lru_cache(maxsize=4096)
def _meters(method: str, route: str, status: int) -> tuple[Counter, Histogram]:
    return REQUESTS.labels(method, route, status), LATENCY.labels(route)


def metrics_text(multiprocess_dir: str | None) -> Response:
    """Return the metrics of this process, or of all workers when they share a folder."""
    registry = REGISTRY
    if multiprocess_dir:
        registry = CollectorRegistry()
        multi.MultiProcessCollector(registry)
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)
