"""What a listener played, knows, repeats and left alone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from features.words.claims.claim import Claim
from features.words.claims.world import ArtistHistory, Listening, World
from features.words.facts.reader import SongHistory

SEASONS = {"spring": (3, 4, 5), "summer": (6, 7, 8), "autumn": (9, 10, 11), "winter": (12, 1, 2)}
"""season -> its months, as the northern half of the world has them."""
_OFTEN = 0.3  # share of plays from which a daypart, genre, mood or language is told as theirs


def played(claim: Claim, world: World) -> bool | None:
    """``amount`` plays of the subject; ``of`` (song | artist | genre | mood | language | daypart | band | all, window),
    the window being 7d, 30d or ever. Without an amount: at least one.
    """
    plays = None if claim.of is None else _plays(claim.of[0], str(claim.of[1]), claim.subject or "", world)
    if plays is None:
        return None
    return plays > 0 if claim.amount is None else claim.amount.fits(plays)


def _plays(what: str, window: str, subject: str, world: World) -> int | None:
    heard = world.listening
    if what == "song":
        song = heard.songs.get(subject, SongHistory(0, 0, False, None, None))
        return _counted({"7d": song.plays_7d, "ever": song.plays}.get(window), heard)
    if what == "artist":
        artist = heard.artists.get(subject, ArtistHistory())
        return _counted({"30d": artist.plays_30d, "ever": artist.plays}.get(window), heard)
    if what == "band":
        return heard.band_plays if window == "30d" else None
    if what == "all":
        young = all(artist.plays == artist.plays_30d for artist in heard.artists.values())
        return {"7d": heard.plays_7d, "30d": heard.plays_30d, "ever": heard.plays_30d if young else None}.get(window)
    if what == "daypart":
        return heard.dayparts.get(subject)
    counts = {"genre": heard.genres, "mood": heard.moods, "language": heard.languages}[what]
    return _counted(sum(counts.get(name, 0) for name in subject.split("|")), heard) if window == "30d" else None


def _counted(plays: int | None, heard: Listening) -> int | None:
    """Plays; no plays are unknown where not everything that was played is known."""
    return plays if plays or heard.whole else None


def played_share(claim: Claim, world: World) -> bool | None:
    """``amount`` per cent of the plays are of ``of`` (daypart | genre | mood | language | artist, names parted by |)
    or of the usual tempo band ("band", "").
    """
    if claim.of is None or claim.amount is None:
        return None
    counts, heard = _counts(claim.of[0], world), world.listening
    whole = sum(counts.values()) if claim.of[0] == "daypart" else heard.plays_30d
    if not whole:
        return None
    own = sum(counts.get(name, 0) for name in str(claim.of[1]).split("|"))
    return claim.amount.fits(100 * own / whole, near=2.5 if claim.amount.bound == "about" else 1.0)


def heard_song(claim: Claim, world: World) -> bool | None:
    """The listener has played the song."""
    place = world.place(claim.subject or "")
    if place is not None:
        return place.heard
    known = world.listening.songs.get(claim.subject or "")
    return None if known is None or not (known.plays or world.listening.whole) else known.plays > 0


def new_artist(claim: Claim, world: World) -> bool | None:
    """The listener never played anything by the song's artist, or by the artist of this name."""
    place = world.place(claim.subject or "")
    if place is not None:
        return place.new_artist
    song = world.songs.get(claim.subject or "")
    name = claim.subject if song is None else song.artist
    if any(entry.new_artist and world.songs[entry.track_id].artist == name for entry in world.listed):
        return True
    known = world.listening.artists.get(name or "", ArtistHistory())
    if known.plays_30d or known.plays:
        return False
    return True if world.listening.whole else None


def rested(claim: Claim, world: World) -> bool | None:
    """The song was last played ``amount`` days ago (without one: it was played, but not in the last 7 days); ``of``
    ("day", dates or beginnings of dates parted by |): on one of these.
    """
    last = world.listening.songs.get(claim.subject or "")
    if claim.of is not None:
        return None if last is None or last.last_played is None else _on(last.last_played, str(claim.of[1]))
    place = world.place(claim.subject or "")
    days = None if place is None else place.rested_days
    if days is None:
        return False if place is not None and place.heard is False else None
    return days >= 7 if claim.amount is None else claim.amount.fits(days)


