"""How many songs of the list are so: counts, shares, extremes and totals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta

from features.words.claims.claim import Claim
from features.words.claims.proofs.order import PARTS, part_holds
from features.words.claims.proofs.pairs import VALUES
from features.words.claims.world import Listed, World
from features.words.facts.songs import Song

Member = Callable[[Listed, Song, World, str], bool | None]

QUANTIFIERS: dict[str, tuple[float, float]] = {
    "all": (1.0, 1.0), "none": (0.0, 0.0), "most": (0.5001, 1.0), "nearly_all": (0.8, 0.9999), "half": (0.4, 0.6),
    "more_than_half": (0.5001, 1.0), "less_than_half": (0.0001, 0.4999), "third": (0.25, 0.42),
    "two_thirds": (0.58, 0.76), "quarter": (0.18, 0.32), "few": (0.0001, 0.25), "not_all": (0.0001, 0.9999),
    "many": (0.3, 1.0),
}  # fmt: skip
"""quantifier -> lowest and highest share of the list that it may be said of."""
_ROUGH = ("half", "third", "two_thirds", "quarter")  # told of what is known, where that is nearly all
_AT_LEAST = {"some": 1, "several": 3, "a_couple": 2}


def _text(name: str) -> Member:
    def member(_entry: Listed, song: Song, _world: World, told: str) -> bool | None:
        value = getattr(song, name)
        return None if value is None else str(value) in told.split("|")

    return member


def _mode(_entry: Listed, song: Song, _world: World, told: str) -> bool | None:
    return None if song.key is None else song.key.split()[1] == told


def _mood(_entry: Listed, song: Song, _world: World, told: str) -> bool | None:
    return bool(set(song.moods[:2]) & set(told.split("|"))) if song.moods else None


def _leading_mood(_entry: Listed, song: Song, _world: World, told: str) -> bool | None:
    return song.moods[0] in told.split("|") if song.moods else None


def _theme(_entry: Listed, song: Song, _world: World, told: str) -> bool | None:
    return bool(set(song.themes) & set(told.split("|")))


def _tempo(_entry: Listed, song: Song, _world: World, told: str) -> bool | None:
    return _within(song.tempo, told)


def _length(_entry: Listed, song: Song, _world: World, told: str) -> bool | None:
    return _within(song.length, told)


def _valence(_entry: Listed, song: Song, _world: World, told: str) -> bool | None:
    return _within(song.valence, told)


def _within(value: float | None, told: str) -> bool | None:
    """``told``: "<100", ">100", "60-80"."""
    if value is None:
        return None
    if told[0] in "<>":
        return value < float(told[1:]) if told[0] == "<" else value > float(told[1:])
    low, _, high = told.partition("-")
    return float(low) <= value <= float(high)


def _in_band(_entry: Listed, song: Song, world: World, told: str) -> bool | None:
    band = world.listening.tempo_band
    return None if band is None or song.tempo is None else (band[0] <= song.tempo <= band[1]) == (told != "out")


def _rested(entry: Listed, _song: Song, _world: World, told: str) -> bool | None:
    """``told``: at least so many days."""
    if entry.rested_days is None:
        return False if entry.heard is False else None
    return entry.rested_days >= float(told or 1)


def _why(entry: Listed, _song: Song, _world: World, told: str) -> bool | None:
    return any(kind in told.split("|") for kind, _ in entry.why) if entry.why else None


def _not(value: bool | None) -> bool | None:
    return None if value is None else not value


def _released(_entry: Listed, song: Song, world: World, told: str) -> bool | None:
    """``told``: "<2010" before, ">2010" after, "2010-2019" in these years, "30d" within as many days."""
    if song.release is None:
        return None
    if told.endswith("d"):
        return (
            None
            if world.today is None
            else timedelta(0) <= world.today.date - song.release <= timedelta(days=float(told[:-1]))
        )
    year = song.release.year
    if told[0] in "<>":
        return year < float(told[1:]) if told[0] == "<" else year > float(told[1:])
    low, _, high = told.partition("-")
    return float(low) <= year <= float(high or low)


MEMBERS: dict[str, Member] = {
    "any": lambda _entry, _song, _world, _told: True,
    "new_artist": lambda entry, _song, _world, _told: entry.new_artist,
    "known_artist": lambda entry, _song, _world, _told: _not(entry.new_artist),
    "heard": lambda entry, _song, _world, _told: entry.heard,
    "unheard": lambda entry, _song, _world, _told: _not(entry.heard),
    "rested": _rested, "why": _why,
    "mode": _mode, "mood": _mood, "leading_mood": _leading_mood,
    "theme": _theme, "tempo": _tempo, "length": _length, "valence": _valence,
    "in_band": _in_band, "released": _released,
    **{name: _text(name) for name in (
        "genre", "language", "key", "voice", "acoustic", "artist", "album", "label", "producer", "composer",
        "lyricist", "brightness", "dynamics", "energy_shape", "version", "energy", "metre",
    )},
}  # fmt: skip
"""attribute -> whether a song of the list has the value told; alternatives parted by ``|``."""


def counted(claim: Claim, world: World) -> bool | None:
    """``amount`` songs of the list are so; with ``object`` "artists", the songs that are so are by ``amount`` artists.

    ``subject``: tracks or artists left out ("the rest"), parted by ``|``; so for every relation over the list.
    """
    found = _found(claim, world)
    if found is None or claim.amount is None:
        return None
    if claim.object != "artists":
        return claim.amount.fits(found[0])
    assert claim.of is not None
    member, told = MEMBERS[claim.of[0]], str(claim.of[1])
    songs = [(entry, world.songs[entry.track_id]) for entry in _rest(claim, world)]
    return claim.amount.fits(len({song.artist for entry, song in songs if member(entry, song, world, told)}))


def share(claim: Claim, world: World) -> bool | None:
    """As many songs of the list as ``object`` says (a quantifier) are so."""
    found = _found(claim, world)
    if found is None or not world.listed:
        return None
    count, unknown = found
    if claim.object in _AT_LEAST:
        return count >= _AT_LEAST[claim.object]
    low, high = QUANTIFIERS[claim.object or ""]
    whole = len(_rest(claim, world)) or 1
    sure = low <= count / whole and (count + unknown) / whole <= high
    sure |= claim.object in _ROUGH and unknown <= 0.2 * whole and low <= count / whole <= high
    if sure:
        return True
    possible = (count + unknown) / whole >= low and count / whole <= high
    return None if possible and unknown else False


def part_of(claim: Claim, world: World) -> bool | None:
    """``amount`` per cent of the list is so."""
    found = _found(claim, world)
    if found is None or claim.amount is None or not world.listed:
        return None
    return claim.amount.fits(100 * found[0] / (len(_rest(claim, world)) or 1), near=1.0)


def extreme(claim: Claim, world: World) -> bool | None:
    """The song has the most or least of the list by ``of`` (attribute, "most" | "least"), the ``amount``-th most
    where that is told.
    """
    if claim.of is None or world.place(claim.subject or "") is None:
        return None
    own = _measured(claim.of[0], claim.subject or "", world)
    known = [x for entry in world.listed if (x := _measured(claim.of[0], entry.track_id, world)) is not None]
    if own is None or len(known) < 0.8 * len(world.listed):
        return None
    ahead = sum(x > own if claim.of[1] == "most" else x < own for x in known)
    return ahead == 0 if claim.amount is None else claim.amount.fits(ahead + 1)


def _measured(name: str, track_id: str, world: World) -> float | None:
    """A song's number by its name; ``plays``: how often the listener played it."""
    if name != "plays":
        return VALUES[name][0](world.songs[track_id])
    known = world.listening.songs.get(track_id)
    return known.plays if known is not None else 0 if world.listening.whole else None


