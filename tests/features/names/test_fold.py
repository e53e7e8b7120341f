"""Names folded for comparing."""

from __future__ import annotations

import unicodedata

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.names.fold import fold, key, over_unique

ALIKE = [
    ("Don’t Stop", "don't stop"),
    ("Ｓｏｎｇ　２", "song 2"),
    ("Jean‐Luc", "JEAN-LUC"),
    (unicodedata.normalize("NFD", "Motörhead"), "Motörhead"),
    (unicodedata.normalize("NFD", "がんばれ"), "がんばれ"),
    ("“Heroes”", '"heroes"'),
    ("STRASSE", "Straße"),
    ("So\u200bng\ufeff", "Song"),
    ("  two   spaces ", "Two spaces"),
]
SAME_WORDS = [
    ("Beyoncé", "BEYONCE"),
    ("Simon & Garfunkel", "simon and garfunkel"),
    ("後來", "后来"),
    ("Rock 'n' Roll", "Rock and Roll"),
    ("S.O.S.", "SOS"),
    ("Sigur Rós", "sigur ros"),
    ("Røyksopp", "Royksopp"),
    ("What's Up?", "whats up"),
    ("AC/DC", "ac dc"),
]
APART = [("後來", "未来"), ("が", "か"), ("Song 1", "Song 2"), ("!!!", "???"), ("й", "и")]


@pytest.mark.parametrize(("one", "other"), ALIKE)
def test_one_name_typed_by_other_hands_folds_alike(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(("one", "other"), SAME_WORDS)
def test_accents_and_punctuation_are_no_words(one: str, other: str) -> None:
    assert key(one) == key(other)


@pytest.mark.parametrize(("one", "other"), APART)
def test_other_names_stay_apart(one: str, other: str) -> None:
    assert key(one) != key(other)


@given(st.text())
def test_folding_twice_changes_nothing_more(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text())
def test_composition_and_width_do_not_matter(text: str) -> None:
    assert fold(unicodedata.normalize("NFD", text)) == fold(unicodedata.normalize("NFC", text))


@given(st.text())
def test_a_key_is_empty_only_for_a_name_without_any_sign(text: str) -> None:
    assert bool(key(text)) == bool(fold(text))


@given(st.lists(st.none() | st.sampled_from(["A", "b", "ß"])))
def test_a_column_is_worked_out_as_each_of_its_values(texts: list[str | None]) -> None:
    column = pl.Series("name", texts, dtype=pl.String)
    assert over_unique(column, fold, pl.String()).to_list() == [None if t is None else fold(t) for t in texts]


def test_each_different_value_is_worked_out_once() -> None:
    asked: list[str] = []
    over_unique(pl.Series(["a", "b", "a", None, "a"]), asked.append, pl.Null())
    assert sorted(asked) == ["a", "b"]
