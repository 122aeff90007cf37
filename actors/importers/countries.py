"""The reference data: countries, states that ended, and the organizations everybody refers to.

Pure functions from the files in `fixtures/` (their README tells the form and the sources), from pycountry
(the codes and formal names of ISO 3166-1) and from Babel (the names of Unicode CLDR) to rows for
`config.record.loading`. The order is always the same. Where a file and a library disagree, the file is right.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, Final

import pycountry
from babel import Locale, localedata
from babel.core import get_global
from babel.languages import get_official_languages

Row = dict[str, Any]
Text = dict[str, str]

FIXTURES: Final = Path(__file__).resolve().parents[2] / "fixtures"
# Beside English and the languages of the country itself.
LANGUAGES: Final = ("fr", "es", "ru", "ar", "zh", "tr", "de")
NOW: Final = ".."
KOSOVO: Final = "XKX"
# What the standards do not list although the record has it: neither is in M49, and Kosovo not in ISO 3166-1.
NOT_IN_M49: Final = ("TWN", KOSOVO)
STATES_OUTSIDE_UN: Final = ("COK", "NIU", "VAT")
UN_OBSERVERS: Final = ("PSE", "VAT")


def reference_rows() -> list[Row]:
    """Return countries, states that ended, and organizations, each with its names, codes and proof."""
    countries = [_country(row) for row in _table("countries")]
    former = [_former_country(row) for row in _table("former_countries")]
    return [*countries, *former, *(_organization(row) for row in _table("organizations"))]


def reference_sources() -> list[Text]:
    """Return the sources that the rows cite: datasets and standards, and the site of each organization."""
    return [*map(dict, _table("sources")), *map(_website, _table("organizations"))]


def successor_rows() -> list[Text]:
    """Return which state (subject) succeeded which (object), and since when."""
    return [
        {"subject": subject, "object": row["slug"], "type": "successor_of", "start": start, "end": NOW}
        for table in ("former_countries", "organizations")
        for row in _table(table)
        for subject, _, start in (entry.partition(":") for entry in _packed(row["successors"]))
    ]


def m49_names() -> Text:
    """Return the names of the regions and subregions of M49 by their codes."""
    return {row["code"]: row["name"] for row in _table("m49")}


@cache
def _table(name: str) -> tuple[Text, ...]:
    with (FIXTURES / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


def _packed(cell: str) -> list[str]:
    """Return the entries of a cell that holds several, joined by ` | `."""
    return cell.split(" | ") if cell else []


def _country(row: Text) -> Row:
    iso = pycountry.countries.get(alpha_3=row["slug"])
    official = row["official_name"] or getattr(iso, "official_name", row["name"])
    names = _english(row, official)
    if iso is not None and iso.name not in (row["name"], official):
        names.append(_name("alias", "en", iso.name))
    names += _cldr_names(iso.alpha_2 if iso is not None else "XK", row["names"])
    return _country_columns(row, official) | {
        "names": _distinct(names),
        "identifiers": _identifiers(row, list(_standard_codes(row["slug"]))),
        "citations": list(_country_citations(row)),
    }


def _standard_codes(slug: str) -> Iterator[Text]:
    """Yield the codes of ISO 3166-1, and of M49, which are the numeric ones."""
    iso = pycountry.countries.get(alpha_3=slug)
    if iso is not None:
        yield _code("iso3166-1-alpha-2", iso.alpha_2)
        yield _code("iso3166-1-alpha-3", iso.alpha_3)
        yield _code("iso3166-1-numeric", iso.numeric)
        if slug not in NOT_IN_M49:
            yield _code("m49", iso.numeric)


def _former_country(row: Text) -> Row:
    official = row["official_name"] or row["name"]
    in_iso = any(code.startswith("iso3166-3:") for code in _packed(row["codes"]))
    return _country_columns(row, official) | {
        "names": _distinct(_english(row, official)),
        "identifiers": _identifiers(row, []),
        "citations": [_citation("iso-3166-3" if in_iso else "cow-state-system"), *_position_citation(row)],
    }


def _country_columns(row: Text, official: str) -> Row:
    """Return what a living and a former country have in common, but for the lists."""
    same = ("slug", "name", "description", "start", "end", "status", "m49_region", "m49_subregion", "capital")
    return {"kind": "country", "official_name": official} | {column: row[column] for column in same} | {
        "latitude": Decimal(row["latitude"]) if row["latitude"] else None,
        "longitude": Decimal(row["longitude"]) if row["longitude"] else None,
    }  # fmt: skip


def _organization(row: Text) -> Row:
    same = ("slug", "name", "organization_type", "description", "start", "end")
    official = [] if "official:en:" in row["names"] else [_name("official", "en", row["name"])]
    return {"kind": "organization"} | {column: row[column] for column in same} | {
        "names": _distinct([*official, _name("short", "en", row["name"]), *_listed(row["names"])]),
        "identifiers": _identifiers(row, []),
        "citations": [_citation(_website(row)["slug"])],
    }  # fmt: skip


def _website(row: Text) -> Text:
    """Return the source that an organization's own site is."""
    return {
        "slug": f"{row['slug']}-website", "name": f"{row['name']}: website",
        "publisher": row["publisher"] or row["name"], "url": row["website"],
        "language": "en", "licence": "", "date": "",
    }  # fmt: skip


