"""What a song is to be, decided before a note is written: mood, tempo, key, form and harmony."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from features.sample.harmony import Chord, chord
from features.sample.styles import STYLE_BY_ID, STYLES, Style
from schemas.vocabulary import KEYS

if TYPE_CHECKING:
    import numpy as np

    from features.seeds import Seeds

TAIL_S = 2.0  # silence and decay after the last bar
_SHORTEST_S, _LONGEST_S = 25.0, 37.0
_FEWEST_BARS = 8  # one of intro, two of verse, four of chorus, one to end


@dataclass(frozen=True, slots=True)
class Section:
    """A stretch of bars: ``name`` (intro, verse, chorus, outro), its first bar, bars, and drive 0..1."""

    name: str
    start_bar: int
    bars: int
    drive: float


@dataclass(frozen=True, slots=True)
class SongPlan:
    """Everything about a song's music but its notes.

    Args:
        seed_name: what the composer's random stream is named after.
        style: its style.
        tempo_bpm: quarter notes a minute, constant.
        tonic: pitch class of the key, 0 = C.
        mode: major or minor.
        valence: intended valence, -1..1.
        arousal: intended arousal, -1..1.
        language: zh, en or instrumental.
        sections: the form, without gaps.
        chords: one per bar.
    """

    seed_name: str
    style: Style
    tempo_bpm: float
    tonic: int
    mode: str
    valence: float
    arousal: float
    language: str
    sections: tuple[Section, ...]
    chords: tuple[Chord, ...]

    @property
    def beat_s(self) -> float:
        return 60.0 / self.tempo_bpm

    @property
    def bar_s(self) -> float:
        return self.beat_s * self.style.metre

    @property
    def bars(self) -> int:
        return len(self.chords)

    @property
    def duration_s(self) -> float:
        return round(self.bars * self.bar_s + TAIL_S, 3)

    @property
    def key(self) -> str:
        return KEYS[self.tonic]

    @property
    def energy(self) -> float:
        """Felt energy 0..1: mostly arousal, a little tempo."""
        pace = (self.tempo_bpm - 66) / (168 - 66)
        return round(min(1.0, max(0.0, 0.85 * (self.arousal + 1) / 2 + 0.15 * pace)), 3)

    @property
    def loudness_lufs(self) -> float:
        low, high = self.style.loudness_lufs
        mean, spread = self.style.arousal
        share = min(1.0, max(0.0, 0.5 + (self.arousal - mean) / (3 * spread)))
        return round(low + (high - low) * share, 2)


def plan_song(seed_name: str, style_id: str, seeds: Seeds) -> SongPlan:
    """Draw a song of a style; the same name and seeds give the same plan."""
    rng = seeds.rng("song", seed_name)
    style = STYLE_BY_ID[style_id]
    valence = _clipped(rng.normal(*style.valence))
    arousal = _clipped(rng.normal(*style.arousal))
    mode = "major" if valence + rng.normal(0, 0.15) > 0 else "minor"
    tempo = _tempo(style, arousal, rng)
    tonic = int(rng.integers(12))
    language = ("zh", "en", "instrumental")[int(rng.choice(3, p=style.languages))]
    sections = _form(style, tempo, arousal, rng)
    chords = _harmony(style, mode, tonic, sections, rng)
    return SongPlan(
        seed_name, style, tempo, tonic, mode, round(valence, 3), round(arousal, 3), language, sections, chords
    )


def draw_style(seeds: Seeds, index: int) -> str:
    """Styles in turn, shuffled round by round, so that every style gets its share."""
    turn, place = divmod(index, len(STYLES))
    return STYLES[int(seeds.rng("style-turn", turn).permutation(len(STYLES))[place])].id


def _clipped(value: float) -> float:
    return min(0.95, max(-0.95, value))


def _tempo(style: Style, arousal: float, rng: np.random.Generator) -> float:
    """Tempo in the style's range, faster when more aroused, on a whole beat per minute."""
    low, high = style.tempo_bpm
    mean, spread = style.arousal
    share = 0.5 + 0.25 * (arousal - mean) / spread + rng.normal(0, 0.18)
    return float(round(low + (high - low) * min(1.0, max(0.0, share))))


def _form(style: Style, tempo: float, arousal: float, rng: np.random.Generator) -> tuple[Section, ...]:
    """Intro, verse, chorus and an ending on the tonic, in all about half a minute."""
    bar_s = 60.0 / tempo * style.metre
    wanted = rng.uniform(25.5, 32.0) - TAIL_S
    most = math.floor((_LONGEST_S - TAIL_S) / bar_s)
    least = math.ceil((_SHORTEST_S - TAIL_S) / bar_s)
    bars = max(_FEWEST_BARS, min(most, max(least, round(wanted / bar_s))))
    outro = 2 if bars >= 14 else 1
    units = (bars - outro - 1) // 4
    if units >= 2:
        verse = 4 * (units // 2)
        chorus = 4 * units - verse
    else:
        verse, chorus = 2, 4
    intro = bars - outro - verse - chorus
    if intro > 2 and bar_s > 1.6:  # nobody waits that long for the first line
        intro, verse = intro - 2, verse + 2
    drive = 0.25 + 0.5 * (arousal + 1) / 2
    lift = float(rng.uniform(0.15, 0.35))
    parts = (
        ("intro", intro, drive - 0.2),
        ("verse", verse, drive),
        ("chorus", chorus, drive + lift),
        ("outro", outro, drive - 0.1),
    )
    sections, start = [], 0
    for name, length, level in parts:
        if length:
            sections.append(Section(name, start, length, round(min(1.0, max(0.05, level)), 3)))
            start += length
    return tuple(sections)


def _harmony(
    style: Style, mode: str, tonic: int, sections: tuple[Section, ...], rng: np.random.Generator
) -> tuple[Chord, ...]:
    """One chord a bar: each section repeats its progression, a cadence leads to the final tonic."""
    choices = style.major if mode == "major" else style.minor
    home = choices[0].split()[0] if choices[0].split()[0].lower().startswith("i") else "I"
    home = home if home.lower().rstrip("maj67") == "i" else ("I" if mode == "major" else "i")
    order = rng.permutation(len(choices))
    verse, chorus = choices[order[0]].split(), choices[order[-1]].split()
    cadence = "V7" if any("7" in n for n in verse) else "V"
    chords: list[str] = []
    for section in sections:
        if section.name == "intro":
            cells = [home] if section.bars < 3 else [home, *verse[1:4]]
            chords += [*cells, *[home] * 4][: section.bars - 1] + ([cadence] if section.bars > 1 else [home])
        elif section.name == "outro":
            chords += [home] * section.bars
        else:
            cells = chorus if section.name == "chorus" else verse
            chords += [cells[i % len(cells)] for i in range(section.bars)]
    last = len(chords) - sections[-1].bars - 1
    if not style.pentatonic or mode == "major":
        chords[last] = cadence
    return tuple(chord(numeral, tonic) for numeral in chords)
