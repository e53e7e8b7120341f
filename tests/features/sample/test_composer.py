"""The composer: notes lie in the key and on the declared grid, form and ending are what they should be."""

from __future__ import annotations

import pytest

from features.sample.composer import compose, seconds
from features.sample.harmony import chord, scale, voicing
from features.sample.melody import bar_scale
from features.sample.plans import TAIL_S, SongPlan, plan_song
from features.sample.score import Score
from features.sample.scoring import instruments
from features.sample.styles import INSTRUMENTS, STYLES, Groove
from features.seeds import Seeds

SEEDS = Seeds(11)
PLANS = [plan_song(f"{style.id}-{take}", style.id, SEEDS) for style in STYLES for take in range(4)]
SONGS = pytest.mark.parametrize("plan", PLANS, ids=[p.seed_name for p in PLANS])


@pytest.fixture(scope="module")
def scores() -> dict[str, Score]:
    """The song of every plan."""
    return {plan.seed_name: compose(plan, SEEDS) for plan in PLANS}


@pytest.fixture
def score(plan: SongPlan, scores: dict[str, Score]) -> Score:
    return scores[plan.seed_name]


def test_the_same_seed_gives_the_same_notes(scores: dict[str, Score]) -> None:
    assert compose(PLANS[0], SEEDS) == scores[PLANS[0].seed_name]
    assert compose(PLANS[0], Seeds(12)) != scores[PLANS[0].seed_name]


@SONGS
def test_melody_lies_in_the_key(plan: SongPlan, score: Score) -> None:
    tune = next(p for p in score.parts if p.role == "lead")
    leading_tone = (plan.tonic + 11) % 12  # at home in minor too, over the dominant
    key = {*scale(plan.tonic, plan.mode), leading_tone}
    in_key = [n.pitch % 12 in key for n in tune.notes]
    assert len(in_key) >= 5
    assert sum(in_key) / len(in_key) >= 0.9


@SONGS
def test_notes_start_on_the_grid_of_the_declared_tempo(plan: SongPlan, score: Score) -> None:
    sixteenths = {round(seconds(plan, step / 4), 5) for step in range(plan.bars * plan.style.metre * 4 + 1)}
    for part in score.parts:
        for note in part.notes:
            assert note.start_s in sixteenths
            assert note.end_s > note.start_s
            assert note.end_s <= score.duration_s
            assert 0 <= note.pitch <= 127
            assert 1 <= note.velocity <= 127


@SONGS
def test_every_downbeat_of_the_body_is_played(plan: SongPlan, score: Score) -> None:
    starts = {note.start_s for part in score.parts for note in part.notes}
    downbeats = [round(bar * plan.bar_s, 5) for bar in range(plan.bars)]
    assert sum(d in starts for d in downbeats) == len(downbeats)


@SONGS
def test_it_starts_and_ends_at_home(plan: SongPlan, score: Score) -> None:
    assert plan.chords[0].root == plan.chords[-1].root == plan.tonic
    bass = [p for p in score.parts if p.role == "bass"]
    assert all(p.notes[-1].pitch % 12 == plan.tonic for p in bass)
    third = 4 if plan.mode == "major" else 3
    assert (plan.tonic + third) % 12 in plan.chords[-1].tones


@SONGS
def test_form_fills_the_song(plan: SongPlan, score: Score) -> None:
    assert [s.name for s in plan.sections] == ["intro", "verse", "chorus", "outro"]
    at = 0
    for section in plan.sections:
        assert section.start_bar == at
        at += section.bars
    assert at == plan.bars
    assert score.duration_s == pytest.approx(plan.bars * 60 / plan.tempo_bpm * plan.style.metre + TAIL_S, abs=1e-3)
    verse, chorus = plan.sections[1], plan.sections[2]
    assert chorus.drive > verse.drive


def test_arousal_makes_a_style_louder_and_faster() -> None:
    many = [plan_song(f"n{i}", "rock", SEEDS) for i in range(60)]
    calm, wild = sorted(many, key=lambda p: p.arousal)[:15], sorted(many, key=lambda p: p.arousal)[-15:]
    assert sum(p.loudness_lufs for p in wild) > sum(p.loudness_lufs for p in calm)
    assert sum(p.tempo_bpm for p in wild) > sum(p.tempo_bpm for p in calm)


@pytest.mark.parametrize("style", STYLES, ids=[s.id for s in STYLES])
def test_styles_are_written_rightly(style) -> None:
    steps = style.metre * 4
    for groove in style.grooves:
        for drum in Groove.__dataclass_fields__:
            assert len(getattr(groove, drum)) in (0, steps), drum
    assert all(len(line) == steps for line in style.bass_lines)
    for program, pattern in style.comps:
        assert len(pattern) == (steps // 2 if any(c.isdigit() for c in pattern) else steps)
        assert program in INSTRUMENTS
    assert {*style.leads, *style.pads, *style.basses} <= set(INSTRUMENTS)
    assert sum(style.languages) == pytest.approx(1)
    for mode, progressions in (("major", style.major), ("minor", style.minor)):
        for numerals in progressions:
            assert chord(numerals.split()[0], 0).root == 0, f"{mode} {numerals} does not start at home"


def test_instruments_are_named() -> None:
    assert "drums" in instruments(plan_song("x", "rock", SEEDS))
    sung = next(p for p in PLANS if p.language != "instrumental")
    assert "voice" in instruments(sung)


@pytest.mark.parametrize(
    ("numeral", "name", "tones"),
    [("I", "C", (0, 4, 7)), ("vi7", "Am7", (9, 0, 4, 7)), ("bVII", "Bb", (10, 2, 5)), ("V7", "G7", (7, 11, 2, 5))],
)
def test_numerals(numeral: str, name: str, tones: tuple[int, ...]) -> None:
    found = chord(numeral, 0)
    assert (found.name, found.tones) == (name, tones)


def test_unknown_numeral_is_refused() -> None:
    with pytest.raises(ValueError, match="not a chord numeral"):
        chord("X", 0)


def test_dominant_in_minor_raises_the_seventh() -> None:
    plan = next(p for p in PLANS if p.mode == "minor" and not p.style.pentatonic)
    classes = bar_scale(plan, chord("V", plan.tonic))
    assert (plan.tonic + 11) % 12 in classes
    assert (plan.tonic + 10) % 12 not in classes


def test_voices_move_little() -> None:
    first = voicing(chord("I", 0), 60)
    second = voicing(chord("IV", 0), 60, first)
    assert {p % 12 for p in second} == {5, 9, 0}
    assert abs(sum(first) / 3 - sum(second) / 3) <= 4
