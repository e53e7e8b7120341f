"""The built-in writer of deep reviews: one per song and language, shared by all its listeners."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from features.words import forms, frames, genres, grounding, lyrics
from features.words.frames import Draws
from features.words.params import WordParams
from features.words.songs import Song
from features.words.telling import Telling


@dataclass(frozen=True, slots=True)
class Review:
    """Headings, a paragraph for each, and the facts used."""

    headings: list[str]
    paragraphs: list[str]
    fact_ids: list[str]


# slot -> kind of fact behind it, for the record of what was used
_KIND_OF = {
    "title": "title", "artist": "artist", "album": "album", "date": "release", "bpm": "tempo", "key": "key",
    "mood": "mood", "mood2": "mood", "length": "length", "theme": "theme", "theme2": "theme", "quote": "quote",
    "quote2": "quote", "at": "quote", "lyricist": "lyricist", "composer": "composer", "producer": "producer",
    "label": "label", "diff": "tempo",
}  # fmt: skip
_KIND_OF_SECTION = {"shape": "energy_shape", "brightness": "brightness", "dynamics": "dynamics", "energy": "energy"}


def tell_song(song: Song, other: Song | None, language: str) -> Telling:
    """Slots and sheet of a song's review; ``other`` is the similar song it is heard beside."""
    told = Telling(language)
    told.title("title", song.title)
    for slot, name in (("artist", song.artist), ("lyricist", song.lyricist), ("composer", song.composer),
                       ("producer", song.producer), ("label", song.label)):  # fmt: skip
        told.name(slot, name)
    told.title("album", song.album)
    if song.release is not None:
        told.name("date", forms.month(song.release, language))
    told.number("bpm", song.tempo, "bpm")
    told.key("key", song.key)
    for slot, mood in zip(("mood", "mood2"), song.moods, strict=False):
        told.mood(slot, mood)
    _tell_length(told, song)
    _tell_lyrics(told, song)
    if other is not None:
        _tell_other(told, song, other)
    return told


def _tell_length(told: Telling, song: Song) -> None:
    if song.length is None or song.length < 1:
        return
    whole = int(song.length + 0.5)
    minutes, seconds = divmod(whole, 60)
    if told.language == "zh":
        text = (f"{minutes} 分 " if minutes else "") + f"{seconds} 秒"
    else:
        parts = [f"{n} {unit}{'' if n == 1 else 's'}" for n, unit in ((minutes, "minute"), (seconds, "second")) if n]
        text = " and ".join(parts)
    told.name("length", text)


def _tell_lyrics(told: Telling, song: Song) -> None:
    for slot, theme in zip(("theme", "theme2"), song.themes, strict=False):
        told.word(slot, lyrics.theme_word(theme, told.language))
    lines = [(line, at) for line, at in song.quotes if forms.speakable(line) is not None]
    for slot, (line, at) in zip(("quote", "quote2"), lines, strict=False):
        told.quote(slot, line)
        if slot == "quote" and at is not None and at >= 1:
            told.clock("at", at)


def _tell_other(told: Telling, song: Song, other: Song) -> None:
    told.bearer((song.title, song.artist), song.tempo, song.key)
    told.bearer((other.title, other.artist), other.tempo, other.key)
    told.title("other", other.title)
    told.name("other_artist", other.artist)
    told.number("other_bpm", other.tempo, "bpm")
    told.key("other_key", other.key)
    if other.moods:
        told.mood("other_mood", other.moods[0])
    if song.tempo is not None and other.tempo is not None:
        told.number("diff", abs(song.tempo - other.tempo), "bpm", least=2)


def write(song: Song, other: Song | None, told: Telling, draws: Draws, params: WordParams) -> Review:
    """A review of three or four headings, each sentence grounded."""
    plan = [
        ("sound", _sound(song)),
        ("instrumental", ["instrumental.open", "instrumental.body", "instrumental.close"])
        if song.language == "instrumental"
        else ("lyrics", _lyrics(song, told)),
        ("style", _style(song)),
    ]
    if other is not None and "other" in told.slots:
        plan.append(("beside", _beside(song, other, params)))
    headings, paragraphs, used = [], [], set[str]()
    for heading, sections in plan:
        text, ids = _paragraph(heading, sections, told, draws, params)
        if text:
            headings.append(frames.load(told.language, "reviews")[f"heading.{heading}"][0].text)
            paragraphs.append(text)
            used |= ids
    fact_ids = {i for kind in used for i in song.ids.get(kind, ())}
    return Review(headings, paragraphs, sorted(fact_ids))


def _sound(song: Song) -> list[str]:
    parts = ["sound.tempo"]
    if song.key is not None:
        parts.append("sound.key_major" if song.key.endswith("major") else "sound.key_minor")
    parts.append("sound.mood")
    for name, word in (("shape", song.energy_shape), ("brightness", song.brightness), ("dynamics", song.dynamics),
                       ("energy", song.energy)):  # fmt: skip
        if word is not None:
            parts.append(f"sound.{name}.{word}")
    return [*parts[:6], "sound.close"]


def _lyrics(song: Song, told: Telling) -> list[str]:
    if not song.themes and not song.quotes:
        return ["lyrics.lyricist", "lyrics.plain"]
    quote = "lyrics.quote_timed" if "at" in told.slots else "lyrics.quote"
    return ["lyrics.theme", quote, "lyrics.second", "lyrics.lyricist", "lyrics.close"]


def _style(song: Song) -> list[str]:
    known = genres.find(song.genre)
    genre = f"genre.{known.id}" if known is not None else "genre.other"
    return ["style.artist", genre, f"{genre}.more", "style.credit", "style.close"]


def _beside(song: Song, other: Song, params: WordParams) -> list[str]:
    parts = ["beside.open"]
    if song.tempo is not None and other.tempo is not None:
        apart = song.tempo - other.tempo
        near = abs(apart) <= params.same_tempo_bpm
        parts.append("beside.tempo_" + ("same" if near else "faster" if apart > 0 else "slower"))
    if song.key is not None and other.key is not None:
        parts.append("beside.key_same" if song.key == other.key else "beside.key_diff")
    if song.moods and other.moods:
        parts.append("beside.mood_same" if song.moods[0] == other.moods[0] else "beside.mood_diff")
    if song.artist is not None and song.artist == other.artist:
        parts.append("beside.same_artist")
    return [*parts, "beside.close"]


def _paragraph(
    heading: str, sections: Sequence[str], told: Telling, draws: Draws, params: WordParams
) -> tuple[str, set[str]]:
    """The sentences of the sections that hold up and fit, and the kinds of fact they used."""
    language, known = told.language, frozenset(told.slots)
    most = params.paragraph_max[0 if language == "zh" else 1]
    text, used, taken, slots = "", set[str](), set[str](), tuple[str, ...]()
    for section in sections:
        if heading == "sound" and section.startswith("sound.key") and "key" not in known:
            continue
        frame = frames.pick(frames.eligible(language, "reviews", section, known), draws, {}, taken)
        if frame is None:
            continue
        longer = text + (" " if text and language == "en" else "") + frame.fill(told.slots)
        if grounding.check(longer, told.sheet(slots + frame.uses), high=most):
            continue
        slots += frame.uses
        taken.add(frame.id)
        text = longer
        used |= {_KIND_OF[slot] for slot in frame.needs if slot in _KIND_OF}
        parts = section.split(".")
        used |= {_KIND_OF_SECTION[parts[1]]} if parts[1:2] and parts[1] in _KIND_OF_SECTION else set()
        used |= {"genre"} if parts[0] == "genre" else set()
    return text, used
