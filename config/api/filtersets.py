"""The parameters that collections share, and those of sources."""

from __future__ import annotations

from typing import ClassVar

from config.api import counts
from config.api.filters import Branch, FilterSet, Order
from config.api.pagination import ListFilters
from config.api.values import Code, DateMatch, Fields, Instant, Itself, Phrase, Related, Since, Until, Words
from config.record.models import Source

PUBLISHER_HELP = "What a source of this publisher is cited for, named exactly."
CITED_FIELD_HELP = "What has a citation for this field of the document."
LANGUAGE = r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*"


CITATIONS = Branch(lambda model: model._meta.get_field("citations").related_model.objects.all(), "record")


class DetailFilters(FilterSet):
    """The parameters of one record."""

    fields = Fields()
    known_at = Instant(
        help_text="The record as it was known at this time, whatever was corrected since. A list, then ordered by slug, can "
        "beside it be filtered by slug, kind and date alone."
    )


class RecordFilters(DetailFilters, ListFilters):
    """The parameters of every collection."""

    updated_after = Instant("updated_at__gte", help_text="Those whose content changed at this time or later.")
    updated_before = Instant("updated_at__lte", help_text="Those whose content last changed at this time or earlier.")
    q = Words()


class ProvedFilters(RecordFilters):
    """The parameters of records with proof of their own; those about citations speak of the same citation."""

    source = Related(Source, "source", of=CITATIONS, help_text="What this source is cited for.")
    publisher = Phrase("source__publisher", of=CITATIONS, help_text=PUBLISHER_HELP)
    cited_field = Phrase("field", of=CITATIONS, help_text=CITED_FIELD_HELP)


class SourceFilters(RecordFilters):
    """The parameters of sources."""

    slug = Itself(Source)
    publisher = Phrase("publisher", help_text="Who published it, exactly as it is written.")
    language = Code("language", pattern=LANGUAGE, example="tr or zh-Hans", help_text="Its language (BCP 47).")
    date_after = Since("date_earliest", "date_latest", "been published", spread="spread")
    date_before = Until("date_earliest", "date_latest", "been published")
    date_match = DateMatch()
    order = Order({"date": ("date_earliest",), "name": ("name_folded",), "updated_at": ("updated_at",)}, default="-date")
    dimensions: ClassVar = {"year": counts.Year("date_earliest")}
