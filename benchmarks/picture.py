"""The results as a picture: requests a second against the floor, and what one request costs."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from statistics import median
from typing import Final

from benchmarks.results import Measured, Results
from benchmarks.tables import rate

WIDTH: Final = 1000
HEAD, ROW, FOOT = 104, 62, 48
# Where the names, the bars of requests and the bars of processor time begin, and how long bars can be.
NAMES, RATES, COSTS = 28, 290, 664
LONGEST_RATE, LONGEST_COST = 296, 200
# How much room a ratio takes.
FIGURE: Final = 44
SERVER: Final = {"floor": "#7b8794", "chancery": "#1d5fa8"}
DATABASE: Final = {"floor": "#cfd6dd", "chancery": "#a3c8ee"}
STYLE: Final = """
    text { font: 13px system-ui, 'Segoe UI', 'DejaVu Sans', sans-serif; fill: #1f2933 }
    .title { font-size: 20px; font-weight: 600 }
    .name { font-weight: 600 }
    .inside { font-weight: 600; fill: #fff }
    .quiet { font-size: 12px; fill: #616e7c }
"""


def picture(results: Results) -> str:
    """Return the picture, as SVG."""
    timed = results.timed()
    height = HEAD + ROW * len(timed) + FOOT
    furthest = max(1.0, *(median(measured.ratios()) for measured in timed.values()))
    parts = [*_head(results), _mark(RATES + LONGEST_RATE / furthest, HEAD - 6, height - FOOT)]
    for index, (name, measured) in enumerate(timed.items()):
        top = HEAD + ROW * index
        parts += [_rule(top), *_names(name, measured, top)]
        parts += [*_rates(measured, top, LONGEST_RATE / furthest), *_costs(measured, top)]
    parts += _foot(height - FOOT + 28)
    body = "\n".join(parts)
    size = f'width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img">\n<title>Chancery beside the floor</title>\n'
        f'<style>{STYLE}</style>\n<rect width="100%" height="100%" fill="#fff"/>\n{body}\n</svg>\n'
    )


def _head(results: Results) -> Iterator[str]:
    machine = results.machine
    yield _text(NAMES, 36, "Chancery beside the floor", "title")
    world = f"scale {results.world['scale']:g}: {results.world['meetings']:,.0f} meetings, "
    world += f"{results.world['statements']:,.0f} statements; {machine['database']}; {machine['processors']} processors"
    yield _text(NAMES, 58, world, "quiet")
    yield _text(RATES, 88, "Requests a second, floor = 1", "name")
    yield _text(COSTS, 88, "Processor time of one request, ms", "name")


def _names(name: str, measured: Measured, top: float) -> Iterator[str]:
    first, second = _halves(measured.title)
    yield _text(NAMES, top + 24, name, "name")
    yield _text(NAMES + 30, top + 24, first)
    yield _text(NAMES + 30, top + 42, second)


def _halves(title: str) -> tuple[str, str]:
    """Return a title in two lines that are about equally long."""
    breaks = [index for index, character in enumerate(title) if character == " "]
    middle = min(breaks, key=lambda index: abs(index - len(title) / 2))
    return title[:middle], title[middle + 1 :]


def _rates(measured: Measured, top: float, unit: float) -> Iterator[str]:
    ratio = median(measured.ratios())
    yield _bar(RATES, top + 15, ratio * unit, 16, SERVER["chancery"])
    # What would stand on the mark of the floor stands within the bar.
    inside = ratio < 1 < ratio + FIGURE / unit
    yield _text(
        RATES + ratio * unit + (-6 if inside else 6), top + 28, f"{ratio:.2f}", *(("inside", "end") if inside else ("name",))
    )
    chancery, floor = (rate(measured.middle(server, "per_second")) for server in ("chancery", "floor"))
    yield _text(RATES, top + 49, f"{chancery}/s, the floor {floor}/s", "quiet")


def _costs(measured: Measured, top: float) -> Iterator[str]:
    spent = {server: [measured.middle(server, what) for what in ("server_ms", "database_ms")] for server in SERVER}
    unit = LONGEST_COST / max(0.01, *map(sum, spent.values()))
    for index, (server, (own, database)) in enumerate(spent.items()):
        y = top + 12 + 22 * index
        yield _bar(COSTS, y, own * unit, 14, SERVER[server])
        yield _bar(COSTS + own * unit, y, database * unit, 14, DATABASE[server])
        told = f"{own:.2f} + {database:.2f}" if own < 100 else f"{own:.0f} + {database:.0f}"  # noqa: PLR2004 - whole numbers say enough
        yield _text(COSTS + (own + database) * unit + 6, y + 12, told, "quiet")


def _foot(y: float) -> Iterator[str]:
    x = NAMES
    for colours, part in ((SERVER, "server"), (DATABASE, "database")):
        for server in SERVER:
            told = f"{server.capitalize()}, {part}"
            yield _bar(x, y - 11, 14, 14, colours[server])
            yield _text(x + 20, y, told, "quiet")
            x += 45 + 7 * len(told)
    yield _text(WIDTH - NAMES, y, "Each question has a scale of its own for processor time.", "quiet", "end")


def _bar(x: float, y: float, width: float, height: float, colour: str) -> str:
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{max(width, 0.5):.1f}" height="{height}" fill="{colour}"/>'


def _rule(y: float) -> str:
    return f'<line x1="{NAMES}" y1="{y}" x2="{WIDTH - NAMES}" y2="{y}" stroke="#e4e7eb"/>'


def _mark(x: float, y: float, to_y: float) -> str:
    return f'<line x1="{x:.1f}" y1="{y}" x2="{x:.1f}" y2="{to_y}" stroke="#1f2933" stroke-dasharray="4 3"/>'


def _text(x: float, y: float, text: str, kind: str = "", anchor: str = "start") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" class="{kind}" text-anchor="{anchor}">{escape(text)}</text>'
