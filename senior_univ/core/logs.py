"""Logs: one line of JSON per event in production, with a request id and no personal data.

A request is logged by its endpoint, never by its path or its form, since both name people.
"""

import json
import logging
import secrets
import sys
import time
from typing import Any

from flask import Flask, Response, g, has_request_context, request

from senior_univ.core import clock

log = logging.getLogger("senior_univ")


class OneLineOfJson(logging.Formatter):
    """A record as one line of JSON; an exception keeps its traceback but not its values."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        line: dict[str, Any] = {
            "at": clock.now().isoformat(),
            "level": record.levelname.lower(),
            "event": record.getMessage(),
        }
        line |= getattr(record, "details", {})
        if has_request_context():
            line["request_id"] = g.get("request_id")
        if record.exc_info and record.exc_info[0]:
            line["error"] = record.exc_info[0].__name__
            line["traceback"] = _frames(record.exc_info[2])
        return json.dumps(line, ensure_ascii=False)


def _frames(trace: Any) -> list[str]:
    frames = []
    while trace is not None:
        code = trace.tb_frame.f_code
        frames.append(f"{code.co_filename.rsplit('/', 2)[-1]}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next
    return frames


def event(words: str, **details: Any) -> None:
    """Log that something happened, with ``details`` that identify no person."""
    log.info(words, extra={"details": details})


def set_up(*, as_json: bool) -> None:
    """Send our events to standard error, as JSON or as plain lines."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(OneLineOfJson() if as_json else logging.Formatter("%(levelname)s %(message)s"))
    log.handlers[:] = [handler]
    log.setLevel(logging.INFO)
    log.propagate = False


def init_app(app: Flask) -> None:
    """Give every request an id, and log how each ended."""

    def begin() -> None:
        g.request_id = secrets.token_hex(8)
        g.began = time.perf_counter()

    def end(response: Response) -> Response:
        response.headers["X-Request-Id"] = g.get("request_id", "")
        if app.config["LOG_REQUESTS"]:
            milliseconds = round((time.perf_counter() - g.get("began", time.perf_counter())) * 1000, 1)
            event(
                "request",
                endpoint=request.endpoint,
                method=request.method,
                status=response.status_code,
                ms=milliseconds,
            )
        return response

    app.before_request(begin)
    app.after_request(end)
