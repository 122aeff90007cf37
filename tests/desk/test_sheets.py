"""The ways in and out: lists as sheets, and sheets as changes."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.contrib.admin import site
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from actors.models import Actor, Country, Office, Official, Organization, Tenure
from config.desk.editorial import versions
from config.desk.editorial.sheets.writing import escaped, guarded, unescaped, unguarded
from config.desk.models import Revision, Sheet
from config.desk.pages.sheets import UploadsMixin
from config.record.curation import transitions
from config.record.models import LogEntry, Redirect
from config.sources.models import Source
from events.models import Meeting, Provision, Statement, Topic
from tests.desk.sheets import as_csv, as_xlsx, brought, done, errors, memory_of, url, words
from tests.factories import CountryFactory, MeetingFactory, OfficialFactory, SourceFactory, TopicFactory, published
from tests.people import person

pytestmark = pytest.mark.django_db

RECORDS = [model for model, page in site._registry.items() if isinstance(page, UploadsMixin)]


def body(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


def downloaded(client: Client, model: Any, query: str = "") -> list[list[str]]:
    answer = client.get(url(model, "csv") + query)
    assert answer.status_code == 200
    return list(csv.reader(io.StringIO(body(answer).decode("utf-8-sig"), newline="")))


def messages(answer: Any) -> str:
    return " ".join(str(message) for message in answer.context["messages"])


def edited(rows: list[list[str]], slug: str, **cells: str) -> list[list[str]]:
    """Return the header and the line of one record, changed."""
    header, row = rows[0], next(list(row) for row in rows if row[1] == slug)
    for name, text in cells.items():
        row[header.index(name)] = text
    return [header, row]


# Out


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize("model", RECORDS, ids=lambda model: model.__name__)
def test_a_sheet_that_nobody_touched_changes_nothing(sample: None, editor: Client, model: Any, kind: str) -> None:
    answer = editor.get(url(model, kind))
    assert answer.status_code == 200
    preview = brought(editor, model, body(answer), f"sheet.{kind}")
    count = model.objects.count()
    assert preview.context["plan"].counts == {"error": 0, "stale": 0, "changed": 0, "new": 0, "unchanged": count}, errors(preview)
    assert "contains no changes" in preview.content.decode()


def test_every_list_can_be_downloaded(sample: None, superuser: Client) -> None:
    lists = [model for model, page in site._registry.items() if hasattr(page, "sheet_lines")]
    assert len(lists) > len(RECORDS) > 10
    for model in lists:
        assert 'id="download-csv"' in superuser.get(url(model, "changelist")).content.decode(), model
        assert ('id="upload-sheet"' in superuser.get(url(model, "changelist")).content.decode()) is (model in RECORDS)
        rows = downloaded(superuser, model)
        assert len(rows) == model._default_manager.count() + 1
        assert len({len(row) for row in rows}) == 1
        assert body(superuser.get(url(model, "xlsx")))[:2] == b"PK"


def test_a_download_is_the_list_as_it_is_filtered_searched_and_ordered(sample: None, editor: Client) -> None:
    slugs = [row[1] for row in downloaded(editor, Official, "?q=cavusoglu")[1:]]
    assert slugs == ["mevlut-cavusoglu"]
    every = [row[1] for row in downloaded(editor, Country, "?status__exact=disputed&o=-1")[1:]]
    names = list(Country.objects.filter(status="disputed").order_by("-name").values_list("slug", flat=True))
    assert sorted(every) == sorted(names)
    assert len(names) > 1
    assert downloaded(editor, Country, "?state__exact=draft")[1:] == []
    assert editor.get(url(Country, "csv") + "?nonsense=1").status_code == 302
    assert (
        "status__exact=disputed" in editor.get(url(Country, "changelist") + "?status__exact=disputed").context["downloads"]["csv"]
    )


def test_only_who_may_look_may_download_or_upload(sample: None, client: Client) -> None:
    assert client.get(url(Country, "csv")).status_code == 302
    user = person("staff")
    client.force_login(user)
    for page in ("csv", "xlsx", "upload"):
        assert client.get(url(Country, page)).status_code == 403
    assert brought(client, Country, b"slug,name\nX,Y\n").status_code == 403
    user.user_permissions.set(Permission.objects.filter(codename="view_country"))
    assert client.get(url(Country, "csv")).status_code == 200
    assert client.get(url(Country, "upload")).status_code == 403
    assert client.post(url(Country, "csv")).status_code == 405


def test_cells_that_look_like_formulas_are_harmless_and_come_back_as_they_were(editor: Client) -> None:
    wild = ["=1+1", "+49 30", "-x", "@SUM(A1)", "'=quoted", "'plain", "''=twice", "_x000B_ written", "1\u000b2"]
    for number, text in enumerate(wild):
        SourceFactory(slug=f"wild-{number}", name=text, description=f"{text}\r\n\tdeep; | \\n")
    rows = downloaded(editor, Source)
    names = {row[1]: row[rows[0].index("name")] for row in rows[1:]}
    assert names["wild-0"] == "'=1+1"
    assert names["wild-4"] == "''=quoted"
    assert names["wild-5"] == "'plain"
    assert not [name for name in names.values() if re.match(r"[=+\-@\t]", name)]
    book = openpyxl.load_workbook(io.BytesIO(body(editor.get(url(Source, "xlsx")))))
    assert {cell.data_type for row in book.active.iter_rows() for cell in row if cell.value is not None} == {"s"}
    for kind in ("csv", "xlsx"):
        preview = brought(editor, Source, body(editor.get(url(Source, kind))))
        assert preview.context["plan"].unchanged == len(wild), preview.context["plan"].row_results
    for text in wild:
        assert unguarded(guarded(text)) == text
        assert unescaped(escaped(text)) == text
    assert guarded("-12.5") == "-12.5"


def test_a_download_takes_queries_by_the_thousand_and_not_by_the_row(editor: Client) -> None:
    counts = []
    for more in (2, 48):
        for _ in range(more):
            OfficialFactory(country=Country.objects.order_by("pk").first() or CountryFactory())
        with CaptureQueriesContext(connection) as queries:
            downloaded(editor, Official)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_every_list_takes_as_many_queries_for_one_row_as_for_fifty(sample: None, superuser: Client) -> None:
    for model in site._registry:
        if model._default_manager.count() < 3:
            continue
        counts = []
        for query in ("?all=", f"?q={model._default_manager.order_by('pk').first().slug}") if model in RECORDS else ("",):
            with CaptureQueriesContext(connection) as queries:
                assert superuser.get(url(model, "changelist") + query).status_code == 200
            counts.append(len(queries))
        # Each sort of records that some row refers to is named in a query of its own.
        assert max(counts) - min(counts) <= 4, (model, counts)


def test_a_text_too_long_for_xlsx_is_told_and_not_cut(editor: Client) -> None:
    SourceFactory(slug="long", description="x" * 40_000)
    answer = editor.get(url(Source, "xlsx"), follow=True)
    assert "Download CSV: long" in messages(answer)
    preview = brought(editor, Source, body(editor.get(url(Source, "csv"))))
    assert preview.context["plan"].unchanged == 1


# In


def test_a_sheet_adds_and_changes_records_once_it_was_looked_at(sample: None, editor: Client) -> None:
    rows = downloaded(editor, Official)
    changed = edited(rows, "sergey-lavrov", description="Foreign minister since 2004.", end="..")
    header = changed[0]
    fresh = dict.fromkeys(header, "") | {
        "slug": "new-official", "name": "New Official", "country": "TUR", "start": "1970",
        "names": "Yeni Memur | tr | Latn | native\nN. Official",
        "identifiers": "wikidata | Q1 | 1990 | ..\nsome-list | 7 | | .. | 1950 | 1960-01-01",
        "citations": f"{Source.objects.first().slug} | supports | He did",  # type: ignore[union-attr]
    }  # fmt: skip
    before = LogEntry.objects.count()
    preview = brought(editor, Official, as_csv([*changed, [fresh[name] for name in header]]))
    assert words(preview) == [(2, "changed"), (3, "new")], errors(preview)
    text = preview.content.decode()
    assert "Foreign minister since 2004." in text
    assert LogEntry.objects.count() == before
    assert not Official.objects.filter(slug="new-official").exists()

    answer = done(editor, preview)
    assert "1 new, 1 changed, 0 unchanged" in messages(answer)
    lavrov, new = (Official.objects.get(slug=slug) for slug in ("sergey-lavrov", "new-official"))
    assert (lavrov.description, lavrov.end) == ("Foreign minister since 2004.", "..")
    assert (new.state, new.country.slug, new.names.count(), new.citations.count()) == ("draft", "TUR", 2, 1)
    assert [(one.text, one.text_folded, one.kind) for one in new.names.all()][1] == ("N. Official", "n official", "alias")
    codes = [(one.value, one.valid_to, one.listed_from, one.listed_to) for one in new.identifiers.order_by("pk")]
    assert codes == [("Q1", "..", "", ""), ("7", "..", "1950", "1960-01-01")]
    last = LogEntry.objects.order_by("-sequence").first()
    assert (last.slug, last.reason) == ("sergey-lavrov", "From the sheet")  # type: ignore[union-attr]
    kept = Revision.objects.filter(slug__in=["sergey-lavrov", "new-official"]).order_by("pk")
    assert [(one.slug, one.action, one.by and one.by.username) for one in kept] == [
        ("sergey-lavrov", "found", None), ("sergey-lavrov", "imported", "editor"), ("new-official", "imported", "editor"),
    ]  # fmt: skip
    assert not Sheet.objects.exists()
    assert editor.post(preview.request["PATH_INFO"], {"reason": "Again"}).status_code == 404


def test_lists_are_changed_line_by_line(sample: None, editor: Client) -> None:
    call = Meeting.objects.get(slug="lavrov-cavusoglu-call-2020-10-27")
    rows = downloaded(editor, Meeting)
    row = dict(zip(rows[0], next(row for row in rows if row[1] == call.slug), strict=True))
    first, second = row["participations"].split("\n")[:2]
    assert first.startswith(("sergey-lavrov | ", "mevlut-cavusoglu | "))
    kept = call.participations.order_by("pk").first().pk
    lists = f"{' | '.join(first.split(' | ')[:3])} | the minister\nDEU | host\n"
    preview = brought(editor, Meeting, as_csv(edited(rows, call.slug, participations=lists, topics="")))
    assert words(preview) == [(2, "changed")], errors(preview)
    assert second.split(" | ")[0] in preview.content.decode()
    done(editor, preview)
    now = call.participations.order_by("pk")
    assert [(one.pk == kept, one.actor.slug, one.role, one.wording) for one in now] == [
        (True, first.split(" | ")[0], now[0].role, "the minister"), (False, "DEU", "host", ""),
    ]  # fmt: skip
    assert not call.topics.exists()
    shown = editor.get(f"/api/v1/meetings/{call.slug}").json()["participations"]
    assert [one["actor"]["slug"] for one in shown] == [first.split(" | ")[0], "DEU"]


def test_errors_tell_the_line_and_the_column_and_keep_the_whole_sheet_out(sample: None, editor: Client) -> None:
    header = ["slug", "name", "start", "end", "mode", "held_state", "country", "latitude", "participations"]
    fine = ["fine", "Fine", "2020", "", "phone_call", "held", "TUR", "", "RUS"]
    lines = [
        fine,
        ["soon", "Soon", "soon", "", "fone call", "held", "tur", "x", "RSU | host"],
        ["turned", "Turned", "2020", "2019", "visit", "held", "", "", ""],
        ["no good", "", "2020", "", "", "held", "Russia", "", "RUS | nothing"],
        ["fine", "Again", "2020", "", "visit", "held", "", "", "RUS\nRUS"],
        ["half", "Half", "2020", "", "visit", "held", "", "12,5", ""],
        ["nul", "N\x00L", "2020", "", "visit", "held", "", "", ""],
        ["sergey-lavrov", "Name", "2020", "", "visit", "held", "", "", "", "beyond"],
    ]
    count = Meeting.objects.count()
    preview = brought(editor, Meeting, as_csv([header, *lines]))
    found = errors(preview)
    assert [line for line, _ in words(preview)] == [3, 4, 5, 6, 7, 8, 9, 2], "errors come first"
    text = "\n".join(f"{line} {column}: {message}" for line, column, message in found)
    for said in (
        "3 start: “soon” is not a date in EDTF", "3 mode: “fone call” is not one of", "3 latitude: ",
        "3 country: There is no country with the slug “tur”. Is it “TUR”?", "3 participations: “RSU | host”: actor: There is no",
        "4 end: The end lies before the start.", "5 slug: Letters and digits", "5 name: A value is needed.",
        "5 country: There is no country with the slug “Russia”. Is it “RUS”?",
        "5 participations: “RUS | nothing”: role: “nothing” is not one of", "6 slug: Line 2 refers to the same record.",
        "7 latitude: Give both coordinates or none.", "8 name: contains an invalid character (NUL).",
        "9 10: There are more cells than columns.",
    ):  # fmt: skip
        assert said in text, (said, text)
    html = preview.content.decode()
    assert "Line 4, column end: The end lies before the start." in html
    assert 'name="import"' not in html
    refused = done(editor, preview)
    assert refused.status_code == 400
    assert "A sheet with errors is not imported" in refused.content.decode()
    assert Meeting.objects.count() == count
    assert words(brought(editor, Meeting, as_csv([header, fine]))) == [(2, "new")]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "The file is empty."),
        (b"\n\n,,\n", "The file is empty."),
        (b"slug,nmae\nTUR,X\n", "column 2 (“nmae”) is unknown. Is it “name”?"),
        (b"name\nX\n", "a column “slug” or “id” is required"),
        (b"slug,name,name\nTUR,X,Y\n", "column “name” appears 2 times."),
        ("slug,name\nTUR,Türkiye\n".encode("cp1252"), "not in UTF-8: line 2"),
        (b'slug,name\nTUR,"open\n', "the quotation marks do not match"),
        (b"\xd0\xcf\x11\xe0rest", "old Excel format"),
        (b"PK\x03\x04 nothing", "The file is damaged"),
        (b"slug,name\n" + b"A,B\n" * 10_001, "more than 10000 lines"),
        (b"x" * 10_000_001, "bigger than 10 MB"),
        (b",".join(b"slug" for _ in range(101)), "more than 100 columns"),
    ],
    ids=range(12),
)
def test_a_file_that_is_no_sheet_is_refused_with_what_is_wrong(editor: Client, content: bytes, said: str) -> None:
    answer = brought(editor, Country, content)
    assert answer.status_code == 400
    assert said in answer.context["error"]
    assert not Sheet.objects.exists()


def test_nothing_chosen_is_told(editor: Client) -> None:
    assert "Choose a file first." in editor.post(url(Country, "upload")).content.decode()


@pytest.mark.parametrize(("delimiter", "encoding"), [(";", "utf-8"), ("\t", "utf-16"), (",", "utf-8-sig"), (";", "utf-16")])
def test_csv_is_read_as_spreadsheets_write_it(sample: None, editor: Client, delimiter: str, encoding: str) -> None:
    rows = [["Slug", "Official Name"], ["TUR", "Türkiye; or, not"], ["", ""], []]
    preview = brought(editor, Country, as_csv(rows, delimiter, encoding))
    assert [change[2] for one in preview.context["plan"].row_results for change in one.changes] == ["Türkiye; or, not"]
    assert words(brought(editor, Country, b"sep=;\r\nslug;capital\r\nTUR;X\r\n")) == [(2, "changed")]


def test_xlsx_is_read_as_people_fill_it(sample: None, editor: Client) -> None:
    rows = [
        ["slug", "official", "office", "start", "status", "is_acting", "title_held"],
        ["made", "sergey-lavrov", Office.objects.first().slug, date(2001, 2, 3), "Unknown whether it has ended", True, 10],  # type: ignore[union-attr]
        ["made-too", "sergey-lavrov", Office.objects.first().slug, datetime(2002, 2, 3), "unknown", "WAHR", 10.5],  # type: ignore[union-attr]  # noqa: DTZ001
        ["made-three", "sergey-lavrov", Office.objects.first().slug, 1999, "unknown", "0", None],  # type: ignore[union-attr]
        [None, None], [],
    ]  # fmt: skip
    preview = brought(editor, Tenure, as_xlsx(rows), "sheet.xlsx")
    assert words(preview) == [(2, "new"), (3, "new"), (4, "new")], errors(preview)
    done(editor, preview)
    made = Tenure.objects.filter(slug__startswith="made").order_by("pk").values_list("start", "is_acting", "title_held")
    assert list(made) == [("2001-02-03", True, "10"), ("2002-02-03", True, "10.5"), ("1999", False, "")]


def test_formulas_and_errors_in_xlsx_are_told_by_line_and_column(sample: None, editor: Client) -> None:
    preview = brought(editor, Country, as_xlsx([["slug", "capital"], ["TUR", "=A2"], ["DEU", "#N/A"]]), "sheet.xlsx")
    assert errors(preview) == [
        (2, "capital", "contains a formula. Paste its value instead."), (3, "capital", "contains the error #N/A."),
    ]  # fmt: skip


def test_merged_cells_and_bombs_and_entities_are_refused(editor: Client) -> None:
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.append(["slug", "capital"])
    sheet.append(["TUR", "X"])
    sheet.merge_cells("B2:B3")
    file = io.BytesIO()
    book.save(file)
    assert "merged cells" in brought(editor, Country, file.getvalue()).context["error"]

    plain = as_xlsx([["slug"], ["TUR"]])
    for name, content, said in (
        ("xl/bomb.xml", b"0" * 160_000_000, "unpacked file is too large"),
        ("xl/sharedStrings.xml", b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><sst/>', "declares XML entities"),
        ("xl/theme/theme1.xml", "<!DOCTYPE x>".encode("utf-16"), "declares XML entities"),
        ("xl/workbook.xml", b"<broken", "cannot be read as XLSX"),
    ):
        file = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(plain)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
            for one in old.namelist():
                if one != name:
                    new.writestr(one, old.read(one))
            new.writestr(name, content)
        assert said in brought(editor, Country, file.getvalue()).context["error"], name


_SHEET = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'


TOO_MUCH = "The file is too large for a sheet of 10000 lines. Save only the sheet itself, or CSV."


ROW = _SHEET + b'<row r="1">' + b"<c><v>1</v></c>" * 1_000_000 + b"</row></sheetData></worksheet>"


@pytest.mark.any_database
def test_a_row_of_a_million_cells_takes_no_memory(tmp_path: Path) -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(as_xlsx([["slug"]]))) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            bomb = name == "xl/worksheets/sheet1.xml"
            new.writestr(name, ROW if bomb else old.read(name))
    said, memory = memory_of(tmp_path, file.getvalue())
    assert said == TOO_MUCH
    assert memory < 200_000


@pytest.mark.any_database
@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"slug" + b",ab" * 3_000_000, TOO_MUCH),
        (b"slug" + b",ab" * 100_000, "Line 1 has more than 100 columns."),
        (b"slug\n" + b"a,\n" * 3_000_000, "The file has more than 10000 lines. Split it."),
        (
            "slug\n" + "\U0001f54a" + "a" * 9_900_000,
            "Line 2 has a cell of more than a million characters. Is a quotation mark missing?",
        ),
        ("slug,a\n" + ("\U0001f54a" + "a" * 999_000 + ",b\n") * 9, "10 lines"),
        (b"slug,a\n" + b"aaaaaa,bb\n" * 9_999, "10000 lines"),
    ],
)
def test_csv_is_bounded_too(tmp_path: Path, content: bytes | str, said: str) -> None:
    found, memory = memory_of(tmp_path, content.encode() if isinstance(content, str) else content)
    assert found == said
    assert memory < 200_000


@pytest.mark.any_database
def test_a_sheet_as_large_as_may_be_is_read(tmp_path: Path) -> None:
    rows = [["slug", *(f"column {n}" for n in range(29))]]
    rows += [[f"slug-{line}", *(f"Text {n} of the line {line}" for n in range(29))] for line in range(10_000)]
    said, memory = memory_of(tmp_path, as_xlsx(rows))
    assert said == "10001 lines"
    assert memory < 200_000


def test_numbers_beyond_every_table_are_told(sample: None, editor: Client) -> None:
    rows = [["id", "seats"], [str(2**63), "1"], ["-1", "1"], [str(Office.objects.first().pk), str(2**63)]]  # type: ignore[union-attr]
    found = errors(brought(editor, Office, as_csv(rows)))
    assert [(line, column) for line, column, _ in found] == [(2, "id"), (3, "id"), (4, "seats")]
    assert editor.get(url(Country, "upload") + f"{2**63}/").status_code in (302, 404)


def test_a_line_whose_record_changed_since_the_download_is_stale_and_shows_both(sample: None, editor: Client) -> None:
    rows = downloaded(editor, Country)
    mine = edited(rows, "TUR", capital="Mine") + edited(rows, "DEU", description="Mine too")[1:]
    mine += [next(row for row in rows if row[1] == "FRA")]
    for slug, column, text in (("TUR", "capital", "Theirs"), ("FRA", "capital", "Lyon")):
        country = Country.objects.get(slug=slug)
        with versions.changing(Actor, [country.pk], by=None, action="changed"):  # type: ignore[arg-type]
            setattr(country, column, text)
            country.save()
    preview = brought(editor, Country, as_csv(mine))
    assert words(preview) == [(2, "stale"), (3, "changed")], "who was not touched is left alone"
    assert preview.context["plan"].row_results[0].changes == [["capital", "Theirs", "Mine", "Ankara"]]
    text = preview.content.decode()
    assert "when downloaded: Ankara" in text
    assert done(editor, preview).status_code == 400

    insisting = brought(editor, Country, as_csv([mine[0], [*mine[1][:-1], ""]]))
    assert words(insisting) == [(2, "changed")]
    done(editor, insisting)
    assert Country.objects.get(slug="TUR").capital == "Mine"


def test_what_changes_between_the_preview_and_the_doing_is_noticed(sample: None, editor: Client) -> None:
    preview = brought(editor, Country, b"slug,capital\nTUR,Mine\n")
    Country.objects.filter(slug="TUR").update(description="Changed meanwhile.")
    refused = done(editor, preview)
    assert "Refresh the preview." in refused.content.decode()
    assert Country.objects.get(slug="TUR").capital == "Ankara"
    again = editor.post(preview.request["PATH_INFO"], {"refresh": "1"}, follow=True)
    assert words(again) == [(2, "changed")]
    assert "is imported" in messages(done(editor, again))
    assert Country.objects.get(slug="TUR").capital == "Mine"


def test_a_curator_changes_drafts_alone_also_by_a_sheet(sample: None, curator: Client) -> None:
    OfficialFactory(slug="draft", name="Draft")
    content = b"slug,description\ndraft,Mine\nsergey-lavrov,Mine\n"
    preview = brought(curator, Official, content)
    assert errors(preview) == [(3, "", "The record is published; only editors may change it.")]
    assert done(curator, preview).status_code == 400
    preview = brought(curator, Official, b"slug,description,name\ndraft,Mine,Draft\nnew,Mine,New\n")
    assert words(preview) == [(2, "changed"), (3, "new")]
    # Published between the preview and the doing: no longer the curator's.
    published(Official.objects.get(slug="draft"))
    assert done(curator, preview).status_code == 400
    assert not Official.objects.filter(description="Mine").exists()


def test_a_sheet_is_its_owners_alone(sample: None, editor: Client, other_editor: Client) -> None:
    preview = brought(editor, Country, b"slug,capital\nTUR,Mine\n")
    address = preview.request["PATH_INFO"]
    assert editor.get(address.replace("actors/country", "actors/official")).status_code == 404
    assert other_editor.get(address).status_code == 404
    assert other_editor.post(address, {"reason": "Mine"}).status_code == 404


def test_a_reason_is_needed(sample: None, editor: Client) -> None:
    preview = brought(editor, Country, b"slug,capital\nTUR,Mine\n")
    for reason in ("", " ", "x" * 501, "\x00"):
        assert "Enter a reason" in done(editor, preview, reason).content.decode()
    assert Country.objects.get(slug="TUR").capital == "Ankara"


def test_what_curation_refuses_keeps_the_whole_sheet_out(sample: None, editor: Client) -> None:
    rows = downloaded(editor, Official)
    preview = brought(
        editor,
        Official,
        as_csv([*edited(rows, "sergey-lavrov", citations=""), *edited(rows, "mevlut-cavusoglu", description="X")[1:]]),
    )
    refused = done(editor, preview)
    assert refused.status_code == 400
    assert "No supporting citation: sergey-lavrov" in refused.content.decode()
    assert Official.objects.get(slug="sergey-lavrov").citations.exists()
    assert Official.objects.get(slug="mevlut-cavusoglu").description != "X"
    assert Sheet.objects.exists()


def test_killed_in_the_middle_it_leaves_nothing(sample: None, editor: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    preview = brought(
        editor,
        Country,
        b"slug,capital,status,name\nTUR,Mine,,\nXNE,Mine,state,New\n".replace(b"TUR,Mine,,", b"TUR,Mine,state,Turkey"),
    )
    assert {word for _, word in words(preview)} == {"changed", "new"}, errors(preview)

    def killed(*_: Any, **__: Any) -> None:
        assert Country.objects.filter(capital="Mine").count() == 2
        raise KeyboardInterrupt

    monkeypatch.setattr(transitions, "amend", killed)
    with pytest.raises(KeyboardInterrupt):
        done(editor, preview)
    assert not Country.objects.filter(capital="Mine").exists()
    assert not Revision.objects.exists()
    assert Sheet.objects.exists()


def test_slugs_states_and_what_belongs_elsewhere_stay(sample: None, editor: Client) -> None:
    tur = Country.objects.get(slug="TUR")
    Redirect.objects.create(collection="actors", old_slug="TRK", new_slug="TUR")
    rows = [
        ["id", "slug", "state", "seen", "name", "status"], [str(tur.pk), "TRKY", "draft", "", tur.name, "state"],
        ["", "TRK", "", "", "Turkey", "state"], ["", "sergey-lavrov", "", "", "X", "state"],
        ["", "gone", "", "v0", "X", "state"], ["999999", "x", "", "", "X", "state"], ["", "y", "published", "", "X", "state"],
    ]  # fmt: skip
    found = {(line, column): message for line, column, message in errors(brought(editor, Country, as_csv(rows)))}
    assert found[2, "slug"] == "The slug of a record that was public never changes."
    assert found[2, "state"].startswith("It is “published”.")
    assert found[3, "slug"] == "“TRK” is a former slug and redirects to “TUR”."
    assert found[4, "slug"] == "“sergey-lavrov” is a record of another kind."
    assert found[5, "slug"] == "There is no country “gone”. Empty the cell seen to create a new one."
    assert "There is no country 999999" in found[6, "id"]
    assert "is a draft; leave the cell empty" in found[7, "state"]
    provision = Provision.objects.first()
    moved = brought(
        editor, Provision, as_csv([["slug", "agreement", "text"], [provision.slug, "unscr-2254", "X"], ["n", "unscr-2254", "X"]])
    )  # type: ignore[union-attr]
    assert {(line, column) for line, column, _ in errors(moved)} >= {(2, "agreement"), (3, "")}


def test_a_draft_may_get_another_slug_and_lists_without_more(sample: None, editor: Client) -> None:
    topic = TopicFactory(slug="draft")
    preview = brought(
        editor, Topic, as_csv([["id", "slug", "countries", "parent"], [str(topic.pk), "better", "TUR; RUS", "libya"]])
    )
    assert words(preview) == [(2, "changed")], errors(preview)
    done(editor, preview)
    topic.refresh_from_db()
    assert (topic.slug, topic.countries.count()) == ("better", 2)


def test_lines_that_contradict_each_other_are_told(sample: None, editor: Client) -> None:
    office = Office.objects.first().slug  # type: ignore[union-attr]
    rows = [
        ["slug", "official", "office", "start"],
        ["a", "sergey-lavrov", office, "1900"],
        ["b", "sergey-lavrov", office, "1900"],
    ]
    assert errors(brought(editor, Tenure, as_csv(rows))) == [
        (3, "official", "Line 2 has the same official and office and start.")
    ]
    held = Tenure.objects.first()
    rows[1:] = [["a", held.official.slug, held.office.slug, held.start]]  # type: ignore[union-attr]
    assert "from that day already" in errors(brought(editor, Tenure, as_csv(rows)))[0][2]
    codes = [["slug", "name", "status", "identifiers"], *([slug, slug, "state", "own | 1"] for slug in ("XA", "XB"))]
    preview = brought(editor, Country, as_csv(codes))
    refused = done(editor, preview)
    assert "conflict with each other" in refused.content.decode()
    assert not Country.objects.filter(slug="XA").exists()


def test_markup_in_a_sheet_stays_text(sample: None, editor: Client) -> None:
    preview = brought(editor, Country, b"slug,capital\nTUR,<script>alert(1)</script>\n<b>x</b>,y\n", "<i>.csv")
    html = preview.content.decode()
    assert "<script>alert(1)" not in html
    assert "<b>x</b>" not in html
    assert "<i>.csv" not in html


def test_a_long_preview_comes_in_pages(editor: Client) -> None:
    rows = [["slug", "name"], *([f"s-{number}", f"Source {number}"] for number in range(150)), ["s p", "Wrong"]]
    preview = brought(editor, Source, as_csv(rows))
    assert len(preview.context["page"].object_list) == 100
    assert preview.context["page"].object_list[0].status == "error"
    assert "of 151" in preview.content.decode()
    assert len(editor.get(preview.request["PATH_INFO"] + "?page=2").context["page"].object_list) == 51


def test_sheets_that_nobody_does_go_after_a_day(sample: None, editor: Client) -> None:
    brought(editor, Country, b"slug,capital\nTUR,Mine\n")
    Sheet.objects.update(at=datetime.fromisoformat("2020-01-01T00:00:00+00:00"))
    brought(editor, Country, b"slug,capital\nTUR,Mine\n")
    assert Sheet.objects.count() == 1


def test_columns_are_explained_where_a_sheet_is_brought(editor: Client) -> None:
    for model in RECORDS:
        answer = editor.get(url(model, "upload"))
        assert answer.status_code == 200
        explained = dict(answer.context["columns"])
        assert list(explained) == site._registry[model].layout.header  # type: ignore[attr-defined]
        assert all(explained.values()), (model, explained)


def test_all_that_a_sheet_asks_of_the_database_is_asked_of_many(sample: None, editor: Client) -> None:
    for _ in range(40):
        MeetingFactory()
    counts = []
    for some in (5, 40):
        rows = downloaded(editor, Meeting, "?state__exact=draft")[: some + 1]
        with CaptureQueriesContext(connection) as queries:
            assert brought(editor, Meeting, as_csv(rows)).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert Statement.objects.exists()
    assert Organization.objects.exists()