def _english(row: Text, official: str) -> list[Text]:
    return [_name("official", "en", official), _name("short", "en", row["name"]), *_listed(row["names"])]


def _listed(cell: str) -> list[Text]:
    """Return the names in a cell: `kind:language:text`."""
    return [_name(*entry.split(":", 2)) for entry in _packed(cell)]


def _cldr_names(alpha_2: str, listed: str) -> Iterator[Text]:
    """Yield the names of CLDR, in languages for which the file lists neither a native nor a short name."""
    spoken = get_official_languages(alpha_2) or get_official_languages(alpha_2, de_facto=True)
    taken = {"en"} | {name["language"] for name in _listed(listed) if name["kind"] in ("native", "short")}
    for code in dict.fromkeys((*spoken, *LANGUAGES)):
        language = code.replace("_", "-")
        text = _territories(code).get(alpha_2)
        if text and language not in taken:
            yield _name("native" if code in spoken else "short", language, text)


@cache
def _territories(code: str) -> dict[str, str]:
    return dict(Locale.parse(code).territories) if localedata.exists(code) else {}


def _name(kind: str, language: str, text: str) -> Text:
    return {"text": text, "language": language, "script": _script(language), "kind": kind}


@cache
def _script(language: str) -> str:
    """Return the script (ISO 15924) that a language tag names or implies."""
    plain, _, script = language.partition("-")
    return script or get_global("likely_subtags")[plain].split("_")[1]


def _distinct(names: list[Text]) -> list[Text]:
    """Return the names without repetitions."""
    return list({(name["text"], name["language"], name["kind"]): name for name in names}.values())


def _identifiers(row: Text, standard: list[Text]) -> list[Text]:
    """Return the codes that the file lists, and of the `standard` ones those it does not list otherwise."""
    listed = [_code(*entry.split(":")) for entry in _packed(row["codes"])]
    own = {(code["scheme"], code["value"]) for code in listed}
    more = [_code(scheme, row[scheme]) for scheme in ("wikidata", "fips", "ioc") if row.get(scheme)]
    codes = [*(code for code in (*standard, *more) if (code["scheme"], code["value"]) not in own), *listed]
    return sorted(codes, key=lambda code: (code["scheme"], code["value"], code["valid_from"]))


def _code(scheme: str, value: str, valid_from: str = "", valid_to: str = NOW) -> Text:
    return {"scheme": scheme, "value": value, "valid_from": valid_from, "valid_to": valid_to}


def _country_citations(row: Text) -> Iterator[Text]:
    if row["slug"] == KOSOVO:
        yield _citation("unicode-cldr", note="Not in ISO 3166-1; the codes are user-assigned.")
    else:
        yield _citation("iso-3166-1")
        yield _citation("unicode-cldr", "names")
    if row["m49_region"] and row["slug"] not in NOT_IN_M49:
        yield _citation("un-m49", "m49_region")
    if row["status"] == "state" and row["slug"] not in STATES_OUTSIDE_UN:
        yield _citation("un-member-states", "status")
    if row["slug"] in UN_OBSERVERS:
        yield _citation("un-non-member-states", "status")
    yield from _position_citation(row)


def _position_citation(row: Text) -> Iterator[Text]:
    if row["position_source"]:
        yield _citation(row["position_source"], "latitude")


def _citation(source: str, field: str = "", note: str = "") -> Text:
    return {"source": source, "role": "supports", "field": field, "note": note}
