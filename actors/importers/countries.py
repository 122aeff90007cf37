"""The reference data: countries, states that ended, and the organizations everybody refers to.

Pure functions from the files in `fixtures/` (their README tells the form and the sources), from pycountry
(the codes and formal names of ISO 3166-1) and from Babel (the names of Unicode CLDR) to rows for
`config.record.loading.loader`. The order is always the same. Where a file and a library disagree, the file is right.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, Final

import pycountry
from babel import Locale, localedata
from babel.core import get_global
from babel.languages import get_official_languages

from config.record.values.edtf import bounds

Row = dict[str, Any]
Text = dict[str, str]

FIXTURES: Final = Path(__file__).resolve().parents[2] / "fixtures"
# Beside English and the languages of the country itself: the other languages of the United Nations, then large ones.
LANGUAGES: Final = (
    "fr", "es", "ru", "ar", "zh",
    "de", "tr", "pt", "it", "nl", "pl", "uk", "sv", "el", "he", "fa", "ja", "ko", "id", "vi", "sw",
)  # fmt: skip
NOW: Final = ".."
KOSOVO: Final = "XKX"
# What the standards do not list although the record has it: neither is in M49, and Kosovo not in ISO 3166-1.
NOT_IN_M49: Final = ("TWN", KOSOVO)
STATES_OUTSIDE_UN: Final = ("COK", "NIU", "VAT")
UN_OBSERVERS: Final = ("PSE", "VAT")
# The lists of states: what their codes are called, and the sources that they are.
LISTS: Final = {"cow": "cow-state-system", "gw": "gleditsch-ward"}
# Both lists begin on this day; who is on them then has been a state before.
FIRST_DAY: Final = "1816-01-01"
SINCE_BEFORE: Final = f"[..{FIRST_DAY}]"
# Tables of countries that are not in ISO 3166-1.
OTHER_COUNTRIES: Final = ("former_countries", "de_facto_states")


def reference_rows() -> list[Row]:
    """Return countries, states that ended, and organizations, each with its names, codes and proof."""
    countries = [_country(row) for row in _table("countries")]
    others = [_other_country(row) for table in OTHER_COUNTRIES for row in _table(table)]
    return [*countries, *others, *(_organization(row) for row in _table("organizations"))]


def reference_sources() -> list[Text]:
    """Return the sources that the rows cite: datasets and standards, and the site of each organization."""
    return [*map(dict, _table("sources")), *map(_website, _table("organizations"))]


def relation_rows() -> list[Text]:
    """Return how actors stand to each other: successors, members of organizations, and dependencies with their sovereigns."""
    return [*_successors(), *_dependencies(), *_memberships()]


def _successors() -> Iterator[Text]:
    for table in (*OTHER_COUNTRIES, "organizations"):
        for row in _table(table):
            for subject, _, start in (entry.partition(":") for entry in _packed(row["successors"])):
                yield _relation(subject, "successor_of", row["slug"], {"start": start, "end": NOW, "note": ""})


def _dependencies() -> Iterator[Text]:
    for row in _table("dependencies"):
        yield _relation(row["slug"], row["type"], row["object"], row)


def _memberships() -> Iterator[Text]:
    for row in _table("memberships"):
        yield _relation(row["member"], "member_of", row["organization"], row)


def _relation(subject: str, kind: str, object_: str, row: Text) -> Text:
    return {"subject": subject, "type": kind, "object": object_} | {key: row[key] for key in ("start", "end", "note")}


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
        "citations": _cited(row, _country_citations(row)),
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


def _other_country(row: Text) -> Row:
    official = row["official_name"] or row["name"]
    return _country_columns(row, official) | {
        "names": _distinct(_english(row, official)),
        "identifiers": _identifiers(row, []),
        "citations": _cited(row, _other_citations(row)),
    }


def _other_citations(row: Text) -> Iterator[Text]:
    if any(code.startswith("iso3166-3:") for code in _packed(row["codes"])):
        yield _citation("iso-3166-3")
    else:
        yield from (_citation(LISTS[name]) for name in dict.fromkeys(spell["list"] for spell in _spells(row["slug"])))
    yield from map(_citation, _packed(row["sources"]))


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
        "citations": [_citation(_website(row)["slug"]), *_relation_citations(row["slug"])],
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
    listed += [code for spell in _spells(row["slug"]) for code in _list_codes(spell)]
    own = {(code["scheme"], code["value"]) for code in listed}
    more = [_code(scheme, row[scheme]) for scheme in ("wikidata", "fips", "ioc") if row.get(scheme)]
    codes = [*(code for code in (*standard, *more) if (code["scheme"], code["value"]) not in own), *listed]
    return sorted(codes, key=lambda code: (code["scheme"], code["value"], code["valid_from"], code["listed_from"]))


def _code(scheme: str, value: str, valid_from: str = "", valid_to: str = NOW) -> Text:
    return {
        "scheme": scheme, "value": value, "valid_from": valid_from, "valid_to": valid_to, "listed_from": "", "listed_to": "",
    }  # fmt: skip


@cache
def _spells_of() -> Mapping[str, list[Text]]:
    spells: dict[str, list[Text]] = defaultdict(list)
    for row in _table("state_lists"):
        spells[row["slug"]].append(row)
    return spells


def _spells(slug: str) -> list[Text]:
    """Return when the lists of states counted a state among their members, the earlier first."""
    return _spells_of().get(slug, [])


def _list_codes(spell: Text) -> Iterator[Text]:
    """Yield the number and the letters by which a list counted a state."""
    dates = {column: spell[column] for column in ("valid_from", "valid_to", "listed_from", "listed_to")}
    yield _code(f"{spell['list']}-numeric", spell["number"]) | dates
    yield _code(f"{spell['list']}-alpha", spell["alpha"]) | dates


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


def _cited(row: Text, own: Iterable[Text]) -> list[Text]:
    """Return the citations of a country: of the country itself, its position, its dates and its relations."""
    return [*own, *_position_citation(row), *_day_citations(row), *_claims(row), *_relation_citations(row["slug"])]


def _position_citation(row: Text) -> Iterator[Text]:
    if row["position_source"]:
        yield _citation(row["position_source"], "latitude")


def _day_citations(row: Text) -> Iterator[Text]:
    """Yield what the lists of states say: the codes, and the same first and last day as the record, or another."""
    for name, source in LISTS.items():
        spells = [spell for spell in _spells(row["slug"]) if spell["list"] == name]
        if spells:
            yield _citation(source, "identifiers")
            for field, listed in _listed_days(row, spells).items():
                yield _citation(source, field, claim="" if listed == row[field] else listed)


def _listed_days(row: Text, spells: list[Text]) -> Text:
    """Return the first and the last day of the state in a list, if it has them."""
    days = {}
    # A state can have been on a list long before it was, by our reckoning, founded anew.
    begun = [one for one in spells if bounds(one["listed_to"]).latest >= bounds(row["start"]).earliest]
    if begun:
        days["start"] = begun[0]["listed_from"].replace(FIRST_DAY, SINCE_BEFORE)
    if NOW not in (row["end"], spells[-1]["listed_to"]):
        days["end"] = spells[-1]["listed_to"]
    return days


def _claims(row: Text) -> Iterator[Text]:
    """Yield the other values that sources give: `field:source:value`."""
    for field, source, value in (entry.split(":") for entry in _packed(row["claims"])):
        yield _citation(source, field, claim=value)


def _relation_citations(slug: str) -> Iterator[Text]:
    """Yield the proof of memberships, the sites of the organizations, and that of a dependency's sovereign."""
    for source in _relation_sources().get(slug, ()):
        yield _citation(source, "relations")


@cache
def _relation_sources() -> Mapping[str, Iterable[str]]:
    sources: dict[str, dict[str, None]] = defaultdict(dict)
    for row in _table("dependencies"):
        sources[row["slug"]]["cia-world-factbook"] = None
    for row in _table("memberships"):
        in_un = row["organization"] == "united-nations"
        sources[row["member"]]["un-member-states" if in_un else f"{row['organization']}-website"] = None
    return sources


def _citation(source: str, field: str = "", note: str = "", claim: str = "") -> Text:
    """Return a citation that supports the record, or contradicts it by its `claim`."""
    role = "contradicts" if claim else "supports"
    return {"source": source, "role": role, "field": field, "claim": claim, "note": note}
