"""Metre, ends, excerpts, dance and sources against sounds whose truth is known."""

from __future__ import annotations

import numpy as np
import pytest

from features.audio import ends, loudness, metre, timbre
from features.audio.analyse import BLOCK, analyse
from features.audio.dance import DanceStream
from features.audio.emotion_frames import excerpt
from features.audio.essentia_quiet import standard
from features.audio.excerpt import WINDOW, Excerpt
from features.audio.spectrum import FRAMES_PER_S, SAMPLE_RATE_HZ, describe
from tests import sounds

RATE = SAMPLE_RATE_HZ


def bars(beats_per_bar: int, beats: int = 48, clear: float = 2.0):
    """Beats twice a second whose onsets, bass and harmony change on every first beat of a bar."""
    rng = np.random.default_rng(4)
    beats_s = np.arange(beats) * 0.5 + 0.5
    onset = rng.random(int((beats + 2) * 0.5 * FRAMES_PER_S)).astype(np.float32) * 0.1
    bass = onset.copy()
    hpcp = np.zeros((int((beats + 2) * 0.5 * 10.77), 12), dtype=np.float32)
    for n, at in enumerate(beats_s):
        frame = round(at * FRAMES_PER_S)
        onset[frame] = bass[frame] = 1 + (clear if n % beats_per_bar == 1 else 0) + 0.2 * rng.random()
        hpcp[round(at * 10.77) :] = np.eye(12)[(n + beats_per_bar - 1) // beats_per_bar % 12]
    return beats_s.tolist(), onset, bass, hpcp


@pytest.mark.parametrize("beats_per_bar", [3, 4])
def test_accents_tell_the_metre_and_the_downbeats(beats_per_bar):
    given = bars(beats_per_bar)
    heard = metre.analyse(*given)
    assert heard.beats_per_bar == beats_per_bar
    assert heard.confidence > 0.9
    assert heard.downbeats_s == given[0][1::beats_per_bar]


def test_without_accents_or_beats_enough_no_metre_is_told():
    beats_s, onset, bass, hpcp = bars(4, clear=0.0)
    assert metre.analyse(beats_s, onset, bass, np.ones_like(hpcp)).beats_per_bar is None
    assert metre.analyse(beats_s[:20], onset, bass, hpcp) == metre.Metre(None, 0.0, [])


def test_silence_intro_and_outro_are_measured():
    quiet, full = sounds.sine(8, 440, 0.01), sounds.sine(20, 440, 0.5)
    track = np.concatenate([np.zeros(2 * RATE), quiet, full, quiet[: 5 * RATE], np.zeros(RATE)]).astype(np.float32)
    found = ends.measure(loudness.measure(track[None]).power)
    assert (found.silence_start_s, found.silence_end_s) == (pytest.approx(2, abs=0.1), pytest.approx(1, abs=0.1))
    assert found.intro_s == pytest.approx(8, abs=3)
    assert found.outro_s == pytest.approx(5, abs=3)


def test_short_and_silent_tracks_have_no_intro():
    short = ends.measure(loudness.measure(sounds.sine(5)[None]).power)
    assert (short.intro_s, short.outro_s) == (None, None)
    silent = ends.measure(np.zeros(40))
    assert (silent.silence_start_s, silent.intro_s) == (pytest.approx(2), None)


@pytest.mark.parametrize("seconds", [3, 61, 62, 200, 400, 900])
def test_the_excerpt_is_what_the_emotion_model_was_trained_on(seconds):
    mono = np.arange(seconds * RATE, dtype=np.float32)
    kept = Excerpt()
    for start in range(0, len(mono), BLOCK):
        kept.hear(mono[start : start + BLOCK])
    made, wanted = kept.finish(), excerpt(mono)
    assert len(made) == len(wanted)
    if seconds <= 400:
        assert np.array_equal(made, wanted)
    else:  # the nearest groups kept
        assert np.abs(made[::WINDOW] - wanted[::WINDOW]).max() < 50 * RATE
        assert (np.diff(made[:WINDOW]) >= 0).all()
        assert sum(len(b) for _, blocks in kept._groups for b in blocks) <= 18 * 4 * BLOCK


def test_danceability_is_essentias():
    mono = sounds.clicks(120, 20) + np.random.default_rng(0).normal(0, 0.01, 20 * RATE).astype(np.float32)
    stream = DanceStream()
    for start in range(0, len(mono), 70_001):
        stream.hear(mono[start : start + 70_001])
    assert stream.finish() == pytest.approx(float(standard().Danceability(sampleRate=RATE)(mono)[0]), rel=1e-4)


def test_dynamic_complexity_is_half_the_step_between_two_levels():
    steps = np.concatenate([np.full(400, 1e-2), np.full(400, 1e-4)])
    assert loudness._complexity(steps) == pytest.approx(10, abs=2.5)
    assert loudness._complexity(np.full(400, 1e-2)) == pytest.approx(0, abs=1e-9)


def test_what_makes_the_sound_is_said_modestly():
    swell = 0.1 * np.sin(np.pi * np.arange(16 * RATE) / (4 * RATE)).astype(np.float32) ** 2
    pad = describe(sounds.sine(16, 330) * swell)
    hard = describe(np.clip(sounds.clicks(150, 16) * 3 + np.random.default_rng(0).normal(0, 0.3, 16 * RATE), -1, 1))
    soft, loud = timbre.sources(pad), timbre.sources(hard)
    assert loud["acoustic_probability"] < 0.5 < soft["acoustic_probability"]
    for said in (*soft.values(), *loud.values()):
        assert 0.1 <= said <= 0.9


def modulating(first, second):
    """40 s in one key, then 40 s in another."""
    return np.concatenate([sounds.chords(first * 5, 0.5), sounds.chords(second * 5, 0.5)])[None]


@pytest.mark.slow
def test_a_modulation_is_heard_and_a_relative_minor_is_none():
    up = [tuple(n + 1 for n in chord) for chord in sounds.C_MAJOR]
    assert analyse(modulating(sounds.C_MAJOR, up))["modulates"] is True
    assert analyse(modulating(sounds.C_MAJOR, sounds.A_MINOR))["modulates"] is False
    assert analyse(sounds.chords(sounds.C_MAJOR)[None])["modulates"] is None


def test_tuning_and_chords_are_told():
    flat = sounds.chords([tuple(n - 0.2 for n in chord) for chord in sounds.C_MAJOR])
    row = analyse(flat[None])
    assert row["tuning_cents"] == pytest.approx(-20, abs=6)
    assert (row["key"], row["mode"]) == ("C", "major")
    assert set(row["chords"][:3]) == {"C", "F", "G"}
    assert sum(row["chord_shares"]) <= 1


def test_however_the_sound_arrives_the_row_is_the_same():
    mono = np.concatenate([sounds.clicks(120, 9), sounds.chords(sounds.C_MAJOR)])
    stereo = np.stack([mono, 0.5 * mono])
    whole = analyse(stereo)
    for size in (1000, 65_536, 300_001):
        assert analyse(stereo[:, at : at + size] for at in range(0, len(mono), size)) == whole
