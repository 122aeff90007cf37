"""Folding: how text is made comparable across accents, case and punctuation, the same on every database.

*Cavusoglu*, *Çavuşoğlu* and *ÇAVUŞOĞLU* fold to one key. Other scripts fold to themselves, so they are
found through stored names, not through transliteration.
"""

import re
import unicodedata
from functools import lru_cache

# Letters that Unicode does not decompose into a base letter and a mark.
_LETTERS = str.maketrans(
    {
        "ı": "i", "ł": "l", "đ": "d", "ð": "d", "ø": "o", "þ": "th", "æ": "ae", "œ": "oe", "ħ": "h", "ŋ": "ng",
        "ə": "a", "ŧ": "t",
    }
)  # fmt: skip
_NOT_WORD = re.compile(r"[\W_]+")


def _folded(text: str) -> str:
    """Return `text` as words of plain lowercase letters and digits, separated by single spaces."""
    if text.isascii():
        plain = text.lower()
    else:
        decomposed = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS))
        plain = "".join(char for char in decomposed if not unicodedata.category(char).startswith("M"))
        plain = unicodedata.normalize("NFC", plain.translate(_LETTERS))
    return _NOT_WORD.sub(" ", plain).strip()


# Names come again and again.
fold = lru_cache(maxsize=65536)(_folded)


def words(*texts: str | None) -> str:
    """Return the distinct folded words of all `texts`, in order of appearance: what full-text search matches."""
    folded = _folded(" ".join(filter(None, texts)))
    return " ".join(dict.fromkeys(folded.split()))
