"""What the program says of itself: log records on standard error, each on a line."""

import json
import logging
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any


def configure_logging(*, as_json: bool, level: int = logging.INFO) -> None:
    """All records of the process: as JSON for machines, or as lines for people.

    A record brings what belongs to it as `extra={"fields": {…}}`.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JSONFormatter() if as_json else LineFormatter())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    logging.captureWarnings(capture=True)
    _hand_over_uvicorn()


class JSONFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": _moment(record).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            **_fields(record),
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str)


class LineFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        fields = dict(_fields(record))
        trace = fields.pop("traceback", None)
        if record.exc_info:
            trace = self.formatException(record.exc_info)
        said = [f"{name}={value}" for name, value in fields.items() if value is not None]
        time = f"{_moment(record):%H:%M:%S}"
        line = " ".join([time, record.levelname, record.name, record.getMessage(), *said])
        # A line break in what somebody sent would let them write lines of their own.
        line = line.replace("\r", "\\r").replace("\n", "\\n")
        return f"{line}\n{trace}" if trace else line


def _hand_over_uvicorn() -> None:
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logging.getLogger(name).handlers.clear()
    logging.getLogger("uvicorn").propagate = True
    # The gateway's own line says more, and without the query of a GET.
    logging.getLogger("uvicorn.access").propagate = False


def _moment(record: logging.LogRecord) -> datetime:
    return datetime.fromtimestamp(record.created, UTC)


def _fields(record: logging.LogRecord) -> Mapping[str, Any]:
    fields: Mapping[str, Any] = getattr(record, "fields", {})
    return fields
