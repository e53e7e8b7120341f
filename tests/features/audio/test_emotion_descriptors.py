"""Descriptors for the emotion model: known sounds, and any sound at all."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.audio.emotion_descriptors import LENGTH, NAMES, emotion_descriptors
from features.audio.emotion_frames import SAMPLE_RATE_HZ, WINDOW_S, WINDOWS, excerpt
from schemas.audio import EMOTION_DIM

MAJOR, MINOR = (0, 4, 7), (0, 3, 7)


def chords(triad, *, seconds=8.0, tonic_hz=220.0, decay_s=2.0, every_s=1.0, level=0.3):
    """I, IV and V of struck tones with four harmonics."""
    t = np.arange(int(seconds * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ
    sound = np.zeros_like(t)
    for beat, start in enumerate(np.arange(0, seconds, every_s)):
        since = t[t >= start] - start
        envelope = np.exp(-since / decay_s) * np.minimum(since / 0.005, 1) * (since < every_s)
        for note in triad:
            hz = tonic_hz * 2 ** ((note + (0, 5, 7, 0)[beat % 4]) / 12)
            for harmonic in range(1, 5):
                sound[t >= start] += envelope * np.sin(2 * np.pi * hz * harmonic * since) / harmonic**1.5
    return (level * sound / np.abs(sound).max()).astype(np.float32)


def described(sound):
    return dict(zip(NAMES, emotion_descriptors(sound), strict=True))


def test_names_are_unique_and_as_many_as_the_contract_says():
    assert len(set(NAMES)) == len(NAMES) == LENGTH == EMOTION_DIM


def test_major_and_minor_are_told_apart():
    major, minor = described(chords(MAJOR)), described(chords(MINOR))
    assert major["temperley_major_minus_minor"] > 0.1 > -0.1 > minor["temperley_major_minus_minor"]
    assert major["third"] > 0 > minor["third"]
    assert major["chord_major_share"] > 0.8
    assert minor["chord_minor_share"] > 0.8


def test_mode_and_harmony_do_not_depend_on_the_key():
    low, high = described(chords(MAJOR)), described(chords(MAJOR, tonic_hz=220 * 2 ** (3 / 12)))
    for name in ("temperley_major_minus_minor", "third", "sixth", "chroma_entropy", "fifths_spread"):
        assert low[name] == pytest.approx(high[name], abs=0.2)
    assert high["register_octaves_mean"] - low["register_octaves_mean"] == pytest.approx(3 / 12, abs=0.1)


def test_only_the_level_hears_the_volume():
    soft, loud = described(chords(MAJOR, level=0.02)), described(chords(MAJOR, level=0.8))
    assert loud["level_db"] - soft["level_db"] == pytest.approx(20 * np.log10(40), abs=0.1)
    for name in set(NAMES) - {"level_db", "loud_flux"}:
        assert soft[name] == pytest.approx(loud[name], abs=0.02, rel=0.02), name


def test_faster_shorter_notes_are_denser_and_more_detached():
    slow, fast = described(chords(MAJOR)), described(chords(MAJOR, every_s=0.25, decay_s=0.05))
    assert fast["onset_rate_log"] > slow["onset_rate_log"] + 1.5
    assert fast["decay_db"] > slow["decay_db"] + 5


def test_a_cluster_is_rougher_than_a_triad():
    triad, cluster = described(chords(MAJOR)), described(chords((0, 1, 2)))
    assert cluster["roughness_mean"] > 1.5 * triad["roughness_mean"]


def test_of_a_long_recording_three_windows_are_heard():
    minute = np.zeros(60 * SAMPLE_RATE_HZ, np.float32)
    assert len(excerpt(minute)) == len(minute)
    long = np.arange(300 * SAMPLE_RATE_HZ, dtype=np.float32)
    heard = excerpt(long)
    assert len(heard) == WINDOWS * WINDOW_S * SAMPLE_RATE_HZ
    assert heard[0] > 30 * SAMPLE_RATE_HZ
    assert heard[-1] < 270 * SAMPLE_RATE_HZ


@given(
    st.integers(0, 2**32 - 1),
    st.sampled_from(["noise", "clicks", "constant", "silence", "tone", "burst"]),
    st.floats(1.0, 3.0),
)
@settings(max_examples=25, deadline=None)
def test_any_sound_has_finite_descriptors(seed, kind, seconds):
    rng = np.random.default_rng(seed)
    n = int(seconds * SAMPLE_RATE_HZ)
    sound = {
        "noise": lambda: rng.normal(0, 0.2, n),
        "clicks": lambda: (rng.random(n) > 0.9999).astype(float),
        "constant": lambda: np.full(n, 0.5),
        "silence": lambda: np.zeros(n),
        "tone": lambda: np.sin(np.arange(n) * rng.uniform(0.01, 3)),
        "burst": lambda: np.where(np.arange(n) < 500, 1.0, 0.0),
    }[kind]()
    values = emotion_descriptors(sound.astype(np.float32))
    assert len(values) == LENGTH
    assert np.isfinite(values).all()
