"""The response 429 to too many sign-in attempts."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from config.api.server.throttling import address
from config.desk.access.audit import note
from config.desk.models.access import AuditAction

# The time in which most of the limits are counted (ACCOUNT_RATE_LIMITS).
WAIT: Final = 300


def too_many(request: HttpRequest, wait: int = WAIT) -> HttpResponse:
    """Answer a try too many; the next makes sense after so many seconds."""
    # Noted once, so that nobody fills the log from outside.
    if cache.add(f"throttled:{address(request)}", "noted", WAIT):
        note(AuditAction.THROTTLED, detail=f"{request.path} as {request.POST.get('login', '')}")
    answer = render(request, "429.html", {"minutes": wait // 60}, status=HTTPStatus.TOO_MANY_REQUESTS)
    answer.headers["Retry-After"] = str(wait)
    return answer
