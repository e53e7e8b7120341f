"""Reasons that match a song with its listener's taste, or with what anybody may know of it.

Each function returns the rows where its reason is true and confident. Values are those of
the source table, so that a query can prove them (features.serving.proofs). ``strength``
sorts the reasons of one song: about 0.2 for what holds of many songs, 0.9 for what holds of
few; below 0 it is told only where nothing else is known.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl

from features.lists.known import EvidenceContext, Keyed, dense, ints, taken
from features.lists.songs import KEY_NAMES, Bools, Floats, Ints, lookup
from features.lists.weather import MOODS_OF
from schemas.vocabulary import DAYPARTS, MOOD_IDS, SCENE_IDS

BAND_BPM = 20
"""Width of the bands in which looped songs are counted."""

HOURS = {
    "morning": range(5, 10), "commute": (7, 8, 9, 17, 18, 19), "study": range(8, 22),
    "reading": range(19, 24), "late_night": (22, 23, 0, 1, 2, 3), "sleep": (22, 23, 0, 1), "party": range(19, 24),
}  # fmt: skip
"""Local hours that a scene belongs to; scenes of no hour are left out."""


@dataclass(frozen=True, slots=True)
class Words:
    """A text per row, kept as a number into names until it is known which rows are told."""

    names: pl.Series
    at: Ints


@dataclass(frozen=True, slots=True)
class Reason:
    """One kind of evidence over a bucket.

    Args:
        rows: places among the chosen songs where it holds; the other arrays run beside it.
        strength: see the module; subject .. unit: columns of the contract; a null number is nan.
    """

    kind: str
    source_table: str
    rows: Ints
    strength: Floats
    subject: Words | None = None
    value: Floats | Ints | None = None
    value_high: Floats | Ints | None = None
    song_value: Floats | None = None
    song_text: Words | None = None
    subject_too: Words | None = None
    unit: str | None = None


def tempo_band(k: EvidenceContext) -> Reason:
    """The song's tempo lies in the listener's band."""
    tempo, low, high = k.songs.tempo[k.t], k.listeners.tempo_low[k.u], k.listeners.tempo_high[k.u]
    at = k.rows((tempo >= low) & (tempo <= high))
    strength = 0.3 + 0.3 * low[at] / high[at]
    return Reason("tempo_band", "taste", at, strength, None, low[at], high[at], tempo[at], unit="BPM")


def looped_tempo(k: EvidenceContext) -> Reason:
    """Songs looped this week keep this one's pace: at least two others in its band of 20 BPM."""
    loops = k.lists("looped_track_ids", "looped_plays").select("u", track_id="item")
    sound = k.tables["audio_features"].filter(pl.col("tempo_confidence") >= k.params.tempo_confidence_from)
    paced = loops.join(sound.select("track_id", "tempo_bpm").drop_nulls(), on="track_id")
    band = (pl.col("tempo_bpm").cast(pl.Float64) / BAND_BPM).floor().cast(pl.Int64)
    counts = paced.group_by("u", band=band).len().sort("u", "band")
    tempo = k.songs.tempo[k.t]
    mine = np.where(np.isnan(tempo), -1, np.floor(tempo / BAND_BPM)).astype(np.int64)
    place = Keyed.of(ints(counts["u"]), ints(counts["band"]), 10_000).at(k.u, mine)
    itself = paced.join(k.shelf.select("track_id", "n"), on="track_id").sort("u", "n")
    own = Keyed.of(ints(itself["u"]), ints(itself["n"]), k.shelf.height + 1).at(k.u, k.n) >= 0
    number = taken(ints(counts["len"]), place) - own
    at = k.rows((place >= 0) & (number >= 2))
    names = pl.Series([f"{low}-{low + BAND_BPM}" for low in range(0, 1000, BAND_BPM)])
    return Reason(
        "looped_tempo", "taste", at, 0.5 + 0.05 * np.minimum(number[at], 6), Words(names, mine[at]),
        number[at], None, tempo[at], unit="looped songs",
    )  # fmt: skip


def key_match(k: EvidenceContext) -> Reason:
    """The song's key is one the listener is drawn to."""
    key = k.songs.key[k.t]
    share = np.where(key >= 0, k.listeners.key[k.u, np.maximum(key, 0)], 0.0)
    at = k.rows(share >= k.params.share_from)
    words = Words(pl.Series(KEY_NAMES), key[at])
    return Reason("key_match", "taste", at, 0.2 + 0.5 * share[at], None, share[at], song_text=words)


