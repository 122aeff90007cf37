"""What people read: the words of Django, Wagtail and archives, and none of the quaint ones that were said before."""

from __future__ import annotations

import io
import subprocess
import tokenize
from pathlib import Path
from typing import Final

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent

# Each with what to write instead.
WORDS: Final = {
    "Make it this again": "Restore this version",
    "made again what it was": "restored to version 7",
    "Made again what it was": "Restored to version 7",
    "Part them again": "Undo merge",
    "parted again": "merge undone",
    "are two records again": "are separate records again. The merge was undone.",
    "right as it is": "dismissed",
    "Take the answer back": "Reopen",
    "What waits for me": "Pending",
    "Nothing waits here": "Nothing pending",
    "What colleagues did": "Recent activity",
    "What the record covers": "Coverage",
    "What looks wrong": "Data quality",
    '"The record"': "Dashboard",
    "keeps it from being saved": "Cannot be saved",
    "keeps it from being published": "Ready to publish",
    "Nothing is published without a": "No supporting citation",
    "Probably there twice": "Possible duplicate",
    "Not yet, or no longer": "Outside period of existence",
    "Nobody, or too few": "Missing participants",
    "Two holders at a time": "Overlapping tenures",
    "Due, and not reviewed": "Overdue, no compliance review",
    "Took part before or after": "Participant outside lifetime",
    "Without proof": "Missing citation",
    "More of this proof": "More citation details",
    "All that is entered": "Full record",
    "what it shows …": "Publish with linked records …",
    "Publish again what was retracted": "Republish",
    "Answer, if you refuse it": "Reason for rejecting",
    'value="Refuse"': "Reject",
    "What became of it": "Decision",
    "As it is now": "Current version",
    "As you would have it": "Your version",
    "Drop my changes": "Discard my changes",
    "You both changed this": "Conflict",
    "Do it": "Import",
    "Look again": "Refresh",
    "Bring another file": "Upload another file",
    "Held state": "Status",
    "Due offset": "Deadline (period)",
    "Due anchor": "Counted from",
    "Lasts until condition": "In effect until (condition)",
    "Bound actors": "Obligated parties",
    "Bound wording": "Obligated parties as worded",
    "to the public and back": "Published and retracted with X",
    "Rendered again": "Also updated",
    "Log of what was published": "Publication log",
    "where the telephone is not": "Do not keep them on your phone.",
    "touches your account": "Confirm your identity.",
    "parted by semicolons": "separated by semicolons",
}
# Headings and labels that also occur as ordinary words are looked for in templates alone.
IN_TEMPLATES: Final = {
    ">Findings<": "Data checks",
    ">Safeguards<": "Two-person rules",
    ">What it holds<": "Contents",
    ">Look<": "nothing",
    ">Decide<": "Review",
    "Is it you?": "Confirm your identity",
    "no longer there": "no longer exists",
}

