"""The lists in pictures: discovery, sources, relaxed rules, concentration, flow."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

import polars as pl

from features.report.charts import DIGITS, Bar, Line, Tick, bars, histogram, place, ticks

SOURCES = {
    "item_item": "played by the same people",
    "als": "near in collaborative space",
    "user_knn": "played by listeners alike",
    "own_artist": "new by artists played",
    "similar": "sounds or reads alike",
    "resting": "loved and resting",
    "fresh": "fresh releases",
    "popular_near": "popular in the city",
    "popular": "popular everywhere",
}
_TEMPO = (50.0, 190.0)


@dataclass(frozen=True, slots=True)
class ListStatistics:
    """Plots over all lists.

    Args:
        discovery: histogram of songs per list by artists never heard.
        concentration: Lorenz curve of songs over artists; the diagonal is equality.
        top_tenth: share of all listed songs by the tenth of artists listed most.
        tempo: tempo by rank of a few lists, gaps where it is not known.
    """

    discovery: list[Bar]
    discovery_mean: float
    sources: list[Bar]
    relaxations: list[Bar]
    strict: int
    concentration: Line
    top_tenth: float
    artists: list[Bar]
    tempo: list[Line]
    tempo_ticks: list[Tick]


def statistics(
    daily_lists: pl.DataFrame, list_summaries: pl.DataFrame, tracks: pl.DataFrame, phones: list[dict[str, Any]]
) -> ListStatistics:
    """Lay out the plots."""
    found = list_summaries["discovery_songs"]
    sources = daily_lists.group_by("source").len().sort("len", "source", descending=[True, False])
    relaxed = Counter(list_summaries["relaxations"].explode().drop_nulls().to_list())
    named = daily_lists.drop_nulls("artist_id")
    artists = named.group_by("artist_id").len().sort("len", "artist_id", descending=[True, False])
    curve, top = _lorenz(sorted(artists["len"].to_list()))
    return ListStatistics(
        discovery=histogram(found.to_list(), 0, 31, 31, "new artists"),
        discovery_mean=round(float(found.mean() or 0), 1),  # type: ignore[arg-type]
        sources=bars([(SOURCES[s], float(n), f"{n / max(1, daily_lists.height):.0%}") for s, n in sources.rows()]),
        relaxations=bars([(rule, float(n), f"{n:,} lists") for rule, n in sorted(relaxed.items())]),
        strict=list_summaries.filter(pl.col("relaxations").list.len() == 0).height,
        concentration=curve,
        top_tenth=top,
        artists=_top_artists(artists, tracks),
        tempo=[_tempo(payload) for payload in phones],
        tempo_ticks=ticks(*_TEMPO, [60, 90, 120, 150, 180]),
    )


def _lorenz(counts: list[int]) -> tuple[Line, float]:
    """Points of the Lorenz curve over ascending counts, and the share of the largest tenth."""
    total = sum(counts) or 1
    points, heard = [(0.0, 0.0)], 0
    for i, count in enumerate(counts, start=1):
        heard += count
        points.append((round(i / len(counts), DIGITS), round(heard / total, DIGITS)))
    tenth = max(1, round(len(counts) / 10))
    return Line("songs over artists", tuple(points)), round(sum(counts[-tenth:]) / total, 3)


def _top_artists(artists: pl.DataFrame, tracks: pl.DataFrame) -> list[Bar]:
    names = tracks.select("artist_id", "artist_name").unique("artist_id", keep="first", maintain_order=True)
    rows = artists.head(12).join(names, on="artist_id", how="left", maintain_order="left")
    return bars([(str(name), float(n), f"{n:,}") for _, n, name in rows.rows()])


def _tempo(payload: dict[str, Any]) -> Line:
    songs = [s for s in payload["songs"] if s["tempo_bpm"] is not None]
    last = max(2, len(payload["songs"]))
    points = tuple((place(s["rank"], 1, last), place(s["tempo_bpm"], *_TEMPO)) for s in songs)
    return Line(payload["user_id"], points)
