"""What the program says of itself: log records on standard error, each on a line."""

import asyncio
import json
import logging
import sys
from collections.abc import Mapping
from contextlib import nullcontext
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, TextIO

import orjson

# Nothing that we write down names them, and each record would ask for all of them.
logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False


def configure_logging(*, as_json: bool, level: int = logging.INFO) -> None:
    """All records of the process: as JSON for machines, or as lines for people.

    A record brings what belongs to it as `extra={"fields": {…}}`.
    """
    handler = Lines(sys.stderr)
    handler.setFormatter(JSONFormatter() if as_json else LineFormatter())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    logging.captureWarnings(capture=True)
    _hand_over_uvicorn()


class Lines(logging.Handler):
    """Writes what one turn of the event loop had to say at once; what went wrong, immediately."""

    def __init__(self, stream: TextIO) -> None:
        super().__init__()
        self._stream = stream
        self._lines: list[str] = []
        self._scheduled = False

    def emit(self, record: logging.LogRecord) -> None:
        try:
            self._lines.append(self.format(record))
            if record.levelno >= logging.WARNING or not self._schedule():
                self.flush()
        except Exception:  # noqa: BLE001 (as all handlers do: a log must not end a program)
            self.handleError(record)

    def flush(self) -> None:
        with self.lock or nullcontext():
            self._scheduled = False
            lines, self._lines = self._lines, []
            if lines:
                self._stream.write("\n".join(lines) + "\n")
            self._stream.flush()

    def _schedule(self) -> bool:
        """Whether an event loop runs here that will come to write it."""
        if self._scheduled:
            return True
        try:
            asyncio.get_running_loop().call_soon(self.flush)
        except RuntimeError:
            return False
        self._scheduled = True
        return True


PLACELESS: Mapping[str, Any] = vars(logging.LogRecord("", logging.INFO, "", 0, "", (), None))


class Told(logging.LogRecord):
    """Something that happened, for a tenth of what it costs to find out which line told it."""

    def __init__(self, name: str, message: str, fields: Mapping[str, Any], moment: float) -> None:
        own = {"name": name, "msg": message, "fields": fields, "created": moment}
        self.__dict__ = {**PLACELESS, **own}


class JSONFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": _written(record.created),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            **_fields(record),
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        try:
            return orjson.dumps(line, default=str).decode()
        except orjson.JSONEncodeError:
            # Half of a surrogate pair, or a number of more than 64 bits.
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


def _written(created: float) -> str:
    second, millisecond = divmod(int(created * 1000), 1000)
    return f"{_second(second)}.{millisecond:03}+00:00"


@lru_cache(4)
def _second(second: int) -> str:
    return datetime.fromtimestamp(second, UTC).replace(tzinfo=None).isoformat()


def _moment(record: logging.LogRecord) -> datetime:
    return datetime.fromtimestamp(record.created, UTC)


def _fields(record: logging.LogRecord) -> Mapping[str, Any]:
    fields: Mapping[str, Any] = getattr(record, "fields", {})
    return fields
