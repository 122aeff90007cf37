"""Folding: one key for a name however it is written."""

from __future__ import annotations

import pytest

from config.record.values.folding import fold, words

pytestmark = pytest.mark.any_database


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Çavuşoğlu", "cavusoglu"),
        ("ÇAVUŞOĞLU", "cavusoglu"),
        ("İbrahim Kalın", "ibrahim kalin"),
        ("Łukasz Đặng", "lukasz dang"),
        ("Straße", "strasse"),
        ("Bjørn Ærø", "bjorn aero"),
        ("Əliyev", "aliyev"),
        ("Nagorno-Karabakh", "nagorno karabakh"),
        ("Чавушоглу", "чавушоглу"),
        ("  S/RES/2510 (2020) ", "s res 2510 2020"),
        ("Côte d’Ivoire", "cote d ivoire"),
        ("", ""),
    ],
)
def test_accents_case_and_punctuation_fold_away(text: str, folded: str) -> None:
    assert fold(text) == folded
    assert fold(folded) == folded


def test_words_are_distinct_and_keep_their_order() -> None:
    assert words("Sergey Lavrov", None, "LAVROV, Sergei") == "sergey lavrov sergei"
