"""The results as tables: in plain text, and in Markdown."""

from __future__ import annotations

from statistics import median

from benchmarks.results import Measured, Results

HEADS = ("", "floor, requests/s", "Chancery, requests/s", "ratio", "from–to", "floor, CPU ms", "Chancery, CPU ms", "bytes")
SERVERS = ("floor", "chancery")


def cells(name: str, measured: Measured) -> tuple[str, ...]:
    """Return a line of the table: medians over the rounds."""
    ratios = measured.ratios()
    rates = [rate(measured.middle(server, "per_second")) for server in SERVERS]
    spent = [" + ".join(f"{measured.middle(server, what):.2f}" for what in ("server_ms", "database_ms")) for server in SERVERS]
    sizes = " / ".join(f"{measured.middle(server, 'bytes'):.0f}" for server in SERVERS)
    return name, *rates, f"{median(ratios):.2f}", f"{min(ratios):.2f}–{max(ratios):.2f}", *spent, sizes


def rate(per_second: float) -> str:
    """Return requests a second as a text."""
    return f"{per_second:.0f}" if per_second >= 10 else f"{per_second:.2f}"  # noqa: PLR2004 - a whole number says enough


def text(results: Results) -> str:
    """Return everything as plain text."""
    lines = [HEADS, *(cells(name, measured) for name, measured in results.timed().items())]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    table = ["  ".join(cell.rjust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines]
    return "\n".join([*_head(results), "", *table, "", *notes(results), *_legend(results)]) + "\n"


def markdown(results: Results) -> str:
    """Return everything as Markdown."""
    lines = [HEADS, ("---", *("--:" for _ in HEADS[1:])), *(cells(name, measured) for name, measured in results.timed().items())]
    table = ["| " + " | ".join(line) + " |" for line in lines]
    listed = [f"- {line}" for line in (*notes(results), *_legend(results))]
    return "\n".join([*_head(results), "", *table, "", *listed]) + "\n"


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
    how = "A ratio is Chancery's requests/s by the floor's in the same round; medians over the rounds."
    units = "CPU ms are for one request: server + database. Bytes: floor / Chancery."
    return [f"{how} {units}", *(f"{name}: {one.title}." for name, one in results.questions.items())]
