"""Reasons that tie a song to others its listener holds dear: heard together, alike, of the same hands."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl

from features.lists.known import EvidenceContext, Keyed, dense, ints, taken
from features.lists.reasons import Reason, Words
from features.lists.songs import Floats, Ints

# Credits beside the main artist: kind of evidence, catalogue column, strength. A label says least.
_CREDITS = (("same_composer", "composer", 0.46), ("same_producer", "producer", 0.44),
            ("same_lyricist", "lyricist", 0.44), ("same_label", "label", 0.24))  # fmt: skip
# Loved songs carry a credit this much more often than the catalogue does, or it is chance.
_LIFT = 1.5


def by_neighbours(k: EvidenceContext) -> Iterator[Reason]:
    """People who play a loved track, or two, play this one too; or it sounds or reads like one."""
    led = _led(k)
    yield _together(k, led.filter(pl.col("source") == "item_item"))
    yield _similar(k, led.filter(pl.col("source") == "similar"))


def _together(k: EvidenceContext, led: pl.DataFrame) -> Reason:
    near = _alike(k, led, "cf_neighbours")
    others = led.select("row", "track_id", because="too").drop_nulls("because")
    second = _alike(k, others, "cf_neighbours").select("row", high="similarity")
    near = near.join(second, on="row", how="left").sort("row")
    at = ints(near["row"])
    second_loved = _loved(k, at, ints(near["loved_too"].fill_null(-1)))
    too = np.where(near["high"].is_not_null().to_numpy(), second_loved, -1)
    high = np.where(too >= 0, near["high"].cast(pl.Float64).fill_null(np.nan).to_numpy(), np.nan)
    value = near["similarity"].cast(pl.Float64).to_numpy()
    names = pl.concat([k.shelf["track_id"], pl.Series([None], dtype=pl.String)])
    return Reason(
        "loved_tracks_together", "cf_neighbours", at, 0.5 + 0.4 * value, Words(names, ints(near["loved"])), value, high,
        subject_too=Words(names, too % len(names)),
    )  # fmt: skip


def _similar(k: EvidenceContext, led: pl.DataFrame) -> Reason:
    near = _alike(k, led, "neighbours").filter(pl.col("similarity") >= k.params.similarity_from).sort("row")
    value = near["similarity"].cast(pl.Float64).to_numpy()
    words = Words(k.shelf["track_id"], ints(near["loved"]))
    return Reason("similar_track", "neighbours", ints(near["row"]), 0.35 + 0.4 * value, words, value)


def _alike(k: EvidenceContext, led: pl.DataFrame, table: str) -> pl.DataFrame:
    """Rows with the ``similarity`` of their pair, where ``table`` has it."""
    pairs = k.tables[table].select(because="track_id", track_id="neighbour_id", similarity="similarity")
    return led.join(pairs, on=["because", "track_id"])


def _led(k: EvidenceContext) -> pl.DataFrame:
    """Chosen songs proposed because of loved tracks: ``row``, ``track_id``, ``source``, the ids ``because`` and
    ``too`` of those tracks and their numbers ``loved`` and ``loved_too``.
    """
    mine = np.flatnonzero(k.personal)
    chosen = pl.DataFrame(
        {
            "user_id": k.listeners.frame["user_id"].gather(k.u[mine]),
            "track_id": k.shelf["track_id"].gather(k.n[mine]),
            "row": mine,
        }
    )
    because = k.tables["candidates"].select(
        "user_id", "track_id", "source", because="because_track_id", too="because_too_track_id"
    )
    named = (
        because.drop_nulls("because")
        .join(chosen, on=["user_id", "track_id"])
        .join(k.shelf.select(because="track_id", loved="n"), on="because")
        .join(k.shelf.select(too="track_id", loved_too="n"), on="too", how="left")
    )
    return named.filter(pl.Series(_loved(k, ints(named["row"]), ints(named["loved"])) >= 0, dtype=pl.Boolean))


def _loved(k: EvidenceContext, row: Ints, n: Ints) -> Ints:
    """Shelf tracks that the row's listener loves; -1 for the others [shape=(rows,)]."""
    place = k.heard.keyed.at(k.u[row], n)
    return np.where((place >= 0) & np.append(k.heard.loved, False)[place], n, -1)


def artist_rotation(k: EvidenceContext) -> Reason:
    """The artist is in the listener's rotation of the last 30 days."""
    plays = _rotation(k, k.artist[k.n])
    at = k.rows(plays >= k.params.rotation_from)
    strength = 0.5 + 0.4 * np.minimum(plays[at] / 20, 1)
    words = Words(k.artists, k.artist[k.n[at]])
    return Reason("artist_rotation", "taste", at, strength, words, plays[at], unit="plays in 30 days")


