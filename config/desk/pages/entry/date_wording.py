"""The view that explains a partial date while it is entered."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.http import HttpRequest, JsonResponse

from config.record.values.date_wording import interval_reading, reading
from config.record.values.edtf import interval
from config.record.values.fields import validate_edtf


def read(request: HttpRequest) -> JsonResponse:
    """Answer with the meaning of the EDTF date in `text`, or with what is wrong with it.

    With `until`, the field is that of a start which has an end beside it, and takes an interval for both.
    """
    text = request.GET.get("text", "").strip()
    if "until" in request.GET and interval(text):
        return JsonResponse({"reading": interval_reading(text)})
    try:
        validate_edtf(text)
    except ValidationError as error:
        return JsonResponse({"error": error.messages[0]})
    return JsonResponse({"reading": reading(text)})
