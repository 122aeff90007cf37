"""A record on its whole way: two people enter, send back, correct and publish it, and the public reads it."""

from __future__ import annotations

import re
from typing import Any

import pytest

from actors.models import Actor

pytestmark = pytest.mark.django_db

NAME = "Agreement for a permanent ceasefire in Libya"
SLUG = "agreement-permanent-ceasefire-libya-2020-10-23"
REPORT = "News report on the call of Lavrov and Cavusoglu"
QUOTE = "the two Libyan warring sides signed an agreement on Friday for a permanent ceasefire"
GNA, LNA = "Government of National Accord", "Libyan National Army"
ELECTED = "A unified government is elected"
TOO_SHORT = "The report says three months, not two."
PROVISIONS: tuple[tuple[str, str, tuple[str, ...], str, str], ...] = (
    ("A permanent ceasefire holds throughout Libya.", "ceasefire", (GNA, LNA), "", ""),
    ("All mercenaries and foreign forces leave Libya.", "foreign_forces", (), "two months", ""),
    ("All military agreements are suspended.", "military_cooperation", (GNA, LNA), "", ELECTED),
    ("Military advisors depart.", "foreign_forces", (), "", ELECTED),
)


def choose(page: Any, field: str, name: str, drafted_as: str = "") -> None:
    """Find a record in a field, or have it drafted."""
    page.locator(f"#{field} + .select2-container .select2-selection").click()
    page.keyboard.type(name)
    wanted = f"Create “{name}” as a draft {drafted_as}" if drafted_as else re.compile(f"^{name}")
    page.locator(".select2-results__option").filter(has_text=wanted).first.click()


def add(page: Any, part: str) -> None:
    """Begin another row."""
    page.locator(f"#{part}-group .add-row a").click()


def step(page: Any, name: str, button: str, reason: str = "") -> None:
    """Take a step of a record: the page that tells what it does is confirmed."""
    page.locator(f"#step-{name}").click()
    if reason:
        page.get_by_label("Reason").fill(reason)
    page.get_by_role("button", name=button).click()


def enter_source(page: Any) -> None:
    page.goto("/admin/")
    page.locator("#content-main").get_by_role("row", name="Sources").get_by_role("link", name="Add").click()
    page.get_by_label("Name:").fill(REPORT)
    page.locator("#id_date").fill("2020-10")
    page.get_by_role("button", name="an agreement").click()


def enter_agreement(page: Any, expect: Any) -> None:
    expect(page.locator(".entry-session")).to_contain_text(f"From the source {REPORT}")
    page.locator("#id_name").fill(NAME)
    page.locator("#id_start").fill("2020-10-23")
    expect(page.locator("#id_start_reading")).to_have_text("on 23 October 2020")
    page.locator("#id_agreement_type").select_option("ceasefire")
    choose(page, "id_about", "Libya", "topic")
    for row, (name, subtype) in enumerate(((GNA, "government"), (LNA, "armed group"))):
        if row:
            add(page, "participations")
        choose(page, f"id_participations-{row}-actor", name, subtype)
    for row, (text, category, bound, due, until) in enumerate(PROVISIONS):
        if row:
            add(page, "provisions")
        field = f"id_provisions-{row}"
        page.locator(f"#{field}-text").fill(text)
        page.locator(f"#{field}-category").select_option(category)
        for name in bound:
            choose(page, f"{field}-bound_actors", name, "government" if name == GNA else "armed group")
        page.locator(f"#{field}-due_offset").fill(due)
        page.locator(f"#{field}-lasts_until_condition").fill(until)
    expect(page.locator("#provisions-1 .row-note")).to_have_text("Due on 23 December 2020.")
    page.locator("#id_citations-0-quote").fill(QUOTE)
    page.locator("#id_citations-0-locator").fill("paragraph 5")
    page.get_by_text("Place", exact=True).click()
    page.locator("#id_place_name").fill("Geneva")
    expect(page.locator("#preview .preview-along li")).to_have_count(4)
    page.get_by_role("button", name="Save", exact=True).last.click()


def waiting(page: Any, queue: str) -> None:
    """Open the agreement from a queue of the start page."""
    page.goto("/admin/")
    page.locator(".start-waiting").get_by_role("link", name=queue).click()
    page.get_by_role("link", name=NAME, exact=True).click()


