"""The sample report is entered by keyboard alone, and every key is counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.core.management import call_command

from events.models import Agreement, Event, EventRelation, Participation, Stance

pytestmark = pytest.mark.django_db

RECORDS, QUOTES, WORDINGS = "records", "second quotes", "wordings"
SOURCES = "News report on the call of Lavrov and Cavusoglu"
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
    # How far down the list the sort of the draft stands.
    down: int = 0


@dataclass(frozen=True)
class Proof:
    quote: str
    locator: str
    field: str = ""
    # What chooses its role, where it does not just support.
    key: str = ""


@dataclass(frozen=True)
class Provision:
    text: str
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
    letters: Sequence[str] = ""
    # What it is about, the letter of the position, and the position.
    stances: tuple[tuple[str, str, int], ...] = ()
    # To what it stands how, and the letter where it does not just refer to it.
    relations: tuple[tuple[str, str, str], ...] = ()
    # Those that follow from stances.
    follows: tuple[tuple[str, str], ...] = ()
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
            Proof("coincided with an unprecedented global health crisis", "paragraph 13", "description", "End"),
        ),
        letters="p", attribution=DIPLOMATS,
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
        letters="c", place="Geneva",
        provisions=(
            Provision("A permanent ceasefire holds throughout Libya.", "c", (GNA, LNA)),
            Provision("All mercenaries and foreign forces leave Libya.", "f", due="three months"),
            Provision("All military agreements are suspended.", "m", (GNA, LNA), until=ELECTED),
            Provision("Military advisors depart.", "f", until=ELECTED),
        ),
    ),
    Record(
        "s", "International praise for the Libyan ceasefire", DAYS, "The agreement was praised by many abroad.", (LIBYA,),
        (Who(COMMUNITY, "Widespread international praise", "speaker"),),
        (Proof("Widespread international praise followed the announcement of the agreement", "paragraph 6"),),
        stances=((CEASEFIRE, "s", 1),), follows=((CEASEFIRE, "refers_to"),),
    ),
    Record(
        "s", "Turkey questions the viability of the Libyan ceasefire", DAYS, "Turkey doubted that the ceasefire could last.",
        (LIBYA,), (Who("TUR", "", "speaker"),),
        (Proof("with the exception of Turkey which questioned the viability of the ceasefire", "paragraph 6"),),
        stances=((CEASEFIRE, "d", -1),), follows=((CEASEFIRE, "refers_to"),),
    ),
    Record(
        "s", "Erdogan on the credibility of the Libyan ceasefire", DAYS, "The ceasefire agreement lacks credibility.", (LIBYA,),
        (
            Who(
                "Recep Tayyip Erdogan", "Turkish President Recep Tayyip Erdogan", "speaker", behalf="Turkey", behalf_typed="TUR"
            ),
        ),
        (Proof("described the ceasefire agreement as lacking in credibility", "paragraph 8"),),
        stances=((CEASEFIRE, "d", -1),), follows=((CEASEFIRE, "refers_to"),),
    ),
    Record(
        "c", "Turkey trains forces of the Government of National Accord", "2020-10",
        "Turkish soldiers trained forces of the Government of National Accord in a military training centre in Libya.",
        (LIBYA, FOREIGN),
        (
            Who(SOLDIERS, "the Turkish army", "agent", behalf="Turkey", behalf_typed="TUR"),
            Who(
                FORCES, "Government of National Accord (GNA) forces", "target", "t", behalf=GNA, behalf_typed=GNA, down=1
            ),
        ),
        (Proof("the Turkish army with GNA forces in a military training centre in Libya", "paragraph 9"),),
        letters=("ArrowDown",),
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
        letters="p", relations=(("Turkey trains forces", "refers_to", ""),),
    ),
    Record(
        "s", "Russia praises the Libyan ceasefire", DAYS, "Russia welcomed the agreement of the Libyan parties.", (LIBYA,),
        (Who("RUS", "", "speaker"),),
        (
            Proof("Russia praised the ceasefire agreement reached by the parties to the Libyan conflict", "paragraph 10"),
            Proof("an important step towards resolving the crisis", "paragraph 10", "stances/1"),
        ),
        stances=((CEASEFIRE, "s", 1),), follows=((CEASEFIRE, "refers_to"),),
    ),
    Record(
        "c", "Death of Muammar Gaddafi", "2011-10-20", "Chaos followed in Libya.", (LIBYA,),
        (Who("Muammar Gaddafi", "dictator Muammar Gaddafi", "target", "t"),),
        (
            Proof("following the death of dictator Muammar Gaddafi", "paragraph 11"),
            Proof("Oil-rich Libya has been plunged into chaos and instability", "paragraph 11", "description", "End"),
        ),
        letters="dea",
    ),
    Record(
        "c", "Libya divides between rival authorities", "2014", "", (LIBYA,),
        (Who(GNA, "", "agent"), Who(LNA, "the Libyan National Army (LNA)", "agent")),
        (Proof("Since 2014, Libya has been divided", "paragraph 12"),), letters="o",
    ),
)  # fmt: skip


@dataclass
class Typist:
    """Somebody at a keyboard. Keys that write are not counted; all others are, and letters that choose in a list."""

    page: Any
    counted: Counter[str] = field(default_factory=Counter)
    part: str = RECORDS

    def write(self, text: str) -> None:
        self.page.keyboard.type(text)

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.counted[self.part] += 1

    def choose(self, letters: Sequence[str]) -> None:
        self.press(*letters)

    def enter(self, text: str = "", then: str = "Enter") -> None:
        self.write(text)
        self.press(then)

    def go(self, key: str) -> None:
        """Save, and wait for the page that follows."""
        before = self.page.url
        self.press(f"Alt+{key}" if key else "Control+Enter")
        self.page.wait_for_function(
            "before => location.href !== before && document.readyState === 'complete' || document.querySelector('.errornote')",
            arg=before,
        )
        wrong = self.page.locator(".errornote, .errorlist").all_inner_texts()
        if wrong: self.page.screenshot(path="/tmp/journey-shots/fail.png", full_page=True)
        assert wrong == [], self.page.url
        if key:
            self.page.wait_for_function("document.activeElement.matches('[data-quick]')")

    def shown(self) -> None:
        """Look at the list before going down in it."""
        self.page.locator(".select2-results__option--highlighted").wait_for()
        self.page.wait_for_function(
            "[...document.querySelectorAll('select[data-asked]')].every(one => one.dataset.asked === one.dataset.answered && "
            "one.dataset.asked === document.activeElement.value) && !document.querySelector('.loading-results')"
        )


def enter(typist: Typist, record: Record, topics: Sequence[str]) -> None:
    """Enter a record in the form that is open, in which the topics of the record before stand."""
    typist.enter(record.name)
    typist.enter(record.start)
    if record.letters:
        typist.choose(record.letters)
        typist.press("Enter")
    if record.topics == topics:
        typist.enter(record.text, "Alt+Enter")
    else:
        typist.enter(record.text)
        kept = 0
        while kept < min(len(topics), len(record.topics)) and topics[kept] == record.topics[kept]:
            kept += 1
        typist.press(*["Backspace"] * (len(topics) - kept))
        *most, last = record.topics[kept:] or [""]
        for one in most:
            typist.enter(one)
        typist.enter(last, "Alt+Enter")
    for number, who in enumerate(record.people, start=1):
        take_part(typist, who, "Enter" if number < len(record.people) else "Alt+Enter")
    for number, (target, letter, _) in enumerate(record.stances, start=1):
        typist.enter(target)
        typist.choose(letter)
        typist.press("Enter" if number < len(record.stances) else "Alt+Enter")
    if record.key == "s" and not record.stances:
        typist.press("Alt+Enter")
    for number, one in enumerate(record.provisions, start=1):
        typist.enter(one.text)
        typist.choose(one.letters)
        typist.press("Enter")
        *most, last = one.bound or ("",)
        for name in most:
            typist.enter(name)
        typist.write(last)
        for key, text in (("d", one.due), ("u", one.until)):
            if text:
                typist.press(f"Alt+{key}")
                typist.write(text)
        typist.press("Alt+n" if number < len(record.provisions) else "Alt+Enter")


def take_part(typist: Typist, who: Who, then: str) -> None:
    typist.write(who.name)
    if who.down:
        typist.shown()
        typist.press(*["ArrowDown"] * who.down)
    if who.letter:
        typist.press("Alt+r")
        typist.choose(who.letter)
    if who.behalf_typed:
        typist.press("Alt+b")
        typist.write(who.behalf_typed)
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
        if proof.key:
            typist.press("Alt+r")
            typist.press(proof.key)
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
        typist.write(target)
        if letter:
            typist.press("Tab")
            typist.choose(letter)
    if record.place:
        typist.press("Alt+p")
        typist.write(record.place)


def test_the_report_is_entered_by_keyboard(opened: Any, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("load_reference", verbosity=0)
    page = opened("Curator")
    page.goto("/admin/record/source/add/")
    typist = Typist(page)
    typist.enter(SOURCES)
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
    with capsys.disabled():
        print(dict(typist.counted), typist.counted.total())
