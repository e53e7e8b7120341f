"""What a comparison of two songs says, as numbered facts with a sentence each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from features.words.facts.comparison import Comparison, compare, direction
from features.words.facts.sheet import Fact
from features.words.facts.slot_registry import BY_NAME, slot_id
from features.words.facts.song_sheet import in_words, length, name_of
from features.words.facts.songs import Song
from features.words.terms import forms
from schemas.text_files import texts

_TEXTS = texts("features.words.facts", "comparison_sheet")


@dataclass(frozen=True, slots=True)
class Compared:
    """A fact of a comparison beside the two values it rests on, as they are told; None where it has none."""

    fact: Fact
    this: str | None
    that: str | None


def comparison_facts(
    song: Song, other: Song, confidence: Mapping[str, float], language: str, assertable: Callable[[str], bool]
) -> list[Compared]:
    """Every fact the two songs give against each other, numbered by kind.

    Args:
        confidence: kind of fact -> the lesser confidence of the two songs.
        assertable: whether both songs may assert a kind.
    """
    found = compare(song, other)
    made = []
    for seq, kind, of, text, value, unit, pair in _claims(song, other, found, language):
        ref, what = slot_id("comparison", kind, seq), BY_NAME["comparison", kind].meaning(language)
        fact = Fact(ref, kind, what, text, value, unit, "facts", round(confidence.get(of, 1.0), 2), assertable(of))
        made.append(Compared(fact, *pair))
    return made


_Claim = tuple[int, str, str, str, float | None, str | None, tuple[str | None, str | None]]


def _claims(song: Song, other: Song, found: Comparison, language: str) -> Iterator[_Claim]:
    """What was found: which of its kind, its kind, the kind of fact it rests on, text, number, unit, both values."""
    yield from _of_keys(song, other, found, language)
    yield from _of_tempos(song, other, found, language)
    yield from _of_feeling(song, other, found, language)
    yield from _of_size(song, other, found, language)


def _of_keys(song: Song, other: Song, found: Comparison, language: str) -> Iterator[_Claim]:
    if found.key is None or song.key is None or other.key is None:
        return
    pair = (forms.key_name(song.key, language), forms.key_name(other.key, language))
    steps, shared = abs(found.key.fifths), found.key.shared
    text = _TEXTS[language]["keys"][found.key.name].format(steps=steps, shared=shared)
    yield 0, "key_relation", "key", text, None, None, pair
    yield 0, "key_steps", "key", str(steps), float(steps), "steps", (None, None)
    yield 0, "key_shared", "key", str(shared), float(shared), "notes", (None, None)


def _of_tempos(song: Song, other: Song, found: Comparison, language: str) -> Iterator[_Claim]:
    if found.bpm is None or found.ratio is None or found.beat is None:
        return
    words = _TEXTS[language]
    pair = (f"{song.tempo} BPM", f"{other.tempo} BPM")
    text = words["tempo"][_way(found.bpm)].format(by=abs(found.bpm))
    yield 0, "tempo_difference", "tempo", text, float(found.bpm), "BPM", pair
    yield 0, "tempo_ratio", "tempo", f"{found.ratio:.2f}", round(found.ratio, 3), None, (None, None)
    yield 0, "beat", "tempo", words["beats"][found.beat], None, None, (None, None)


def _way(difference: float) -> str:
    """Whether the second song has more, less, or alike."""
    if not difference:
        return "alike"
    return "more" if difference > 0 else "less"


def _of_feeling(song: Song, other: Song, found: Comparison, language: str) -> Iterator[_Claim]:
    words = _TEXTS[language]
    if song.moods and other.moods:
        moods = [forms.mood(m, language) or m for m in found.moods]
        text = words["moods"]["joint"].join(moods) or words["moods"]["none"]
        pair = (forms.mood(song.moods[0], language), forms.mood(other.moods[0], language))
        yield 0, "moods", "mood", text, float(len(moods)), None, pair
    felt = (("valence", found.valence), ("arousal", found.arousal), ("energy", found.energy))
    for kind, by in felt:
        way = direction(by)
        if by is None or way is None:
            continue
        name = "energy_level" if kind == "energy" else kind
        pair = (f"{getattr(song, name):.2f}", f"{getattr(other, name):.2f}")
        yield 0, kind, kind, words[kind][way], round(by, 2), None, pair


def _of_size(song: Song, other: Song, found: Comparison, language: str) -> Iterator[_Claim]:
    words = _TEXTS[language]
    if found.seconds is not None and song.length is not None and other.length is not None:
        way = "alike" if abs(found.seconds) < 1 else _way(found.seconds)
        text = words["length"][way].format(by=length(abs(found.seconds), language))
        pair = (length(song.length, language), length(other.length, language))
        yield 0, "length", "length", text, round(found.seconds, 1), "s", pair
    if found.years is not None and song.release is not None and other.release is not None:
        apart = abs(found.years)
        text = words["release"][_way(found.years) + ("_one" if apart == 1 else "")].format(by=apart)
        years = (str(song.release.year), str(other.release.year))
        yield 0, "years", "release", text, float(found.years), "years", years
    for seq, name in enumerate(found.shared):
        yield seq, "shared", name, _alike(song, name, language), None, None, (None, None)


def _alike(song: Song, name: str, language: str) -> str:
    row = {"kind": name, "text": getattr(song, name), "value": None, "at_s": None}
    return _TEXTS[language]["shared"]["one"].format(what=name_of(name, language), value=in_words(row, language))
