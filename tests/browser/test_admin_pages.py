"""Every list, every page that shows or adds one, and every page of the desk's own opens without a word in the console."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.admin import site
from django.test import RequestFactory
from django.urls import reverse

from actors.models import Official
from config.desk.choices import RevisionAction
from config.desk.editorial import versions
from config.desk.pages.review.confirmation import address
from events.models import Event, Meeting
from tests.factories import MeetingFactory
from tests.people import person

pytestmark = [pytest.mark.django_db, pytest.mark.any_database, pytest.mark.usefixtures("sample")]

# What stands wrong on a page: headings that leave a step out, fields without a name, rows that are cut, parts beyond the edge.
FAULTS = """() => {
  const faults = [], shown = (one) => one.offsetParent !== null;
  const levels = [...document.querySelectorAll("h1, h2, h3, h4")].filter(shown).map((one) => Number(one.tagName[1]));
  if (levels.filter((one) => one === 1).length !== 1) faults.push("not one first heading");
  levels.forEach((one, at) => { if (one > (levels[at - 1] || 0) + 1) faults.push(`a heading leaves out a level: ${levels}`); });
  for (const one of document.querySelectorAll("#main :is(input:not([type=hidden], [type=submit]), select, textarea)")) {
    const named = one.labels && one.labels.length || one.ariaLabel || one.getAttribute("aria-labelledby") || one.title;
    if (shown(one) && !named) faults.push(`no label: ${one.name || one.className}`);
  }
  for (const one of document.querySelectorAll("#main .results, #main .wide, html")) {
    const beyond = one.scrollWidth - one.clientWidth;
    if (beyond > 1) faults.push(`cut off: ${one.className || "the page"} by ${beyond}`);
  }
  if (!document.querySelector(".breadcrumbs") && location.pathname !== "/admin/") faults.push("no way back");
  return faults;
}"""


def places() -> list[str]:
    request = RequestFactory().get("/admin/")
    request.user = person("superuser", "reader")
    found = ["/admin/"]
    for model, admin in site._registry.items():
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        found.append(reverse(f"{name}_changelist"))
        if admin.has_add_permission(request):
            found.append(reverse(f"{name}_add"))
        row = model._default_manager.order_by("pk").first()
        if row is not None:
            found.append(reverse(f"{name}_change", args=[row.pk]))
    return found


def own_places() -> list[str]:
    call, (one, other) = Meeting.objects.public().first(), Official.objects.public()[:2]
    draft = MeetingFactory(name=f"A call {'that has a name of many words ' * 5}")
    with versions.changing(Event, [call.pk], by=None, action=RevisionAction.CHANGED):
        Event.objects.filter(pk=call.pk).update(description="Short.")
    past = reverse("admin:events_meeting_history", args=[call.pk])
    return [
        *(reverse("admin:desk_queue", args=[name]) for name in ("drafts", "review", "sent-back", "proposals")),
        reverse("admin:desk_deleted"), reverse("admin:desk_changes", args=["events", draft.pk]),
        address("submit", Event, [draft.pk]), address("retract", Event, [call.pk]),
        past, f"{past}?version=1", f"{past}?from=1&to=2",
        reverse("admin:actors_official_merge", args=[one.pk]),
        f"{reverse('admin:actors_official_merge', args=[one.pk])}?with={other.pk}",
        reverse("admin:sources_source_upload"), reverse("mfa_index"), reverse("account_change_password"),
    ]  # fmt: skip


def test_every_page_is_quiet(opened: Any, watch: Any) -> None:
    asked = [*places(), *own_places()]
    page = opened("superuser")
    for place in asked:
        page.goto(place)
        assert watch.faults == [], place
        assert page.evaluate(FAULTS) == [], place
