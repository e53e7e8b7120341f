"""Where a list goes: how its tempo moves from opening to close, where what is new comes, and its key songs' places."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import median

from features.evidence.kind import EvidenceRow
from features.evidence.kinds import neighbours
from features.words.facts.reader import Entry
from features.words.facts.slots import Slots
from features.words.terms import forms

PARTS = ("start", "mid", "end")
_LED_BY = frozenset(kind.name for kind in neighbours.KINDS)
_LEAST = 9  # songs of a list that has a beginning, a middle and an end
_KNOWN = 2 / 3  # share of a part's songs whose tempo must be known
MOVES = 5  # BPM from which the tempo is said to move
_FAR = 15  # BPM between the quickest and the slowest third from which a listener is told of it
_SHAPES = {
    (1, 1): "rise", (-1, -1): "fall", (1, -1): "arch", (-1, 1): "dip", (0, 0): "level",
    (1, 0): "rise_level", (-1, 0): "fall_level", (0, 1): "level_rise", (0, -1): "level_fall",
}  # fmt: skip


def add_road(slots: Slots, entries: Sequence[Entry]) -> None:
    """The middle tempo of the first, the second and the last third, and the shape they make, or of the second alone
    where all three are much the same; the fastest song.
    """
    parts = thirds([entry.song.tempo for entry in entries])
    if parts is not None and shape(parts) == "level":
        slots.number("road_level", parts[1], "bpm")
    elif parts is not None:
        if max(parts) - min(parts) >= _FAR:
            slots.word("road", forms.road(shape(parts), slots.language))
        for name, tempo in zip(PARTS, parts, strict=True):
            slots.number(f"road_{name}", tempo, "bpm")
    tempos = [entry.song.tempo for entry in entries]
    if len(tempos) >= _LEAST and None not in tempos:
        fastest = [entry for entry in entries if entry.song.tempo == max(t for t in tempos if t is not None)]
        if len(fastest) == 1:
            slots.title("top", fastest[0].song.title)
            slots.number("top_place", fastest[0].rank, "song", "rank")
            slots.number("top_bpm", fastest[0].song.tempo, "bpm")


def thirds(tempos: Sequence[int | None]) -> tuple[int, int, int] | None:
    """The median tempo of each third of a list, in whole BPM; None where too little of one is known."""
    size = len(tempos) // 3
    if len(tempos) < _LEAST:
        return None
    found = []
    for part in (tempos[:size], tempos[size:-size], tempos[-size:]):
        known = [tempo for tempo in part if tempo is not None]
        if len(known) < _KNOWN * len(part):
            return None
        found.append(int(forms.integer(median(known))))
    return found[0], found[1], found[2]


def shape(parts: tuple[int, int, int]) -> str:
    """How the tempo moves from the first third to the second, and on to the last."""
    start, mid, end = parts
    return _SHAPES[_way(mid - start), _way(end - mid)]


def _way(step: int) -> int:
    return (step >= MOVES) - (step <= -MOVES)


def add_places(
    slots: Slots, entries: Sequence[Entry], reasons: Mapping[str, Sequence[EvidenceRow]], loop: str | None
) -> None:
    """Where the songs stand that a text names: the first new one, the longest rested, the one that the most looped song
    led to; and how many of the new ones come in the second half.

    Args:
        loop: track id of the song looped most.
    """
    named = {slots.values[slot]: slot for slot in ("rest", "beside") if slot in slots.values}
    for entry in entries:
        slot = named.pop(forms.speakable(entry.song.title) or "", None)
        if slot is not None:
            slots.number(f"{slot}_place", entry.rank, "song", "rank")
    new = [entry for entry in entries if entry.discovery]
    if new:
        slots.number("new_place", new[0].rank, "song", "rank")
    late = sum(2 * entry.rank > len(entries) for entry in new)
    if len(new) / 2 < late < len(new):
        slots.number("new_late", late, "song", least=2)
    if len(new) > 1 and late == len(new):
        slots.number("new_all_late", late, "song")
    if loop is None or "loop" not in slots.values:
        return
    for entry in entries:
        why = reasons.get(entry.song.track_id, ())
        led = any(r.kind in _LED_BY and r.subject == loop for r in why) and entry.song.track_id != loop
        if led and forms.whole(entry.song.title):
            slots.title("kin", entry.song.title)
            slots.number("kin_place", entry.rank, "song", "rank")
            return
