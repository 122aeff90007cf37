"""What those are told who try too often to sign in."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from config.api.throttling import address
from config.desk.access.models import Happening
from config.desk.access.noting import note

# The time in which most of the limits are counted (ACCOUNT_RATE_LIMITS).
WAIT: Final = 300


def too_many(request: HttpRequest) -> HttpResponse:
    """Answer a try too many."""
    # Noted once, so that nobody fills the log from outside.
    if cache.add(f"throttled:{address(request)}", "noted", WAIT):
        note(Happening.THROTTLED, detail=f"{request.path} as {request.POST.get('login', '')}")
    wait = {"minutes": WAIT // 60}
    answer = render(request, "429.html", wait, status=HTTPStatus.TOO_MANY_REQUESTS)
    answer.headers["Retry-After"] = str(WAIT)
    return answer