def featured_artist(k: EvidenceContext) -> Reason:
    """An artist of the listener's rotation is featured here; the most played one."""
    named = k.shelf.select("n", artist="featured_artist_ids", main="artist_id").explode("artist")
    numbers = pl.DataFrame({"artist": k.artists, "a": np.arange(len(k.artists))})
    guests = named.filter(pl.col("artist") != pl.col("main")).join(numbers, on="artist").sort("n", "a")
    who, best = np.full(len(k.u), -1), np.zeros(len(k.u), np.int64)
    place = guests.with_columns(place=pl.int_range(pl.len()).over("n"))
    for (_,), layer in place.group_by("place", maintain_order=True):
        guest = np.full(k.shelf.height, -1)
        guest[ints(layer["n"])] = ints(layer["a"])
        plays = _rotation(k, guest[k.n])
        who, best = np.where(plays > best, guest[k.n], who), np.maximum(plays, best)
    at = k.rows(best >= k.params.rotation_from)
    strength = 0.5 + 0.4 * np.minimum(best[at] / 20, 1)
    return Reason(
        "featured_artist", "taste", at, strength, Words(k.artists, who[at]), best[at], unit="plays in 30 days"
    )


def _rotation(k: EvidenceContext, artist: Ints) -> Ints:
    """Plays of an artist in the rotation of each row's listener, 0 when not in it [shape=(rows,)]."""
    numbers = pl.DataFrame({"item": k.artists, "a": np.arange(len(k.artists))})
    rows = k.lists("artist_ids", "artist_plays").join(numbers, on="item").sort("u", "a")
    place = Keyed.of(ints(rows["u"]), ints(rows["a"]), len(k.artists) + 1).at(k.u, artist)
    return taken(ints(rows["amount"]), place)


def liked_artist(k: EvidenceContext) -> Reason:
    """The listener liked songs of this artist."""
    liked = k.heard.liked
    codes = k.heard.u[liked] * (len(k.artists) + 1) + k.artist[k.heard.n[liked]]
    held, counts = np.unique(codes, return_counts=True)
    place = Keyed(held, len(k.artists) + 1).at(k.u, k.artist[k.n])
    at = k.rows(place >= 0)
    likes = counts[place[at]]
    strength = 0.6 + 0.1 * np.minimum(likes, 3)
    return Reason(
        "liked_artist", "affinity", at, strength, Words(k.artists, k.artist[k.n[at]]), likes, unit="liked songs"
    )


def same_album(k: EvidenceContext) -> Reason:
    """From the album of another track the listener loves."""
    number = np.arange(k.shelf.height)
    at, loved, count = _shared(k, dense(k.shelf["album_id"]), number)
    strength = 0.5 + 0.05 * np.minimum(count, 4)
    return Reason("same_album", "tracks", at, strength, Words(k.shelf["track_id"], loved), count, unit="loved songs")


def same_credits(k: EvidenceContext) -> Iterator[Reason]:
    """Made by hands that made loved songs of other artists, more often than chance would have it."""
    loved = np.bincount(k.heard.u[k.heard.loved], minlength=k.listeners.frame.height)
    for kind, column, base in _CREDITS:
        code = dense(k.shelf[column])
        at, track, count = _shared(k, code, k.artist)
        usual = _share_of_catalogue(k, column)[k.n[at]]
        lift = count / np.maximum(loved[k.u[at]], 1) / np.maximum(usual, 1e-9)
        kept = (count >= k.params.credits_from) & (lift >= _LIFT)
        at, track, count = at[kept], track[kept], count[kept]
        strength = base + 0.04 * np.minimum(count, 5)
        names = Words(k.shelf[column], k.n[at])
        yield Reason(
            kind, "tracks", at, strength, Words(k.shelf["track_id"], track), count, song_text=names, unit="loved songs"
        )


def _share_of_catalogue(k: EvidenceContext, column: str) -> Floats:
    """Share of the whole catalogue that carries the credit of each shelf track."""
    tracks = k.tables["tracks"]
    counts = tracks.group_by(column).len("size")
    size = k.shelf.select(column).join(counts, on=column, how="left", maintain_order="left")["size"].fill_null(1)
    share: Floats = size.to_numpy() / max(1, tracks.height)
    return share


def _shared(k: EvidenceContext, code: Ints, apart: Ints) -> tuple[Ints, Ints, Ints]:
    """Rows that share a code with loved tracks from which they are apart.

    Args:
        code: what is shared, -1 for none [shape=(shelf,)].
        apart: two tracks of the same number are no news to each other [shape=(shelf,)].

    Returns:
        Rows, the strongest such loved track of each, and how many there are.
    """
    loved = k.heard.loved & (code[k.heard.n] >= 0)
    u, n, weight = k.heard.u[loved], k.heard.n[loved], k.heard.weight[loved]
    order = np.lexsort((n, -weight, code[n], u))
    u, n = u[order], n[order]
    width, wide = int(code.max(initial=0)) + 2, int(apart.max(initial=0)) + 2
    group = u * width + code[n]
    split, sizes = np.unique(group * wide + apart[n], return_counts=True)
    groups, first, total = np.unique(group, return_index=True, return_counts=True)
    place = Keyed(groups, width).at(k.u, code[k.n])
    at = k.rows(place >= 0)
    mine, place = apart[k.n[at]], place[at]
    twins = Keyed(split, wide).at(groups[place], mine)
    count = total[place] - np.where(twins >= 0, sizes[twins], 0)
    at, mine, place, count = (x[count > 0] for x in (at, mine, place, count))
    best = first[place]
    for _ in range(int(total.max(initial=0))):  # past the tracks it is not apart from; few
        same = apart[n[best]] == mine
        if not same.any():
            break
        best = best + same
    return at, n[best], count
