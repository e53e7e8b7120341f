"""Audio features against sounds whose truth is known."""

from __future__ import annotations

import json

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from features.audio import loudness, rhythm
from features.audio import tonality as harmony
from features.audio.analyse import analyse, audio_content_id, content_key, parameters
from features.audio.energy import felt_energy
from features.audio.errors import Unanalysable
from features.audio.pitch import PitchStream
from features.audio.spectrum import CHUNK_FRAMES, HOP, describe
from features.audio.timbre import CrossingCounter
from schemas import TABLES
from tests import sounds

FILE = {
    "track_id": "t", "content_key": "k", "audio_content_id": "r", "extractor_version": "v", "extractor_params": "{}",
    "sample_rate_hz": 44100, "channels": 1, "codec": "x",
}  # fmt: skip


def rhythm_of(mono):
    return rhythm.analyse(describe(mono).onset)


def tonality_of(mono):
    stream = PitchStream()
    stream.hear(mono)
    return harmony.analyse(stream.finish())


def crossing_rate(mono):
    counter = CrossingCounter()
    for start in range(0, len(mono), 1000):
        counter.hear(mono[start : start + 1000])
    return counter.rate()


@pytest.mark.parametrize("bpm", [72, 100, 120, 150])
def test_a_click_track_has_its_tempo_and_its_beats(bpm):
    heard = rhythm_of(sounds.clicks(bpm, 20))
    assert heard.tempo_bpm == pytest.approx(bpm, rel=0.01)
    assert heard.confidence > 0.6
    truth = np.arange(0.5, 19.9, 60 / bpm)
    beats = np.array([b for b in heard.beats_s if 1 < b < 19])
    error = np.abs(beats[:, None] - truth[None]).min(axis=1)
    assert len(beats) == pytest.approx(18 * bpm / 60, abs=2)
    assert error.max() < 0.035
    assert heard.onset_rate_hz == pytest.approx(bpm / 60, rel=0.1)


def test_without_a_pulse_there_is_no_tempo():
    steady = rhythm_of(sounds.sine(10))
    assert steady.tempo_bpm is None
    assert steady.confidence == 0
    assert steady.beats_s == []
    assert rhythm_of(sounds.clicks(120, 2)).tempo_bpm is None  # too short to repeat


