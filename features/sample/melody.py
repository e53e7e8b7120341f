"""Melodies: a motif, repeated and varied over the harmony, chord tones where the beat is strong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from features.sample.harmony import Chord, nearest, scale

if TYPE_CHECKING:
    import numpy as np

    from features.sample.plans import Section, SongPlan

# Onsets within one beat, by how many notes the beat has.
_CELLS: dict[int, tuple[tuple[float, ...], ...]] = {
    0: ((),),
    1: ((0.0,), (0.0,), (0.5,)),
    2: ((0.0, 0.5), (0.0, 0.5), (0.0, 0.75)),
    3: ((0.0, 0.5, 0.75), (0.0, 0.25, 0.5)),
}
_SWUNG_CELLS: dict[int, tuple[tuple[float, ...], ...]] = {**_CELLS, 2: ((0.0, 0.5),), 3: ((0.0, 0.5),)}
# Where a motif returns in a phrase of four bars: a statement, its echo, an answer, a close.
_PHRASES = (("a", "a", "b", "close"), ("a", "b", "a", "close"), ("a", "a", "a", "close"))


class Tone(NamedTuple):
    """A melody note in beats from the song's start."""

    beat: float
    beats: float
    pitch: int
    strength: float


@dataclass(frozen=True, slots=True)
class _Motif:
    """A bar's rhythm and contour: onsets in beats, and scale steps from each note to the next."""

    onsets: tuple[float, ...]
    steps: tuple[int, ...]


def write_melody(plan: SongPlan, centre: int, rng: np.random.Generator) -> list[Tone]:
    """The tune of verse, chorus and ending, round MIDI pitch ``centre``."""
    tones: list[Tone] = []
    motifs = {name: _draw(plan, rng, busier) for name, busier in (("verse", 0.0), ("chorus", 0.25))}
    answers = {name: _draw(plan, rng, busier) for name, busier in (("verse", -0.1), ("chorus", 0.1))}
    phrase = {name: _PHRASES[int(rng.integers(len(_PHRASES)))] for name in ("verse", "chorus")}
    for section in plan.sections:
        if section.name not in motifs:
            continue
        lift = (4 if section.name == "chorus" else 0) + 2 * plan.valence
        for bar in range(section.bars):
            role = phrase[section.name][bar % 4]
            if bar == section.bars - 1:
                role = "close"
            motif = answers[section.name] if role == "b" else motifs[section.name]
            arch = (0.0, 2.0, 3.0, 0.0)[bar % 4]
            start = centre + lift + (arch if role == "b" else arch * 0.5)
            at = section.start_bar + bar
            if role == "close":
                tones += _close(plan, at, centre + lift, tones, motif)
            else:
                tones += _bar(plan, at, motif, start)
    return tones + _ending(plan, centre, tones)


def bar_scale(plan: SongPlan, chord: Chord) -> tuple[int, ...]:
    """The scale a melody uses over a chord: the key's, without what clashes with the chord's accidentals.

    Of those accidentals only the leading tone of a minor key is sung.
    """
    full = scale(plan.tonic, plan.mode)
    base = scale(plan.tonic, plan.mode, pentatonic=plan.style.pentatonic)
    foreign = [t for t in chord.tones if t not in full]
    kept = [t for t in base if t in chord.tones or all((t - f) % 12 not in (1, 11) for f in foreign)]
    return tuple(dict.fromkeys([*kept, *(t for t in foreign if t == (plan.tonic + 11) % 12)]))


def _restful(plan: SongPlan, chord: Chord) -> tuple[int, ...]:
    """The chord's tones a melody may rest on."""
    allowed = bar_scale(plan, chord)
    return tuple(t for t in chord.tones[:3] if t in allowed) or allowed


def _draw(plan: SongPlan, rng: np.random.Generator, busier: float) -> _Motif:
    """A one-bar motif; denser when more aroused, calmer at a fast tempo."""
    pace = min(1.3, 112 / plan.tempo_bpm)
    wanted = plan.style.density * (1 + 0.35 * plan.arousal + busier) * pace
    cells = _SWUNG_CELLS if plan.style.swing else _CELLS
    onsets: list[float] = []
    for beat in range(plan.style.metre):
        count = int(min(3, max(0, round(wanted + rng.normal(0, 0.55)))))
        if beat == 0 and wanted > 0.5:
            count = max(1, count)
        options = cells[count]
        cell = options[int(rng.integers(len(options)))] if beat else ((0.0,) if count == 1 else options[0])
        onsets += [beat + o for o in cell]
    if not onsets:
        onsets = [0.0]
    steps = [int(rng.choice((-2, -1, -1, 0, 1, 1, 2))) for _ in onsets]
    return _Motif(tuple(onsets), tuple(steps))


def _bar(plan: SongPlan, bar: int, motif: _Motif, start: float) -> list[Tone]:
    metre = plan.style.metre
    chord = plan.chords[bar]
    steps_of = sorted(_ladder(bar_scale(plan, chord), start))
    place = min(range(len(steps_of)), key=lambda i: abs(steps_of[i] - start))
    tones = []
    ends = (*motif.onsets[1:], float(metre))
    for onset, end, step in zip(motif.onsets, ends, motif.steps, strict=True):
        strong = onset == 0.0 or (metre == 4 and onset == 2.0)
        pitch = steps_of[place]
        if strong or end - onset >= 1.0:
            pitch = nearest(pitch, _restful(plan, chord))
        tones.append(Tone(bar * metre + onset, end - onset, pitch, 1.0 if onset % 1 == 0 else 0.85))
        place = min(len(steps_of) - 2, max(1, place + step))
    return tones


def _close(plan: SongPlan, bar: int, around: float, before: list[Tone], motif: _Motif) -> list[Tone]:
    """The phrase's last bar: two notes of the motif's start, then one that rests on the chord."""
    metre = plan.style.metre
    chord = plan.chords[bar]
    previous = before[-1].pitch if before else around
    first = nearest((previous + around) / 2, _restful(plan, chord))
    if metre == 3 or len(motif.onsets) < 3:
        return [Tone(bar * metre, metre - 0.5, first, 0.9)]
    second = nearest(first + 1.5, bar_scale(plan, chord))
    rest = nearest((first + around) / 2, _restful(plan, chord))
    return [
        Tone(bar * metre, 1.0, first, 1.0),
        Tone(bar * metre + 1, 1.0, second, 0.85),
        Tone(bar * metre + 2, 1.75, rest, 0.95),
    ]


def _ending(plan: SongPlan, centre: int, before: list[Tone]) -> list[Tone]:
    """The tonic, held over the last bar."""
    previous = before[-1].pitch if before else centre
    tonic = nearest((previous + centre) / 2, (plan.tonic,))
    outro: Section = plan.sections[-1]
    metre = plan.style.metre
    return [Tone(outro.start_bar * metre, outro.bars * metre - 0.5, tonic, 0.9)]


def _ladder(classes: tuple[int, ...], around: float) -> list[int]:
    low = round(around) - 16
    return [p for p in range(low, low + 33) if p % 12 in classes]
