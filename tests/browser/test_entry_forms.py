"""Entry forms store what was chosen: lists under resting pointers, letters, proposals, the cursor, and leaving."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib import admin
from django.urls import reverse

from config.desk.pages.record import RecordAdmin
from events.models import Event
from tests.browser.conftest import WIDE

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

MARKED = ".select2-results__option--highlighted"
ACTOR, ROLE, BEHALF = (f"#id_participations-0-{name}" for name in ("actor", "role", "on_behalf_of"))
SELECTION = "+ .select2-container .select2-selection"


def open_form(opened: Any, kind: str = "statement") -> Any:
    page = opened("Curator")
    page.goto(f"/admin/events/{kind}/add/")
    return page


def press(page: Any, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def find(page: Any, expect: Any, field: str, text: str, shown: str = "") -> None:
    """Type into a list, and wait for what is found."""
    page.locator(f"{field} {SELECTION}").click()
    page.keyboard.type(text)
    expect(page.locator(MARKED)).to_contain_text(shown or text)


# Lists


def test_a_pointer_that_rests_marks_nothing(sample: None, opened: Any, expect: Any) -> None:
    page = open_form(opened)
    find(page, expect, ACTOR, "Erdo")
    options = page.locator(".select2-results__option")
    assert options.count() > 3
    box = options.nth(2).bounding_box()
    press(page, "Escape")
    page.mouse.move(box["x"] + 40, box["y"] + 8)
    find(page, expect, ACTOR, "Erdo")
    expect(page.locator(MARKED)).to_have_text(re.compile("^Recep Tayyip Erdoğan"))
    # Not even one that moves a little: it takes by clicking.
    page.mouse.move(box["x"] + 44, box["y"] + 9)
    expect(page.locator(MARKED)).to_have_text(re.compile("^Recep Tayyip Erdoğan"))
    press(page, "Alt+b")
    expect(page.locator(f"{ACTOR} option:checked")).to_have_text("Recep Tayyip Erdoğan")
    find(page, expect, ACTOR, "Erdo")
    page.locator(".select2-results__option").filter(has_text="Create “Erdo” as a draft armed group").click()
    expect(page.locator(f"{ACTOR} option:checked")).to_have_attribute("value", "new:organization.armed_group:Erdo")


def test_a_draft_is_chosen_and_never_stands_before_what_is_on_record(sample: None, opened: Any, expect: Any) -> None:
    page = open_form(opened)
    find(page, expect, ACTOR, "Erdo")
    drafts = page.locator(".select2-results__option .draft")
    assert drafts.count() > 1
    expect(page.locator(".select2-results__option").first.locator(".draft")).to_have_count(0)
    press(page, "ArrowDown", "Alt+b")
    expect(page.locator(f"{ACTOR} option:checked")).to_have_attribute("value", "new:official:Erdo")


def test_keys_wait_for_a_page_that_is_not_ready(sample: None, opened: Any, expect: Any) -> None:
    page = opened("Curator")
    page.clock.install()
    page.clock.pause_at("2030-01-01")
    page.goto("/admin/events/statement/add/")
    # No time has passed, and the lists are not there yet.
    page.keyboard.type("A word")
    press(page, "Enter")
    page.keyboard.type("2020-10-27")
    press(page, "Enter", "Enter")
    page.keyboard.type("Syria")
    press(page, "Enter")
    page.clock.resume()
    expect(page.locator("#id_about option:checked")).to_have_text("Syria")
    expect(page.locator("#id_name")).to_have_value("A word")


# What is proposed


def test_a_body_that_is_chosen_where_it_was_proposed_leads_on(sample: None, opened: Any, expect: Any) -> None:
    page = open_form(opened)
    page.locator("#id_start").fill("2020-10-27")
    page.locator(f"{ACTOR} {SELECTION}").focus()
    # All keys are pressed before the first answer is there, as they are at a busy server.
    page.keyboard.type("Lavrov")
    press(page, "Alt+b")
    page.keyboard.type("Russia")
    press(page, "Enter")
    page.keyboard.type("Cavusoglu")
    press(page, "Alt+b")
    page.keyboard.type("Turkey")
    press(page, "Alt+w")
    page.keyboard.type("his counterpart")
    expect(page.locator("#id_participations-1-wording")).to_have_value("his counterpart")
    chosen = [
        page.locator(f"#id_participations-{row}-{name} option:checked") for row in (0, 1) for name in ("actor", "on_behalf_of")
    ]
    assert [one.inner_text() for one in chosen] == ["Sergey Lavrov", "Russia", "Mevlüt Çavuşoğlu", "Turkey"]


def test_what_was_proposed_for_somebody_goes_with_him(sample: None, opened: Any, expect: Any) -> None:
    page = open_form(opened)
    page.locator("#id_start").fill("2020-10-27")
    for name, shown, body in (
        ("Lavrov", "Sergey Lavrov", "Russia"),
        ("Cavusoglu", "Mevlüt", "Turkey"),
        ("Nobody Known", "Create", ""),
    ):
        find(page, expect, ACTOR, name, shown)
        press(page, "Enter")
        expect(page.locator(f"{BEHALF} option:checked")).to_have_text(body)
    find(page, expect, BEHALF, "Libya")
    press(page, "Enter")
    find(page, expect, ACTOR, "Lavrov")
    press(page, "Enter")
    expect(page.locator(f"{BEHALF} option:checked")).to_have_text("Libya")


# Letters


@pytest.mark.parametrize("pause", [0, 250, 5000])
def test_letters_choose_the_same_at_any_speed(opened: Any, expect: Any, pause: int) -> None:
    page = opened("Curator")
    page.clock.install()
    page.clock.pause_at("2030-01-01")
    page.goto("/admin/events/statement/add/")
    page.clock.run_for(100)
    role = page.locator(ROLE)
    # One again is the next that begins so; a letter that does not go on begins anew, or is nothing.
    spelled = {"s": "signatory", "ss": "speaker", "sp": "speaker", "par": "participant", "dg": "guarantor", "px": "participant"}
    for letters, value in (("s", "signatory"), *spelled.items()):
        page.locator("#id_start").focus()
        role.focus()
        for letter in letters:
            page.keyboard.press(letter)
            if pause:
                page.clock.run_for(pause)
        expect(role).to_have_value(value)


# The cursor


FIRST = {
    "source": "id_name", "meeting": "id_start", "agreement": "id_name", "statement": "id_name", "action": "id_name",
    "country": "id_name", "organization": "id_name", "official": "id_name", "office": "id_name", "tenure": "id_official",
    "topic": "id_name",
}  # fmt: skip


def test_every_form_begins_with_the_field_that_is_filled_first(opened: Any) -> None:
    page = opened("superuser")
    begun = {}
    for model, pages in admin.site._registry.items():
        if isinstance(pages, RecordAdmin) and model._meta.model_name not in ("provision", "stance"):
            page.goto(reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_add"))
            begun[model._meta.model_name] = page.evaluate(
                "() => { const on = document.activeElement; const box = on.closest('.select2-container');"
                " return (box ? box.previousElementSibling : on).id; }"
            )
    assert begun == FIRST


# Leaving


def test_a_form_that_was_filled_in_is_not_left_without_a_question(sample: None, opened: Any, expect: Any) -> None:
    page = open_form(opened)
    asked: list[str] = []

    def answer(dialog: Any) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", answer)
    form = page.url
    page.keyboard.type("A word")
    page.get_by_role("link", name="Home").click()
    page.wait_for_timeout(200)
    assert (asked, page.url) == (["beforeunload"], form)
    # A row that was only added is nothing to lose, and neither is what was taken back.
    page.locator("#id_name").fill("")
    page.locator("#participations-group .add-row a").click()
    page.get_by_role("link", name="Home").click()
    expect(page).to_have_url(re.compile("/admin/$"))
    # What is saved is not lost; what was refused is not saved.
    page.goto(form)
    page.locator("#id_name").fill("A word")
    page.locator("#id_text").fill("So it is.")
    page.locator("#id_start").fill("soon")
    press(page, "Control+Enter")
    expect(page.locator(".errornote")).to_have_count(1)
    assert asked == ["beforeunload"]
    page.get_by_role("link", name="Home").click()
    page.wait_for_timeout(200)
    assert asked == ["beforeunload"] * 2
    page.locator("#id_start").fill("2020-10-27")
    press(page, "Control+Enter")
    expect(page).to_have_url(re.compile("/statement/$"))
    assert asked == ["beforeunload"] * 2
    assert Event.objects.filter(name="A word").exists()


# Dates


def test_an_interval_is_read_back_beside_the_field(opened: Any, expect: Any) -> None:
    page = open_form(opened)
    page.locator("#id_start").fill("2023-03-06/2023-03-10")
    expect(page.locator("#id_start_reading")).to_have_text("began on 6 March 2023, ended on 10 March 2023")
    expect(page.locator("#id_start_reading")).not_to_have_class(re.compile("wrong"))


# The preview


def test_a_click_reaches_the_form_while_a_preview_is_awaited(opened: Any, expect: Any) -> None:
    page = open_form(opened)
    # No answer comes.
    page.route(re.compile("/preview/$"), lambda _route: None)
    page.keyboard.type("A word")
    expect(page.locator("#preview")).to_have_attribute("aria-busy", "true")
    for field in ("#id_text", "#id_participations-0-wording", "#id_name"):
        box = page.locator(field).bounding_box()
        assert box["y"] + box["height"] < WIDE["height"]
        page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        expect(page.locator(field)).to_be_focused()


def test_nothing_is_wrong_with_a_form_that_nobody_has_filled_in(opened: Any, expect: Any) -> None:
    page = open_form(opened)
    page.wait_for_timeout(300)
    expect(page.locator("#preview")).to_have_text("The preview appears here as you type.")
    page.keyboard.type("A word")
    expect(page.locator("#preview .preview-mistakes")).to_have_count(1)