def mood_match(k: EvidenceContext) -> Reason:
    """A mood the song has with confidence is among the listener's; the most shared one."""
    shares = np.where(k.songs.moods[k.t] > 0, k.listeners.mood[k.u], -1.0)
    best = np.argmax(shares, axis=1)
    share = shares[np.arange(len(best)), best]
    at = k.rows(share >= k.params.share_from)
    words = Words(pl.Series(MOOD_IDS), best[at])
    return Reason("mood_match", "taste", at, 0.4 + 0.5 * share[at], words, share[at], song_text=words)


def genre_share(k: EvidenceContext) -> Reason:
    """The song's genre has its share in what the listener plays."""
    genre = k.songs.genre[k.t]
    share = np.where(genre >= 0, k.listeners.genre[k.u, np.maximum(genre, 0)], 0.0)
    at = k.rows(share >= k.params.share_from)
    words = Words(pl.Series(k.songs.genres, dtype=pl.String), genre[at])
    return Reason("genre_share", "taste", at, 0.35 + 0.6 * share[at], words, share[at])


def daypart_mood(k: EvidenceContext) -> Reason:
    """The song feels like what the listener plays in a daypart; the nearest one of enough plays."""
    sure = _least(k, "valence_confidence") & _least(k, "arousal_confidence")
    valence, arousal = k.listeners.daypart_valence[k.u], k.listeners.daypart_arousal[k.u]
    apart = np.hypot(k.songs.valence[k.t, None] - valence, k.songs.arousal[k.t, None] - arousal)
    plays = np.stack([_column(k, pl.col("daypart_plays").list.get(p, null_on_oob=True)) for p in range(4)], axis=1)
    apart = np.where(plays[k.u] >= 20, np.nan_to_num(apart, nan=9.0), 9.0)
    part = np.argmin(apart, axis=1)
    least = apart[np.arange(len(part)), part]
    at = k.rows(sure & (least <= 0.2))
    own = (at, part[at])
    return Reason(
        "daypart_mood", "taste", at, 0.5 - least[at], Words(pl.Series(DAYPARTS), part[at]),
        valence[own], arousal[own], k.songs.arousal[k.t[at]],
    )  # fmt: skip


def hour_habit(k: EvidenceContext) -> Reason:
    """The song suits a scene of the hour in which the listener plays most."""
    hour = _column(k, pl.col("favourite_hour"), unknown=-1).astype(np.int64)
    tags = k.songs.frame.select("t", "track_id").join(
        k.tables["emotions"].select("track_id", scene="scenes", p="scene_probabilities"), on="track_id"
    )
    tags = tags.explode("scene", "p").drop_nulls().filter(pl.col("p") >= k.params.scene_probability_from)
    sure = np.zeros((k.songs.frame.height, len(SCENE_IDS)))
    sure[ints(tags["t"]), lookup(tags["scene"], SCENE_IDS)] = tags["p"].cast(pl.Float64).to_numpy()
    suits = np.zeros((25, len(SCENE_IDS)))  # the last row stands for an unknown hour
    for scene, hours in HOURS.items():
        suits[list(hours), SCENE_IDS.index(scene)] = 1.0
    fit = sure[k.t] * suits[hour[k.u]]
    scene_at = np.argmax(fit, axis=1)
    best = fit[np.arange(len(scene_at)), scene_at]
    at = k.rows(best > 0)
    words = Words(pl.Series(SCENE_IDS), scene_at[at])
    return Reason(
        "hour_habit", "taste", at, 0.25 + 0.25 * best[at], words, hour[k.u[at]], None, best[at], unit="local hour"
    )


def days_off(k: EvidenceContext) -> Iterator[Reason]:
    """On a day off: the listener's days off are calmer, or livelier, than their workdays, and so is the song."""
    plays, (workday, off) = k.listeners.day_plays, k.listeners.day_arousal.T
    apart = off - workday
    told = k.listeners.day_off & (plays.min(axis=1) >= k.params.day_plays_from)
    song = k.songs.arousal[k.t]
    for kind, way in (("calmer_days_off", -1), ("livelier_days_off", 1)):
        there = (told & (way * apart >= k.params.day_apart_from))[k.u] & (way * (song - off[k.u]) >= 0)
        at = k.rows(there & _least(k, "arousal_confidence"))
        u = k.u[at]
        strength: Floats = 0.4 + 0.5 * np.minimum(np.abs(apart[u]), 0.5)
        yield Reason(kind, "taste", at, strength, None, off[u], workday[u], song[at])


