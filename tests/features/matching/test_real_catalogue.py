"""Six made-up listeners of a real catalogue, under wrong spellings."""

from __future__ import annotations

import csv
import os
from pathlib import Path

import pytest

from features.matching.match import match
from features.matching.params import MatchParams
from jobs.tools.vocabulary import open_vocabulary
from tests.features.matching.songs import songs
from tests.worlds.misspelt_listens import misspelt_listens

DATA = Path(os.environ.get("DAILY30_TEST_DATA", Path(__file__).parents[4] / "shared" / "data"))
MANIFEST = DATA / "audio" / "manifest.csv"
PEOPLE = ("ann", "ben", "cho", "dan", "eva", "fei")

Song = tuple[str, str, float | None]


def same_song(one: Song, other: Song) -> bool:
    return [name.casefold() for name in one[:2]] == [name.casefold() for name in other[:2]]


@pytest.mark.data
@pytest.mark.skipif(not MANIFEST.is_file(), reason="needs the acceptance data")
@pytest.mark.parametrize("seed", [30, 31, 32])
def test_listens_of_six_people_find_their_songs_and_no_others(seed: int) -> None:
    with MANIFEST.open(encoding="utf-8-sig", newline="") as stream:
        catalogue = [(r["artist"], r["title"], float(r["duration_s"])) for r in csv.DictReader(stream)]
    heard = misspelt_listens(catalogue, PEOPLE, seed, each=100)
    files, listens = songs("f", catalogue), songs("h", [(h.artist, h.title, h.duration_s) for h in heard])
    found = dict(match(listens, files, open_vocabulary(), MatchParams()).select("alias_id", "track_id").iter_rows())
    said = [int(found[f"h{n}"][1:]) if f"h{n}" in found else None for n in range(len(heard))]
    wrong = [
        (h.spelling, h.artist, h.title, catalogue[row][:2])
        for h, row in zip(heard, said, strict=True)
        if row is not None and (h.of is None or not same_song(catalogue[h.of], catalogue[row]))
    ]
    missed = [
        (h.spelling, h.artist, h.title) for h, row in zip(heard, said, strict=True) if h.of is not None and row is None
    ]
    share = 1 - len(missed) / sum(h.of is not None for h in heard)
    assert (wrong, share >= 0.95) == ([], True), f"{share:.3f} found; missed: {missed}"
