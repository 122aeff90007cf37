"""Log lines: JSON for machines, text for people; each says during which request it was written."""

from __future__ import annotations

import logging
import os
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import quote

import orjson
from django.http import HttpResponse

from config.monitoring.context import RequestContext, client_address, current, current_fields

_SECURITY: Final = "django.security."
_OPTIONS: Final = orjson.OPT_APPEND_NEWLINE | orjson.OPT_UTC_Z
_API: Final = "/api/"
_STANDARD_OUTPUT: Final = 1


class OneLine(logging.Filter):
    """Shortens what strangers can cause at will, a forged host say, to one warning without a traceback."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Keep the record."""
        if record.name.startswith(_SECURITY):
            record.exc_info = record.exc_text = None
            record.levelno, record.levelname = logging.WARNING, "WARNING"
        return True


class JSONFormatter(logging.Formatter):
    """Writes a record as one JSON object."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line of `record`."""
        fields = {"time": _moment(record), "level": record.levelname.lower(), "logger": record.name}
        fields["message"] = record.getMessage()
        if context := current():
            fields |= _request(context)
        fields |= current_fields()
        if record.exc_info:
            fields["exception"] = self.formatException(record.exc_info)
        return orjson.dumps(fields, default=str).decode()


class TextFormatter(logging.Formatter):
    """Writes a record as one line of text, and its traceback below."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line of `record`."""
        words = [_moment(record), record.levelname, record.name, _one_line(record.getMessage())]
        if context := current():
            words += [f"{name}={_one_line(value)}" for name, value in _request(context).items()]
        words += [f"{name}={value}" for name, value in current_fields().items()]
        line = " ".join(words)
        return f"{line}\n{self.formatException(record.exc_info)}" if record.exc_info else line


def _moment(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _request(context: RequestContext) -> dict[str, str]:
    request = context.request
    return {
        "request_id": context.id,
        "address": client_address(request),
        "method": request.method or "",
        "path": request.path,
    }


def _one_line(text: str) -> str:
    """Return `text` without what would begin another line: nobody writes lines of their own into the log."""
    return "".join(one if one.isprintable() else repr(one)[1:-1] for one in text)


def log_access(context: RequestContext, response: HttpResponse, seconds: float, *, as_json: bool) -> None:
    """Write the line of one answered request to standard output. It goes past `logging`, which takes longer than some answers."""
    try:
        line = (_json_line if as_json else _text_line)(_access(context, response, seconds))
        os.write(_STANDARD_OUTPUT, line)
    except (OSError, TypeError, UnicodeError):
        # A request is answered whether or not its line can be written.
        return


def _access(context: RequestContext, response: HttpResponse, seconds: float) -> dict[str, Any]:
    request = context.request
    line = {
        "time": datetime.now(UTC),
        "level": "info",
        "logger": "chancery.access",
        "request_id": context.id,
        "address": client_address(request),
        "method": request.method,
        "path": request.path,
        "route": context.route,
        "status": response.status_code,
        "ms": round(seconds * 1000, 2),
        "sql": context.queries,
    }
    # Query strings of the API are public; those of the desk name people.
    query = request.META.get("QUERY_STRING", "")
    if query and request.path.startswith(_API):
        line["query"] = query
    return line


def _json_line(line: dict[str, Any]) -> bytes:
    return orjson.dumps(line, option=_OPTIONS)


def _text_line(line: dict[str, Any]) -> bytes:
    address = quote(line["path"]) + ("?" + _one_line(line["query"]) if "query" in line else "")
    moment = line["time"].strftime("%H:%M:%S")
    words = [moment, line["address"], line["method"], address, line["status"], f"{line['ms']} ms", f"{line['sql']} SQL"]
    return (" ".join(map(str, [*words, line["request_id"]])) + "\n").encode()
