"""The parameters that collections share, and those of sources."""

from __future__ import annotations

from config.api.parameters.base import Branch, FilterSet, Order
from config.api.parameters.paging import ListFilters
from config.api.parameters.types import (
    Code,
    DateAfterFilter,
    DateBeforeFilter,
    DateMatch,
    ExactTextFilter,
    Fields,
    FullTextFilter,
    Instant,
    SkewedRelated,
    SlugFilter,
    Year,
)
from config.record.models import Source

PUBLISHER_HELP = "Only records with a citation of a source of this publisher (exact name)."
CITED_FIELD_HELP = "Only records with a citation for this field of the document."
LANGUAGE = r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*"


CITATIONS = Branch(lambda model: model._meta.get_field("citations").related_model.objects.all(), "record")


class DetailFilters(FilterSet):
    """The parameters of one record."""

    fields = Fields()
    known_at = Instant(
        help_text="Version that was public at this time, without later corrections. With it, a list is ordered by slug and "
        "accepts only the filters by slug, kind and date."
    )


class RecordFilters(DetailFilters, ListFilters):
    """The parameters of every collection."""

    updated_after = Instant("updated_at__gte", help_text="Only records whose content last changed at or after this time.")
    updated_before = Instant("updated_at__lte", help_text="Only records whose content last changed at or before this time.")
    q = FullTextFilter()


class ProvedFilters(RecordFilters):
    """The parameters of records with proof of their own; those about citations speak of the same citation."""

    source = SkewedRelated(Source, "source", of=CITATIONS, help_text="Only records with a citation of this source.")
    publisher = ExactTextFilter("source__publisher", of=CITATIONS, help_text=PUBLISHER_HELP)
    cited_field = ExactTextFilter("field", of=CITATIONS, help_text=CITED_FIELD_HELP)


class SourceFilters(RecordFilters):
    """The parameters of sources."""

    slug = SlugFilter(Source)
    publisher = ExactTextFilter("publisher", help_text="Publisher (exact name).")
    language = Code("language", pattern=LANGUAGE, example="tr or zh-Hans", help_text="Language (BCP 47).")
    date_after = DateAfterFilter("date_earliest", "date_latest", "sources", spread="spread")
    date_before = DateBeforeFilter("date_earliest", "date_latest", "sources")
    date_match = DateMatch("date_after", "date_before")
    year = Year("date_earliest", "date of publication")
    order = Order({"date": ("date_earliest",), "name": ("name_folded",), "updated_at": ("updated_at",)}, default="-date")
