"""Log records as lines."""

import json
import logging
from typing import Any

from gateway.telemetry import JSONFormatter, LineFormatter


def record(message: str, **fields: Any) -> logging.LogRecord:
    made = logging.LogRecord("azora.requests", logging.INFO, __file__, 1, message, (), None)
    made.created = 1_700_000_000.25
    made.__dict__["fields"] = fields
    return made


def failed() -> logging.LogRecord:
    made = record("failed")
    error = RuntimeError("why")
    made.exc_info = (RuntimeError, error, None)
    return made


def test_a_record_is_one_json_object_on_one_line() -> None:
    line = JSONFormatter().format(record("two\nlines \ud800", request_id="r1", ms=1.5))
    assert "\n" not in line
    assert json.loads(line) == {
        "time": "2023-11-14T22:13:20.250+00:00",
        "level": "INFO",
        "logger": "azora.requests",
        "message": "two\nlines \ud800",
        "request_id": "r1",
        "ms": 1.5,
    }


def test_a_record_for_people_is_one_line_whatever_was_sent() -> None:
    line = LineFormatter().format(record("two\r\nlines", operation="A\nB", absent=None))
    assert line == r"22:13:20 INFO azora.requests two\r\nlines operation=A\nB"


def test_a_traceback_comes_with_the_record() -> None:
    assert "RuntimeError: why" in json.loads(JSONFormatter().format(failed()))["traceback"]
    first, *rest = LineFormatter().format(failed()).splitlines()
    assert first == "22:13:20 INFO azora.requests failed"
    assert rest[-1] == "RuntimeError: why"
