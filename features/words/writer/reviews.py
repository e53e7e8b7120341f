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
from features.words.terms import chinese_numerals, english_numerals, forms, lyrics
from features.words.writer import frames, review_pairs
from features.words.writer import review_arcs as arcs
from features.words.writer.citations import Citation
from features.words.writer.companions import pair
from features.words.writer.frames import Draws, Frame
from features.words.writer.review_arcs import Step
from features.words.writer.review_openings import pace


@dataclass(frozen=True, slots=True)
class Review:
    """Headings, a paragraph for each, and the facts used."""

    headings: list[str]
    paragraphs: list[str]
    fact_ids: list[str]


# slot -> kind of fact behind it, for the record of what was used
_KIND_OF = {
    "title": "title", "artist": "artist", "album": "album", "date": "release", "bpm": "tempo", "key": "key",
    "mood": "mood", "mood2": "mood", "length": "length", "shown_theme": "theme", "theme_line": "quote",
    "quote": "quote", "at": "quote", "lyricist": "lyricist", "composer": "composer", "producer": "producer",
    "label": "label", "diff": "tempo", "steps": "key", "shared": "key", "refrain": "refrain", "returns": "refrain",
    "refrain_lines": "refrain_lines", "often": "often", "often_n": "often", "first_line": "first_line",
    "last_line": "last_line", "ring": "last_line", "between": "between", "between2": "between", "notes": "key",
    "genre": "genre",
}  # fmt: skip
# beginning of a section -> kinds of fact that it tells without a slot
_KINDS_OF_SECTION = {
    "turn.major": ("key", "valence"), "turn.minor": ("key", "valence"), "turn.fast": ("tempo", "energy"),
    "turn.slow": ("tempo", "energy"), "open.major": ("valence",), "open.minor": ("valence",),
    "open.fast_s": ("energy",), "open.slow_s": ("energy",), "open.late": ("energy_shape",),
    "open.early": ("energy_shape",), "open.rises": ("energy_shape",), "open.falls": ("energy_shape",),
    "course": ("energy_shape",), "dynamics": ("dynamics",),
    "arc": ("energy_shape", "dynamics"), "metre": ("metre",), "genre": ("genre",), "habit": ("genre",),
    "habit.acoustic": ("acoustic",), "habit.electric": ("acoustic",), "habit.slow": ("tempo",),
    "habit.strong": ("energy",), "habit.soft": ("energy",), "habit.three": ("metre",), "wordless": ("language",),
    "instrumental": ("language",), "lyrics.person": ("person",), "lyrics.reading": ("theme",),
}  # fmt: skip

_WORDS = {"zh": chinese_numerals.word, "en": english_numerals.word}
_LINKED = 3  # of so many reviews that could lead on to another song one does


def review_slots(song: Song, language: str, citation: Citation | None = None) -> Slots:
    """Slots and sheet of a song's review, but for the song it is heard beside.

    Args:
        citation: the sentence of a note that the review may quote.
    """
    slots = Slots(language)
    _whole_title(slots, "title", song.title)
    for slot, name in (("artist", song.artist), ("lyricist", song.lyricist), ("composer", song.composer),
                       ("producer", song.producer), ("label", song.label)):  # fmt: skip
        slots.name(slot, name)
    if song.album != song.title:
        _whole_title(slots, "album", song.album)
    if song.release is not None:
        told = forms.year if song.release_parts == 1 else forms.month
        slots.name("date", told(song.release, language))
    slots.number("bpm", song.tempo, "bpm")
    slots.key("key", song.key)
    for slot, mood in zip(("mood", "mood2"), song.moods, strict=False):
        slots.mood(slot, mood)
    if song.length is not None and song.length >= 1:
        slots.name("length", length(song.length, language))
    slots.catalogue_genre("genre", song.genre)
    for guard, holds in (("sung", song.voice == "sung"), (f"pace_{pace(song)}", song.tempo is not None),
                         ("in_chinese", song.language == "zh"), ("own_tongue", song.language != "zh"),
                         ("vocal", song.voice == "sung" or (song.lines is not None and song.voice is None)),
                         ("refrain_pair", song.refrain_lines == 2)):  # fmt: skip
        if holds:
            slots.opens(guard)
    _add_lyrics(slots, song)
    if citation is not None:
        slots.quote("note", citation.text)
        slots.name("note_source", citation.source)
        slots.opens(f"note_{citation.about}")
    return slots


def _whole_title(slots: Slots, slot: str, title: str | None) -> None:
    """A title that can stand in full; one that would have to be cut is not said."""
    if forms.whole(title):
        slots.title(slot, title)


def _add_lyrics(slots: Slots, song: Song) -> None:
    shown, theme_line = arcs.theme_line(song) or (None, None)
    for slot, theme in zip(("theme", "theme2", "shown_theme"), (*(*song.themes, None, None)[:2], shown), strict=True):
        if theme is not None:  # as a name: that words speak of love claims no mood
            slots.name(slot, lyrics.theme_word(theme, slots.language))
    lines = [(line, at) for line, at in song.quotes if forms.speakable(line) is not None]
    for slot, (line, at) in zip(("quote", "quote2"), lines, strict=False):
        slots.quote(slot, line)
        if slot == "quote" and at is not None and at >= 1:
            slots.clock("at", at)
    _count(slots, "refrain_lines", song.refrain_lines)
    refrain, returns = song.refrain or (None, None)
    _count(slots, "returns", returns, "play", least=2)
    often, often_n = song.often or (None, None)
    _count(slots, "often_n", often_n, "play", least=2)
    between = dict(zip(("between", "between2"), song.between, strict=False))
    told = {"refrain": refrain, "often": often, "first_line": song.first_line, "last_line": song.last_line,
            "theme_line": theme_line, "ring": arcs.ring(song), **between}  # fmt: skip
    for slot, words in told.items():
        if words is not None:
            slots.quote(slot, words)


