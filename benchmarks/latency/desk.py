"""Every list and every finder of the desk, asked in this process by somebody who sees everything."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import urlencode

from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import User
from django.test import Client, RequestFactory
from django.urls import reverse

from benchmarks.latency.timings import Timing, timed
from config.desk.pages.review.queues import QUEUES
from events.admin.parts import STANCE_TARGETS
from events.models import EventTopic, Stance
from tests import scale

LIST: Final = "desk list"
ORDER: Final = "desk list, order"
FILTER: Final = "desk list, filter"
SEARCH: Final = "desk list, search"
FINDER: Final = "desk finder"
RARE: Final = "libya"
# The other names of actors and events all begin with it.
ALIAS: Final = "alias"
# Most names of topics, sources and offices that are made up have it.
DIGIT: Final = "1"

# The kind of question, the model it is about, and the address.
Asked = tuple[str, Any, str]


def desk_timings() -> Iterator[Timing]:
    """Ask everything, and yield how long it took."""
    user, _ = User.objects.get_or_create(username="latency", defaults={"is_staff": True, "is_superuser": True})
    client = Client(raise_request_exception=False)
    client.force_login(user)
    for kind, model, address in asked(user):
        status, milliseconds = timed(lambda address=address: client.get(address).status_code)  # type: ignore[misc]
        group = f"desk: {model._meta.verbose_name_plural}" if model else "desk: pages"
        yield Timing(group, kind, address, status, milliseconds)


def asked(user: Any) -> list[Asked]:
    """Return everything that the desk is asked."""
    return [*_lists(user), *_finders(), *_pages()]


def _lists(user: Any) -> Iterator[Asked]:
    """Yield each list: plain, in each order, by the first value of each filter, and searched for a rare and a common word."""
    for model in filter(admin.site.is_registered, apps.get_models()):
        page = admin.site.get_model_admin(model)
        address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        request = RequestFactory().get(address)
        request.user = user
        shown = page.get_changelist_instance(request)
        yield LIST, model, address
        for number, column in enumerate(shown.list_display):
            if shown.get_ordering_field(column):
                yield ORDER, model, f"{address}?o={number}"
                yield ORDER, model, f"{address}?o=-{number}"
        for filtered in shown.filter_specs:
            # The first choice is everything.
            chosen = list(filtered.choices(shown))[1:2]
            yield from ((FILTER, model, f"{address}{one['query_string']}") for one in chosen)
        if page.get_search_fields(request):
            yield from ((SEARCH, model, f"{address}?{urlencode({'q': word})}") for word in (RARE, _common_word(model)))


def _common_word(model: Any) -> str:
    """Return a word that all slugs of what was made up of a model have."""
    columns = {column.name for column in model._meta.concrete_fields}
    made = model._default_manager.filter(pk__gt=scale.FIRST).order_by("pk").first() if "slug" in columns else None
    return str(made.slug).partition("-")[0] if made else "a"


def _finders() -> Iterator[Asked]:
    """Yield each field of a form in which records are found: opened, and searched for a rare and a common word."""
    fields: dict[tuple[Any, str], None] = {(EventTopic, "topic"): None, (Stance, ",".join(STANCE_TARGETS)): None}
    for model in filter(admin.site.is_registered, apps.get_models()):
        page = admin.site.get_model_admin(model)
        for form in (page, *page.inlines):
            owner: Any = form.model
            fields |= {(owner, name): None for name in form.autocomplete_fields}
    for model, names in fields:
        found = {model._meta.get_field(name).related_model for name in names.split(",")}
        named = any(one.name == "names" for other in found for one in other._meta.get_fields())
        for term in ("", RARE, ALIAS if named else DIGIT):
            field = {"app_label": model._meta.app_label, "model_name": model._meta.model_name, "field_name": names}
            yield FINDER, model, f"{reverse('admin:autocomplete')}?{urlencode(field | {'term': term})}"


def _pages() -> Iterator[Asked]:
    yield LIST, None, reverse("admin:index")
    yield LIST, None, reverse("admin:desk_deleted")
    yield from ((LIST, None, reverse("admin:desk_queue", args=[name])) for name in (*(one.name for one in QUEUES), "proposals"))
