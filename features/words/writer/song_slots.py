"""Slots of one song's own words: what it says of itself, and what a row of evidence adds."""

from __future__ import annotations

from collections.abc import Mapping

from features.words.facts.reader import Reason, SongHistory
from features.words.facts.slots import Slots
from features.words.facts.songs import Song
from features.words.terms import forms, genres
from schemas.vocabulary import DAYPARTS

_SHARED = ("band_loops",)  # slots of the list a song's line may lean on
TITLES = frozenset(
    {
        "loved_tracks_together", "similar_track", "same_album", "same_composer", "same_producer", "same_lyricist",
        "same_label",
    }
)  # fmt: skip
"""Evidence whose subject is a loved track."""
# Scenes of an hour as a sentence takes them up: "it suits ...".
_TIMES = {
    "morning": "the morning", "commute": "the commute", "study": "studying", "reading": "reading",
    "late_night": "late nights", "sleep": "the time before sleep", "party": "a party",
}  # fmt: skip
_TOP = 20  # ranks beyond this are not worth telling
LOOPED = 3  # plays within a week from which a song is said to be looped
OFTEN = 3  # plays from which a listener may be said to play a song often
_MUCH_SHARE = 0.25  # share of plays from which a genre is said to be played a lot
_MUCH_PLAYED = 8  # plays of an artist in a month from which they are said to be played a lot
_ARTISTS = frozenset({"artist_rotation", "liked_artist"})
_MOODS = frozenset({"mood_match", "weather_fit"})  # evidence that speaks of one mood of the song


class Teller:
    """Tells songs and reasons; what a song says of itself is worked out once.

    Args:
        songs: every song that lists or evidence speak of.
        artists: artist id -> name.
    """

    def __init__(self, songs: Mapping[str, Song], artists: Mapping[str, str]) -> None:
        self._songs, self._artists = songs, artists
        self._own: dict[tuple[str, str], Slots] = {}

    def own(self, song: Song, language: str) -> Slots:
        """What the song says of itself; not to be changed."""
        key = (song.track_id, language)
        told = self._own.get(key)
        if told is None:
            told = self._own[key] = _own(song, language)
        return told

    def tell(self, song: Song, reason: Reason | None, listed: Slots, known: Mapping[str, SongHistory]) -> Slots:
        """The song's own slots, then what the evidence says."""
        told = Slots(listed.language, self.own(song, listed.language))
        if reason is None:
            return told
        for slot in _SHARED:
            told.copy(slot, listed)
        _EVIDENCE.get(reason.kind, _nothing)(told, reason)
        if reason.kind in _MOODS:
            _mood(told, song, reason.song_text)
            told.mood("felt", reason.song_text)
        self._subjects(told, reason, known)
        return told

    def _subjects(self, told: Slots, reason: Reason, known: Mapping[str, SongHistory]) -> None:
        """The tracks and artists that the evidence speaks of, and what the listener did with the track."""
        subject, too = reason.subject or "", reason.subject_too or ""
        if reason.kind in TITLES and subject in self._songs:
            told.title("subject", self._songs[subject].title)
            familiar(told, "s", known.get(subject))
        if too in self._songs:
            told.title("subject_too", self._songs[too].title)
        if reason.kind in _ARTISTS and subject in self._artists:
            told.name("artist", self._artists[subject])
        if reason.kind == "featured_artist" and subject in self._artists:
            told.name("guest", self._artists[subject])


def familiar(told: Slots, letter: str, known: SongHistory | None) -> None:
    """What may be said of a song the listener knows.

    ``<letter>_plays``, ``<letter>_loops`` are numbers; ``<letter>_liked``, ``<letter>_often`` and
    ``<letter>_dear`` (liked or played often) only open frames.
    """
    if known is None:
        return
    told.number(f"{letter}_plays", known.plays, "play", least=2)
    told.number(f"{letter}_loops", known.plays_7d, "play", least=LOOPED)
    if known.liked:
        told.values[f"{letter}_liked"] = ""
    if known.plays >= OFTEN:
        told.values[f"{letter}_often"] = ""
    if known.liked or known.plays >= OFTEN:
        told.values[f"{letter}_dear"] = ""


