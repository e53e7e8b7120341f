"""The built-in writer of deep reviews: one per song and language, shared by all its listeners."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from features.words import grounding
from features.words.facts.links import LINKS
from features.words.facts.slots import Slots
from features.words.facts.song_sheet import length
from features.words.facts.songs import Song
from features.words.params import WordParams
from features.words.terms import forms, genres, lyrics
from features.words.writer import frames
from features.words.writer.companions import Pairing, pair
from features.words.writer.frames import Draws


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
    "steps": "key", "shared": "key",
}  # fmt: skip
_KIND_OF_SECTION = {"shape": "energy_shape", "brightness": "brightness", "dynamics": "dynamics", "energy": "energy",
                    "voice": "voice", "acoustic": "acoustic", "metre": "metre"}  # fmt: skip
_MORE_OF_SOUND = 3  # sentences on the sound beside tempo, key and mood


def review_slots(song: Song, language: str) -> Slots:
    """Slots and sheet of a song's review, but for the song it is heard beside."""
    slots = Slots(language)
    slots.title("title", song.title)
    for slot, name in (("artist", song.artist), ("lyricist", song.lyricist), ("composer", song.composer),
                       ("producer", song.producer), ("label", song.label)):  # fmt: skip
        slots.name(slot, name)
    if song.album != song.title:
        slots.title("album", song.album)
    if song.release is not None:
        told = forms.year if song.release_parts == 1 else forms.month
        slots.name("date", told(song.release, language))
    slots.number("bpm", song.tempo, "bpm")
    slots.key("key", song.key)
    for slot, mood in zip(("mood", "mood2"), song.moods, strict=False):
        slots.mood(slot, mood)
    if song.length is not None and song.length >= 1:
        slots.name("length", length(song.length, language))
    _add_lyrics(slots, song)
    return slots


def _add_lyrics(slots: Slots, song: Song) -> None:
    for slot, theme in zip(("theme", "theme2"), song.themes, strict=False):
        slots.word(slot, lyrics.theme_word(theme, slots.language))
    lines = [(line, at) for line, at in song.quotes if forms.speakable(line) is not None]
    for slot, (line, at) in zip(("quote", "quote2"), lines, strict=False):
        slots.quote(slot, line)
        if slot == "quote" and at is not None and at >= 1:
            slots.clock("at", at)


def write(song: Song, other: Song | None, slots: Slots, draws: Draws, params: WordParams) -> Review:
    """A review of two to four headings, each sentence grounded; nothing of words that are not known."""
    plan = [
        ("sound", _sound(song, draws), slots),
        ("instrumental", ["instrumental.open", "instrumental.body", "instrumental.close"], slots)
        if song.language == "instrumental"
        else ("lyrics", _lyrics(slots), slots),
        ("style", _style(song, slots, draws), slots),
    ]
    if other is not None and other.title is not None:
        pairing = _pairing(song, other, slots.language)
        plan.append(("beside", _beside(pairing, draws), pairing.slots))
    headings, paragraphs, used = [], [], set[str]()
    for heading, sections, sheet in plan:
        text, ids = _paragraph(sections, sheet, draws, params)
        if text:
            headings.append(frames.load(slots.language, "reviews")[f"heading.{heading}"][0].text)
            paragraphs.append(text)
            used |= ids
    fact_ids = {i for kind in used for i in song.ids.get(kind, ())}
    return Review(headings, paragraphs, sorted(fact_ids))


def _sound(song: Song, draws: Draws) -> list[str]:
    """Tempo, key and mood, then three of what else is known of the sound, in varying order."""
    first = ["sound.tempo"]
    if song.key is not None:
        first.append("sound.key_major" if song.key.endswith("major") else "sound.key_minor")
    if draws.index(2):
        first.reverse()
    rest = _heard(song)
    drawn = [rest.pop(draws.index(len(rest))) for _ in range(min(_MORE_OF_SOUND, len(rest)))]
    at = draws.index(2)
    return [*first, *drawn[:at], "sound.mood", *drawn[at:], *(["sound.close"] if draws.index(3) == 0 else [])]


def _heard(song: Song) -> list[str]:
    """Sections on what else is known of the sound."""
    words = {
        "shape": song.energy_shape, "brightness": song.brightness, "dynamics": song.dynamics, "energy": song.energy,
        "voice": song.voice if song.voice == "sung" else None, "acoustic": song.acoustic,
        "metre": "3" if song.metre == 3 else None,
    }  # fmt: skip
    return [f"sound.{name}.{word}" for name, word in words.items() if word is not None]


