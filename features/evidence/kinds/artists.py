"""Artists: those the listener plays, likes, or never heard."""

from __future__ import annotations

import numpy as np
import polars as pl

from features.evidence.context import EvidenceContext
from features.evidence.kind import EvidenceKind, EvidenceRow, Found, SlotWriter, Texts
from features.evidence.pairs import PairIndex, integers, value_or_zero
from features.evidence.sql import Proof, unnested
from features.lists.songs import Bools, Ints
from features.taste.affinity import credits


def _in_rotation(ctx: EvidenceContext) -> Found:
    artist = ctx.artist[ctx.track]
    return _played(ctx, artist, np.where(_is_named(ctx), _plays(ctx, artist), 0))


def _featured(ctx: EvidenceContext) -> Found:
    """Of the artists featured beside the main one, the one the listener plays most."""
    named = ctx.tracks.select("track", artist="featured_artist_ids", main="artist_id").explode("artist")
    numbers = pl.DataFrame({"artist": ctx.artist_ids, "number": np.arange(len(ctx.artist_ids))})
    numbers = numbers.join(_named(ctx), on="artist", how="semi")
    guests = named.filter(pl.col("artist") != pl.col("main")).join(numbers, on="artist").sort("track", "number")
    numbered = guests.with_columns(turn=pl.int_range(pl.len()).over("track"))
    who, most = np.full(len(ctx.listener), -1), np.zeros(len(ctx.listener), np.int64)
    for _, one_each in numbered.group_by("turn", maintain_order=True):
        guest = np.full(ctx.tracks.height, -1)
        guest[integers(one_each["track"])] = integers(one_each["number"])
        plays = _plays(ctx, guest[ctx.track])
        who, most = np.where(plays > most, guest[ctx.track], who), np.maximum(plays, most)
    return _played(ctx, who, most)


def _named(ctx: EvidenceContext) -> pl.DataFrame:
    """``artist``: the artists who have a name; of an unknown one nothing is said."""
    known = ctx.tables.tracks.filter((pl.col("artist_name").str.strip_chars() != "").fill_null(False))
    return known.select(artist="artist_id").unique()


def _is_named(ctx: EvidenceContext) -> Bools:
    """Whether the main artist of each row's song has a name [shape=(rows,)]."""
    named: Bools = (ctx.tracks["artist_name"].str.strip_chars() != "").fill_null(False).to_numpy()
    return named[ctx.track]


def _played(ctx: EvidenceContext, artist: Ints, plays: Ints) -> Found:
    rows = ctx.personal_rows(plays >= ctx.params.rotation_from)
    strength = 0.5 + 0.4 * np.minimum(plays[rows] / 20, 1)
    return Found(rows, strength, Texts(ctx.artist_ids, artist[rows]), value=plays[rows])


def _plays(ctx: EvidenceContext, artist: Ints) -> Ints:
    """Plays of an artist in the rotation of each row's listener, 0 when not in it [shape=(rows,)]."""
    numbers = pl.DataFrame({"item": ctx.artist_ids, "number": np.arange(len(ctx.artist_ids))})
    rotation = ctx.taste_items("artist_ids", "artist_plays").join(numbers, on="item").sort("listener", "number")
    by_artist = PairIndex.of(integers(rotation["listener"]), integers(rotation["number"]), len(ctx.artist_ids) + 1)
    return value_or_zero(integers(rotation["amount"]), by_artist.rows(ctx.listener, artist))


def _liked(ctx: EvidenceContext) -> Found:
    history, width = ctx.history, len(ctx.artist_ids) + 1
    liked = pl.DataFrame({"listener": history.listener[history.liked], "track": history.track[history.liked]})
    numbers = pl.DataFrame({"artist": ctx.artist_ids, "number": np.arange(len(ctx.artist_ids))})
    credited = (
        credits(ctx.tracks).join(numbers, on="artist").join(ctx.tracks.select("track_id", "track"), on="track_id")
    )
    of_artist = liked.join(credited, on="track")
    pairs, counts = np.unique(
        integers(of_artist["listener"]) * width + integers(of_artist["number"]), return_counts=True
    )
    found = PairIndex(pairs, width).rows(ctx.listener, ctx.artist[ctx.track])
    rows = ctx.personal_rows((found >= 0) & _is_named(ctx))
    likes = counts[found[rows]]
    artist = Texts(ctx.artist_ids, ctx.artist[ctx.track[rows]])
    return Found(rows, 0.6 + 0.1 * np.minimum(likes, 3), artist, value=likes)


