"""Made-up words, as unevenly frequent as words are, and texts of them."""

from __future__ import annotations

from functools import cache
from itertools import accumulate
from random import Random
from typing import Final

VOCABULARY: Final = 5_000
# Words on these ranks stand in one statement of fifty and in one of seven hundred.
FREQUENT, RARE = 200, 3_000
# Zipf's law, with its head cut off: no word is as frequent as all others together.
_HEAD: Final = 10


@cache
def vocabulary() -> tuple[str, ...]:
    """Return all words, the most frequent first."""
    lot = Random("vocabulary")
    words: dict[str, None] = {}
    while len(words) < VOCABULARY:
        words[_word(lot)] = None
    return tuple(words)


def _word(lot: Random) -> str:
    syllables = (lot.choice("bdfgklmnprstvz") + lot.choice("aeiou") for _ in range(lot.choice((2, 2, 3))))
    return "".join(syllables) + lot.choice("lmnrst")


@cache
def zipf(size: int) -> tuple[float, ...]:
    """Return cumulated weights of `size` things, each less frequent than the one before."""
    return tuple(accumulate(1 / (rank + _HEAD) for rank in range(1, size + 1)))


def words(lot: Random, count: int) -> list[str]:
    """Draw `count` words."""
    return lot.choices(vocabulary(), cum_weights=zipf(VOCABULARY), k=count)


def title(lot: Random, count: int) -> str:
    """Draw a title of `count` words."""
    return " ".join(words(lot, count)).capitalize()


def sentence(lot: Random, length: int) -> str:
    """Draw a sentence of about `length` characters."""
    # A word and the space after it take seven.
    return title(lot, round(length / 7)) + "."


def name(lot: Random) -> str:
    """Draw the name of a person."""
    return " ".join(_word(lot).capitalize() for _ in range(2))