def _lyrics(slots: Slots) -> list[str]:
    """What may be said of the words: of a song whose words are not known, who wrote them and nothing else."""
    if not {"theme", "quote"} & slots.values.keys():
        return ["lyrics.lyricist"]
    quote = "lyrics.quote_timed" if "at" in slots.values else "lyrics.quote"
    return ["lyrics.theme", quote, "lyrics.second", "lyrics.lyricist", "lyrics.close"]


def _style(song: Song, slots: Slots, draws: Draws) -> list[str]:
    parts, kinds = _of_style(song), [kind for kind in LINKS if kind in song.links]
    if not kinds:
        return [*parts, "style.close"]
    kind = kinds[draws.index(len(kinds))]
    _add_link(slots, song, kind)
    return [*parts, f"style.link.{kind}"]


def _of_style(song: Song) -> list[str]:
    genre = f"genre.{genres.find(song.genre) or 'other'}"
    return ["style.artist", genre, f"{genre}.more", "style.credit"]


def _add_link(slots: Slots, song: Song, kind: str) -> None:
    title, count = song.links[kind]
    slots.title("link", title)
    slots.number("link_n", count, "song", least=2)


def _pairing(song: Song, other: Song, language: str) -> Pairing:
    pairing = pair(song, other, language)
    if "artist" not in pairing.slots.values:  # a shared artist is named once, as what they share
        pairing.slots.name("other_artist", other.artist)
    return pairing


def _beside(pairing: Pairing, draws: Draws) -> list[str]:
    return ["beside.open", *_bonds(pairing), *(["beside.close"] if draws.index(2) else [])]


def _bonds(pairing: Pairing) -> list[str]:
    """What two songs have to do with each other: all that is alike, and the differences that tell."""
    return [f"beside.{b.section}" for b in pairing.bonds if b.strong or b.family in ("key", "tempo", "mood")]


def sayable(song: Song, other: Song | None, language: str) -> Iterator[tuple[str, Slots]]:
    """Every section that a review of this song may have drawn from, with its slots."""
    slots = review_slots(song, language)
    key = [] if song.key is None else ["sound.key_major" if song.key.endswith("major") else "sound.key_minor"]
    words = ["instrumental.open", "instrumental.body", "instrumental.close"]
    words = words if song.language == "instrumental" else _lyrics(slots)
    sound = ["sound.tempo", *key, *_heard(song), "sound.mood", "sound.close"]
    yield from ((section, slots) for section in (*sound, *words, *_of_style(song), "style.close"))
    for kind in (kind for kind in LINKS if kind in song.links):
        linked = Slots(language, slots)
        _add_link(linked, song, kind)
        yield f"style.link.{kind}", linked
    if other is not None and other.title is not None:
        pairing = _pairing(song, other, language)
        yield from ((section, pairing.slots) for section in ("beside.open", *_bonds(pairing), "beside.close"))


def _paragraph(sections: Sequence[str], slots: Slots, draws: Draws, params: WordParams) -> tuple[str, set[str]]:
    """The sentences of the sections that hold up and fit, and the kinds of fact they used."""
    language, known = slots.language, frozenset(slots.values)
    most = params.paragraph_max[0 if language == "zh" else 1]
    text, used, taken, stated = "", set[str](), set[str](), tuple[str, ...]()
    for section in sections:
        frame = frames.pick(frames.eligible(language, "reviews", section, known), draws, {}, taken)
        if frame is None:
            continue
        longer = text + (" " if text and language == "en" else "") + frame.fill(slots.values)
        if grounding.check(longer, slots.sheet(stated + frame.uses), high=most):
            continue
        stated += frame.uses
        taken.add(frame.id)
        text = longer
        used |= {_KIND_OF[slot] for slot in frame.needs if slot in _KIND_OF}
        parts = section.split(".")
        used |= {_KIND_OF_SECTION[parts[1]]} if parts[1:2] and parts[1] in _KIND_OF_SECTION else set()
        used |= {"genre"} if parts[0] == "genre" else set()
        used |= {parts[2]} if parts[:2] == ["style", "link"] else set()
    return text, used
