"""From a source to the records that it proves: where each form of a entry session begins, and where it leads on to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from django.contrib.admin import AdminSite
from django.http import HttpRequest
from django.urls import reverse

from config.desk.pages.entry.fields import is_key
from config.record.models import Citation
from config.record.models.citations import QUOTE_LENGTH, source_model
from config.record.values.choices import CitationRole

NEXT_FORM: Final = "_from_source"


@dataclass(frozen=True)
class EntryType:
    """A type of record that is entered from a source; its key leads to it together with Alt."""

    model: type[Any]
    key: str

    @property
    def word(self) -> str:
        """What it is called in buttons and addresses."""
        return str(self.model._meta.model_name)

    @property
    def article(self) -> str:
        """Its name with the article."""
        return f"{'an' if self.word[0] in 'aeiou' else 'a'} {self.word}"


ENTRY_TYPES: Final[dict[str, EntryType]] = {}


def register(*entry_types: EntryType) -> None:
    """Make types of records known, in the order of their buttons."""
    ENTRY_TYPES.update({entry_type.word: entry_type for entry_type in entry_types})


def offered(request: HttpRequest, site: AdminSite) -> list[dict[str, str]]:
    """Return what the user may enter from a source, with the address of each form."""
    return [
        {"word": entry_type.word, "article": entry_type.article, "key": entry_type.key, "url": _address(entry_type)}
        for entry_type in ENTRY_TYPES.values()
        if site.get_model_admin(entry_type.model).has_add_permission(request)
    ]


def _address(entry_type: EntryType) -> str:
    return reverse(f"admin:{entry_type.model._meta.app_label}_{entry_type.word}_add")


def next_form_url(request: HttpRequest, site: AdminSite, record: Any) -> str:
    """Return the address of the next form of the entry session, where the user asked for one."""
    word = request.POST.get(NEXT_FORM, "")
    if word not in {one["word"] for one in offered(request, site)}:
        return ""
    source = record if isinstance(record, source_model()) else source_of(record)
    asked = {"source": source.pk if source else None, "after": None if isinstance(record, source_model()) else record.pk}
    return f"{_address(ENTRY_TYPES[word])}?{urlencode({key: value for key, value in asked.items() if value})}"


def source_of(record: Any) -> Any:
    """Return the first source that supports a record."""
    cited = citation_of(record)
    return cited.source if cited else None


def citation_of(record: Any) -> Any:
    """Return the first citation that supports a record."""
    citations = getattr(record, "citations", None)
    supporting = citations.filter(role=CitationRole.SUPPORTS) if citations is not None else None
    return supporting.select_related("source").order_by("pk").first() if supporting is not None else None


def session_source(request: HttpRequest) -> Any:
    """Return the source whose entry session a form belongs to."""
    key = request.GET.get("source", "")
    return source_model().objects.filter(pk=int(key)).first() if is_key(key) else None


def entered_before(request: HttpRequest) -> Any:
    """Return the record that was entered just before in the entry session; its date, topics and proof are likely again."""
    key = request.GET.get("after", "")
    table: Any = next((entry_type.model._meta.concrete_model for entry_type in ENTRY_TYPES.values()), None)
    return table._default_manager.filter(pk=int(key)).first() if is_key(key) and table else None


def first_citation(request: HttpRequest, inline: type[Any]) -> Sequence[dict[str, Any]]:
    """Return how the citations of a new record begin."""
    source = session_source(request) if issubclass(inline, Citation) else None
    if source is None:
        return []
    last = citation_of(entered_before(request))
    begun = {"source": source.pk, "role": CitationRole.SUPPORTS, "quote": request.GET.get("quote", "")[:QUOTE_LENGTH]}
    if last is not None and last.source_id == source.pk:
        begun |= {"quote": begun["quote"] or last.quote, "locator": last.locator}
    return [begun]
