"""Named database constraints that several tables share. Names state the rule: `events_event_kind_valid`."""

from typing import Final

from django.db.models import CheckConstraint, F, Q
from django.db.models.enums import Choices

SLUG: Final = r"^[A-Za-z0-9]+(-[A-Za-z0-9]+)*$"
SLUG_LENGTH: Final = 120
# Path segments that the API uses itself under a collection.
RESERVED_SLUGS: Final = ("counts", "matrix", "query", "shifts", "versions")

_PREFIX = "%(app_label)s_%(class)s_"


def named(rule: str, check: Q, message: str) -> CheckConstraint:
    """Return the check `check`, named after the `rule` it holds and explained to whom it refuses."""
    return CheckConstraint(condition=check, name=_PREFIX + rule, violation_error_message=message)


def one_of(field: str, choices: type[Choices], *, blank: bool = False) -> CheckConstraint:
    """Return the check that `field` holds one of `choices` (or nothing, where `blank`)."""
    values = [*([""] if blank else []), *choices.values]
    return named(f"{field}_valid", Q(**{f"{field}__in": values}), f"Not one of the values of {field}.")


def bounded(*dates: str) -> list[CheckConstraint]:
    """Return, for each partial date, the check that its earliest day is not after its latest."""
    return [
        named(
            f"{date}_bounds_ordered",
            Q(**{f"{date}_earliest__lte": F(f"{date}_latest")}),
            f"The earliest day of {date} lies after its latest.",
        )
        for date in dates
    ]


def interval() -> list[CheckConstraint]:
    """Return the checks of a record that lasts from `start` to `end`."""
    return [
        *bounded("start", "end"),
        named("start_not_open", ~Q(start=".."), "A start cannot be open; leave it empty where it is unknown."),
        named("end_not_before_start", Q(end_latest__gte=F("start_earliest")), "The end lies before the start."),
    ]


def located() -> list[CheckConstraint]:
    """Return the checks of a pair of WGS 84 coordinates: both or none, and on the globe."""
    return [
        named(
            "coordinates_paired",
            Q(latitude__isnull=True, longitude__isnull=True) | Q(latitude__isnull=False, longitude__isnull=False),
            "Give both coordinates or none.",
        ),
        named(
            "coordinates_on_globe",
            Q(latitude__isnull=True) | Q(latitude__gte=-90, latitude__lte=90, longitude__gte=-180, longitude__lte=180),
            "A latitude lies between -90 and 90, a longitude between -180 and 180.",
        ),
    ]


def only_for(kind: str, empty: Q) -> CheckConstraint:
    """Return the check that rows of other kinds leave the columns of `kind` empty, as `empty` says."""
    return named(f"only_for_{kind}", Q(kind=kind) | empty, f"Only a record of kind {kind} has these fields.")


def needed_for(kind: str, present: Q) -> CheckConstraint:
    """Return the check that rows of `kind` fill the columns it cannot be without, as `present` says."""
    return named(f"needed_for_{kind}", ~Q(kind=kind) | present, f"A record of kind {kind} needs these fields.")
