"""What a comparison of two songs says, as numbered facts with a sentence each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from features.words.facts.comparison import Comparison, compare, direction
from features.words.facts.sheet import Fact
from features.words.facts.song_sheet import WHAT, in_words, length, side
from features.words.facts.songs import Song
from features.words.terms import forms

_KEY = {
    "same": ("两首在同一个调，连着听没有接缝", "the two share one key"),
    "relative": ("是一对关系大小调：用的音一样，主音不同", "relative keys: the same seven notes, another home note"),
    "parallel": ("主音相同，一首大调、一首小调，明暗相对", "the same home note, one major and one minor"),
    "neighbour": ("在五度圈上相邻，只差一个音", "neighbours on the circle of fifths, one note apart"),
    "near": ("在五度圈上隔 {steps} 步，有 {shared} 个音相同",
             "{steps} steps apart on the circle of fifths, {shared} notes shared"),
    "far": ("在五度圈上隔 {steps} 步，只有 {shared} 个音相同",
            "{steps} steps apart on the circle of fifths, only {shared} notes shared"),
}  # fmt: skip
_BEAT = {
    "same": ("拍子几乎一样快", "the beat is almost the same"),
    "double": ("拍子正好快一倍，可以对着拍", "the beat is twice as fast, so the two can be tapped together"),
    "half": ("拍子正好慢一半，可以对着拍", "the beat is half as fast, so the two can be tapped together"),
    "three_halves": ("三拍对两拍的关系", "three beats to the other’s two"),
    "two_thirds": ("两拍对三拍的关系", "two beats to the other’s three"),
    "other": ("拍子对不上", "the beats do not line up"),
}
_MORE = {
    "valence": {"more": ("更明朗", "brighter in mood"), "less": ("更低沉", "darker in mood"),
                "alike": ("明暗差不多", "about as bright in mood")},
    "arousal": {"more": ("更激动", "more stirred"), "less": ("更平静", "calmer"),
                "alike": ("起伏差不多", "about as stirred")},
    "energy": {"more": ("更有劲", "more energy"), "less": ("更轻", "less energy"),
               "alike": ("力度差不多", "about the same energy")},
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Compared:
    """A fact of a comparison beside the two values it rests on, as they are told; None where it has none."""

    fact: Fact
    this: str | None
    that: str | None


def comparison_facts(
    song: Song, other: Song, confidence: Mapping[str, float], language: str, said: Callable[[str], bool]
) -> list[Compared]:
    """Every fact the two songs give against each other, numbered by kind.

    Args:
        confidence: kind of fact -> the lesser confidence of the two songs.
        said: whether both songs may assert a kind.
    """
    found = compare(song, other)
    at = side(language)
    made = []
    for ref, kind, of, text, value, unit, pair in _claims(song, other, found, language, at):
        fact = Fact(ref, kind, _WHAT[kind][at], text, value, unit, "facts", round(confidence.get(of, 1.0), 2), said(of))
        made.append(Compared(fact, *pair))
    return made


_WHAT = {
    "key_relation": ("调性关系", "how the keys relate"),
    "key_steps": ("五度圈上的距离", "steps on the circle of fifths"),
    "key_shared": ("共用的音", "notes shared"), "tempo_difference": ("速度相差", "tempo difference"),
    "tempo_ratio": ("速度之比", "tempo ratio"), "beat": ("拍子关系", "how the beats relate"),
    "moods": ("共同的情绪", "moods in common"), "valence": ("愉悦度之差", "valence difference"),
    "arousal": ("激动度之差", "arousal difference"), "energy": ("能量之差", "energy difference"),
    "length": ("时长相差", "length difference"), "years": ("年份相差", "years between"),
    "shared": ("相同之处", "what they share"),
}  # fmt: skip
_Claim = tuple[str, str, str, str, float | None, str | None, tuple[str | None, str | None]]


def _claims(song: Song, other: Song, found: Comparison, language: str, at: int) -> Iterator[_Claim]:
    yield from _of_keys(song, other, found, language, at)
    yield from _of_tempos(song, other, found, at)
    yield from _of_feeling(song, other, found, language, at)
    yield from _of_size(song, other, found, language, at)


def _of_keys(song: Song, other: Song, found: Comparison, language: str, at: int) -> Iterator[_Claim]:
    if found.key is None or song.key is None or other.key is None:
        return
    pair = (forms.key_name(song.key, language), forms.key_name(other.key, language))
    steps, shared = abs(found.key.fifths), found.key.shared
    text = _KEY[found.key.name][at].format(steps=steps, shared=shared)
    yield "c01", "key_relation", "key", text, None, None, pair
    yield "c02", "key_steps", "key", str(steps), float(steps), "steps", (None, None)
    yield "c03", "key_shared", "key", str(shared), float(shared), "notes", (None, None)


def _of_tempos(song: Song, other: Song, found: Comparison, at: int) -> Iterator[_Claim]:
    if found.bpm is None or found.ratio is None or found.beat is None:
        return
    pair = (f"{song.tempo} BPM", f"{other.tempo} BPM")
    by = str(abs(found.bpm))
    faster = (f"快 {by} BPM", f"faster by {by} BPM"), (f"慢 {by} BPM", f"slower by {by} BPM")
    text = ("一样快", "equally fast")[at] if not found.bpm else faster[found.bpm < 0][at]
    yield "c04", "tempo_difference", "tempo", text, float(found.bpm), "BPM", pair
    yield "c05", "tempo_ratio", "tempo", f"{found.ratio:.2f}", round(found.ratio, 3), None, (None, None)
    yield "c06", "beat", "tempo", _BEAT[found.beat][at], None, None, (None, None)


def _of_feeling(song: Song, other: Song, found: Comparison, language: str, at: int) -> Iterator[_Claim]:
    if song.moods and other.moods:
        words = [forms.mood(m, language) or m for m in found.moods]
        text = ("、", ", ")[at].join(words) or ("没有", "none")[at]
        pair = (forms.mood(song.moods[0], language), forms.mood(other.moods[0], language))
        yield "c07", "moods", "mood", text, float(len(words)), None, pair
    felt = (("c08", "valence", found.valence), ("c09", "arousal", found.arousal), ("c10", "energy", found.energy))
    for ref, kind, by in felt:
        way = direction(by)
        if by is None or way is None:
            continue
        name = "energy_level" if kind == "energy" else kind
        pair = (f"{getattr(song, name):.2f}", f"{getattr(other, name):.2f}")
        yield ref, kind, kind, _MORE[kind][way][at], round(by, 2), None, pair


def _of_size(song: Song, other: Song, found: Comparison, language: str, at: int) -> Iterator[_Claim]:
    if found.seconds is not None and song.length is not None and other.length is not None:
        by = length(abs(found.seconds), language)
        longer = (f"长 {by}", f"longer by {by}"), (f"短 {by}", f"shorter by {by}")
        text = ("一样长", "equally long")[at] if abs(found.seconds) < 1 else longer[found.seconds < 0][at]
        pair = (length(song.length, language), length(other.length, language))
        yield "c11", "length", "length", text, round(found.seconds, 1), "s", pair
    if found.years is not None and song.release is not None and other.release is not None:
        apart = abs(found.years)
        years = f"{apart} year" if apart == 1 else f"{apart} years"
        later = (f"晚 {apart} 年", f"{years} later"), (f"早 {apart} 年", f"{years} earlier")
        text = ("同一年", "the same year")[at] if not found.years else later[found.years < 0][at]
        yield (
            "c12",
            "years",
            "release",
            text,
            float(found.years),
            "years",
            (str(song.release.year), str(other.release.year)),
        )
    for place, name in enumerate(found.shared):
        yield f"c{13 + place}", "shared", name, _alike(song, name, language), None, None, (None, None)


def _alike(song: Song, name: str, language: str) -> str:
    row = {"kind": name, "text": getattr(song, name), "value": None, "at_s": None}
    joint = "：" if language == "zh" else ": "
    return WHAT[name][side(language)] + joint + in_words(row, language)
