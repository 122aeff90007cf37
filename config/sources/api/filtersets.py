"""The parameters of sources, and of records that cite them."""

from __future__ import annotations

from typing import Final

from config.api.parameters.base import Branch, Order
from config.api.parameters.types import (
    Code,
    DateAfterFilter,
    DateBeforeFilter,
    DateMatch,
    ExactTextFilter,
    SkewedRelated,
    SlugFilter,
    Year,
)
from config.api.views.filtersets import RecordFilters
from config.sources.models import Source

PUBLISHER_HELP: Final = "Only records with a citation of a source of this publisher (exact name)."
CITED_FIELD_HELP: Final = "Only records with a citation for this field of the document."
LANGUAGE: Final = r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*"
CITATIONS: Final = Branch(lambda model: model._meta.get_field("citations").related_model.objects.all(), "record")


class ProvedFilters(RecordFilters):
    """The parameters of records with citations of their own; those about citations apply to the same citation."""

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