def resting(k: EvidenceContext) -> Reason:
    """PlayHistory gladly before, and not lately."""
    place = k.heard.keyed.at(k.u, k.n)
    days, plays = taken(k.heard.rested, place), taken(k.heard.plays, place)
    kept = plays - taken(k.heard.skips, place)
    glad = (place >= 0) & (np.append(k.heard.weight, 0.0)[place] > 0) & (kept >= 2)
    at = k.rows(glad & (days >= k.params.resting_days))
    strength: Floats = 0.6 + 0.2 * np.minimum(plays[at] / 20, 1)
    return Reason("resting", "affinity", at, strength, None, days[at], plays[at], unit="days")


def fresh_release(k: EvidenceContext) -> Reason:
    """Released lately; 0 days means it comes out on the day of service."""
    released = (pl.lit(k.night.serves_on) - pl.col("release_date")).dt.total_days().fill_null(-1)
    days = ints(k.songs.frame.select(released.alias("days"))["days"])[k.t]
    at = np.flatnonzero((days >= 0) & (days <= k.params.fresh_days))
    strength = 0.6 - 0.01 * days[at].astype(np.float64)
    return Reason("fresh_release", "tracks", at, strength, None, days[at], unit="days")


def weather_fit(k: EvidenceContext) -> Reason:
    """A mood the song has with confidence suits the weather of the day; the most fitting one."""
    weather = dense(k.listeners.frame["weather"])
    names = k.listeners.frame["weather"].drop_nulls().unique().sort()
    mood = np.full(len(k.t), -1)
    for number, name in enumerate(names):
        under = weather[k.u] == number
        for suited in reversed(MOODS_OF[name]):
            column = MOOD_IDS.index(suited)
            mood = np.where(under & (k.songs.moods[k.t, column] > 0), column, mood)
    at = np.flatnonzero(mood >= 0)
    return Reason(
        "weather_fit", "contexts", at, np.full(len(at), 0.3), Words(names, weather[k.u[at]]),
        song_text=Words(pl.Series(MOOD_IDS), mood[at]),
    )  # fmt: skip


def discovery(k: EvidenceContext) -> Reason:
    """The listener never heard this artist."""
    at = k.rows(k.discovery)
    return Reason("discovery", "affinity", at, np.full(len(at), 0.25), Words(k.artists, k.artist[k.n[at]]))


def popular(k: EvidenceContext) -> Reason:
    """High in the popularity of everywhere."""
    ranks = k.tables["popularity"].filter(pl.col("place") == "*").select("track_id", "rank")
    rank = ints(k.shelf.join(ranks, on="track_id", how="left", maintain_order="left")["rank"].fill_null(0))[k.n]
    at = np.flatnonzero(rank > 0)
    return Reason("popular", "popularity", at, _fame(rank[at], k) - 0.05, None, rank[at])


def popular_near(k: EvidenceContext) -> Reason:
    """High in the popularity of the listener's city."""
    cities = k.listeners.frame["city"].drop_nulls().unique().sort()
    city = dense(k.listeners.frame["city"])
    numbered = pl.DataFrame({"place": cities, "c": np.arange(len(cities))})
    ranks = (
        k.tables["popularity"]
        .join(numbered, on="place")
        .join(k.shelf.select("track_id", "n"), on="track_id")
        .sort("c", "n")
    )
    place = Keyed.of(ints(ranks["c"]), ints(ranks["n"]), k.shelf.height + 1).at(city[k.u], k.n)
    at = np.flatnonzero(place >= 0)
    rank = ints(ranks["rank"])[place[at]]
    return Reason("popular_near", "popularity", at, _fame(rank, k), Words(cities, city[k.u[at]]), rank)


def catalogue_pick(k: EvidenceContext) -> Reason:
    """Nothing stronger is known: the song broadens the list by its genre."""
    at = np.arange(len(k.t))
    genres = pl.Series([*k.songs.genres, None], dtype=pl.String)
    return Reason(
        "catalogue_pick", "tracks", at, np.full(len(at), -1.0), Words(genres, k.songs.genre[k.t] % len(genres))
    )


def _fame(rank: Ints, k: EvidenceContext) -> Floats:
    """Strong at the top of the charts, hardly a reason beyond ``rank_within``."""
    within = k.params.rank_within
    strength: Floats = np.where(rank <= within, 0.6 - 0.4 * rank / within, -0.5)
    return strength


def _column(k: EvidenceContext, column: pl.Expr, unknown: float = 0.0) -> Floats:
    values: Floats = k.listeners.frame.select(v=column.cast(pl.Float64).fill_null(unknown))["v"].to_numpy()
    return values


def _least(k: EvidenceContext, column: str) -> Bools:
    """Whether the song's confidence reaches the threshold."""
    sure: Bools = k.songs.frame[column].fill_null(0.0).to_numpy()[k.t] >= k.params.emotion_confidence_from
    return sure