def since(claim: Claim, world: World) -> bool | None:
    """First played (song or artist) then; ``of`` ("year", 2025), ("month", 3), ("season", "spring"), ("years", n at
    least so many years ago), ("months", n), ("day", "2026-03-05" or beginnings of dates parted by |), ("within_days",
    n). Subject ``listener``: the first play of anything.
    """
    first = _first(claim.subject or "", world)
    if first is None or claim.of is None or world.today is None:
        return None
    name, told = claim.of
    today = world.today.date
    if name == "season":
        return first.month in SEASONS[str(told)] and (today - first).days < 365
    if name in ("years", "months"):
        return (today - first).days >= float(told) * (365 if name == "years" else 30) - 15
    if name == "within_days":
        return (today - first).days <= float(told)
    if name == "day":
        return _on(first, str(told))
    return (first.year if name == "year" else first.month) == int(told)


def _on(day: date, told: str) -> bool:
    return day.isoformat().startswith(tuple(told.split("|")))


def _first(subject: str, world: World) -> date | None:
    if subject == "listener":
        if not world.listening.whole:
            return None
        own = [known.first_played for known in world.listening.songs.values()]
        own += [known.first_played for known in world.listening.artists.values()]
        return min((day for day in own if day is not None), default=None)
    song = world.listening.songs.get(subject)
    if song is not None:
        return song.first_played
    artist = world.listening.artists.get(subject)
    return None if artist is None else artist.first_played


def loops(claim: Claim, world: World) -> bool | None:
    """The song is among those on repeat; where ``of`` is ("place", 2), the one played second most of them."""
    found = world.listening.loops
    if claim.of is not None and found:
        return found[int(claim.of[1]) - 1 : int(claim.of[1])] == (claim.subject,)
    return claim.subject in found or (False if world.listening.whole else None)


def often(claim: Claim, world: World) -> bool | None:
    """Daypart, genre, mood, language or artist is the listener's usual one: most of its kind, or a good share of
    plays; ``of`` (kind, name). With ``object`` "most": no other is played more.
    """
    if claim.of is None:
        return None
    names, counts = set(str(claim.of[1]).split("|")), _counts(claim.of[0], world)
    whole = sum(counts.values())
    if not whole:
        return None
    own = sum(counts.get(name, 0) for name in names)
    if claim.object == "most":
        return own > 0 and own >= max(counts.values())
    return own > 0 and (own / whole >= _OFTEN or any(counts.get(name) == max(counts.values()) for name in names))


def _counts(kind: str, world: World) -> Mapping[str, int]:
    heard = world.listening
    return {
        "daypart": heard.dayparts, "genre": heard.genres, "mood": heard.moods, "language": heard.languages,
        "artist": {name: artist.plays_30d for name, artist in heard.artists.items()},
        "band": {"": heard.band_plays or 0},
    }[kind]  # fmt: skip


def in_band(claim: Claim, world: World) -> bool | None:
    """The song's tempo lies in the listener's usual band."""
    song, band = world.songs.get(claim.subject or ""), world.listening.tempo_band
    if song is None or song.tempo is None or band is None:
        return None
    return band[0] <= song.tempo <= band[1]


def band(claim: Claim, world: World) -> bool | None:
    """The listener's usual band begins (``of`` ("low", "")) or ends ("high") at ``amount`` BPM."""
    found = world.listening.tempo_band
    if found is None or claim.of is None or claim.amount is None:
        return None
    return claim.amount.fits(found[claim.of[0] == "high"])


def liked(claim: Claim, world: World) -> bool | None:
    """The listener marked the song as liked."""
    known = world.listening.songs.get(claim.subject or "")
    return None if known is None else known.liked


def because(claim: Claim, world: World) -> bool | None:
    """The song stands in the list by this kind of evidence; ``of`` ("why", kinds parted by ``|``). ``object``: the song
    that it stands here for, one on repeat.
    """
    place = world.place(claim.subject or "")
    if place is None or not place.why or claim.of is None:
        return None
    kinds, loops = str(claim.of[1]).split("|"), world.listening.loops
    return any(
        kind in kinds and (not claim.object or claim.object == subject or (subject is None and claim.object in loops))
        for kind, subject in place.why
    )


PROOFS = {
    "played": played, "played_share": played_share, "heard_song": heard_song, "new_artist": new_artist,
    "rested": rested, "since": since,
    "loops": loops, "often": often, "in_band": in_band, "band": band, "liked": liked, "because": because,
}  # fmt: skip
