"""Rows of the catalogue that a misspelt song might be: artists that are nearly its own, then their titles."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from rapidfuzz import fuzz, process

from features.matching.readings import Reading
from features.matching.songs import Shelf
from features.matching.vocabulary import CJK, Vocabulary

_NEAR_NAME, _NEAR_TITLE = 70, 50  # of 100; farther apart no slip makes them (of two characters, one is half)
_COMMON = 30  # a title or a word of names that more rows hold finds nothing by itself
_CELLS = 1 << 24  # of one comparison: its memory, in bytes


class NearArtists:
    """Names of the catalogue that a listened name may stand for."""

    def __init__(self, shelf: Shelf, vocabulary: Vocabulary) -> None:
        self._shelf = shelf
        self._names = list(shelf.by_artist)
        self._by_word: dict[str, set[str]] = defaultdict(set)
        self._romanised: dict[str, set[str]] = defaultdict(set)
        for readings in shelf.readings:
            for name in readings[0].artists:
                for word in name.words:
                    self._by_word[word].add(name.joined)
                if name.cjk:
                    for latin in vocabulary.romanised(name.text):
                        self._romanised[latin].add(name.joined)
        self._vocabulary = vocabulary

    def of(self, readings: Sequence[Reading]) -> dict[str, set[str]]:
        """For each name of the readings the catalogue's names that are nearly it, or share a rare word with it."""
        forms = {name.joined: name for reading in readings for name in reading.artists}
        near = {name: self._related(name, form.words, form.text) for name, form in forms.items()}
        asked = sorted(forms)
        rows = max(1, _CELLS // max(1, len(self._names)))
        for start in range(0, len(asked), rows):
            part = asked[start : start + rows]
            alike = process.cdist(part, self._names, scorer=fuzz.ratio, score_cutoff=_NEAR_NAME, dtype=np.uint8)
            for i, j in np.argwhere(alike):
                near[part[i]].add(self._names[j])
        return near

    def _related(self, name: str, words: Sequence[str], text: str) -> set[str]:
        found = {name} if name in self._shelf.by_artist else set()
        for word in words:
            if len(holders := self._by_word.get(word, ())) <= _COMMON:
                found |= set(holders)
        if CJK.search(text):
            for latin in self._vocabulary.romanised(text):
                found |= {latin} & self._shelf.by_artist.keys()
        return found | self._romanised.get(name, set())


def near_songs(
    readings: Sequence[Reading], shelf: Shelf, near: Mapping[str, set[str]], most: int
) -> Iterator[tuple[int, list[int]]]:
    """For each reading (by its number) rows of nearly its title by nearly its artist, and rare rows of its title.

    Args:
        near: for each name the catalogue's names that are nearly it, from :meth:`NearArtists.of`.
        most: titles of one artist that are held against one title.
    """
    found: dict[int, set[int]] = defaultdict(set)
    of_name: dict[str, list[int]] = defaultdict(list)
    for number, reading in enumerate(readings):
        if len(rows := shelf.titled(reading.title)) <= _COMMON:
            found[number] |= rows
        for form in reading.artists:
            of_name[form.joined].append(number)
    for name, numbers in of_name.items():
        rows_near = sorted({row for artist in near.get(name, ()) for row in shelf.by_artist[artist]})
        if rows_near:
            for number, rows in _near_titles(numbers, readings, rows_near, shelf, most):
                found[number] |= rows
    yield from ((number, sorted(rows)) for number, rows in found.items() if rows)


def _near_titles(
    numbers: Sequence[int], readings: Sequence[Reading], rows: Sequence[int], shelf: Shelf, most: int
) -> Iterator[tuple[int, set[int]]]:
    titles = [(row, reading.title) for row in rows for reading in shelf.readings[row]]
    texts = [title.joined for _, title in titles]
    size = max(1, _CELLS // len(texts))
    scripts = {title.cjk for _, title in titles}
    for start in range(0, len(numbers), size):
        part = numbers[start : start + size]
        asked = [readings[n].title for n in part]
        alike = process.cdist(
            [t.joined for t in asked], texts, scorer=fuzz.ratio, score_cutoff=_NEAR_TITLE, dtype=np.uint8
        )
        best = np.argsort(-alike.astype(np.int16), axis=1, kind="stable")[:, :most]
        for i, number in enumerate(part):
            near = {titles[j][0] for j in best[i] if alike[i, j]}
            if len(rows) <= _COMMON and scripts != {asked[i].cjk}:
                near |= set(rows)  # another script is alike by sound only
            yield number, near