@pytest.mark.parametrize(
    ("cadence", "key", "mode"),
    [(sounds.C_MAJOR, "C", "major"), (sounds.A_MINOR, "A", "minor")],
)
@pytest.mark.parametrize("up", [0, 3, 6])
def test_a_cadence_has_its_key(cadence, key, mode, up):
    keys = ("C", "C#", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")
    heard = tonality_of(sounds.chords([tuple(n + up for n in chord) for chord in cadence]))
    assert (heard.key, heard.mode) == (keys[(keys.index(key) + up) % 12], mode)
    assert heard.strength > 0.6
    assert max(heard.hpcp_mean) == pytest.approx(1)
    assert len(heard.hpcp_mean) == 12
    assert 0.5 < heard.chord_change_rate_hz < 1.5


def test_an_unmoving_chord_never_changes():
    assert tonality_of(sounds.chords([sounds.C] * 12)).chord_change_rate_hz == 0


def test_loudness_is_that_of_ebu_tech_3341():
    tone = sounds.sine(20, 1000, 10 ** (-23 / 20))
    stereo = np.stack([tone, tone])
    assert loudness.measure(stereo).integrated_lufs == pytest.approx(-23, abs=0.1)  # case 1
    quiet = np.stack([sounds.sine(10, 1000, 10 ** (-36 / 20))] * 2)
    gated = np.concatenate([quiet, np.stack([sounds.sine(60, 1000, 10 ** (-23 / 20))] * 2), quiet], axis=1)
    assert loudness.measure(gated).integrated_lufs == pytest.approx(-23, abs=0.1)  # case 3


def test_loudness_range_is_that_of_ebu_tech_3342():
    parts = [np.stack([sounds.sine(20, 1000, 10 ** (db / 20))] * 2) for db in (-20, -30)]
    assert loudness.measure(np.concatenate(parts, axis=1)).range_lu == pytest.approx(10, abs=1)  # case 1


def test_mono_is_three_decibels_below_the_same_on_two_channels():
    tone = sounds.sine(5, 1000)
    one = loudness.measure(tone[None]).integrated_lufs
    two = loudness.measure(np.stack([tone, tone])).integrated_lufs
    assert two - one == pytest.approx(3.01, abs=0.01)


def test_the_energy_curve_follows_the_sound():
    swell = sounds.sine(10) * np.linspace(0.01, 1, 441000, dtype=np.float32)
    curve = np.array(loudness.measure(swell[None]).curve)
    assert len(curve) == 40
    assert (np.diff(curve) >= -1e-6).all()
    assert curve.min() >= 0
    assert curve.max() == 1


def test_brightness_and_noise_are_told_apart():
    dull, bright = describe(sounds.sine(3, 300)), describe(sounds.sine(3, 6000))
    noise = describe(np.random.default_rng(3).normal(0, 0.1, 132300).astype(np.float32))
    assert dull.centroid_hz.mean() == pytest.approx(300, rel=0.1)
    assert bright.centroid_hz.mean() == pytest.approx(6000, rel=0.05)
    assert bright.flatness.mean() < 0.05 < 0.5 < noise.flatness.mean()
    assert crossing_rate(sounds.sine(1, 441)) == pytest.approx(0.02, abs=0.001)


def test_chunks_leave_no_seam():
    mono = np.random.default_rng(5).normal(0, 0.1, HOP * (CHUNK_FRAMES + 40)).astype(np.float32)
    whole = describe(mono)
    later = describe(mono[HOP * 30 :])  # the same frames, chunked elsewhere
    assert np.allclose(whole.flux[40:], later.flux[10:], rtol=1e-4)
    assert np.allclose(whole.onset[40:], later.onset[10:], rtol=1e-3, atol=1e-5)


def test_felt_energy_rises_with_each_argument_within_bounds():
    middle = felt_energy(-15, 4, 0.08)
    assert felt_energy(-30, 4, 0.08) < middle < felt_energy(-8, 4, 0.08)
    assert felt_energy(-15, 1, 0.08) < middle < felt_energy(-15, 7, 0.08)
    assert felt_energy(-15, 4, 0.03) < middle < felt_energy(-15, 4, 0.3)
    assert felt_energy(None, 0, 0) == 0
    assert felt_energy(0, 50, 9) == pytest.approx(1)


@pytest.mark.parametrize(
    "samples",
    [
        sounds.sine(1.0)[None],
        np.stack([sounds.sine(3), -sounds.sine(3)]),  # cancels out in mono
        np.random.default_rng(1).normal(0, 0.2, (2, 200_000)).astype(np.float32),
        np.where(np.arange(100_000) % 997 == 0, np.nan, sounds.sine(100_000 / 44100)[:100_000])[None].astype(
            np.float32
        ),
        np.full((1, 90_000), 0.5, dtype=np.float32),  # a constant
        np.eye(1, 90_000, dtype=np.float32),  # one impulse
        (sounds.clicks(120, 10) * 1e30)[None],
    ],
    ids=["one second", "opposite phase", "noise", "nan", "constant", "impulse", "huge"],
)
def test_any_sound_gives_a_lawful_row(samples):
    row = analyse(samples)
    table = TABLES["audio_features"]
    assert set(row) | set(FILE) == set(table.names)
    frame = table.frame([{**row, **FILE}])
    for column in table.columns:
        value = frame[column.name][0]
        values = [] if value is None else list(value) if column.type.is_list else [value]
        assert value is not None or column.nullable, column.name
        if column.range:
            assert all(column.range[0] <= v <= column.range[1] for v in values), (column.name, values)
        if column.length:
            assert len(values) == column.length


@pytest.mark.parametrize(
    ("samples", "reason"),
    [
        (sounds.sine(0.05)[None], "too_short"),
        (np.zeros((2, 0), dtype=np.float32), "too_short"),
        (np.zeros((2, 400_000), dtype=np.float32), "silent"),
        ((sounds.sine(3) * 1e-5)[None], "silent"),
    ],
)
def test_what_says_nothing_is_refused(samples, reason):
    with pytest.raises(Unanalysable) as caught:
        analyse(samples)
    assert caught.value.reason == reason


def test_the_same_sound_gives_the_same_numbers():
    samples = sounds.chords(sounds.C_MAJOR)[None]
    assert analyse(samples) == analyse(samples.copy())


def test_the_machine_s_threads_change_no_digit():
    """A product of matrices by two threads adds up in another order."""
    samples = np.random.default_rng(2).normal(0, 0.1, (1, 9 * 44100)).astype(np.float32)
    heard = []
    for threads in (1, 2):
        with threadpool_limits(limits=threads, user_api="blas"):
            heard.append(analyse(samples))
    assert heard[0] == heard[1]


def test_keys_follow_the_bytes():
    assert len({content_key("a", "x"), content_key("b", "x"), content_key("a", "y")}) == 3
    assert json.loads(parameters(60.0))["max_s"] == 60
    assert audio_content_id("ab" * 32) == audio_content_id("ab" * 32) == "rec-abababababababab"
