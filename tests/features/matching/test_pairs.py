"""The matching on pairs labelled by hand before it was seen to judge them, about half of them held back.

Each part was looked at once before what it showed of kinds was mended, so that by now all are tuned on. First looks:

- ``held_back`` (295 pairs): precision .987, recall .903 (names of one word within others, slips that make words);
- ``later_held_back`` (348): 1.000, .882 (artists under another name in another script, which no text tells);
- ``last`` (170): .989, .968 (one of three letters taken for one of four).

``once`` (102 of the same kinds, written without a look at the rules) is tuned on by nobody: .982, .982; a song recorded
anew with a guest, who is named beside the artist, is taken for the first recording.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

import polars as pl
import pytest
from rapidfuzz import fuzz

from features.matching.match import match
from features.matching.params import MatchParams
from jobs.tools.vocabulary import open_vocabulary
from tests.worlds.matching_pairs import HALVES, ONCE, labelled_pairs

PRECISION, RECALL = 0.99, 0.90


def listened(pairs: pl.DataFrame) -> pl.DataFrame:
    return pairs.select(
        track_id=pl.format("heard{}", pl.int_range(pl.len())),
        title="listened_title",
        artist_name="listened_artist",
        duration_s="listened_s",
    )


def catalogue(pairs: pl.DataFrame) -> pl.DataFrame:
    return pairs.select(
        "title", "duration_s", track_id=pl.format("file{}", pl.int_range(pl.len())), artist_name="artist"
    )


def quality(said: list[bool], pairs: pl.DataFrame) -> tuple[float, float]:
    """Precision and recall."""
    true = pairs.get_column("same").cast(pl.Boolean).to_list()
    right = sum(s and t for s, t in zip(said, true, strict=True))
    return right / sum(said), right / sum(true)


def matched(pairs: pl.DataFrame) -> list[bool]:
    """Whether each listen matches its row, when that row is the whole catalogue."""
    vocabulary, params = open_vocabulary(), MatchParams()
    heard, rows = listened(pairs), catalogue(pairs)
    return [match(heard[n], rows[n], vocabulary, params).height > 0 for n in range(pairs.height)]


@pytest.mark.parametrize("half", HALVES)
def test_precision_and_recall_of_each_half(half: str) -> None:
    pairs = labelled_pairs(half)
    precision, recall = quality(matched(pairs), pairs)
    assert precision >= PRECISION
    assert recall >= RECALL


def test_what_was_looked_at_once_keeps_what_it_showed() -> None:
    pairs = labelled_pairs(ONCE)
    precision, recall = quality(matched(pairs), pairs)
    assert (precision, recall) == (pytest.approx(56 / 57), pytest.approx(56 / 57))


def test_five_hundred_pairs_and_more_are_labelled() -> None:
    pairs = labelled_pairs()
    assert pairs.height >= 500
    assert pairs.select("listened_artist", "listened_title", "artist", "title", "listened_s").is_duplicated().sum() == 0


def test_within_the_whole_catalogue_no_song_is_taken_for_another() -> None:
    pairs = labelled_pairs()
    heard, rows = listened(pairs), catalogue(pairs)
    found = match(heard, rows, open_vocabulary(), MatchParams())
    wrong = pairs.with_columns(heard=heard["track_id"], file=rows["track_id"]).filter(pl.col("same") == 0)
    mistaken = found.join(wrong, left_on=["alias_id", "track_id"], right_on=["heard", "file"], how="semi")
    assert mistaken.height == 0
    same = pairs.with_columns(heard=heard["track_id"]).filter(pl.col("same") == 1)
    assert found.filter(pl.col("alias_id").is_in(same["heard"].implode())).height >= RECALL * same.height


def plain(text: str | None) -> str:
    return unicodedata.normalize("NFKC", text or "").casefold().strip()


def exact_fold(pair: dict) -> bool:
    names = (("listened_artist", "artist"), ("listened_title", "title"))
    return all(plain(pair[a]) == plain(pair[b]) for a, b in names)


def token_sort(least: int) -> Callable[[dict], bool]:
    def alike(pair: dict) -> bool:
        heard = f"{plain(pair['listened_artist'])} {plain(pair['listened_title'])}"
        return fuzz.token_sort_ratio(heard, f"{plain(pair['artist'])} {plain(pair['title'])}") >= least

    return alike


@pytest.mark.parametrize("baseline", [exact_fold, *map(token_sort, (70, 80, 85, 90, 95))])
def test_what_is_simpler_misses_a_bar(baseline: Callable[[dict], bool]) -> None:
    pairs = labelled_pairs()
    precision, recall = quality([baseline(pair) for pair in pairs.iter_rows(named=True)], pairs)
    assert precision < PRECISION or recall < RECALL
