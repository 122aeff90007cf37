"""The filter `near`: records within a distance of a point."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Any, ClassVar, Final

from django.db.models import F, FloatField, Q
from django.db.models.functions import Cast, Cos, Power, Radians, Sin
from django.db.models.lookups import LessThanOrEqual

from config.api.parameters.base import Condition, Parameter, UnreadableError

# The mean radius of the Earth (IUGG), in kilometres.
RADIUS: Final = 6371.0088
# No two points are farther apart.
FARTHEST: Final = 20_000
EXAMPLE: Final = "46.2,6.15,50"

_DECIMAL = re.compile(r"-?\d{1,5}(\.\d{1,10})?\Z", re.ASCII)


class Near(Parameter):
    """Records with coordinates within a great-circle distance of a point."""

    value_schema: ClassVar = {"type": "number", "format": "double"}

    def __init__(self) -> None:
        super().__init__(
            self._within,
            help_text="Within a distance of a point: latitude, longitude and kilometres (WGS 84 degrees; at most "
            f"{FARTHEST} km), comma-separated or repeated in this order. `near={EXAMPLE}` is within 50 km of Geneva. "
            "Excludes records without coordinates.",
        )

    def cacheable(self, value: Any) -> bool:
        # The SQL is made of what is calculated from the value.
        return False

    @property
    def takes_several(self) -> bool:
        return True

    def read(self, texts: Sequence[str]) -> Any:
        return super().read([",".join(texts)])

    def read_one(self, text: str) -> tuple[float, float, float]:
        parts = text.split(",")
        if len(parts) == 3 and all(_DECIMAL.match(part) for part in parts):  # noqa: PLR2004 - as the help text says
            latitude, longitude, distance = (float(part) for part in parts)
            if abs(latitude) <= 90 and abs(longitude) <= 180 and 0 < distance <= FARTHEST:  # noqa: PLR2004 - degrees
                return latitude, longitude, distance
        raise UnreadableError("invalid_place", f"Give latitude,longitude,kilometres, such as {EXAMPLE}.")

    def described(self, name: str) -> dict[str, Any]:
        described = super().described(name)
        example = [float(part) for part in EXAMPLE.split(",")]
        described["schema"] |= {"minItems": 3, "maxItems": 3, "examples": [example]}
        return described

    @staticmethod
    def _within(value: tuple[float, float, float]) -> Condition:
        latitude, longitude, distance = value
        # The haversine of the angle between two points; it grows with the distance.
        apart = Power(Sin(Radians(_degrees("latitude") - latitude) / 2), 2) + Power(
            Sin(Radians(_degrees("longitude") - longitude) / 2), 2
        ) * Cos(Radians(_degrees("latitude"))) * math.cos(math.radians(latitude))
        return _box(latitude, longitude, distance) & Q(LessThanOrEqual(apart, math.sin(distance / (2 * RADIUS)) ** 2))


def _degrees(column: str) -> Cast:
    return Cast(F(column), FloatField())


def _box(latitude: float, longitude: float, distance: float) -> Q:
    """Return the condition of a box of degrees around the circle, which an index can answer."""
    # A little wider than the circle, so that rounding at its rim is left to the exact condition.
    reach = math.degrees(distance / RADIUS) + 1e-6
    low, high = latitude - reach, latitude + reach
    box = Q(latitude__range=(low, high))
    if low <= -90 or high >= 90:  # noqa: PLR2004 - a pole lies within: every longitude does
        return box
    width = math.degrees(math.asin(min(1.0, math.sin(math.radians(reach)) / math.cos(math.radians(latitude))))) + 1e-6
    west, east = longitude - width, longitude + width
    if west < -180:  # noqa: PLR2004 - the box goes on beyond the antimeridian
        return box & (Q(longitude__gte=west + 360) | Q(longitude__lte=east))
    if east > 180:  # noqa: PLR2004 - as above
        return box & (Q(longitude__gte=west) | Q(longitude__lte=east - 360))
    return box & Q(longitude__range=(west, east))
