"""The results as tables: in plain text, and in Markdown."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median

from benchmarks.results import Measured, Results

HEADS = (
    "",
    "floor, requests/s",
    "Chancery, requests/s",
    "ratio",
    "from–to",
    "floor, CPU ms",
    "Chancery, CPU ms",
    "bytes: floor / Chancery",
)
SERVERS = ("floor", "chancery")
GZIP_HEADS = (
    "gzip clients",
    "plain, requests/s",
    "gzip, requests/s",
    "ratio",
    "from–to",
    "plain, CPU ms",
    "gzip, CPU ms",
    "bytes: plain / gzip",
)
GZIP_SERVERS = ("chancery", "gzip")


def cells(name: str, measured: Measured, base: str, server: str) -> tuple[str, ...]:
    """Return a line of a table: medians over the rounds."""
    both, ratios = (base, server), measured.ratios(server, base)
    rates = [rate(measured.middle(each, "per_second")) for each in both]
    spent = [" + ".join(f"{measured.middle(each, what):.2f}" for what in ("server_ms", "database_ms")) for each in both]
    sizes = " / ".join(f"{measured.middle(each, 'bytes'):.0f}" for each in both)
    return name, *rates, f"{median(ratios):.2f}", f"{min(ratios):.2f}–{max(ratios):.2f}", *spent, sizes


def _tables(results: Results) -> Iterator[list[tuple[str, ...]]]:
    """Yield the tables: Chancery beside the floor, and clients that accept gzip beside those that do not."""
    for heads, (base, server) in ((HEADS, SERVERS), (GZIP_HEADS, GZIP_SERVERS)):
        timed = {name: one for name, one in results.timed().items() if server in one.samples}
        yield [heads, *(cells(name, measured, base, server) for name, measured in timed.items())]


def rate(per_second: float) -> str:
    """Return requests a second as a text."""
    return f"{per_second:.0f}" if per_second >= 10 else f"{per_second:.2f}"  # noqa: PLR2004 - a whole number says enough


def text(results: Results) -> str:
    """Return everything as plain text."""
    lines = [*_head(results), ""]
    for table in _tables(results):
        widths = [max(map(len, column)) for column in zip(*table, strict=True)]
        lines += ["  ".join(cell.rjust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in table]
        lines.append("")
    return "\n".join([*lines, *notes(results), *_legend(results)]) + "\n"


def markdown(results: Results) -> str:
    """Return everything as Markdown."""
    lines = [*_head(results), ""]
    for heads, *rest in _tables(results):
        table = [heads, ("---", *("--:" for _ in heads[1:])), *rest]
        lines += [*("| " + " | ".join(line) + " |" for line in table), ""]
    listed = [f"- {line}" for line in (*notes(results), *_legend(results))]
    return "\n".join([*lines, *listed]) + "\n"


def _head(results: Results) -> list[str]:
    sizes = ", ".join(f"{results.world[kind]:,.0f} {kind}" for kind in ("meetings", "agreements", "statements"))
    machine = results.machine
    software = f"{machine['database']}, Python {machine['python']}, Django {machine['django']}, granian {machine['granian']}"
    hardware = f"{machine['processors']} × {machine['processor']}, {machine['memory']}, {machine['system']}"
    return [
        f"Scale {results.world['scale']:g}: {sizes}. {results.how['rounds']} rounds of {results.how['seconds']} s.",
        f"{software}; {hardware}; load by {machine['load']}.",
    ]


def notes(results: Results) -> list[str]:
    """Return what stands in no column."""
    lines = [f"Wrong, and therefore not measured: {wrong}" for wrong in results.wrong]
    if results.failed:
        lines.append(f"Requests that failed: {results.failed}.")
    if results.loading:
        records = sum(results.world[kind] for kind in ("organizations", "officials", "meetings", "agreements", "statements"))
        lines.append(f"Loading took {results.loading:.0f} s: {records / results.loading:.0f} records a second.")
    if export := results.timed().get("Q7"):
        first, growth = export.middle("chancery", "first_byte_ms"), export.middle("chancery", "growth")
        lines.append(f"The export's first byte came after {first:.0f} ms; its worker grew by {growth:.0f} MiB.")
    before, after = (", ".join(f"{held:.0f}" for held in results.memory[moment]) for moment in ("before", "after"))
    lines.append(f"Chancery's workers held {before} MiB before and {after} MiB after.")
    return lines


def _legend(results: Results) -> list[str]:
    how = "A ratio is requests/s by requests/s in the same round: Chancery by the floor, gzip by plain; medians over the rounds."
    units = "CPU ms are for one request: server + database."
    return [f"{how} {units}", *(f"{name}: {one.title}." for name, one in results.questions.items())]
