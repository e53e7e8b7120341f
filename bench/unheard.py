"""Songs nobody has played: do they land where their listeners are, with and without what their album says?

    python -m bench.unheard --sketch 7 9 11                        the sample without its audio, by seed
    python -m bench.unheard --sketch 7 --users 600 --songs 2000

A tenth of the songs that share an album lose all their plays; ALS learns from the rest and the
content map places them. Recall is the mean over listeners of the share of the hidden songs they
had played among the first tenth of all hidden songs, ranked for them by collaborative space.
The sample's listeners know artists and styles, no albums: here albums must do no harm.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass

import numpy as np
import polars as pl

from bench.measure import interval
from features.collaborative import tables
from features.collaborative.als import Als
from features.collaborative.low_pass import low_passed
from features.collaborative.params import CollaborativeParams
from tests.worlds.sketch import Sketch, sketch

PARAMS = CollaborativeParams()


@dataclass(frozen=True)
class Hidden:
    """Affinities that stay, those of the hidden songs, and the hidden songs in order of id."""

    affinity: pl.DataFrame
    truth: pl.DataFrame
    songs: pl.Series


def hide(app: Sketch, seed: int) -> Hidden:
    """Take a tenth of the songs whose album holds another one out of everyone's affinity."""
    shared = app.tables["tracks"].filter(pl.len().over("album_id") > 1)["track_id"].sort()
    drawn = np.random.default_rng(seed).choice(len(shared), app.tables["tracks"].height // 10, replace=False)
    songs = shared.gather(np.sort(drawn))
    gone = pl.col("track_id").is_in(songs.implode())
    affinity = app.tables["affinity"]
    return Hidden(affinity.filter(~gone), affinity.filter(gone & (pl.col("weight") > 0)), songs)


def recall(app: Sketch, hidden: Hidden, *, albums: bool) -> np.ndarray:
    """Recall per listener who had played a hidden song."""
    tracks = app.tables["tracks"]
    if not albums:
        tracks = tracks.with_columns(album_id=pl.lit(None, dtype=pl.String))
    data = tables.training(hidden.affinity, app.tables["users"], tracks)
    als = Als(PARAMS.als).fit(data.matrix)
    content = (app.tables["text_vectors"], app.tables["audio_vectors"])
    placed = tables.track_factors(data, als.item_factors, tracks, *content, params=PARAMS).sort("track_id")
    space = low_passed(placed["vector"].list.to_array(PARAMS.als.factors).to_numpy())
    at = placed["track_id"].search_sorted(hidden.songs).to_numpy()
    scores = als.fold_in(data.matrix) @ space[at].T
    first = np.argsort(-scores, axis=1, kind="stable")[:, : max(1, len(at) // 10)]
    wanted = _wanted(hidden, data.users)
    relevant = wanted.sum(axis=1)
    found = np.take_along_axis(wanted, first, axis=1).sum(axis=1)
    recall: np.ndarray = (found / np.maximum(relevant, 1))[relevant > 0]
    return recall


def _wanted(hidden: Hidden, users: pl.Series) -> np.ndarray:
    """True where a listener had played a hidden song [shape=(users, songs)]."""
    known = hidden.truth.filter(pl.col("user_id").is_in(users.implode()))
    wanted = np.zeros((len(users), len(hidden.songs)), bool)
    wanted[users.search_sorted(known["user_id"]), hidden.songs.search_sorted(known["track_id"])] = True
    return wanted


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sketch", type=int, nargs="+", default=[7])
    parser.add_argument("--users", type=int, default=300)
    parser.add_argument("--songs", type=int, default=300)
    given = parser.parse_args()
    for seed in given.sketch:
        app = sketch(seed, given.users, given.songs)
        hidden = hide(app, seed)
        print(f"seed {seed}, {given.users} users, {len(hidden.songs)} of {given.songs} songs hidden")
        for what, albums in (("without albums", False), ("with albums", True)):
            print(f"  {what:<16}{interval(recall(app, hidden, albums=albums))}")


if __name__ == "__main__":
    main()
