"""Slots of one song's own words: what it says of itself, and what a row of evidence adds."""

from __future__ import annotations

from collections.abc import Mapping

from features.evidence.kind import EvidenceRow
from features.evidence.registry import KINDS
from features.words.facts.reader import SongHistory
from features.words.facts.slots import Slots
from features.words.facts.songs import Song
from features.words.terms import forms, lyrics

LOOPED = 3  # plays within a week from which a song is said to be looped
_THREE = 3  # beats in a bar of a waltz
OFTEN = 3  # plays from which a listener may be said to play a song often


class EvidenceSlots(Slots):
    """Slots that a kind of evidence fills (see features.evidence.kind.SlotWriter): it gives ids, titles and names
    are looked up here.

    Args:
        own: what the song says of itself; these slots start from it.
        song: the song the evidence speaks of.
        listed: the facts of its list.
        history: track id -> what the listener did with it.
    """

    __slots__ = ("_history", "_listed", "_song", "_teller")

    def __init__(
        self, own: Slots, song: Song, listed: Slots, history: Mapping[str, SongHistory], teller: Teller
    ) -> None:
        super().__init__(listed.language, own)
        self._song, self._listed, self._history, self._teller = song, listed, history, teller

    def song_mood(self, mood_id: str | None) -> None:
        """The mood the evidence speaks of, ``felt``; one that is not the song's first, ``main``, also as ``also``."""
        if mood_id is not None and mood_id not in self._song.moods[:1]:
            for slot in ("mood", "a_mood", "A_mood"):
                self.values.pop(slot, None)
            self.mood("main", next(iter(self._song.moods), None))
            self.mood("also", mood_id)
        self.mood("felt", mood_id)

    def artist(self, slot: str, artist_id: str | None) -> None:
        """An artist, by id."""
        self.name(slot, self._teller.artists.get(artist_id or ""))

    def track(self, slot: str, track_id: str | None) -> None:
        """The title of a track, by id."""
        song = self._teller.songs.get(track_id or "")
        if song is not None:
            self.title(slot, song.title)

    def known_track(self, slot: str, track_id: str | None) -> None:
        """The title of a track the listener knows, and what they did with it."""
        if track_id is not None and track_id in self._teller.songs:
            self.track(slot, track_id)
            familiar(self, "s", self._history.get(track_id))

    def of_list(self, slot: str) -> None:
        """What the facts of the whole list say under this slot."""
        self.copy(slot, self._listed)


class Teller:
    """Tells songs and reasons; what a song says of itself is worked out once.

    Args:
        songs: every song that lists or evidence speak of.
        artists: artist id -> name.
    """

    def __init__(self, songs: Mapping[str, Song], artists: Mapping[str, str]) -> None:
        self.songs, self.artists = songs, artists
        self._own: dict[tuple[str, str], Slots] = {}

    def own(self, song: Song, language: str) -> Slots:
        """What the song says of itself; not to be changed."""
        key = (song.track_id, language)
        slots = self._own.get(key)
        if slots is None:
            slots = self._own[key] = _own(song, language)
        return slots

    def tell(self, song: Song, reason: EvidenceRow | None, listed: Slots, known: Mapping[str, SongHistory]) -> Slots:
        """The song's own slots, then what the evidence says."""
        own = self.own(song, listed.language)
        if reason is None:
            return Slots(listed.language, own)
        slots = EvidenceSlots(own, song, listed, known, self)
        KINDS[reason.kind].tell(slots, reason)
        return slots


def familiar(slots: Slots, letter: str, known: SongHistory | None) -> None:
    """What may be said of a song the listener knows.

    ``<letter>_plays``, ``<letter>_loops`` are numbers; ``<letter>_liked``, ``<letter>_often`` and
    ``<letter>_dear`` (liked or played often) only open frames.
    """
    if known is None:
        return
    slots.number(f"{letter}_plays", known.plays, "play", least=2)
    slots.number(f"{letter}_loops", known.plays_7d, "play", least=LOOPED)
    if known.liked:
        slots.opens(f"{letter}_liked")
    if known.plays >= OFTEN:
        slots.opens(f"{letter}_often")
    if known.liked or known.plays >= OFTEN:
        slots.opens(f"{letter}_dear")


def _own(song: Song, language: str) -> Slots:
    slots = Slots(language)
    slots.number("bpm", song.tempo, "bpm")
    slots.key("key", song.key)
    if song.moods:
        slots.mood("mood", song.moods[0])
    slots.name("artist", song.artist)
    if song.album != song.title:
        slots.title("album", song.album)
    slots.catalogue_genre("genre", song.genre)
    slots.word("version", forms.version(song.version, language))
    if song.themes:
        slots.word("theme", lyrics.theme_word(song.themes[0], language))
    for name, holds in (
        ("three", song.metre == _THREE),
        ("wordless", song.voice == "instrumental"),
        (f"shape_{song.energy_shape}", song.energy_shape is not None),
    ):
        if holds:
            slots.opens(name)
    return slots
