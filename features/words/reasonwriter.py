"""One line per song: why it is in this list, from its strongest evidence."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from features.words import forms, frames, genres, grounding
from features.words.frames import Draws
from features.words.listfacts import Entry, Reason
from features.words.params import WordParams
from features.words.songs import Song
from features.words.telling import Telling
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
_STEP = 4  # lines of one kind a list bears before the next-strongest reason is told instead
_TOP = 20  # ranks beyond this are not worth telling
_ARTISTS = frozenset({"artist_rotation", "liked_artist"})
_MOODS = frozenset({"mood_match", "weather_fit"})  # evidence that speaks of one mood of the song


class Lines:
    """Writes the lines of one bucket; what a song says of itself is worked out once.

    Args:
        songs: every song that lists or evidence speak of.
        artists: artist id -> name.
    """

    def __init__(self, songs: Mapping[str, Song], artists: Mapping[str, str], params: WordParams) -> None:
        self._songs, self._artists, self._params = songs, artists, params
        self._own: dict[tuple[str, str], Telling] = {}

    def line(self, entry: Entry, reasons: Sequence[Reason], listed: Telling, said: dict[str, int], draws: Draws) -> str:
        """The line of one song; the frame least used in this list so far wins.

        Args:
            said: frame id or section -> uses in this list; updated.
        """
        most = self._params.reason_max[0 if listed.language == "zh" else 1]
        for reason in (*_in_turn(reasons, said), None):
            told = self._tell(entry.song, reason, listed)
            pool = frames.eligible(listed.language, "reasons", _section(reason), frozenset(told.slots))
            refused: set[str] = set()
            for _ in range(4):
                frame = _least_said(pool, said, refused, draws)
                if frame is None:
                    break
                text = frame.fill(told.slots)
                if not grounding.check(text, told.sheet(frame.uses), high=most):
                    for name in (frame.id, _section(reason)):
                        said[name] = said.get(name, 0) + 1
                    return text
                refused.add(frame.id)
        return frames.load(listed.language, "reasons")["plain"][-1].text

    def _tell(self, song: Song, reason: Reason | None, listed: Telling) -> Telling:
        """Slots of one song's line: the song's own facts, then what the evidence says."""
        key = (song.track_id, listed.language)
        own = self._own.get(key)
        if own is None:
            own = self._own[key] = _own(song, listed.language)
        told = Telling(listed.language, own)
        if reason is None:
            return told
        for slot in _SHARED:
            told.copy(slot, listed)
        _EVIDENCE.get(reason.kind, _nothing)(told, reason)
        if reason.kind in _MOODS:
            _mood(told, song, reason.song_text)
        subject = reason.subject or ""
        if reason.kind in TITLES and subject in self._songs:
            told.title("subject", self._songs[subject].title)
        too = reason.subject_too or ""
        if too in self._songs:
            told.title("subject_too", self._songs[too].title)
        if reason.kind in _ARTISTS and subject in self._artists:
            told.name("artist", self._artists[subject])
        if reason.kind == "featured_artist" and subject in self._artists:
            told.name("guest", self._artists[subject])
        return told


def _own(song: Song, language: str) -> Telling:
    told = Telling(language)
    told.number("bpm", song.tempo, "bpm")
    told.key("key", song.key)
    if song.moods:
        told.mood("mood", song.moods[0])
    told.name("artist", song.artist)
    _genre(told, song.genre)
    return told


def _genre(told: Telling, name: str | None) -> None:
    called, known = genres.called(name, told.language), genres.find(name)
    if called is not None:
        told.genre("genre", called, known.adjective if known is not None else None)


def _mood(told: Telling, song: Song, mood_id: str | None) -> None:
    """The mood the evidence speaks of; one that is not the song's first is told as ``also``."""
    if mood_id is None or mood_id in song.moods[:1]:
        return
    for slot in ("mood", "a_mood", "A_mood"):
        told.slots.pop(slot, None)
    told.mood("also", mood_id)


def _nothing(told: Telling, reason: Reason) -> None:
    """Evidence without numbers of its own."""


def _tempo(told: Telling, reason: Reason) -> None:
    told.number("low", reason.value, "bpm")
    told.number("high", reason.value_high, "bpm")
    told.number("bpm", reason.song_value, "bpm")


