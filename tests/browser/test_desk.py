"""The pages of the desk, as curators and editors use them."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from actors.models import Official
from config.desk.editorial import checks
from config.desk.models import Finding, Revision
from config.sources.models import Source
from events.models import Event, Meeting
from tests.factories import MeetingFactory, OfficialFactory, cited, published

pytestmark = pytest.mark.django_db


def page_of(record: Any, page: str = "change") -> str:
    meta = record._meta
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_{page}", args=[] if page == "changelist" else [record.pk])


def save(page: Any) -> None:
    page.get_by_role("button", name="Save", exact=True).first.click()


def act(page: Any, records: list[Any], action: str) -> None:
    """Take an action on records of a list."""
    page.goto(page_of(records[0], "changelist"))
    for one in records:
        page.get_by_role("row", name=one.name).get_by_role("checkbox").check()
    page.get_by_label("Action:").select_option(label=action)
    page.get_by_role("button", name="Go", exact=True).click()


def test_a_stale_save_shows_both_versions_and_saves_what_is_chosen(opened: Any, expect: Any, watch: Any) -> None:
    meeting = MeetingFactory(name="A call")
    ann, bob = opened("Editor"), opened("Curator")
    for page in (ann, bob):
        page.goto(page_of(meeting))
    ann.get_by_label("Name:", exact=True).fill("A call on Libya")
    save(ann)
    expect(ann.get_by_text("was changed successfully")).to_be_visible()

    watch.expect(409)
    bob.get_by_label("Name:", exact=True).fill("A call on Syria")
    bob.get_by_label("Description:", exact=True).fill("On Tuesday.")
    save(bob)
    expect(bob.get_by_role("heading", name="Changed by somebody else")).to_be_visible()
    name = bob.get_by_role("row", name="Conflict")
    expect(name).to_contain_text("Changed by Editor")
    for value in ("A call on Libya", "A call on Syria"):
        expect(name.get_by_role("radio", name=value)).not_to_be_checked()
    name.get_by_role("radio", name="A call on Libya").check()
    bob.get_by_role("button", name="Save with these choices").click()
    expect(bob.get_by_text("was saved with your choices")).to_be_visible()
    meeting.refresh_from_db()
    assert (meeting.name, meeting.description) == ("A call on Libya", "On Tuesday.")

    bob.get_by_role("link", name="History").click()
    for number, somebody, what in ((2, "Editor", "A call on Libya"), (3, "Curator", "On Tuesday.")):
        row = bob.locator(f"#version-{number}")
        expect(row).to_contain_text(somebody)
        expect(row).to_contain_text(what)


def test_what_a_curator_proposes_an_editor_applies(opened: Any, expect: Any) -> None:
    minister = published(OfficialFactory(name="Sergey Lavrov"))
    carl, ada = opened("Curator"), opened("Editor")
    carl.goto(page_of(minister))
    expect(carl.get_by_text("your change becomes a proposal")).to_be_visible()
    carl.get_by_label("Description:", exact=True).fill("Foreign minister since 2004.")
    carl.get_by_label("Reason for the change:").fill("Since when")
    save(carl)
    expect(carl.get_by_text("Your change is saved as a proposal.")).to_be_visible()

    ada.goto("/admin/")
    ada.get_by_role("link", name="1 Proposals").click()
    ada.get_by_role("link", name="Review in Sergey Lavrov").click()
    expect(ada.get_by_role("row", name="Description")).to_contain_text("Foreign minister since 2004.")
    ada.get_by_role("button", name="Apply").click()
    expect(ada.get_by_text("Proposal applied.")).to_be_visible()
    minister.refresh_from_db()
    assert minister.description == "Foreign minister since 2004."


def test_duplicates_are_merged_field_by_field_and_the_merge_is_undone(opened: Any, expect: Any) -> None:
    one, other = OfficialFactory(name="S. Lavrov", description=""), OfficialFactory(name="Sergey Lavrov", description="Minister.")
    page = opened("Editor")
    act(page, [one, other], "Merge …")
    page.get_by_role("row", name="Record to keep").get_by_role("radio", name=one.slug).check()
    for field, value in (("Name", "Sergey Lavrov"), ("Description", "Minister.")):
        page.get_by_role("row", name=field).get_by_role("radio", name=value, exact=True).check()
    page.get_by_label("Reason for the merge").fill("The same man")
    page.get_by_role("button", name="Merge").click()
    expect(page.get_by_role("heading", name="History of Sergey Lavrov")).to_be_visible()
    assert list(Official.objects.values_list("pk", "name", "description")) == [(one.pk, "Sergey Lavrov", "Minister.")]

    page.get_by_role("link", name="Undo merge …").click()
    page.get_by_label("Reason").fill("Two men")
    page.get_by_role("button", name="Undo merge").click()
    expect(page.get_by_text("The merge was undone")).to_be_visible()
    assert set(Official.objects.values_list("name", flat=True)) == {"S. Lavrov", "Sergey Lavrov"}


def test_a_sheet_with_a_bad_line_changes_nothing_until_it_is_corrected(opened: Any, expect: Any) -> None:
    def bring(day: str) -> None:
        lines = f"slug,name,date\nfirst,First,2020-10-28\nsecond,Second,{day}\n"
        page.get_by_label("File").set_input_files({"name": "new.csv", "mimeType": "text/csv", "buffer": lines.encode()})
        page.get_by_role("button", name="Show preview").click()

    page = opened("Editor")
    page.goto(reverse("admin:sources_source_changelist"))
    page.get_by_role("link", name="Upload …").click()
    bring("tomorrow")
    expect(page.get_by_text("Line 3, column date: “tomorrow” is not a date")).to_be_visible()
    expect(page.get_by_role("button", name="Import")).to_have_count(0)
    assert not Source.objects.exists()

    page.get_by_role("link", name="upload it again").click()
    bring("2020-10-29")
    page.get_by_label("Reason").fill("From the list")
    page.get_by_role("button", name="Import").click()
    expect(page.get_by_text("new.csv is imported: 2 new, 0 changed")).to_be_visible()
    assert set(Source.objects.values_list("slug", "state")) == {("first", "draft"), ("second", "draft")}


def test_a_finding_is_answered_on_the_page_of_its_record(opened: Any, expect: Any) -> None:
    meeting = cited(MeetingFactory())
    checks.inspect({Event: [meeting.pk]})
    page = opened("Editor")
    page.goto(page_of(meeting))
    finding = page.get_by_role("region", name="Data checks: 1 finding")
    expect(finding).to_contain_text("Missing participants.")
    # What stands in the findings is no part of the record's own form.
    expect(page.get_by_role("region", name="Preview")).to_contain_text("on 27 October 2020")
    expect(page.get_by_text("Cannot be saved")).to_have_count(0)
    finding.get_by_text("Dismiss …").click()
    finding.get_by_label("Reason").fill("Who called is not known.")
    finding.get_by_role("button", name="Dismiss").click()
    expect(page.get_by_text("Dismissed.")).to_be_visible()
    expect(finding).to_have_count(0)
    assert Finding.objects.get().answer == "Who called is not known."


def test_many_are_published_from_the_list_once_all_that_follows_is_shown(opened: Any, expect: Any) -> None:
    report = cited(MeetingFactory(name="First call"))
    chosen = [report, cited(MeetingFactory(name="Second call"), source=report.citations.get().source)]
    page = opened("Editor")
    act(page, chosen, "Publish with linked records …")
    expect(page.get_by_role("heading", name="Publish: 2 records")).to_be_visible()
    expect(page.locator("#along")).to_contain_text(report.citations.get().source.name)
    assert not Meeting.objects.public().exists()
    page.get_by_label("Reason (optional)").fill("From one report")
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_text("First call, Second call: published.")).to_be_visible()
    assert Meeting.objects.public().count() == 2
    assert Revision.objects.filter(action="published", reason="From one report").count() == 3
