"""What waits: one's own drafts, what is handed in, what was sent back, and proposals, over all tables at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.contrib import admin
from django.core.paginator import Paginator
from django.db.models import Case, CharField, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse

from config.desk.choices import Decision
from config.desk.editorial.records import PUBLISH, Label, display_name, label, rows, visible
from config.desk.models import Proposal, Revision
from config.desk.models.base import table_of
from config.record.documents.registry import DOCUMENT_TYPES, Model
from config.record.models import Transition
from config.record.models.querysets import PUBLIC
from config.record.values.choices import CurationState

PAGE: Final = 50
COLUMNS: Final = ("collection", "record_id", "step", "turn")


@dataclass(frozen=True)
class Waiting:
    """A record that waits, with what was done to it last."""

    record: Label
    at: datetime | None
    by: str
    reason: str
    # Where one sees what is to be decided.
    url: str
    mine: bool = False


@dataclass(frozen=True)
class Queue:
    """A queue: the rows of one table in it, and in which order they wait."""

    name: str
    title: str
    description: str
    # What `step` is the key of.
    steps: Any
    found: Callable[[Model, Any], QuerySet[Any]]
    order: tuple[str, ...]

    def waiting(self, user: Any) -> QuerySet[Any] | None:
        """Return what waits, over all tables that `user` may see; None where there is none of them."""
        parts = [self._columns(table, self.found(table, user).filter(condition)) for table, condition in visible(user)]
        return parts[0].union(*parts[1:], all=True) if parts else None

    def count(self, user: Any) -> int:
        """Return how many wait, in one query."""
        waiting = self.waiting(user)
        return 0 if waiting is None else waiting.count()

    @staticmethod
    def _columns(table: Model, found: QuerySet[Any]) -> QuerySet[Any]:
        collection = Value(DOCUMENT_TYPES[table].collection, output_field=CharField())
        columns: QuerySet[Any] = found.order_by().annotate(collection=collection, record_id=F("pk")).values_list(*COLUMNS)
        return columns


def counts(user: Any) -> dict[str, int]:
    """Return how many wait in each queue, by its name, in as many queries as there are queues."""
    return {queue.name: queue.count(user) for queue in QUEUES} | {"proposals": proposals(user).count()}


def proposals(user: Any) -> QuerySet[Proposal]:
    """Return the open proposals that `user` sees: who may not publish, their own."""
    waiting = Proposal.objects.filter(decision=Decision.OPEN).order_by("at", "pk")
    return waiting if user.has_perm(PUBLISH) else waiting.filter(by=user)


# The queues


def _unpublished(table: Model, state: CurationState) -> QuerySet[Any]:
    # The first condition is that of the index of the few that wait.
    return table._default_manager.filter(~Q(state=PUBLIC), state=state)


def _versions(table: Model) -> QuerySet[Revision]:
    return Revision.objects.filter(collection=DOCUMENT_TYPES[table].collection, record_id=OuterRef("pk"))


def _transitions(table: Model) -> QuerySet[Transition]:
    return Transition.objects.filter(collection=DOCUMENT_TYPES[table].collection, record_id=OuterRef("pk")).order_by("-pk")


def _first(found: QuerySet[Any], column: str) -> Subquery:
    return Subquery(found.values(column)[:1])


def _drafts_of(table: Model, user: Any) -> QuerySet[Any]:
    versions = _versions(table)
    last = versions.order_by("-number")
    drafts = _unpublished(table, CurationState.DRAFT).annotate(step=_first(last, "pk"), last_by=_first(last, "by"))
    drafts = drafts.filter(Q(last_by=user.pk) | Exists(versions.filter(number=1, by=user)))
    ranked: QuerySet[Any] = drafts.annotate(turn=Value(0))
    return ranked


def _handed_in(table: Model, user: Any) -> QuerySet[Any]:
    handed_in = _transitions(table).filter(to_state=CurationState.IN_REVIEW)
    found = _unpublished(table, CurationState.IN_REVIEW).annotate(step=Coalesce(_first(handed_in, "pk"), 0))
    ranked: QuerySet[Any] = found.annotate(turn=Value(0))
    return ranked


def _sent_back(table: Model, user: Any) -> QuerySet[Any]:
    steps = _transitions(table)
    handed_in = steps.filter(to_state=CurationState.IN_REVIEW)
    drafts = _unpublished(table, CurationState.DRAFT).annotate(
        step=_first(steps, "pk"), came_from=_first(steps, "from_state"), owner=_first(handed_in, "by")
    )
    mine = Case(When(owner=user.pk, then=Value(0)), default=Value(1))
    ranked: QuerySet[Any] = drafts.filter(came_from=CurationState.IN_REVIEW).annotate(turn=mine)
    return ranked


QUEUES: Final = (
    Queue("drafts", "My drafts", "Drafts that you created or changed last.", Revision, _drafts_of, ("-step", "record_id")),
    Queue("review", "To review", "Submitted by curators, oldest first.", Transition, _handed_in, ("step", "record_id")),
    Queue(
        "sent-back", "Sent back", "Drafts that an editor sent back with a reason, yours first.", Transition, _sent_back,
        ("turn", "-step", "record_id"),
    ),
)  # fmt: skip


# Their pages


def page(request: HttpRequest, name: str) -> HttpResponse:
    """Show a queue."""
    user = request.user
    if name == "proposals":
        waiting: Any = proposals(user).select_related("by")
        title, description, read = "Proposals", "Proposed changes to published records, oldest first.", _proposed
    else:
        queue = next((queue for queue in QUEUES if queue.name == name), None)
        if queue is None:
            raise Http404(f"There is no queue {name}.")
        found = queue.waiting(user)
        waiting = [] if found is None else found.order_by(*queue.order, "collection")
        title, description = queue.title, queue.description

        def read(some: Iterable[Any]) -> list[Waiting]:
            return _read(queue, some)

    part = Paginator(waiting, PAGE).get_page(request.GET.get("page"))
    context = admin.site.each_context(request) | {
        "title": title, "description": description, "name": name, "page": part, "rows": read(part.object_list), "tabs": tabs(user),
        "pages": part.paginator.get_elided_page_range(part.number),
    }  # fmt: skip
    return TemplateResponse(request, "desk/review/queue.html", context)


def tabs(user: Any) -> list[tuple[str, str, int]]:
    """Return the name, the title and the number of records of each queue that has a page here."""
    counted = counts(user)
    titles = {queue.name: queue.title for queue in QUEUES} | {"proposals": "Proposals"}
    return [(name, title, counted[name]) for name, title in titles.items()]


def _read(queue: Queue, some: Iterable[Any]) -> list[Waiting]:
    """Return rows of a queue with the records and the steps they name, in a query for each table."""
    found = list(some)
    wanted: dict[str, set[int]] = {}
    for collection, pk, _, _ in found:
        wanted.setdefault(collection, set()).add(pk)
    records = {(collection, pk): row for collection, ids in wanted.items() for pk, row in rows(table_of(collection), ids).items()}
    steps = queue.steps.objects.select_related("by").in_bulk([step for _, _, step, _ in found if step])
    return [
        _waiting(records[collection, pk], collection, steps.get(step), mine=queue.name == "sent-back" and turn == 0)
        for collection, pk, step, turn in found
        if (collection, pk) in records
    ]


def _waiting(row: Any, collection: str, step: Any, *, mine: bool) -> Waiting:
    url = reverse("admin:desk_changes", args=[collection, row.pk])
    if step is None:
        return Waiting(label(row), None, "", "", url, mine)
    return Waiting(label(row), step.at, display_name(step.by), step.reason, url, mine)


def _proposed(some: Iterable[Proposal]) -> list[Waiting]:
    found = list(some)
    wanted: dict[str, set[int]] = {}
    for one in found:
        wanted.setdefault(one.collection, set()).add(one.record_id)
    records = {
        (collection, pk): label(row) for collection, ids in wanted.items() for pk, row in rows(table_of(collection), ids).items()
    }
    return [
        Waiting(
            records.get((one.collection, one.record_id)) or Label(one.collection, one.slug, one.slug, "gone", ""),
            one.at, display_name(one.by), one.reason, reverse("admin:desk_proposal_change", args=[one.pk]),
        )
        for one in found
    ]  # fmt: skip