def _loops(told: Telling, reason: Reason) -> None:
    low, _, high = (reason.subject or "").partition("-")
    if low.isdecimal() and high.isdecimal():
        told.number("low", float(low), "bpm")
        told.number("high", float(high), "bpm")
    told.number("looped", reason.value, "song", least=2)
    told.number("bpm", reason.song_value, "bpm")


def _scene(told: Telling, reason: Reason) -> None:
    scene = reason.subject or ""
    told.word("scene", _TIMES.get(scene) if told.language == "en" else forms.scene(scene, "zh"))


def _credit(told: Telling, reason: Reason) -> None:
    told.name("credit", reason.song_text)
    told.number("count", reason.value, "song", least=2)


def _share_of_key(told: Telling, reason: Reason) -> None:
    told.key("key", reason.song_text)
    told.share("share", reason.value)


def _share_of_mood(told: Telling, reason: Reason) -> None:
    told.share("share", reason.value)


def _share_of_genre(told: Telling, reason: Reason) -> None:
    _genre(told, reason.subject)
    told.share("share", reason.value)


def _daypart(told: Telling, reason: Reason) -> None:
    if reason.subject in DAYPARTS:
        told.word("daypart", forms.DAYPARTS[reason.subject][told.language])


def _plays(told: Telling, reason: Reason) -> None:
    told.number("plays", reason.value, "play", least=2)


def _likes(told: Telling, reason: Reason) -> None:
    told.number("likes", reason.value, "song", least=2)


def _rest(told: Telling, reason: Reason) -> None:
    told.number("days", reason.value, "day", least=2)
    told.number("plays", reason.value_high, "play", least=2)


def _age(told: Telling, reason: Reason) -> None:
    told.number("days", reason.value, "day", least=2)


def _rank(told: Telling, reason: Reason) -> None:
    if reason.value is not None and reason.value <= _TOP:
        told.number("rank", reason.value, "rank")


def _near(told: Telling, reason: Reason) -> None:
    told.name("city", forms.city(reason.subject, told.language))
    _rank(told, reason)


def _sky(told: Telling, reason: Reason) -> None:
    if reason.subject in forms.WEATHER:
        told.word("weather", forms.WEATHER[reason.subject][told.language])


def _pick_genre(told: Telling, reason: Reason) -> None:
    _genre(told, reason.subject)


_EVIDENCE = {
    "tempo_band": _tempo, "looped_tempo": _loops, "hour_habit": _scene,
    "key_match": _share_of_key, "mood_match": _share_of_mood, "genre_share": _share_of_genre,
    "daypart_mood": _daypart, "artist_rotation": _plays, "liked_artist": _likes, "resting": _rest,
    "fresh_release": _age, "popular": _rank, "popular_near": _near, "weather_fit": _sky,
    "catalogue_pick": _pick_genre, "featured_artist": _plays, "same_album": _credit, "same_composer": _credit,
    "same_producer": _credit, "same_lyricist": _credit, "same_label": _credit,
}  # fmt: skip


def _section(reason: Reason | None) -> str:
    if reason is None:
        return "plain"
    return "fresh_tonight" if reason.kind == "fresh_release" and reason.value == 0 else reason.kind


def _in_turn(reasons: Sequence[Reason], said: Mapping[str, int]) -> list[Reason]:
    """The strongest reason first, but one whose kind this list has heard often yields to the next."""
    weighed = sorted((said.get(_section(r), 0) + _STEP * place, place) for place, r in enumerate(reasons))
    return [reasons[place] for _, place in weighed]


def _least_said(
    pool: Sequence[frames.Frame], said: Mapping[str, int], refused: Collection[str], draws: Draws
) -> frames.Frame | None:
    """A frame said least in this list; one that tells nothing in particular only for want of others."""
    free = [f for f in pool if f.id not in refused]
    telling = [f for f in free if f.needs] or free
    if not telling:
        return None
    fewest = min(said.get(f.id, 0) for f in telling)
    least = [f for f in telling if said.get(f.id, 0) == fewest]
    return least[draws.index(len(least))]
