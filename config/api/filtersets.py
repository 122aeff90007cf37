"""The parameters of the collections that belong to neither app."""

from __future__ import annotations

from config.api.filters import Code, Day, Order, Phrase, Words
from config.api.pagination import ListFilters

LANGUAGE = r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*"


class SourceFilters(ListFilters):
    """The parameters of sources."""

    publisher = Phrase("publisher", help_text="Who published it, exactly as it is written.")
    language = Code("language", pattern=LANGUAGE, example="tr or zh-Hans", help_text="Its language (BCP 47).")
    date_after = Day("date_latest__gte", help_text="Those that can have been published on this day or later.")
    date_before = Day("date_earliest__lte", help_text="Those that can have been published on this day or earlier.")
    q = Words()
    order = Order(
        {"date": ("date_earliest",), "name": ("name_folded",), "updated_at": ("updated_at",)}, default="-date"
    )