def _own(song: Song, language: str) -> Slots:
    told = Slots(language)
    told.number("bpm", song.tempo, "bpm")
    told.key("key", song.key)
    if song.moods:
        told.mood("mood", song.moods[0])
    told.name("artist", song.artist)
    _genre(told, song.genre)
    return told


def _genre(told: Slots, name: str | None) -> None:
    called, known = genres.called(name, told.language), genres.find(name)
    if called is not None:
        told.genre("genre", called, genres.adjective(known, told.language) if known is not None else None)


def _mood(told: Slots, song: Song, mood_id: str | None) -> None:
    """The mood the evidence speaks of; one that is not the song's first is told as ``also``."""
    if mood_id is None or mood_id in song.moods[:1]:
        return
    for slot in ("mood", "a_mood", "A_mood"):
        told.values.pop(slot, None)
    told.mood("also", mood_id)


def _nothing(told: Slots, reason: Reason) -> None:
    """Evidence without numbers of its own."""


def _tempo(told: Slots, reason: Reason) -> None:
    told.number("low", reason.value, "bpm")
    told.number("high", reason.value_high, "bpm")
    told.number("bpm", reason.song_value, "bpm")


def _loops(told: Slots, reason: Reason) -> None:
    low, _, high = (reason.subject or "").partition("-")
    if low.isdecimal() and high.isdecimal():
        told.number("low", float(low), "bpm")
        told.number("high", float(high), "bpm")
    told.number("looped", reason.value, "song", least=2)
    told.number("bpm", reason.song_value, "bpm")


def _scene(told: Slots, reason: Reason) -> None:
    scene = reason.subject or ""
    told.word("scene", _TIMES.get(scene) if told.language == "en" else forms.scene(scene, "zh"))


def _credit(told: Slots, reason: Reason) -> None:
    told.name("credit", reason.song_text)
    told.number("count", reason.value, "song", least=2)


def _share_of_key(told: Slots, reason: Reason) -> None:
    told.key("key", reason.song_text)
    told.share("share", reason.value)


def _share_of_mood(told: Slots, reason: Reason) -> None:
    told.share("share", reason.value)


def _share_of_genre(told: Slots, reason: Reason) -> None:
    _genre(told, reason.subject)
    told.share("share", reason.value)
    if (reason.value or 0) >= _MUCH_SHARE:
        told.values["much"] = ""


def _daypart(told: Slots, reason: Reason) -> None:
    if reason.subject in DAYPARTS:
        told.word("daypart", forms.daypart(reason.subject, told.language))


def _plays(told: Slots, reason: Reason) -> None:
    told.number("plays", reason.value, "play", least=2)
    if (reason.value or 0) >= _MUCH_PLAYED:
        told.values["much"] = ""


def _likes(told: Slots, reason: Reason) -> None:
    told.number("likes", reason.value, "song", least=2)


def _rest(told: Slots, reason: Reason) -> None:
    told.number("days", reason.value, "day", least=2)
    told.number("plays", reason.value_high, "play", least=2)


def _age(told: Slots, reason: Reason) -> None:
    told.number("days", reason.value, "day", least=2)


def _rank(told: Slots, reason: Reason) -> None:
    if reason.value is not None and reason.value <= _TOP:
        told.number("rank", reason.value, "rank")


def _near(told: Slots, reason: Reason) -> None:
    told.name("city", forms.city(reason.subject, told.language))
    _rank(told, reason)


def _sky(told: Slots, reason: Reason) -> None:
    told.word("weather", forms.weather(reason.subject, told.language))


def _pick_genre(told: Slots, reason: Reason) -> None:
    _genre(told, reason.subject)


_EVIDENCE = {
    "tempo_band": _tempo, "looped_tempo": _loops, "hour_habit": _scene,
    "key_match": _share_of_key, "mood_match": _share_of_mood, "genre_share": _share_of_genre,
    "daypart_mood": _daypart, "artist_rotation": _plays, "liked_artist": _likes, "resting": _rest,
    "fresh_release": _age, "popular": _rank, "popular_near": _near, "weather_fit": _sky,
    "catalogue_pick": _pick_genre, "featured_artist": _plays, "same_album": _credit, "same_composer": _credit,
    "same_producer": _credit, "same_lyricist": _credit, "same_label": _credit,
}  # fmt: skip