def submit(page: Any, expect: Any) -> None:
    page.get_by_role("link", name=NAME, exact=True).first.click()
    step(page, "submit", "Submit for review")
    expect(page.locator("#review-panel .state")).to_have_text("In review")


def without_stamps(value: Any) -> Any:
    """Return what a document says, without what it leaves open and when it was published."""
    if isinstance(value, dict):
        kept = {key: without_stamps(one) for key, one in value.items() if key not in ("version", "published_at", "updated_at")}
        return {key: one for key, one in kept.items() if one not in (None, [], {}, {"kind": "none"})}
    return [without_stamps(one) for one in value] if isinstance(value, list) else value


def record(slug: str, kind: str, name: str) -> dict[str, str]:
    return {"slug": slug, "kind": kind, "name": name}


def test_an_agreement_goes_from_an_empty_record_to_the_public(opened: Any, expect: Any) -> None:
    assert not Actor.objects.exists()
    curator, editor, public = opened("Curator"), opened("Editor"), opened()

    enter_source(curator)
    enter_agreement(curator, expect)
    submit(curator, expect)

    waiting(editor, "review")
    step(editor, "send_back", "Send back", TOO_SHORT)
    expect(editor.locator("#review-panel .state")).to_have_text("Draft")

    waiting(curator, "sent back")
    expect(curator.locator("#review-panel")).to_contain_text(f"“{TOO_SHORT}”")
    curator.locator("#id_provisions-1-due_offset").fill("three months")
    expect(curator.locator("#provisions-1 .row-note")).to_have_text("Due on 23 January 2021.")
    curator.get_by_role("button", name="Save", exact=True).last.click()
    submit(curator, expect)

    waiting(editor, "review")
    editor.locator("#step-publish").click()
    expect(editor.locator("#along li a")).to_have_text([GNA, LNA, "Libya", REPORT])
    assert public.request.get(f"/api/v1/agreements/{SLUG}").status == 404
    editor.get_by_role("button", name="Publish").click()
    expect(editor.locator("#review-panel .state")).to_have_text("Published")

    answer = public.request.get(f"/api/v1/agreements/{SLUG}")
    assert answer.status == 200
    assert without_stamps(answer.json()) == DOCUMENT
    for actor in ("government-national-accord", "libyan-national-army"):
        assert public.request.get(f"/api/v1/actors/{actor}").status == 200


PARTIES = [
    record("government-national-accord", "organization", GNA),
    record("libyan-national-army", "organization", LNA),
]
UNTIL_ELECTED = {"lasts_until": {"kind": "conditional", "condition": ELECTED}}
WITHIN_THREE_MONTHS = {
    "due": {"kind": "relative", "offset": "P3M", "anchor": "signature", "earliest": "2021-01-23", "latest": "2021-01-23"}
}
MORE: tuple[dict[str, Any], ...] = (
    {"bound_actors": PARTIES},
    WITHIN_THREE_MONTHS,
    {"bound_actors": PARTIES} | UNTIL_ELECTED,
    UNTIL_ELECTED,
)
CITATION = {
    "source": record("news-report-call-lavrov-cavusoglu-2020-10", "source", REPORT) | {"date": "2020-10"},
    "role": "supports",
    "quote": QUOTE,
    "locator": "paragraph 5",
    "is_inferred": False,
}
DOCUMENT = {
    **record(SLUG, "agreement", NAME),
    **dict.fromkeys(("start", "start_earliest", "start_latest", "end_earliest", "end_latest"), "2020-10-23"),
    "in_force_on_earliest": "2020-10-23",
    "place": {"name": "Geneva"},
    "topics": [record("libya", "topic", "Libya")],
    "participations": [{"actor": party, "role": "party"} for party in PARTIES],
    "type": "ceasefire",
    "stage": "signed",
    "provisions": [
        {
            **record(f"{SLUG}-provision-{order}", "provision", text),
            "agreement": record(SLUG, "agreement", NAME),
            "order": order,
            "text": text,
            "category": category,
            **more,
            "citations": [CITATION | {"field": "agreement"}],
        }
        for order, ((text, category, *_), more) in enumerate(zip(PROVISIONS, MORE, strict=True), start=1)
    ],
    "citations": [CITATION],
}
