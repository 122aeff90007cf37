"""The sample report is entered by keyboard alone, and every key that does not write is counted.

Counted are Enter, Tab, arrows, shortcuts (a letter with Alt is one) and every letter that chooses in a list. Names, dates,
quotes and what is typed to find somebody are text. Actors and topics are drafted in place.

What is entered is what the report says: the source, the call, the agreement with its provisions and deadlines, eight
statements with the stances they take, four actions; who took part, in what role, for whom, and in which words of the report; the
place; how records stand to each other; the words that prove each record, and those that prove single fields.

Left out is what a reader adds to the report: the reasoning by which the sample dates what the report does not date, stances that
are inferred, codes, further names, offices, tenures and what other sources prove. So are the Berlin conference and the
resolutions of the Security Council: the report names them without saying when they were or which. They stand in quotes alone.
The pandemic (paragraph 13) is left out as well: it would be context of the call, and takes five keys or more.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.core.management import call_command

from actors.models import Actor
from events.models import Event

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

LIMIT = 250
RECORDS, QUOTES, WORDINGS = "records", "second quotes", "wordings"
SOURCE = "News report on the call of Lavrov and Cavusoglu"
DIPLOMATS = "according to diplomatic sources"
LAVROV, CAVUSOGLU = "Sergey Lavrov", "Mevlut Cavusoglu"
GNA, LNA, COMMUNITY = "Government of National Accord", "Libyan National Army", "International community"
SOLDIERS, FORCES = "Turkish Armed Forces", "Forces of the Government of National Accord"
LIBYA, PROCESS, FOREIGN = "Libya", "Libyan political process", "Foreign forces in Libya"
CEASEFIRE = "Agreement for a permanent ceasefire in Libya"
ELECTED = "A unified government is elected"
DAYS = "[2020-10-23..2020-10-27]"


@dataclass(frozen=True)
class Who:
    """Somebody who took part. The letter of a role is pressed where it is not the one that stands there."""

    name: str
    wording: str = ""
    role: str = ""
    letter: str = ""
    behalf: str = ""
    # What must be typed for it, where it does not stand there already.
    behalf_typed: str = ""


@dataclass(frozen=True)
class Proof:
    quote: str
    locator: str
    field: str = ""


@dataclass(frozen=True)
class Provision:
    text: str
    category: str
    letters: str
    bound: tuple[str, ...] = ()
    due: str = ""
    until: str = ""


@dataclass(frozen=True)
class Record:
    """What the report says in one place."""

    key: str
    name: str
    start: str
    text: str
    topics: tuple[str, ...]
    people: tuple[Who, ...]
    proofs: tuple[Proof, ...]
    # The format or type, and the keys that choose it.
    subtype: str = ""
    letters: Sequence[str] = ""
    # What it is about, the letter of the position, and the position.
    stances: tuple[tuple[str, str, int], ...] = ()
    # To what it stands how, and the letter where it does not just refer to it.
    relations: tuple[tuple[str, str, str], ...] = ()
    provisions: tuple[Provision, ...] = ()
    attribution: str = ""
    place: str = ""


REPORT: tuple[Record, ...] = (
    Record(
        "m", "", "2020-10-27", "The ministers discussed the situation in Libya, Syria and Nagorno-Karabakh.",
        (LIBYA, "Syria", "Nagorno-Karabakh"),
        (
            Who(LAVROV, "Russia’s Foreign Minister Sergey Lavrov", "participant", behalf="Russia", behalf_typed="RUS"),
            Who(CAVUSOGLU, "his Turkish counterpart, Mevlut Cavusoglu", "participant", behalf="Turkey", behalf_typed="TUR"),
        ),
        (
            Proof("held a telephone conversation with his Turkish counterpart, Mevlut Cavusoglu", "paragraph 1"),
            Proof("to discuss the situation in Libya, Syria, and Nagorno-Karabakh", "paragraph 1", "topics"),
        ),
        subtype="phone_call", letters="p", attribution=DIPLOMATS,
    ),
    Record(
        "s", "Lavrov and Cavusoglu on the dialogue among Libyans", "2020-10-27",
        "Dialogue among Libyans is important, in line with the Berlin conference and the Security Council.",
        (LIBYA, PROCESS),
        (
            Who(LAVROV, "The two top diplomats", "speaker", behalf="Russia"),
            Who(CAVUSOGLU, "The two top diplomats", "speaker", behalf="Turkey"),
        ),
        (
            Proof("The two top diplomats highlighted the importance of dialogue among Libyans", "paragraph 2"),
            Proof("in line with the Berlin conference and UN Security Council (UNSC) decisions", "paragraph 2", "text"),
        ),
        stances=((PROCESS, "s", 1),), relations=(("Phone call of Sergey", "made_at", "m"),), attribution=DIPLOMATS,
    ),
    Record(
        "s", "Lavrov on working with Turkey to settle the conflict in Libya", DAYS,
        "Russia works with Turkey for a settlement and for political reform, although their approaches differ seriously.",
        (LIBYA, PROCESS), (Who(LAVROV, "Lavrov", "speaker", behalf="Russia"),),
        (
            Proof("his country is working with Turkey to settle the conflict in Libya", "paragraph 3"),
            Proof("achieve political reform", "paragraph 3", "stances/1"),
            Proof("a serious difference in the two countries’ approaches", "paragraph 3", "stances/2"),
        ),
        stances=((PROCESS, "s", 1), ("TUR", "n", 0)),
    ),
    Record(
        "s", "Lavrov on bringing the positions of the Libyan parties closer", DAYS,
        "Russia tries to narrow the gap between the warring parties, so that political change can begin.",
        (LIBYA, PROCESS), (Who(LAVROV, "Lavrov", "speaker", behalf="Russia"),),
        (
            Proof("Lavrov added that Russia works on bringing the negotiating positions closer", "paragraph 4"),
            Proof("UN Security Council resolutions and the outcomes of the Berlin Conference", "paragraph 4", "text"),
        ),
        stances=((PROCESS, "s", 1),), relations=(("Lavrov on working with", "follows", "f"),),
    ),
    Record(
        "a", CEASEFIRE, "2020-10-23", "", (LIBYA, PROCESS, FOREIGN),
        (Who(GNA, "the two Libyan warring sides", "party"), Who(LNA, "the two Libyan warring sides", "party")),
        (
            Proof("the two Libyan warring sides signed an agreement on Friday for a permanent ceasefire", "paragraph 5"),
            Proof("In Geneva", "paragraph 5", "place_name"),
            Proof("a permanent ceasefire throughout the country", "paragraph 5", "provisions/1"),
            Proof("all mercenaries and foreign forces are scheduled to leave Libya", "paragraph 6", "provisions/2"),
            Proof("within three months", "paragraph 6", "provisions/2/due"),
            Proof("the freezing of all military agreements", "paragraph 7", "provisions/3"),
            Proof("until a unified government was elected", "paragraph 7", "provisions/3/lasts_until"),
            Proof("the departure of military advisors", "paragraph 7", "provisions/4"),
            Proof("until a unified government was elected", "paragraph 7", "provisions/4/lasts_until"),
        ),
        subtype="ceasefire", letters="c", place="Geneva",
        provisions=(
            Provision("A permanent ceasefire holds throughout Libya.", "ceasefire", "c", (GNA, LNA)),
            Provision("All mercenaries and foreign forces leave Libya.", "foreign_forces", "f", due="three months"),
            Provision("All military agreements are suspended.", "military_cooperation", "m", (GNA, LNA), until=ELECTED),
            Provision("Military advisors depart.", "foreign_forces", "f", until=ELECTED),
        ),
    ),
    Record(
        "s", "International praise for the Libyan ceasefire", DAYS, "The agreement was praised by many abroad.", (LIBYA,),
        (Who(COMMUNITY, "Widespread international praise", "speaker"),),
        (Proof("Widespread international praise followed the announcement of the agreement", "paragraph 6"),),
        stances=((CEASEFIRE, "s", 1),),
    ),
    Record(
        "s", "Turkey questions the viability of the Libyan ceasefire", DAYS, "Turkey doubted that the ceasefire could last.",
        (LIBYA,), (Who("TUR", "", "speaker"),),
        (Proof("with the exception of Turkey which questioned the viability of the ceasefire", "paragraph 6"),),
        stances=((CEASEFIRE, "d", -1),),
    ),
    Record(
        "s", "Erdogan on the credibility of the Libyan ceasefire", DAYS, "The ceasefire agreement lacks credibility.", (LIBYA,),
        (
            Who(
                "Recep Tayyip Erdogan", "Turkish President Recep Tayyip Erdogan", "speaker", behalf="Turkey", behalf_typed="TUR"
            ),
        ),
        (Proof("described the ceasefire agreement as lacking in credibility", "paragraph 8"),),
        stances=((CEASEFIRE, "d", -1),),
    ),
    Record(
        "c", "Turkey trains forces of the Government of National Accord", "2020-10",
        "Turkish soldiers trained forces of the Government of National Accord in a military training centre in Libya.",
        (LIBYA, FOREIGN),
        (
            Who(SOLDIERS, "the Turkish army", "agent", behalf="Turkey", behalf_typed="TUR"),
            Who(
                FORCES, "Government of National Accord (GNA) forces", "target", "t", behalf=GNA, behalf_typed=GNA
            ),
        ),
        (Proof("the Turkish army with GNA forces in a military training centre in Libya", "paragraph 9"),),
        subtype="training", letters=("ArrowDown",),
    ),
    Record(
        "s", "Turkey announces that it will complete its training of GNA forces", DAYS,
        "Turkey has decided to complete its training programmes for GNA forces.", (LIBYA, FOREIGN),
        (Who("TUR", "Ankara", "speaker"),),
        (Proof("Ankara also announced its decision to complete its training programs", "paragraph 9"),),
        relations=(("Turkey trains forces", "refers_to", ""), (CEASEFIRE, "follows", "f")),
    ),
    Record(
        "c", "Libyan media publish photos of Turkish soldiers with GNA forces", DAYS,
        "The photos showed Turkish soldiers with GNA forces in a training centre.", (LIBYA, FOREIGN),
        (
            Who("Libyan media outlets", "", "agent"),
            Who(SOLDIERS, "the Turkish army", "target", "t", behalf="Turkey"),
            Who(FORCES, "GNA forces", "target", behalf=GNA),
        ),
        (Proof("Libyan media outlets published photos of the Turkish army with GNA forces", "paragraph 9"),),
        subtype="publication_of_evidence", letters="p", relations=(("Turkey trains forces", "refers_to", ""),),
    ),
    Record(
        "s", "Russia praises the Libyan ceasefire", DAYS, "Russia welcomed the agreement of the Libyan parties.", (LIBYA,),
        (Who("RUS", "", "speaker"),),
        (
            Proof("Russia praised the ceasefire agreement reached by the parties to the Libyan conflict", "paragraph 10"),
            Proof("an important step towards resolving the crisis", "paragraph 10", "stances/1"),
        ),
        stances=((CEASEFIRE, "s", 1),),
    ),
    Record(
        "c", "Death of Muammar Gaddafi", "2011-10-20", "Chaos followed in Libya.", (LIBYA,),
        (Who("Muammar Gaddafi", "dictator Muammar Gaddafi", "target", "t"),),
        (
            Proof("following the death of dictator Muammar Gaddafi", "paragraph 11"),
            Proof("Oil-rich Libya has been plunged into chaos and instability", "paragraph 11", "description"),
        ),
        subtype="death", letters="dea",
    ),
    Record(
        "c", "Libya divides between rival authorities", "2014", "", (LIBYA,),
        (Who(GNA, "", "agent"), Who(LNA, "the Libyan National Army (LNA)", "agent")),
        (Proof("Since 2014, Libya has been divided", "paragraph 12"),), subtype="other", letters="o",
    ),
)  # fmt: skip


@dataclass
class Typist:
    """Somebody at a keyboard. Keys that write are not counted; all others are, and letters that choose in a list."""

    page: Any
    expect: Any
    counted: Counter[str] = field(default_factory=Counter)
    part: str = RECORDS

    written: int = 0

    def write(self, text: str) -> None:
        self.written += len(text)
        self.page.keyboard.insert_text(text)

    def find(self, text: str, then: str = "") -> None:
        """Type what is to be found: each key of it comes down and up."""
        self.written += len(text)
        self.page.keyboard.type(text)
        self.press(*filter(None, [then]))

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.counted[self.part] += 1

    def enter(self, text: str = "", then: str = "Enter") -> None:
        self.write(text)
        self.press(then)

    def go(self, key: str) -> None:
        """Save, and wait for the page that follows."""
        before = self.page.url
        self.press(f"Alt+{key}" if key else "Control+Enter")
        self.expect(self.page).not_to_have_url(before, timeout=20_000)
        if key:
            self.expect(self.page.locator("[data-quick]:focus")).to_have_count(1)


def enter(typist: Typist, record: Record, topics: Sequence[str]) -> None:
    """Enter a record in the form that is open, in which the topics of the record before stand."""
    if record.name:
        typist.enter(record.name)
    typist.enter(record.start)
    if record.letters:
        typist.press(*record.letters, "Enter")
    if record.topics == topics:
        typist.enter(record.text, "Alt+Enter")
    else:
        typist.enter(record.text)
        kept = sum(topics[: number + 1] == record.topics[: number + 1] for number in range(min(len(topics), len(record.topics))))
        typist.press(*["Backspace"] * (len(topics) - kept))
        *most, last = record.topics[kept:] or [""]
        for one in most:
            typist.find(one, "Enter")
        typist.find(last, "Alt+Enter")
    for number, who in enumerate(record.people, start=1):
        take_part(typist, who, "Enter" if number < len(record.people) else "Alt+Enter")
    for number, (target, letter, _) in enumerate(record.stances, start=1):
        typist.find(target, "Enter")
        typist.press(letter, "Enter" if number < len(record.stances) else "Alt+Enter")
    if record.key == "s" and not record.stances:
        typist.press("Alt+Enter")
    for number, one in enumerate(record.provisions, start=1):
        provide(typist, one, "Alt+n" if number < len(record.provisions) else "Alt+Enter")


def provide(typist: Typist, provision: Provision, then: str) -> None:
    typist.enter(provision.text)
    typist.press(provision.letters, "Enter")
    *most, last = provision.bound or ("",)
    for name in most:
        typist.find(name, "Enter")
    typist.find(last)
    for key, text in (("d", provision.due), ("u", provision.until)):
        if text:
            typist.press(f"Alt+{key}")
            typist.write(text)
    typist.press(then)


def take_part(typist: Typist, who: Who, then: str) -> None:
    typist.find(who.name)
    if who.letter:
        typist.press("Alt+r")
        typist.press(who.letter)
    if who.behalf_typed:
        typist.press("Alt+b")
        typist.find(who.behalf_typed)
    if who.wording:
        typist.part = WORDINGS
        typist.press("Alt+w")
        typist.part = RECORDS
        typist.write(who.wording)
    typist.press(then)


def prove(typist: Typist, record: Record) -> None:
    first, *more = record.proofs
    typist.enter(first.quote)
    typist.write(first.locator)
    if record.attribution:
        typist.press("Tab")
        typist.write(record.attribution)
    locator = first.locator
    typist.part = QUOTES
    for proof in more:
        typist.press("Alt+n")
        typist.write(proof.field)
        typist.press("Enter")
        typist.write(proof.quote)
        if proof.locator != locator:
            typist.press("Enter")
            typist.write(proof.locator)
        locator = proof.locator
    typist.part = RECORDS


def relate(typist: Typist, record: Record) -> None:
    for number, (target, _, letter) in enumerate(record.relations):
        typist.press("Enter" if number else "Alt+Enter")
        typist.find(target)
        if letter:
            typist.press("Tab")
            typist.press(letter)
    if record.place:
        typist.press("Alt+p")
        typist.write(record.place)


def called(name: str) -> str:
    return {"TUR": "Turkey", "RUS": "Russia"}.get(name, name)


def expected(record: Record) -> dict[str, Any]:
    """Return what a record says in the report."""
    stances = [(called(target), position) for target, _, position in record.stances]
    said_of = [(CEASEFIRE, "refers_to") for target, _ in stances if target == CEASEFIRE]
    first, *more = record.proofs
    return {
        "name": record.name or f"Phone call of {LAVROV} and {CAVUSOGLU}",
        "start": record.start,
        "text": record.text,
        "subtype": record.subtype,
        "place": record.place,
        "topics": list(record.topics),
        "people": [(called(one.name), one.role, one.behalf, one.wording) for one in record.people],
        "stances": stances,
        "relations": [*said_of, *((NAMED[target], type_) for target, type_, _ in record.relations)],
        "provisions": [
            (one.text, one.category, list(one.bound), "P3M" if one.due else "", one.until) for one in record.provisions
        ],
        "proofs": [(SOURCE, "supports", one.field, one.quote, one.locator, record.attribution) for one in (first, *more)],
    }


def entered(event: Event) -> dict[str, Any]:
    """Return what a record says that was entered; parts are named by their places, as they were typed."""
    parts = {
        one.slug: f"{number}" for rows in (event.provisions, event.stances) for number, one in enumerate(rows.order_by("pk"), 1)
    }
    return {
        "name": event.name,
        "start": event.start,
        "text": event.text or event.description,
        "subtype": event.mode or event.agreement_type or event.action_type,
        "place": event.place_name,
        "topics": [one.topic.name for one in event.event_topics.order_by("pk")],
        "people": [
            (one.actor.name, one.role, one.on_behalf_of.name if one.on_behalf_of else "", one.wording)
            for one in event.participations.order_by("pk")
        ],
        "stances": [
            (str(one.target_event or one.target_topic or one.target_actor), one.position) for one in event.stances.order_by("pk")
        ],
        "relations": [(one.object.name, one.type) for one in event.relations.order_by("pk")],
        "provisions": [
            (
                one.text, one.category, [actor.name for actor in one.bound_actors.order_by("pk")], one.due_offset,
                one.lasts_until_condition,
            )
            for one in event.provisions.order_by("order")
        ],
        "proofs": [
            (
                one.source.name, one.role, "/".join(parts.get(name, name) for name in one.field.split("/")), one.quote,
                one.locator, one.attribution,
            )
            for one in event.citations.order_by("pk")
        ],
    }  # fmt: skip


# What is typed to find a record, and what it is called.
NAMED = {CEASEFIRE: CEASEFIRE, "Phone call of Sergey": f"Phone call of {LAVROV} and {CAVUSOGLU}"} | {
    start: record.name
    for start in ("Lavrov on working with", "Turkey trains forces")
    for record in REPORT
    if record.name.startswith(start)
}
SUBTYPES = {
    LAVROV: "official", CAVUSOGLU: "official", "Recep Tayyip Erdogan": "official", "Muammar Gaddafi": "official",
    GNA: "government", LNA: "armed_group", COMMUNITY: "collective", "Libyan media outlets": "collective",
    SOLDIERS: "state_organ", FORCES: "state_organ",
}  # fmt: skip


def test_the_report_is_entered_by_keyboard(opened: Any, expect: Any, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("load_reference", verbosity=0)
    page = opened("Curator")
    page.goto("/admin/sources/source/add/")
    typist = Typist(page, expect)
    typist.enter(SOURCE)
    typist.enter()
    typist.write("2020-10")
    topics: Sequence[str] = ()
    for record in REPORT:
        typist.go(record.key)
        enter(typist, record, topics)
        prove(typist, record)
        relate(typist, record)
        topics = record.topics
    typist.go("")

    for event, record in zip(Event.objects.order_by("pk"), REPORT, strict=True):
        assert entered(event) == expected(record)
    drafts = Actor.objects.filter(state="draft")
    assert {one.name: one.organization_type or one.kind for one in drafts} == SUBTYPES
    with capsys.disabled():
        sys.stdout.write(
            f"\n{typist.counted.total()} keystrokes: {dict(typist.counted)}; and {typist.written} characters of text.\n"
        )
    assert typist.counted.total() < LIMIT


def test_keys_wait_for_a_slow_answer(opened: Any, expect: Any) -> None:
    call_command("load_reference", verbosity=0)
    page = opened("Curator")
    asked: list[Any] = []
    is_slow = True

    def wait(route: Any) -> None:
        asked.append(route) if is_slow else route.continue_()

    page.route(re.compile("/admin/autocomplete/"), wait)
    page.goto("/admin/events/action/add/")
    typist = Typist(page, expect)
    for text in ("An action", "2020-10", "", ""):
        typist.enter(text)
    typist.find(LIBYA, "Enter")
    # What is typed from now on is typed before the first answer.
    typist.find("Syria", "Alt+Enter")
    typist.find("TUR")
    typist.press("Alt+r", "t", "Tab")
    typist.find("RUS", "Enter")
    typist.press("Alt+Enter")
    typist.write("the words")
    is_slow = False
    page._run(lambda: [route.continue_() for route in asked])
    expect(page.locator("#id_citations-0-quote")).to_have_value("the words")
    for name in (LIBYA, "Syria"):
        expect(page.locator(f'#id_about option:checked[value="new:topic:{name}"]')).to_have_count(1)
    expect(page.locator("#id_about option:checked")).to_have_count(2)
    expect(page.locator("#id_participations-0-actor option:checked")).to_have_text("Turkey")
    expect(page.locator("#id_participations-0-role")).to_have_value("target")
    expect(page.locator("#id_participations-0-on_behalf_of option:checked")).to_have_text("Russia")