def _count(slots: Slots, slot: str, value: int | None, *units: str, least: int = 1) -> None:
    """A small count, spelled."""
    slots.number(slot, value, *units, least=least)
    if slot in slots.values and value is not None:
        slots.values[slot] = _WORDS[slots.language](value)


def write(song: Song, other: Song | None, slots: Slots, draws: Draws, params: WordParams) -> Review:
    """A review of up to four headings, each sentence grounded; a heading only where there is something to say.

    Where nothing is known of a song, that alone is said.
    """
    kinds = _links(song)
    link = kinds[draws.index(len(kinds))] if kinds and not draws.index(_LINKED) else None
    if link is not None:
        _add_link(slots, song, link)
    wordless = song.language == "instrumental"
    plan = [
        ("sound", arcs.sound(song), slots),
        ("instrumental", arcs.instrumental(song), slots) if wordless else ("lyrics", arcs.lyrics(song, link), slots),
        ("style", arcs.style(song, link, slots.values.get("note")), slots),
    ]
    if other is not None and forms.whole(other.title):
        plan.append(("beside", *_beside(song, other, slots.language)))
    headings, paragraphs, used = [], [], set[str]()
    for heading, steps, sheet in plan:
        text, ids = _paragraph(steps, sheet, draws, params)
        if text:
            headings.append(frames.load(slots.language, "reviews")[f"heading.{heading}"][0].text)
            paragraphs.append(text)
            used |= ids
    if not headings:
        headings.append(frames.load(slots.language, "reviews")["heading.style"][0].text)
        paragraphs.append(_paragraph([("unknown",)], slots, draws, params)[0])
    fact_ids = {i for kind in used for i in song.ids.get(kind, ())}
    return Review(headings, paragraphs, sorted(fact_ids))


def _links(song: Song) -> list[str]:
    """Kinds of other songs whose titles can stand in full."""
    return [kind for kind in LINKS if kind in song.links and forms.whole(song.links[kind][0])]


def _add_link(slots: Slots, song: Song, kind: str) -> None:
    title, _ = song.links[kind]
    slots.title("link", title)


def _beside(song: Song, other: Song, language: str) -> tuple[list[Step], Slots]:
    """What is told of the song beside another, and the slots of both."""
    pairing = pair(song, other, language)
    slots = pairing.slots
    if "artist" not in slots.values:  # a shared artist is named once, as what they share
        slots.name("other_artist", other.artist)
    if "shared" in slots.values:
        _count(slots, "notes", int(slots.values["shared"]))
    one_mood = bool(song.moods) and song.moods[:1] == other.moods[:1]
    return review_pairs.beside(pairing, one_mood=one_mood), slots


def sayable(
    song: Song, other: Song | None, language: str, citation: Citation | None = None
) -> Iterator[tuple[str, Slots]]:
    """Every section that a review of this song may have drawn from, with its slots."""
    slots = review_slots(song, language, citation)
    for link in (*_links(song), None):
        linked = Slots(language, slots)
        if link is not None:
            _add_link(linked, song, link)
        words = arcs.instrumental(song) if song.language == "instrumental" else arcs.lyrics(song, link)
        noted = arcs.style(song, link, slots.values.get("note"))
        steps = (*arcs.sound(song), *words, *arcs.style(song, link), *noted)
        yield from ((section, linked) for step in steps for section in step)
    yield "unknown", slots
    if other is not None and forms.whole(other.title):
        beside, both = _beside(song, other, language)
        yield from ((section, both) for step in beside for section in step)


def _paragraph(steps: Sequence[Step], slots: Slots, draws: Draws, params: WordParams) -> tuple[str, set[str]]:
    """A sentence of each step, as far as it holds up and fits, and the kinds of fact they used."""
    language, known = slots.language, frozenset(slots.values)
    most = params.paragraph_max[0 if language == "zh" else 1]
    text, used, stated = "", set[str](), tuple[str, ...]()
    for parts in _sentences(steps, language, known, draws):
        said = [frame.fill(slots.values) for _, frame in parts]
        uses = tuple(slot for _, frame in parts for slot in frame.uses)
        longer = (" " if language == "en" else "").join([text, *said] if text else said)
        if grounding.check(longer, slots.sheet(stated + uses), high=most):
            continue
        text, stated = longer, stated + uses
        for section, frame in parts:
            used |= {_KIND_OF[slot] for slot in frame.bare if slot in _KIND_OF} | _kinds(section)
    return text, used


def _sentences(
    steps: Sequence[Step], language: str, known: frozenset[str], draws: Draws
) -> Iterator[list[tuple[str, Frame]]]:
    """Frames with their sections as far as the stop of a sentence; one that nothing goes on from is dropped."""
    begun: list[tuple[str, Frame]] = []
    for step in steps:
        section = step[draws.index(len(step))]
        frame = frames.pick(frames.eligible(language, "reviews", section, known), draws, {}, ())
        begun = [] if frame is None else [*begun, (section, frame)]
        if frame is not None and frame.whole:
            yield begun
            begun = []


def _kinds(section: str) -> set[str]:
    """Kinds of fact that a section tells by its own words."""
    parts = section.split(".")
    if parts[0] == "colour":
        return {"brightness", "acoustic", "voice"}
    if parts[:2] == ["style", "link"]:
        return {parts[2]}
    return {kind for start, kinds in _KINDS_OF_SECTION.items() if section.startswith(start) for kind in kinds}
