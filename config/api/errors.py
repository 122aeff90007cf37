"""The one place that knows HTTP: every error becomes an RFC 9457 problem, `application/problem+json`.

Programs go by `errors[].code`; titles and details are for people and may change.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any, Final

import orjson
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import get_template
from django.views import defaults
from rest_framework.exceptions import APIException, ErrorDetail, MethodNotAllowed, NotAcceptable, Throttled
from rest_framework.views import set_rollback

from config.api.database.connection import is_unavailable
from config.api.headers import FRESH
from config.exceptions import ChanceryError, InvalidDateError
from config.limits.database import is_stopped
from config.limits.requests import current, is_over
from config.monitoring.context import request_id
from config.record.values.choices import Operation

CONTENT_TYPE: Final = "application/problem+json"
RETRY_AFTER: Final = 5
PREFIX: Final = "/api/"

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ErrorItem:
    """One thing that is wrong with a request: where, a stable code, and what to do instead."""

    code: str
    detail: str
    parameter: str = ""
    # What can be written instead.
    suggestions: Sequence[str] = ()

    def shown(self) -> dict[str, Any]:
        """Return the error item as a problem shows it."""
        parameter = {"parameter": self.parameter} if self.parameter else {}
        more = {"suggestions": list(self.suggestions)} if self.suggestions else {}
        return parameter | {"code": self.code, "detail": self.detail} | more


class InvalidParametersError(ChanceryError):
    """A request asks for something with parameters that do not exist or cannot have these values."""

    code = "invalid_parameters"

    def __init__(self, *error_items: ErrorItem) -> None:
        self.error_items = error_items
        super().__init__("; ".join(error_item.detail for error_item in error_items))


class NotFoundError(ChanceryError):
    """There is no such public record."""

    code = "not_found"

    def __init__(self, detail: str = "No such record.", suggestions: Sequence[str] = ()) -> None:
        self.suggestions = suggestions
        super().__init__(detail)


class GoneError(ChanceryError):
    """A record was public and is not any more."""

    def __init__(self, operation: Operation, slug: str, at: datetime, reason: str, versions: str) -> None:
        self.code: str = operation.value
        self.members = {"gone_at": at, "reason": reason or None, "versions": versions}
        left = "its documents were erased" if operation is Operation.ERASED else "versions leads to its former versions"
        super().__init__(f"“{slug}” was {operation.value} on {at:%Y-%m-%d}; reason states why, and {left}.")


def problem(  # noqa: PLR0913 - the members of a problem
    status: int,
    detail: str,
    error_items: Sequence[ErrorItem] = (),
    *,
    instance: str = "",
    headers: Mapping[str, str] | None = None,
    members: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """Return a problem as a response; `members` are those that only its status has."""
    body: dict[str, Any] = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail}
    if instance:
        body["instance"] = instance
    body["request_id"] = request_id()
    body["errors"] = [error_item.shown() for error_item in error_items]
    content = orjson.dumps({**body, **(members or {})}, option=orjson.OPT_UTC_Z)
    told = {"Cache-Control": "no-store", **(headers or {})}
    return HttpResponse(content, status=status, content_type=CONTENT_TYPE, headers=told)


def handle(error: Exception, context: Mapping[str, Any]) -> HttpResponse | None:  # noqa: PLR0911 - one for each sort of error
    """Answer an error raised in a view; Django REST framework calls this.

    None hands an unforeseen error on to Django, which logs it and answers with `server_error`.
    """
    set_rollback()
    instance = context["request"].path
    if isinstance(error, APIException):
        return _framework(error, instance)
    if isinstance(error, ChanceryError):
        return _refusal(error, instance)
    if isinstance(error, Http404):
        return problem(404, "No such path.", [ErrorItem("not_found", "No such path.")], instance=instance)
    if isinstance(error, PermissionDenied):
        return problem(403, "Permission denied.", [ErrorItem("permission_denied", "Permission denied.")], instance=instance)
    if is_unavailable(error):
        if is_stopped(error) or is_over():
            return _too_slow(instance)
        logger.error("The database does not answer.", exc_info=error)
        return unavailable(instance)
    return None


def unavailable(instance: str) -> HttpResponse:
    """Say that the service is not ready, and when to ask again."""
    detail = "The service is temporarily unavailable. Try again shortly."
    return problem(503, detail, [ErrorItem("unavailable", detail)], instance=instance, headers={"Retry-After": str(RETRY_AFTER)})


def _too_slow(instance: str) -> HttpResponse:
    """Say that what was asked for has taken all the time there is for it."""
    limited = current()
    seconds = f"{limited.seconds:g} s" if limited else "the time limit"
    logger.warning("Stopped after %s: %s", seconds, instance)
    detail = f"The request took longer than {seconds} and was stopped. Narrow it by more parameters or fewer days."
    return problem(503, detail, [ErrorItem("too_slow", detail)], instance=instance, headers={"Retry-After": str(RETRY_AFTER)})


def _refusal(error: ChanceryError, instance: str) -> HttpResponse:
    if isinstance(error, InvalidParametersError):
        many = "Several parameters are" if len(error.error_items) > 1 else "A parameter is"
        return problem(400, f"{many} invalid; errors lists which and why.", error.error_items, instance=instance)
    if isinstance(error, GoneError):
        # Kept and asked for like the record itself, which can be restored.
        headers, error_items = {"Cache-Control": FRESH}, [ErrorItem(error.code, str(error))]
        return problem(410, str(error), error_items, instance=instance, headers=headers, members=error.members)
    status = {NotFoundError: 404, InvalidDateError: 400}.get(type(error), 409)
    error_item = ErrorItem(error.code, str(error), suggestions=getattr(error, "suggestions", ()))
    return problem(status, str(error), [error_item], instance=instance)


def _framework(error: APIException, instance: str) -> HttpResponse:
    headers = {}
    if challenge := getattr(error, "auth_header", ""):
        headers["WWW-Authenticate"] = challenge
    if isinstance(error, Throttled):
        headers["Retry-After"] = str(int(getattr(error, "wait", None) or RETRY_AFTER))
    error_items = list(_error_items(error.detail, error))
    detail = error_items[0].detail if len(error_items) == 1 else HTTPStatus(error.status_code).phrase
    return problem(error.status_code, detail, error_items, instance=instance, headers=headers)


def _error_items(detail: Any, error: APIException, parameter: str = "") -> Sequence[ErrorItem]:
    if isinstance(detail, dict):
        return [error_item for name, part in detail.items() for error_item in _error_items(part, error, str(name))]
    if isinstance(detail, list):
        return [error_item for part in detail for error_item in _error_items(part, error, parameter)]
    code = detail.code if isinstance(detail, ErrorDetail) else error.default_code
    return [ErrorItem(_CODES.get(type(error), str(code)), str(detail), parameter)]


_CODES: Final[dict[type[APIException], str]] = {MethodNotAllowed: "method_not_allowed", NotAcceptable: "not_acceptable"}


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer what Django itself refuses: a forged host, too many parameters (`handler400`)."""
    if _is_page(request):
        return defaults.bad_request(request, exception)
    return problem(400, "The request is malformed.", [ErrorItem("bad_request", "The request is malformed.")])


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer what is not allowed (`handler403`)."""
    if _is_page(request):
        return defaults.permission_denied(request, exception)
    return problem(403, "Permission denied.", [ErrorItem("permission_denied", "Permission denied.")], instance=request.path)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer a path that does not exist (`handler404`)."""
    if _is_page(request):
        return defaults.page_not_found(request, exception or Http404())
    return problem(404, "No such path.", [ErrorItem("not_found", "No such path.")], instance=request.path)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer after an unforeseen error, without telling anything of it (`handler500`)."""
    if is_unavailable(sys.exc_info()[1]):
        return _busy_page() if _is_page(request) else unavailable(request.path)
    if _is_page(request):
        return defaults.server_error(request)
    detail = "Internal server error. It has been logged."
    return problem(500, detail, [ErrorItem("server_error", detail)], instance=request.path)


def _busy_page() -> HttpResponse:
    """Say on a page what `unavailable` says to programs. Whatever asks the database would fail again."""
    body = get_template("503.html").render()
    return HttpResponse(body, status=503, headers={"Retry-After": str(RETRY_AFTER), "Cache-Control": "no-store"})


def _is_page(request: HttpRequest) -> bool:
    return not request.path.startswith(PREFIX)
