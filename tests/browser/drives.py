"""Forms driven at random: by keyboard, with a pointer that rests anywhere, and a server that answers when it likes.

A drive follows from its seed: what is chosen, the keys that choose it, the pauses between them (0 to 1,500 ms), where the
pointer goes, and how long each answer takes (0 to 3,000 ms, so that answers overtake each other). The page's clock is
Playwright's: its timers run as if the time had passed, and nobody waits. The answers are the server's own, held back.

`Model` says what a form must hold after each step, by the rules that `docs/desk.md` tells.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any, Final

from playwright.sync_api import Error

PAUSE, DELAY, PATIENCE = 1500, 3000, 60_000
SLOW: Final = re.compile(r"/admin/(autocomplete|reading)/|/preview/$")
FORM: Final = re.compile(r"/admin/events/[a-z]+/add/$")
IMAGE: Final = re.compile(r"\.svg$|/favicon.ico$")
# So many previews are the server's; the others say what a preview says of rows.
REAL: Final = 0.1
PREVIEW: Final = '<h2>Preview</h2><div hidden><span data-note-for="participations-0">Minister</span></div>'
# The middle of what is aimed at, where it can be seen.
AIM: Final = """async (selector) => {
  const found = document.querySelector(selector);
  found.scrollIntoView({ block: "center" });
  await new Promise((done) => { const one = new MessageChannel(); one.port1.onmessage = done; one.port2.postMessage(0); });
  const { x, y, width, height } = found.getBoundingClientRect();
  return [x + width / 2, y + height / 2];
}"""
# Whether keys wait for a list, or a list waits for its lines: nobody aims at a form that is about to change by their keys.
WAITS: Final = "() => Boolean(document.querySelector('form[aria-busy], .loading-results'))"
# What a click reaches, which is told before the page knows of it.
WATCH: Final = """(selector) => {
  window.reached = [];
  const tell = ({ type, target }) => {
    const aimed = document.querySelector(selector);
    window.reached.push(aimed && aimed.contains(target) ? "" : `${type} on ${target.tagName} ${target.id} ${target.className}`);
  };
  for (const name of ["mousedown", "mouseup"]) window.addEventListener(name, tell, { capture: true, once: true });
}"""
REACHED: Final = "() => window.reached.filter(Boolean).join(', ')"
# The page's clock. Playwright's own way adds a script to every later page each time, which each of them runs.
RUN: Final = "(time) => globalThis.__pwClock.controller.runFor(time)"
# Where a form is that was not saved.
WHERE: Final = """() => [
  document.activeElement.id || document.activeElement.className, document.querySelector("form[aria-busy]") ? "keys wait" : "",
  ...[...document.querySelectorAll(".select2-search__field")].map((one) => one.value), ...[...document.querySelectorAll(
  ".select2-results__option")].map((one) => one.textContent)].filter(Boolean).slice(0, 6).join(" / ")"""
# As Django sends pages, which do not say it themselves: a form is sent in the encoding of its page.
HTML: Final = "text/html; charset=utf-8"
SAVED: Final = "<title>Saved</title><script>sessionStorage.clear()</script>"
DAY: Final = "2020-10-27"

PEOPLE: Final = ("Lavrov", "Cavusoglu", "Erdogan", "TUR", "RUS", "Libyan National Army", "United", "Sara")
DRAFTED: Final = (
    "Musaad Al-Ahmad", "Army of the North", "Ministry of Quiet", "Ada Lovelace", "Northern media outlets", "Ilse Bing",
)  # fmt: skip
BODIES: Final = ("RUS", "TUR", "Libya", "EGY", "FRA", "Council of the North", "United Nations")
TOPICS: Final = ("Libya", "Syria", "Nagorno", "A new issue", "Another issue")
WORDS: Final = ("the two top diplomats", "his counterpart", "sources close to the talks", "S")
TEXTS: Final = ("So it was said.", "The ministers talked.", "Nothing more is known.")
# The letters that choose a role: so many as tell it from those before it in the list, or one again for the next.
ROLES: Final = {
    "s": "signatory", "sp": "speaker", "ss": "speaker", "p": "participant", "h": "host", "m": "mediator", "g": "guarantor",
    "t": "target", "w": "witness", "par": "participant", "pp": "party", "part": "participant",
}  # fmt: skip
FIRST_ROLES: Final = {"meeting": "participant", "statement": "speaker", "action": "agent"}
# The letter that chooses a meeting's way or an action's type, and which that is.
SUBTYPES: Final = {"meeting": ("p", "phone_call"), "action": ("o", "other")}


@dataclass(frozen=True)
class Item:
    """One line of a list."""

    id: str
    text: str
    represents: str = ""

    @property
    def is_new(self) -> bool:
        return "new:" in self.id


Lookup = Callable[[str, str], list[Item]]


# Two rows that hold the same are two.
@dataclass(eq=False)
class Row:
    """What a row of the participations must hold. What was chosen stays; what was proposed follows from who takes part."""

    role: str
    actor: Item | None = None
    behalf: str = ""
    wording: str = ""
    role_chosen: bool = False
    behalf_chosen: bool = False

    @property
    def stored(self) -> tuple[str, str, str, str]:
        assert self.actor
        return self.actor.text, self.role, self.behalf, self.wording


@dataclass
class Plan:
    """The steps of one form, and what it must store."""

    random: Random
    kind: str
    lookup: Lookup
    # For whom people acted before in the tab.
    remembered: dict[str, str] = field(default_factory=dict)
    steps: list[tuple[str, Any]] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    topics: list[str] = field(default_factory=list)
    name: str = ""
    text: str = ""

    def press(self, *keys: str) -> None:
        self.steps += [("press", key) for key in keys]

    def write(self, text: str) -> None:
        self.steps.append(("write", text))

    def find(self, where: str, term: str) -> Item:
        """Type what is to be found, and go down to one of the lines that are found."""
        lines = self.lookup(where, term)
        place = min(self.random.choice((0, 0, 0, 1, 2)), len(lines) - 1)
        if self.random.random() < 0.1:
            # Second thoughts, while the list looks for something else.
            self.steps.append(("type", self.random.choice("abkl")))
            self.press("Backspace")
        self.steps.append(("type", term))
        self.press(*["ArrowDown"] * place)
        return lines[place]

    def take(self, row: Row, item: Item) -> None:
        """Choose who takes part: in the role of the row above, and for the body of the office, or as before."""
        if row.actor and row.actor.id == item.id:
            return
        place = self.rows.index(row)
        if place and not row.role_chosen and not row.actor:
            row.role = self.rows[place - 1].role
        row.actor = item
        if not row.behalf_chosen:
            row.behalf = item.represents or self.remembered.get(item.text, "")

    def act_for(self, row: Row, item: Item) -> None:
        """Choose on whose behalf."""
        row.behalf, row.behalf_chosen = item.text, True
        if row.actor and not item.is_new:
            self.remembered[row.actor.text] = item.text


def planned(random: Random, kind: str, lookup: Lookup) -> Plan:
    """Return the plan of a form of a kind, in which everything comes from `random`."""
    while True:
        plan = Plan(random, kind, lookup)
        _enter_record(plan)
        _enter_topics(plan)
        for number in range(random.randrange(1, 5)):
            if number:
                plan.press(random.choice(("Enter", "Enter", "Alt+n")))
            _enter_row(plan)
        for _ in range(random.choice((0, 0, 1, 2))):
            _revise(plan)
        plan.press("Control+Enter")
        # Nobody takes part twice in one role, or for himself.
        if len({row.stored[:2] for row in plan.rows}) == len(plan.rows) and all(row.stored[0] != row.behalf for row in plan.rows):
            return plan


def _enter_record(plan: Plan) -> None:
    plan.text = plan.random.choice(TEXTS)
    if plan.kind != "meeting":
        plan.name = f"A {plan.kind} of {plan.random.randrange(10_000)}"
        plan.write(plan.name)
        plan.press("Enter")
    plan.write(DAY)
    plan.press("Enter")
    if plan.kind in SUBTYPES:
        plan.press(SUBTYPES[plan.kind][0], "Enter")
    plan.write(plan.text)
    plan.press("Enter")


def _enter_topics(plan: Plan) -> None:
    terms = plan.random.sample(TOPICS, plan.random.randrange(3))
    for number, term in enumerate(terms, start=1):
        item = plan.find("topic", term)
        if item.text not in plan.topics:
            plan.topics.append(item.text)
        plan.press("Enter" if number < len(terms) else "Alt+Enter")
    if not terms:
        plan.press("Alt+Enter")


def _enter_row(plan: Plan) -> None:
    row = Row(FIRST_ROLES[plan.kind])
    plan.rows.append(row)
    known = [one.actor.text for one in plan.rows if one.actor] + list(plan.remembered)
    plan.take(row, plan.find("actor", plan.random.choice((*PEOPLE, *DRAFTED, *known))))
    for key in plan.random.sample("rbw", plan.random.randrange(4)):
        plan.press(f"Alt+{key}")
        if key == "r":
            letters = plan.random.choice(list(ROLES))
            plan.press(*letters)
            row.role, row.role_chosen = ROLES[letters], True
        elif key == "b":
            # What stands there already is chosen, too.
            plan.act_for(row, plan.find("on_behalf_of", plan.random.choice((row.behalf or "RUS", *BODIES))))
        else:
            row.wording = plan.random.choice(WORDS)
            plan.write(row.wording)


def _revise(plan: Plan) -> None:
    """Go back to a row with the mouse: take it out, or choose somebody else in it."""
    # A key that leaves a list takes what is marked in it.
    plan.press("Alt+w")
    place = plan.random.randrange(len(plan.rows))
    row = plan.rows[place]
    if len(plan.rows) > 1 and plan.random.random() < 0.5:
        plan.steps.append(("remove", place))
        plan.rows.remove(row)
    else:
        plan.steps.append(("open", f"#id_participations-{place}-actor + .select2-container .select2-selection"))
        plan.take(row, plan.find("actor", plan.random.choice((*PEOPLE, *DRAFTED))))
        plan.press("Alt+w")
    plan.steps.append(("click", f"#id_participations-{len(plan.rows) - 1}-wording"))


class Driver:
    """Somebody at a page, whose time is that of the page. All of it runs in the browser's thread.

    Pages and answers that only read are asked of the server once, as nothing stays that a drive stores. A page comes with
    its scripts and styles in it, which are two dozen requests less for each drive.
    """

    def __init__(self, page: Any) -> None:
        self.page = page
        self.random = Random(0)
        # How long answers take does not depend on which request the browser sends first.
        self.seed = 0.0
        self.asked: Counter[str] = Counter()
        self.missed = ""
        self.now = 0.0
        self.held: list[tuple[float, Any]] = []
        # What the server said to the form: 302 where it was saved.
        self.status = 0
        self._known: dict[str, dict[str, Any]] = {}
        page.route(SLOW, self._hold)
        page.route(FORM, self._open)
        page.route(IMAGE, lambda route: route.fulfill(status=200, content_type="image/svg+xml", body="<svg/>"))

    def drive(self, plan: Plan, random: Random) -> str:
        """Enter a plan and save it; return what went wrong on the way, which is nothing where it was saved."""
        self.random, self.status, self.missed = random, 0, ""
        self.seed, self.asked = random.random(), Counter()
        try:
            self.page.goto(f"/admin/events/{plan.kind}/add/", timeout=PATIENCE)
            for what, target in plan.steps:
                self._point()
                self._do(what, target)
                if self.missed:
                    return self.missed
                self._pause()
            for _ in range(PATIENCE // 1000):
                if self.status:
                    break
                self.wait(1000)
            return {302: "", 200: "refused", 0: f"not saved: {self.page.evaluate(WHERE)}"}[self.status]
        except Error as error:
            return str(error).partition("\n")[0]
        finally:
            self.held.clear()
            if not self.status:
                # What one drive leaves in the tab is not there in the next.
                self.page.evaluate("() => sessionStorage.clear()")
                self.page.goto("about:blank")

    def _hold(self, route: Any) -> None:
        """Keep a request until its time has come."""
        random = self._chance(route.request.url)
        self.held.append((self.now + random.choice((0, random.uniform(0, DELAY))), route))

    def _chance(self, url: str) -> Random:
        """Return what is random about a request: it follows from the drive, and from what was asked so often before."""
        path = re.sub(r"^\w+://[^/]+|[?&]_=\d+", "", url)
        self.asked[path] += 1
        return Random(f"{self.seed} {path} {self.asked[path]}")

    def _open(self, route: Any) -> None:
        """Show the form, or have the server save it."""
        url = route.request.url
        if route.request.method == "POST":
            self.status = route.fetch(max_redirects=0, timeout=PATIENCE).status
            route.fulfill(status=200, content_type=HTML, body=SAVED)
            return
        if url not in self._known:
            self._known[url] = {"status": 200, "content_type": HTML, "body": self._bundled(route)}
        route.fulfill(**self._known[url])

    def _bundled(self, route: Any) -> str:
        """Return a page with its scripts and styles in it."""

        def script(found: re.Match[str]) -> str:
            return f"<script>{self._file(found[1])}</script>"

        def style(found: re.Match[str]) -> str:
            # What a style names lies beside it.
            beside = rf"url(\1{found[1].rpartition('/')[0]}/"
            return "<style>" + re.sub(r"url\((['\"]?)(?![/#'\"]|data:)", beside, self._file(found[1])) + "</style>"

        page = re.sub(r'<script[^>]* src="(/static/[^"]+)"[^>]*></script>', script, route.fetch().text())
        return re.sub(r'<link[^>]* href="(/static/[^"]+\.css)"[^>]*>', style, page)

    def _file(self, path: str) -> str:
        text: str = self.page.request.get(path).text()
        assert "</script" not in text
        return text

    def _answer(self, route: Any) -> None:
        """Answer from what is known, or have the server answer."""
        url = route.request.url
        if url.endswith("/preview/") and self._chance(f"{url} for real").random() > REAL:
            route.fulfill(status=200, content_type=HTML, body=PREVIEW)
            return
        if url not in self._known or route.request.method == "POST":
            answer = route.fetch(timeout=PATIENCE)
            self._known[url] = {"status": answer.status, "content_type": answer.headers["content-type"], "body": answer.body()}
        route.fulfill(**self._known[url])

    def wait(self, pause: float) -> None:
        """Let time pass, in which answers come when they are due."""
        end = self.now + pause
        while due := [one for one in self.held if one[0] <= end]:
            first = min(due, key=lambda one: one[0])
            self._pass(first[0] - self.now)
            self.held.remove(first)
            try:
                self._answer(first[1])
            except Error:
                # The page may have given it up, and asks for something else.
                if not first[1].request.failure:
                    raise
        self._pass(end - self.now)

    def _pass(self, time: float) -> None:
        if round(time) > 0:
            self.now += round(time)
            try:
                self.page.evaluate(RUN, round(time))
            except Error as error:
                # The form was saved meanwhile.
                if "context was destroyed" not in str(error):
                    raise

    def _pause(self) -> None:
        """Pause as people do: mostly shortly, at times long, and at times not at all."""
        longest = self.random.choice((0, 0, 60, 400, PAUSE))
        self.wait(self.random.uniform(0, longest))

    def _point(self) -> None:
        """Rest the pointer somewhere else, at times: where lists open, too."""
        if self.random.random() < 0.15:
            self.page.mouse.move(self.random.uniform(200, 900), self.random.uniform(0, 800))

    def _do(self, what: str, target: Any) -> None:
        """Do one step."""
        if what == "write":
            self.page.keyboard.insert_text(target)
        elif what == "press":
            self.page.keyboard.press(target)
        elif what == "type":
            place = self.random.randrange(len(target))
            for part in filter(None, (target[:place], target[place:])):
                self.page.keyboard.type(part)
                self._pause()
        elif what == "remove":
            self._click(f"#participations-{target} .inline-deletelink")
        else:
            self._click(target)

    def _click(self, selector: str) -> None:
        """Look at what is there, aim and click: also while a preview is awaited, but not while keys are."""
        for _ in range(PATIENCE // 250):
            if not self.page.evaluate(WAITS):
                break
            self.wait(250)
        # What the last answer shows may move what is aimed at: look again until it is where it was.
        before = None
        while (aim := self.page.evaluate(AIM, selector)) != before:
            before = aim
        self.page.evaluate(WATCH, selector)
        self.page.mouse.click(*aim)
        if reached := self.page.evaluate(REACHED):
            self.missed = f"aimed at {selector}, {reached}"
