"""The players beside the melody: harmony, pads, bass and drums, in beats from the song's start."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from features.sample.harmony import Chord, voicing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from features.sample.plans import Section, SongPlan
    from features.sample.styles import Groove

_ACCENT = {"X": 1.0, "x": 0.78}
_BASS_FLOOR = 33  # A1; the bass keeps to the octave above
DRUMS = {"kick": 36, "snare": 38, "hat": 42, "ride": 51, "stick": 37, "shaker": 70, "clap": 39, "tom": 45}
_CRASH, _OPEN_HAT = 49, 46
_DRUM_LEVEL = {
    "kick": 1.0, "snare": 0.92, "hat": 0.62, "ride": 0.66, "stick": 0.75, "shaker": 0.6, "clap": 0.85, "tom": 0.85,
}  # fmt: skip


class Stroke(NamedTuple):
    """A note in beats: start, length, pitch, and strength 0..1 before the section's drive."""

    beat: float
    beats: float
    pitch: int
    strength: float


def comping(plan: SongPlan, pattern: str, centre: int) -> list[Stroke]:
    """Broken or struck chords after ``pattern``; the last bar is held."""
    strokes: list[Stroke] = []
    voices: tuple[int, ...] = ()
    last = plan.bars - 1
    for bar, chord in enumerate(plan.chords):
        voices = voicing(chord, centre, voices)
        start = float(bar * plan.style.metre)
        if bar == last:
            strokes += [Stroke(start, plan.style.metre, p, 0.8) for p in voices]
        elif any(c.isdigit() for c in pattern):
            strokes += _broken(pattern, voices, start)
        else:
            strokes += _struck(pattern, voices, start)
    return strokes


def _broken(pattern: str, voices: tuple[int, ...], start: float) -> Iterator[Stroke]:
    rungs = (*voices, *(p + 12 for p in voices))
    for eighth, sign in enumerate(pattern):
        if sign.isdigit():
            strength = 1.0 if eighth % 2 == 0 else 0.72
            yield Stroke(start + eighth / 2, 1.0, rungs[int(sign)], strength)


def _struck(pattern: str, voices: tuple[int, ...], start: float) -> Iterator[Stroke]:
    for step, until in _hits(pattern):
        for pitch in voices:
            yield Stroke(start + step / 4, (until - step) / 4 * 0.85, pitch, _ACCENT[pattern[step]])


def sustained(plan: SongPlan, centre: int) -> list[Stroke]:
    """One long chord a bar."""
    strokes: list[Stroke] = []
    voices: tuple[int, ...] = ()
    for bar, chord in enumerate(plan.chords):
        voices = voicing(chord, centre, voices)
        metre = plan.style.metre
        strokes += [Stroke(bar * metre, metre * 0.98, p, 0.75) for p in voices]
    return strokes


def bassline(plan: SongPlan, pattern: str) -> list[Stroke]:
    """Roots and chord tones after ``pattern``; ``w`` walks into the next root."""
    strokes: list[Stroke] = []
    metre = plan.style.metre
    for bar, chord in enumerate(plan.chords):
        root = _low(chord.root)
        if bar == plan.bars - 1:
            strokes.append(Stroke(bar * metre, metre, root, 0.9))
            continue
        following = plan.chords[bar + 1]
        for step, until in _hits(pattern):
            pitch = _bass_pitch(pattern[step], root, chord, following)
            strength = 1.0 if step % 4 == 0 else 0.85
            strokes.append(Stroke(bar * metre + step / 4, (until - step) / 4 * 0.92, pitch, strength))
    return strokes


def _bass_pitch(sign: str, root: int, chord: Chord, following: Chord) -> int:
    intervals = {"1": 0, "3": chord.intervals[1], "5": chord.intervals[2], "8": 12}
    if sign in intervals:
        pitch = root + intervals[sign]
        return pitch - 12 if pitch > _BASS_FLOOR + 16 else pitch
    goal = _low(following.root)
    if goal == root:
        return root + chord.intervals[2]
    return goal + (2 if root > goal else -1)


def drumming(plan: SongPlan, groove: Groove) -> list[Stroke]:
    """The groove, thinner in the intro, with a fill before and a crash on the chorus, and a last stroke."""
    strokes: list[Stroke] = []
    patterns = {name: getattr(groove, name) for name in DRUMS if getattr(groove, name)}
    if not patterns:
        return strokes
    metre = plan.style.metre
    driven = "snare" in patterns or "clap" in patterns
    for section in plan.sections:
        for bar in range(section.start_bar, section.start_bar + section.bars):
            if bar == plan.bars - 1:
                strokes.append(Stroke(bar * metre, 0.5, DRUMS[next(iter(patterns))], 0.8))
                continue
            strokes += _bar_of_drums(section, bar * metre, patterns)
        if driven and section.name == "chorus":
            strokes.append(Stroke(section.start_bar * metre, 1.0, _CRASH, 0.75))
        if driven and section.name == "verse":
            end = (section.start_bar + section.bars) * metre
            strokes += [Stroke(end - 1 + q / 4, 0.2, DRUMS["snare"], 0.55 + 0.1 * q) for q in range(4)]
    return strokes


def _bar_of_drums(section: Section, start: float, patterns: dict[str, str]) -> Iterator[Stroke]:
    thin = section.name == "intro"
    for name, pattern in patterns.items():
        for step, _ in _hits(pattern):
            if thin and name in ("snare", "clap", "tom"):
                continue
            level = _ACCENT[pattern[step]] * _DRUM_LEVEL[name]
            opened = name == "hat" and section.name == "chorus" and step == len(pattern) - 2
            yield Stroke(start + step / 4, 0.25, _OPEN_HAT if opened else DRUMS[name], level)


def _hits(pattern: str) -> Iterator[tuple[int, int]]:
    """Steps that sound, each with the step at which the next sounds or the bar ends."""
    steps = [i for i, sign in enumerate(pattern) if sign != "."]
    return zip(steps, [*steps[1:], len(pattern)], strict=True)


def _low(root: int) -> int:
    return _BASS_FLOOR + (root - _BASS_FLOOR) % 12
