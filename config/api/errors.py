"""The one place that knows HTTP: every error becomes an RFC 9457 problem, `application/problem+json`.

Programs go by `errors[].code`; titles and details are for people and may change.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

import orjson
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.views import defaults
from rest_framework.exceptions import APIException, ErrorDetail, MethodNotAllowed, NotAcceptable, Throttled
from rest_framework.views import set_rollback

from config.api.database import LOST
from config.exceptions import ChanceryError, InvalidDateError

CONTENT_TYPE: Final = "application/problem+json"
RETRY_AFTER: Final = 5
PREFIX: Final = "/api/"

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Flaw:
    """One thing that is wrong with a request: where, a stable code, and what to do instead."""

    code: str
    detail: str
    parameter: str = ""

    def shown(self) -> dict[str, str]:
        """Return the flaw as a problem shows it."""
        place = {"parameter": self.parameter} if self.parameter else {}
        return place | {"code": self.code, "detail": self.detail}


class InvalidParametersError(ChanceryError):
    """A request asks for something with parameters that do not exist or cannot have these values."""

    code = "invalid_parameters"

    def __init__(self, *flaws: Flaw) -> None:
        self.flaws = flaws
        super().__init__("; ".join(flaw.detail for flaw in flaws))


class NotFoundError(ChanceryError):
    """There is no such public record."""

    code = "not_found"

    def __init__(self, detail: str = "There is no such record.") -> None:
        super().__init__(detail)


def problem(
    status: int,
    detail: str,
    flaws: Sequence[Flaw] = (),
    *,
    instance: str = "",
    headers: Mapping[str, str] | None = None,
) -> HttpResponse:
    """Return a problem as a response."""
    body: dict[str, Any] = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail}
    if instance:
        body["instance"] = instance
    body["errors"] = [flaw.shown() for flaw in flaws]
    response = HttpResponse(orjson.dumps(body), status=status, content_type=CONTENT_TYPE, headers=dict(headers or {}))
    response.headers["Cache-Control"] = "no-store"
    return response


def handle(error: Exception, context: Mapping[str, Any]) -> HttpResponse | None:
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
        return problem(404, "There is nothing at this address.", [Flaw("not_found", "No such path.")], instance=instance)
    if isinstance(error, PermissionDenied):
        return problem(403, "This is not allowed.", [Flaw("permission_denied", "Not allowed.")], instance=instance)
    if isinstance(error, LOST):
        logger.error("The database does not answer.", exc_info=error)
        return unavailable(instance)
    return None


def unavailable(instance: str) -> HttpResponse:
    """Say that the service is not ready, and when to ask again."""
    detail = "The service cannot answer at the moment. Try again shortly."
    return problem(503, detail, [Flaw("unavailable", detail)], instance=instance, headers={"Retry-After": str(RETRY_AFTER)})


def _refusal(error: ChanceryError, instance: str) -> HttpResponse:
    if isinstance(error, InvalidParametersError):
        many = "These parameters are" if len(error.flaws) > 1 else "A parameter is"
        return problem(400, f"{many} not understood; errors says which and why.", error.flaws, instance=instance)
    status = {NotFoundError: 404, InvalidDateError: 400}.get(type(error), 409)
    return problem(status, str(error), [Flaw(error.code, str(error))], instance=instance)


def _framework(error: APIException, instance: str) -> HttpResponse:
    headers = {}
    if challenge := getattr(error, "auth_header", ""):
        headers["WWW-Authenticate"] = challenge
    if isinstance(error, Throttled):
        headers["Retry-After"] = str(int(getattr(error, "wait", None) or RETRY_AFTER))
    flaws = list(_flaws(error.detail, error))
    detail = flaws[0].detail if len(flaws) == 1 else HTTPStatus(error.status_code).phrase
    return problem(error.status_code, detail, flaws, instance=instance, headers=headers)


def _flaws(detail: Any, error: APIException, parameter: str = "") -> Sequence[Flaw]:
    if isinstance(detail, dict):
        return [flaw for name, part in detail.items() for flaw in _flaws(part, error, str(name))]
    if isinstance(detail, list):
        return [flaw for part in detail for flaw in _flaws(part, error, parameter)]
    code = detail.code if isinstance(detail, ErrorDetail) else error.default_code
    return [Flaw(_CODES.get(type(error), str(code)), str(detail), parameter)]


_CODES: Final[dict[type[APIException], str]] = {MethodNotAllowed: "method_not_allowed", NotAcceptable: "not_acceptable"}


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer what Django itself refuses: a forged host, too many parameters (`handler400`)."""
    if _is_page(request):
        return defaults.bad_request(request, exception)
    return problem(400, "The request is malformed.", [Flaw("bad_request", "The request is malformed.")])


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer what is not allowed (`handler403`)."""
    if _is_page(request):
        return defaults.permission_denied(request, exception)
    return problem(403, "This is not allowed.", [Flaw("permission_denied", "Not allowed.")], instance=request.path)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer a path that does not exist (`handler404`)."""
    if _is_page(request):
        return defaults.page_not_found(request, exception or Http404())
    return problem(404, "There is nothing at this address.", [Flaw("not_found", "No such path.")], instance=request.path)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer after an unforeseen error, without telling anything of it (`handler500`)."""
    if _is_page(request):
        return defaults.server_error(request)
    detail = "Something went wrong here. It has been logged."
    return problem(500, detail, [Flaw("server_error", detail)], instance=request.path)


def _is_page(request: HttpRequest) -> bool:
    return not request.path.startswith(PREFIX)
