"""Exceptions of Chancery. `config.api.errors` maps them to HTTP responses."""

from collections.abc import Sequence


class ChanceryError(Exception):
    """Base class of errors that users cause; `code` is stable and for programs, the message for people."""

    code = "error"


class InvalidDateError(ChanceryError, ValueError):
    """A text is no EDTF date (or no ISO 8601 duration, where one is wanted)."""

    code = "invalid_date"

    def __init__(self, text: str) -> None:
        super().__init__(
            f"“{text}” is not a date in EDTF, such as 2020-10-27, 2020-10, 2020, 2020-10~ or [2020-10-23..2020-10-27]."
        )


class RecordError(ChanceryError):
    """A refusal that names the records it is about."""

    def __init__(self, message: str, records: Sequence[str] = ()) -> None:
        self.records = tuple(records)
        super().__init__(f"{message} {', '.join(self.records)}".strip())


class TransitionError(RecordError):
    """A curation state cannot follow the one a record is in."""

    code = "transition"


class UnprovedError(RecordError):
    """A record without a supporting citation cannot be published."""

    code = "unproved"


class UnpublishedPartsError(RecordError):
    """A record cannot be published while records that its document shows are not."""

    code = "unpublished_parts"


class StillShownError(RecordError):
    """A record cannot be retracted while published documents show it."""

    code = "still_shown"


class LoadError(RecordError):
    """A row that is to be loaded is not a record: unknown key, missing reference, impossible value."""

    code = "load"
