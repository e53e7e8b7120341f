"""Credits: the album, and the hands behind songs the listener loves."""

from __future__ import annotations

import numpy as np

from features.evidence.context import EvidenceContext
from features.evidence.kind import EvidenceKind, EvidenceRow, Found, SlotWriter, Texts
from features.evidence.pairs import PairIndex, numbered
from features.evidence.sql import COUNT_WITH, LOVED_WITH, Proof
from features.lists.songs import Floats, Ints

# Loved songs carry a credit this much more often than the catalogue does, or it is chance.
_LIFT = 1.5


def _same_album(ctx: EvidenceContext) -> Found:
    every_track = np.arange(ctx.tracks.height)
    rows, loved, count = _shared(ctx, numbered(ctx.tracks["album_id"]), every_track)
    strength = 0.5 + 0.05 * np.minimum(count, 4)
    return Found(rows, strength, Texts(ctx.tracks["track_id"], loved), value=count)


def _tell_album(slots: SlotWriter, row: EvidenceRow) -> None:
    slots.known_track("subject", row.subject)
    slots.number("count", row.value, "song", least=2)


def _credit(name: str, column: str, base: float, counted_in: str | None, doc: str) -> EvidenceKind:
    """A kind for a column of credits; ``base`` is the strength of a single loved song."""

    def find(ctx: EvidenceContext) -> Found:
        loved_songs = np.bincount(ctx.history.listener[ctx.history.loved], minlength=ctx.listeners.frame.height)
        # Whether a song of nobody known is by another artist, nobody can tell.
        code = np.where(ctx.artist >= 0, numbered(ctx.tracks[column]), -1)
        rows, loved, count = _shared(ctx, code, ctx.artist)
        usual = _share_of_catalogue(ctx, column)[ctx.track[rows]]
        lift = count / np.maximum(loved_songs[ctx.listener[rows]], 1) / np.maximum(usual, 1e-9)
        kept = (count >= ctx.params.credits_from) & (lift >= _LIFT)
        rows, loved, count = rows[kept], loved[kept], count[kept]
        names = Texts(ctx.tracks[column], ctx.track[rows])
        strength = base + 0.04 * np.minimum(count, 5)
        return Found(rows, strength, Texts(ctx.tracks["track_id"], loved), value=count, song_text=names)

    shared = f"k.{column} = s.{column} AND s.{column} = {{song_text}} AND k.artist_id <> s.artist_id"
    return EvidenceKind(
        name=name,
        doc=doc,
        source="tracks",
        unit="loved songs",
        find=find,
        proof=Proof(f"{LOVED_WITH} AND {shared}", COUNT_WITH, holds="count(*) >= {credits_from}"),
        support=("loved_from", "credits_from"),
        subject="track",
        slots=("credit", "count", "subject"),
        tell=_tell_credit,
        counted_in=counted_in,
    )


def _tell_credit(slots: SlotWriter, row: EvidenceRow) -> None:
    slots.name("credit", row.song_text)
    _tell_album(slots, row)


def _share_of_catalogue(ctx: EvidenceContext, column: str) -> Floats:
    """Share of the whole catalogue that carries the credit of each row of ``tracks``."""
    catalogue = ctx.tables.tracks
    counts = catalogue.group_by(column).len("size")
    size = ctx.tracks.select(column).join(counts, on=column, how="left", maintain_order="left")["size"].fill_null(1)
    share: Floats = size.to_numpy() / max(1, catalogue.height)
    return share


def _shared(ctx: EvidenceContext, code: Ints, apart: Ints) -> tuple[Ints, Ints, Ints]:
    """Rows that share a code with loved tracks from which they are apart.

    Args:
        code: what is shared, -1 for none; apart: two tracks of the same number are no news to each other
            [shape=(tracks,)].

    Returns:
        Rows, the strongest such loved track of each, and how many there are.
    """
    history = ctx.history
    usable = history.loved & (code[history.track] >= 0)
    listener, track, weight = history.listener[usable], history.track[usable], history.weight[usable]
    order = np.lexsort((track, -weight, code[track], listener))
    listener, track = listener[order], track[order]
    width, wide = int(code.max(initial=0)) + 2, int(apart.max(initial=0)) + 2
    group = listener * width + code[track]
    pairs, sizes = np.unique(group * wide + apart[track], return_counts=True)
    groups, first, total = np.unique(group, return_index=True, return_counts=True)
    found = PairIndex(groups, width).rows(ctx.listener, code[ctx.track])
    rows = ctx.personal_rows(found >= 0)
    own, found = apart[ctx.track[rows]], found[rows]
    same = PairIndex(pairs, wide).rows(groups[found], own)
    count = total[found] - np.where(same >= 0, sizes[same], 0)
    rows, own, found, count = (x[count > 0] for x in (rows, own, found, count))
    best = first[found]
    for _ in range(int(total.max(initial=0))):  # past the tracks it is not apart from; few
        not_apart = apart[track[best]] == own
        if not not_apart.any():
            break
        best = best + not_apart
    return rows, track[best], count


KINDS = (
    EvidenceKind(
        name="same_album",
        doc="It is from the album of another song the listener loves.",
        source="tracks",
        unit="loved songs",
        find=_same_album,
        proof=Proof(
            LOVED_WITH + " AND k.album_id = s.album_id AND k.track_id <> s.track_id", COUNT_WITH, holds="count(*) > 0"
        ),
        support=("loved_from",),
        subject="track",
        slots=("subject", "count"),
        tell=_tell_album,
    ),
    _credit("same_composer", "composer", 0.46, "why_people", "Its composer wrote loved songs of other artists."),
    _credit("same_producer", "producer", 0.44, "why_people", "Its producer made loved songs of other artists."),
    _credit("same_lyricist", "lyricist", 0.44, "why_people", "Its words are by who wrote those of loved songs."),
    # A label says least.
    _credit("same_label", "label", 0.24, None, "Its label brought out loved songs of other artists."),
)
