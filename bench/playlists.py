"""Complete real playlists: hide half of each, find it again by popularity, text, co-occurrence and all together.

python -m bench.playlists DIR --json

DIR holds ``playlists.csv`` (playlist_id, name, tags, …), ``playlist_songs.csv`` (playlist_id,
song_id) and ``songs.csv`` (song_id, title, artists parted by ``|``, …). Of every playlist of
20 songs or more a random half is hidden, from all of them at once; candidates are all songs.
Text is the nightly sentence encoder on "title by artists" (Chinese glossed) and the rarity-
weighted artist names. The hybrid's weights are learned from the visible halves alone.
Vectors are kept in ``--vectors FILE`` (npz), where given: encoding takes minutes.
"""

from __future__ import annotations

import argparse
import json
import resource
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from features.collaborative.blend import Blend, Popularity, builders
from features.collaborative.content_profile import ContentProfile, rare_terms
from features.collaborative.interactions import Interactions, interactions
from features.collaborative.model import Model
from features.collaborative.params import BlendParams, CollaborativeParams
from features.evaluation.ranking import bootstrap_interval
from jobs.tools.text_encoder import open_text_encoder

_FROM_SONGS = 20
_BLEND = BlendParams(share=0.5, draws=2, depth=400, k=50)


def halves(pairs: pl.DataFrame, seed: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """(visible, hidden) rows of ``playlist_id``, ``song_id``; short playlists stay whole."""
    ordered = pairs.unique().sort("playlist_id", "song_id")
    rng = np.random.default_rng(seed)
    drawn = ordered.with_columns(chance=pl.Series(rng.random(ordered.height)))
    place = pl.col("chance").rank("ordinal").over("playlist_id")
    long = pl.len().over("playlist_id") >= _FROM_SONGS
    hide = drawn.select(hide=long & (place <= pl.len().over("playlist_id") // 2))["hide"]
    return ordered.filter(~hide), ordered.filter(hide)


def vectors(songs: pl.DataFrame, file: Path | None) -> np.ndarray:
    """Unit text vectors of the songs, in their order [shape=(songs, TEXT_DIM)]."""
    texts = [f"{row['title']} by {', '.join(_artists(row))}" for row in songs.iter_rows(named=True)]
    if file is not None and file.is_file():
        with np.load(file, allow_pickle=False) as kept:
            at = {song: row for row, song in enumerate(kept["song_id"].tolist())}
            return np.asarray(kept["vector"][[at[song] for song in songs["song_id"]]])
    found = open_text_encoder(Path(), {}).encode(texts)
    if file is not None:
        np.savez(file, song_id=songs["song_id"].to_numpy().astype(str), vector=found)
    return found


def models(songs: pl.DataFrame, text: np.ndarray) -> dict[str, Callable[[], Model]]:
    """What is compared, by name; not fitted."""
    artists = rare_terms([_artists(row) for row in songs.iter_rows(named=True)])
    said: dict[str, Callable[[], Model]] = {
        "text_vectors": lambda: ContentProfile(text - text.mean(axis=0)),
        "artists": lambda: ContentProfile(artists),
    }
    together = builders(CollaborativeParams())
    return {
        "popularity": Popularity,
        **said,
        "text": lambda: Blend(said, replace(_BLEND, fallback=dict.fromkeys(said, 1.0))),
        "collaborative": lambda: Blend(together, _BLEND),
        "hybrid": lambda: Blend({**together, **said}, _BLEND),
    }


def judge(model: Model, known: Interactions, hidden: Interactions, k: int) -> np.ndarray:
    """Recall@k of every playlist with a hidden half [shape=(playlists,)]."""
    rows = np.flatnonzero(known.users.is_in(hidden.users.implode()).to_numpy())
    lists = model.recommend(known.matrix[rows], k)
    truth = hidden.matrix
    spans = zip(truth.indptr[:-1], truth.indptr[1:], strict=True)
    return np.array([np.isin(truth.indices[a:b], own).mean() for own, (a, b) in zip(lists, spans, strict=True)])


def main() -> None:
    """Print recall@k per model."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--k", type=int, default=50)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--vectors", type=Path)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    if given.folder is None:
        print("names no folder of playlists: nothing measured")
        return
    result = measure(given.folder, given.k, given.seed, given.vectors)
    if given.json:
        print(json.dumps(result, indent=2, ensure_ascii=False))
        return
    print(f"{result['playlists']} playlists, {result['songs']} songs: recall@{given.k}")
    for name, row in result["models"].items():
        print(f"  {name:<14}{row['recall']:.4f}  [{row['low']:.4f}, {row['high']:.4f}]  {row['seconds']:6.1f} s")


def measure(folder: Path, k: int, seed: int, kept: Path | None) -> dict[str, Any]:
    """Recall@k with intervals per model, and the hybrid's learned weights."""
    pairs = pl.read_csv(folder / "playlist_songs.csv", infer_schema=False).select("playlist_id", "song_id")
    table = pl.read_csv(folder / "songs.csv", infer_schema=False).unique("song_id", keep="first").sort("song_id")
    songs = table.with_columns(pl.col("title", "artists").fill_null(""))
    visible, hidden = halves(pairs.join(songs, on="song_id", how="semi"), seed)
    known = interactions(visible, "playlist_id", "song_id", items=songs["song_id"])
    wanted = interactions(hidden, "playlist_id", "song_id", items=songs["song_id"])
    began = time.perf_counter()
    text = vectors(songs, kept)
    result: dict[str, Any] = {
        "playlists": len(wanted.users),
        "songs": songs.height,
        "never_visible": float(1 - hidden.join(visible, on="song_id", how="semi").height / hidden.height),
        "text_seconds": round(time.perf_counter() - began, 1),
        "models": {},
    }
    for name, build in models(songs, text).items():
        began = time.perf_counter()
        model = build().fit(known.matrix)
        recall = judge(model, known, wanted, k)
        low, high = bootstrap_interval(recall, np.random.default_rng(30))
        result["models"][name] = {"recall": float(recall.mean()), "low": low, "high": high}
        result["models"][name]["seconds"] = round(time.perf_counter() - began, 1)
        if isinstance(model, Blend):
            result["models"][name]["weights"] = model.fusion.weights
    result["peak_memory_mb"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    return result


def _artists(row: dict[str, Any]) -> list[str]:
    return [name.strip() for name in row["artists"].split("|") if name.strip()]


if __name__ == "__main__":
    main()
