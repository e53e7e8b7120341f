"""From a song's plan to its score: every player's notes at exact times, dynamics included."""

from __future__ import annotations

from typing import TYPE_CHECKING

from features.sample.melody import Tone, write_melody
from features.sample.players import Stroke, bassline, comping, drumming, sustained
from features.sample.score import Note, Part, Score
from features.sample.scoring import Band, choose_band

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy as np

    from features.sample.plans import SongPlan
    from features.seeds import Seeds

# Where an instrument sings best (MIDI pitch); others lie round 70.
_CENTRES = {
    8: 79, 9: 84, 10: 81, 11: 72, 12: 72, 13: 82, 22: 70, 24: 67, 25: 67, 26: 66, 27: 67, 29: 66, 30: 64, 40: 74,
    42: 57, 46: 72, 53: 67, 56: 69, 60: 62, 65: 68, 66: 63, 68: 73, 71: 70, 72: 84, 73: 76, 77: 74, 106: 69, 107: 69,
    110: 72,
}  # fmt: skip
_DRUM_KITS = {"electronic": 25, "rnb": 25, "jazz": 32, "bossa_nova": 32, "orchestral": 48}
# Loudness of each role in the mix, MIDI volume.
_MIX = {"lead": 108, "voice": 112, "comp": 82, "pad": 58, "bass": 96, "drums": 100}
_PANS = {"lead": 70, "voice": 64, "comp": 48, "pad": 80, "bass": 64, "drums": 64}


def compose(plan: SongPlan, seeds: Seeds) -> Score:
    """The score of a plan; the same plan and seeds give the same notes."""
    rng = seeds.rng("compose", plan.seed_name)
    band = choose_band(plan)
    melody = write_melody(plan, _CENTRES.get(band.lead, 70), rng)
    centre = 60 if plan.arousal < 0.4 else 62
    parts = [*_melody_parts(plan, band, melody, rng)]
    parts.append(_part(plan, "comp", band.comp, comping(plan, band.comp_pattern, centre), rng))
    if band.pad is not None:
        parts.append(_part(plan, "pad", band.pad, _pad(plan, centre), rng))
    if band.bass is not None:
        parts.append(_part(plan, "bass", band.bass, _after_intro(plan, bassline(plan, band.bass_line)), rng))
    drums = drumming(plan, band.groove)
    if drums:
        parts.append(_part(plan, "drums", _DRUM_KITS.get(plan.style.id, 0), drums, rng))
    return Score(plan.duration_s, tuple(parts), plan.style.reverb, plan.loudness_lufs)


def seconds(plan: SongPlan, beat: float) -> float:
    """When a beat (from the song's start) sounds: constant tempo, every second eighth swung."""
    whole, part = divmod(beat, 1.0)
    swing = plan.style.swing
    if part < 0.5:
        swung = part * (1 + swing)
    else:
        swung = 0.5 * (1 + swing) + (part - 0.5) * (1 - swing)
    return (whole + swung) * plan.beat_s


def _melody_parts(plan: SongPlan, band: Band, melody: list[Tone], rng: np.random.Generator) -> Iterable[Part]:
    """The tune: sung when there are words, with the lead instrument doubling it; played when not."""
    reach = _articulation(plan)
    strokes = [Stroke(t.beat, t.beats * reach, t.pitch, t.strength) for t in melody]
    if band.second is None:
        yield _part(plan, "lead", band.lead, strokes, rng)
        return
    shift = 12 * round((_CENTRES[band.second] - _CENTRES.get(band.lead, 70)) / 12)
    sung = [s._replace(pitch=s.pitch + shift, beats=s.beats * 1.05) for s in strokes]
    yield _part(plan, "voice", band.second, sung, rng)
    yield _part(plan, "lead", band.lead, [s._replace(strength=s.strength * 0.8) for s in strokes], rng)


def _articulation(plan: SongPlan) -> float:
    """Share of its length a melody note sounds: legato when calm, detached when aroused."""
    return min(0.98, max(0.6, 0.88 - 0.18 * plan.arousal))


def _pad(plan: SongPlan, centre: int) -> list[Stroke]:
    """Pads fill the chorus; in the verse they hold back, and are silent in a style's calmer songs."""
    loud = {"intro": 0.8, "verse": 0.7, "chorus": 1.0, "outro": 0.9}
    if plan.arousal < plan.style.arousal[0] and plan.style.tempo_clear:
        del loud["verse"]
    found = []
    for stroke in sustained(plan, centre + 2):
        share = loud.get(_section_at(plan, stroke.beat)[0])
        if share is not None:
            found.append(stroke._replace(strength=stroke.strength * share))
    return found


def _after_intro(plan: SongPlan, strokes: list[Stroke]) -> list[Stroke]:
    """The bass marks the intro's first beats only, then plays in full."""
    metre = plan.style.metre
    return [s for s in strokes if _section_at(plan, s.beat)[0] != "intro" or s.beat % metre == 0]


def _section_at(plan: SongPlan, beat: float) -> tuple[str, float]:
    bar = beat / plan.style.metre
    for section in plan.sections:
        if bar < section.start_bar + section.bars:
            return section.name, section.drive
    return plan.sections[-1].name, plan.sections[-1].drive


def _part(plan: SongPlan, role: str, program: int, strokes: list[Stroke], rng: np.random.Generator) -> Part:
    """Strokes to notes: beats to seconds, drive and accent to velocity, a player's small unevenness."""
    uneven = rng.normal(0, 2.5, len(strokes))
    metre = plan.style.metre
    end_of_music = plan.bars * plan.bar_s + 0.6
    notes = []
    for stroke, wobble in zip(strokes, uneven, strict=True):
        drive = _section_at(plan, stroke.beat)[1]
        accent = 4 if stroke.beat % metre == 0 else (2 if stroke.beat % 1 == 0 else 0)
        velocity = 30 + 62 * drive * stroke.strength + 22 * stroke.strength + accent + wobble
        start = seconds(plan, stroke.beat)
        end = min(end_of_music, max(start + 0.06, seconds(plan, stroke.beat + stroke.beats)))
        notes.append(Note(round(start, 5), round(end, 5), stroke.pitch, int(min(124, max(18, velocity)))))
    notes.sort()
    return Part(role, program, role == "drums", _MIX[role], _PANS[role], tuple(notes))