def _never_heard(ctx: EvidenceContext) -> Found:
    rows = ctx.personal_rows(ctx.new_artist & _is_named(ctx))
    return Found(rows, np.full(len(rows), 0.25), Texts(ctx.artist_ids, ctx.artist[ctx.track[rows]]))


def _tell_plays(slots: SlotWriter, row: EvidenceRow) -> None:
    slots.artist("artist", row.subject)
    slots.number("plays", row.value, "play", least=2)


def _tell_guest(slots: SlotWriter, row: EvidenceRow) -> None:
    slots.artist("guest", row.subject)
    slots.number("plays", row.value, "play", least=2)


def _tell_likes(slots: SlotWriter, row: EvidenceRow) -> None:
    slots.artist("artist", row.subject)
    slots.number("likes", row.value, "song", least=2)


_KNOWN = "AND trim(k.artist_name) <> ''"
_ROTATION = unnested("taste", "user_id", "artist_ids", "artist_plays")
_MINE = "WHERE t.user_id = {user} AND k.track_id = {track} AND t.item = {subject}"

KINDS = (
    EvidenceKind(
        name="artist_rotation",
        doc="Its artist is among those the listener played in the last 30 days.",
        source="taste",
        unit="plays in 30 days",
        find=_in_rotation,
        proof=Proof(
            f"{_ROTATION} t JOIN tracks k ON k.artist_id = t.item {_MINE} {_KNOWN}",
            "t.amount",
            holds="t.amount >= {rotation_from}",
        ),
        support=("rotation_from",),
        subject="artist",
        slots=("artist", "plays"),
        tell=_tell_plays,
        counted_in="why_artist",
    ),
    EvidenceKind(
        name="featured_artist",
        doc="An artist the listener played in the last 30 days is featured.",
        source="taste",
        unit="plays in 30 days",
        find=_featured,
        proof=Proof(
            f"{_ROTATION} t, tracks k {_MINE} AND k.artist_id <> {{subject}} "
            "AND list_contains(k.featured_artist_ids, {subject}) "
            "AND EXISTS (SELECT 1 FROM tracks n WHERE n.artist_id = {subject} AND trim(n.artist_name) <> '')",
            "t.amount",
            holds="t.amount >= {rotation_from}",
        ),
        support=("rotation_from",),
        subject="artist",
        slots=("guest", "plays"),
        tell=_tell_guest,
        counted_in="why_artist",
    ),
    EvidenceKind(
        name="liked_artist",
        doc="The listener liked songs of its artist, or put them in a playlist.",
        source="affinity",
        unit="liked songs",
        find=_liked,
        proof=Proof(
            "affinity f JOIN tracks k USING (track_id) JOIN tracks s ON s.track_id = {track} "
            "AND s.artist_id = {subject} AND trim(s.artist_name) <> '' "
            "WHERE f.user_id = {user} AND f.liked AND NOT f.blocked "
            "AND (k.artist_id = {subject} OR list_contains(k.featured_artist_ids, {subject}))",
            "count(*)",
            holds="count(*) > 0",
        ),
        subject="artist",
        slots=("artist", "likes"),
        tell=_tell_likes,
        counted_in="why_artist",
    ),
    EvidenceKind(
        name="discovery",
        doc="Its artist is not in the listener's plays.",
        source="affinity",
        find=_never_heard,
        proof=Proof(
            "tracks s, (SELECT f.user_id, list(k.artist_id) AS mains, flatten(list(k.featured_artist_ids)) AS guests "
            "FROM users f LEFT JOIN affinity h ON h.user_id = f.user_id AND (h.plays > 0 OR h.doubtful) "
            "LEFT JOIN tracks k ON k.track_id = h.track_id GROUP BY f.user_id) g "
            "WHERE s.track_id = {track} AND s.artist_id = {subject} AND g.user_id = {user} "
            "AND trim(s.artist_name) <> ''",
            holds="coalesce(NOT list_contains(g.mains, {subject}), true) "
            "AND coalesce(NOT list_contains(g.guests, {subject}), true)",
        ),
        subject="artist",
    ),
)
