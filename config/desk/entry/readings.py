"""What a date means that is being entered, said while it is."""

from __future__ import annotations

from django.http import HttpRequest, JsonResponse

from config.exceptions import InvalidDateError
from config.record.readings import reading


def read(request: HttpRequest) -> JsonResponse:
    """Answer with the meaning of the EDTF date in `text`, or with what is wrong with it."""
    try:
        return JsonResponse({"reading": reading(request.GET.get("text", "").strip())})
    except InvalidDateError as error:
        return JsonResponse({"error": str(error)})