def totals(claim: Claim, world: World) -> bool | None:
    """``amount`` songs, artists, minutes, lowest, highest, mean, first or last tempo of the list; ``of`` (what, "")."""
    if claim.of is None or claim.amount is None:
        return None
    value = _total(claim.of[0], world)
    return None if value is None else claim.amount.fits(value)


def _total(what: str, world: World) -> float | None:
    songs = [world.songs[entry.track_id] for entry in world.listed]
    if what == "songs":
        return len(songs)
    if what == "artists":
        artists = [song.artist for song in songs]
        return None if None in artists else len(set(artists))
    if what == "minutes":
        lengths = [song.length for song in songs]
        return None if None in lengths else sum(x for x in lengths if x is not None) / 60
    if what in ("first_tempo", "last_tempo"):
        return songs[0 if what == "first_tempo" else -1].tempo if songs else None
    tempos = [song.tempo for song in songs if song.tempo is not None]
    if not tempos:
        return None
    return {"lowest_tempo": min(tempos), "highest_tempo": max(tempos), "mean_tempo": sum(tempos) / len(tempos)}[what]


def leading(claim: Claim, world: World) -> bool | None:
    """The list's most frequent mood, genre, key, language or artist is ``of[1]``."""
    if claim.of is None:
        return None
    songs = [world.songs[entry.track_id] for entry in world.listed]
    name = claim.of[0]
    values = [song.moods[0] if song.moods else None for song in songs] if name == "mood" else [
        getattr(song, name) for song in songs]  # fmt: skip
    counts = Counter(value for value in values if value)
    if not counts:
        return None
    most = max(counts.values())
    return any(counts[value] == most for value in str(claim.of[1]).split("|") if value in counts)


def _rest(claim: Claim, world: World) -> list[Listed]:
    """The list without the tracks and artists that ``subject`` leaves out; or that part of it (``middle``, ...)."""
    if claim.subject in PARTS:
        return [e for e in world.listed if part_holds(e.rank, len(world.listed), claim.subject)]
    out = set((claim.subject or "").split("|"))
    return [e for e in world.listed if e.track_id not in out and world.songs[e.track_id].artist not in out]


def _found(claim: Claim, world: World) -> tuple[int, int] | None:
    """(songs that are so, songs of which nothing is known); None where nothing is known of any."""
    if claim.of is None:
        return None
    member, told = MEMBERS[claim.of[0]], str(claim.of[1])
    found = [member(entry, world.songs[entry.track_id], world, told) for entry in _rest(claim, world)]
    unknown = sum(x is None for x in found)
    return None if found and unknown == len(found) else (sum(x is True for x in found), unknown)


PROOFS = {
    "counted": counted, "share": share, "part_of": part_of, "extreme": extreme, "totals": totals, "leading": leading,
}  # fmt: skip