# Names in code, each with what is said instead. An underscore before it makes no difference.
NAMES: Final = {
    "portrait": "snapshot",
    "portraits": "snapshots",
    "shape": "document_type",
    "SHAPES": "DOCUMENT_TYPES",
    "accession": "bulk insert",
    "take_in": "insert_published",
    "arms": "alternatives",
    "walks": "scans",
    "Lead": "DrivingTable",
    "lead": "driving_table",
    "deed": "action",
    "happening": "action",
    "Ahead": "Prefetch",
    "slotted": "bindable",
    "weighed": "needs_custom_plan",
    "gathers": "unordered",
    "first_of": "limited",
    "shelf": "bucket",
    "shelves": "buckets",
    "Appearance": "EventActorIndex",
    "Holding": "StanceHolderIndex",
    "Wording": "EventSearchIndex",
    "Store": "RowSource",
    "STORED": "DATABASE_ROWS",
    "Stage": "StagedRows",
    "appending": "log_writer",
    "seeing": "permissions",
    "leading": "links",
    "noting": "audit",
    "verdict": "RowResult",
    "flaw": "url_error or error_item",
    "Flaw": "ErrorItem",
    "without_sweeping": "gc_disabled",
    "ThereIs": "CorrelatedExists",
    "First": "MaterializedKeys",
    "told_apart": "subject_key",
    "SearchTriggers": "nothing: triggers are put back after each migration",
    "workshop": "lint",
    "drawer": "module",
    "tell": "set_header, report, print",
    "told": "what is returned, listed or logged",
    "said": "message",
    "TOLD": "MAX_LISTED",
    "Tell": "ProgressCallback",
    "not_told": "no_progress",
    "sitting": "entry session",
    "Sort": "EntryType",
    "SORTS": "ENTRY_TYPES",
    "sorts": "entry_types or draftables",
    "Seen": "ServerState, Activity or ShownVersion",
    "beside": "siblings",
    "reaching": "may_reach",
    "rows_of": "fetch",
    "asked_again": "retry_lost_connection",
    "slug_behind": "current_slug",
    "once_called": "by_former_code",
    "lead_to": "redirect_to",
    "lead_to_docs": "redirect_to_docs",
    "lead_to_icon": "redirect_to_icon",
    "lead_away": "not_found",
    "lead_back": "delete_redirect",
    "leads_on": "next_form_url",
    "led_on": "redirect_to_next_form",
    "hang_up": "disconnect",
    "hear": "on_notice",
    "saw": "update_replica",
    "saw_primary": "update_primary",
    "introduce": "configure",
    "become": "switch",
    "hindrances": "publication_blockers",
    "hasty": "reversed_periods",
    "standing_on": "in_effect_on",
    "settled_by": "decided_by_day",
    "quickened": "with_shortcuts",
    "spanned": "with_spans",
    "wait_again": "reschedule",
    "put_off": "queue",
    "depart": "retract_merged",
    "Departed": "MergedRecord",
    "departed": "merged_record",
    "Outlook": "StepPreview",
    "outlook": "step_preview",
    "Clash": "Conflict",
    "clash": "conflict",
    "clashes": "conflicts",
    "says": "description",
    "HandwrittenQuery": "RawSQLQuery",
    "household": "network_of",
    "Room": "StreamSlots",
    "SHELVES": "BUCKET_YEARS",
    "DEEDS": "ACTIONS",
    "confirming": "confirmation",
    "MOST": "MAX_LIMIT, MAX_RECORDS",
    "USUAL": "DEFAULT_LIMIT",
    "shortcut": "fast_path",
    "appearances": "EventActorIndex",
    "holdings": "StanceHolderIndex",
    "wordings": "EventSearchIndex",
}
# Names that are plain for one thing and were used for others: the files that have that thing.
ONE_THING: Final = {
    "place": (
        "the place of an event; for a cursor write position, for a list index",
        ("actors/documents.py", "events/", "benchmarks/"),
    ),
    "Place": ("FieldDifference", ()),
}
# Phrases that no docstring, comment or guide has, with what to write instead.
PROSE: Final = {
    " sitting": " entry session",
    "parted": "separated, or the merge undone",
    "put down as": "queued as",
    "put off": "deferred",
    "from beside": "from another thread",
    "told apart": "distinguished",
    "tells apart": "distinguishes",
    "told to be done": "acknowledged",
    "handed in": "submitted",
    "shape of a question": "query signature",
}
# Their texts are names of tests' patterns, or are of a file that is being divided.
PROSE_EXCEPT: Final = {"tests/config/test_words.py", "tests/api/test_schema.py", "config/desk/editorial/sheets/changes.py"}
# How docstrings no longer begin, with what to write instead.
DOCSTRINGS: Final = {
    "Tell whether": "Return whether",
    "Tell who may": "Return whether the user may",
    "Tells ": "the noun that it is",
    "Have everything": "Connect",
}

pytestmark = pytest.mark.lint


def read(*patterns: str) -> dict[str, str]:
    listed = subprocess.run(["git", "ls-files", *patterns], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    # What was decided, and what a migration said, stays as it was written.
    names = [name for name in listed.splitlines() if "/migrations/" not in name and not name.startswith("docs/decisions/")]
    return {name: (ROOT / name).read_text() for name in names if name.endswith((".html", ".txt", ".py", ".js", ".md"))}


def found(words: dict[str, str], files: dict[str, str]) -> list[str]:
    return [
        f"{name}:{number}: “{old}”; write “{new}”"
        for name, text in files.items()
        for number, line in enumerate(text.splitlines(), 1)
        for old, new in words.items()
        if old in line
    ]


def test_pages_and_guides_use_plain_words() -> None:
    assert found(WORDS, read("config", "actors", "events", "docs", "README.md")) == []


def test_templates_use_plain_words() -> None:
    assert found(IN_TEMPLATES, read("*.html")) == []


def names(source: str) -> set[str]:
    """Return the names in Python source."""
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    return {token.string.lstrip("_") for token in tokens if token.type == tokenize.NAME}


def python(*patterns: str) -> dict[str, str]:
    files = read(*patterns).items()
    return {name: text for name, text in files if name.endswith(".py") and name != "tests/config/test_words.py"}


def test_code_uses_plain_names() -> None:
    code = {name: names(text) for name, text in python("config", "actors", "events", "benchmarks").items()}
    assert [f"{name}: {old}; write {NAMES[old]}" for name in code for old in sorted(code[name] & NAMES.keys())] == []


def test_a_name_is_used_for_one_thing() -> None:
    code = {name: names(text) for name, text in python("config", "actors", "events", "benchmarks").items()}
    wrong = [
        f"{name}: {old}; write {new}"
        for old, (new, files) in ONE_THING.items()
        for name in code
        if old in code[name] and not name.startswith(files or "-")
    ]
    assert wrong == []


def test_prose_uses_plain_words() -> None:
    guides = [path for path in ROOT.glob("docs/**/*.md") if "node_modules" not in path.parts] + [*ROOT.glob("*.md")]
    files = read("config", "actors", "events", "benchmarks", "tests")
    files |= {str(path.relative_to(ROOT)): path.read_text() for path in guides}
    assert found(PROSE, {name: text for name, text in files.items() if name not in PROSE_EXCEPT}) == []


def test_docstrings_begin_plainly() -> None:
    files = python("config", "actors", "events", "benchmarks", "tests")
    begun = {f'"""{old}': new for old, new in DOCSTRINGS.items()}
    assert found(begun, files) == []
