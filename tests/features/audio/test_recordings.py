"""Fingerprints and recordings: encodings are joined, everything else is kept apart."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.audio.fingerprint import WORDS_PER_S, fingerprint
from features.audio.recordings import MIN_WORDS, same_recordings, with_recordings
from features.audio.spectrum import describe
from tests import sounds
from tests.frames import rows

RATE = sounds.RATE


def tune(seed: int, seconds: float = 16.0) -> np.ndarray:
    """A melody over chords, its notes drawn by the seed."""
    rng = np.random.default_rng(seed)
    chords = [tuple(int(n) for n in rng.choice(np.arange(48, 84), 4, replace=False)) for _ in range(int(seconds / 0.4))]
    return sounds.chords(chords, 0.4)


def words(mono):
    return fingerprint(describe(mono.astype(np.float32)).bands)


def features(**heard):
    """audio_features of sounds by content id, as (samples, track ids)."""
    return rows(
        "audio_features",
        [
            {
                "track_id": t,
                "audio_content_id": f"rec-{c}",
                "duration_s": len(m) / RATE,
                "fingerprint": words(m).tolist(),
            }
            for c, (m, ids) in heard.items()
            for t in ids
        ],
    )


def found(frame):
    return {t: (r, b) for t, r, b in same_recordings(frame).select("track_id", "recording_id", "basis").iter_rows()}


def worn(mono):
    """As a lossy encoder leaves it: delayed, quieter, noisy, without its treble."""
    from scipy.signal import butter, sosfilt

    dull = sosfilt(butter(4, 8000, fs=RATE, output="sos"), mono)
    noise = np.random.default_rng(1).normal(0, 0.002, len(mono))
    return np.concatenate([np.zeros(1105), 0.7 * dull + noise]).astype(np.float32)


def test_a_fingerprint_has_eleven_words_a_second_up_to_two_minutes():
    assert len(words(tune(1))) == pytest.approx(16 * WORDS_PER_S, abs=12)
    assert len(fingerprint(np.zeros((10_000, 33), dtype=np.float32))) == pytest.approx(120 * WORDS_PER_S, abs=12)
    assert len(fingerprint(np.zeros((5, 33), dtype=np.float32))) == 0


def test_encodings_and_copies_of_one_recording_are_one():
    song = tune(1)
    assert found(features(b=(song, ["t1", "t2"]), a=(worn(song), ["t3"]), c=(tune(2), ["t4"]))) == {
        "t1": ("rec-a", "sound"), "t2": ("rec-a", "sound"), "t3": ("rec-a", "sound"), "t4": ("rec-c", "alone"),
    }  # fmt: skip


def test_equal_bytes_alone_are_called_so():
    assert found(features(a=(tune(1), ["t1", "t2"]))) == {"t1": ("rec-a", "bytes"), "t2": ("rec-a", "bytes")}


def transposed(mono):
    t = np.arange(len(mono)) / RATE
    return (mono * np.sin(2 * np.pi * 200 * t)).astype(np.float32)


@pytest.mark.parametrize(
    "other",
    [
        lambda m: m[::-1].copy(),
        lambda m: np.interp(np.arange(0, len(m), 0.97), np.arange(len(m)), m),
        transposed,
        lambda m: np.roll(m, len(m) // 2),
        lambda m: np.concatenate([m[: len(m) // 2], tune(9)[len(m) // 2 :]]),
        lambda m: np.concatenate([m, m[: 4 * RATE]]),
    ],
    ids=["reversed", "slowed", "transposed", "rotated", "another second half", "longer"],
)
def test_what_is_not_the_recording_is_kept_apart(other):
    song = tune(1)
    assert {b for _, b in found(features(a=(song, ["t1"]), b=(other(song), ["t2"]))).values()} == {"alone"}


@pytest.mark.parametrize(
    "mono", [sounds.sine(20), np.zeros(20 * RATE), tune(3, 4.0)], ids=["drone", "silence", "short"]
)
def test_what_tells_too_little_is_kept_apart(mono):
    again = worn(mono)
    assert {b for _, b in found(features(a=(mono, ["t1"]), b=(again, ["t2"]))).values()} == {"alone"}


@given(seed=st.integers(0, 99), order=st.randoms(use_true_random=False))
@settings(max_examples=20, deadline=None)
def test_every_track_has_one_row_whatever_the_order(seed, order):
    rng = np.random.default_rng(seed)
    base = rng.integers(-(2**31), 2**31, size=(4, 3 * MIN_WORDS))
    content = [
        {
            "track_id": f"t{i}", "audio_content_id": f"rec-{i % 7}", "duration_s": 30.0,
            "fingerprint": (base[i % 7 % 4] ^ (rng.random(3 * MIN_WORDS) < 0.3)).astype(np.int32).tolist(),
        }
        for i in range(9)
    ]  # fmt: skip
    content = [{**c, "fingerprint": content[i % 7]["fingerprint"]} for i, c in enumerate(content)]
    expected = same_recordings(rows("audio_features", content))
    order.shuffle(content)
    made = same_recordings(rows("audio_features", content))
    assert made.sort("track_id").equals(expected.sort("track_id"))
    assert sorted(made["track_id"]) == [f"t{i}" for i in range(9)]
    assert set(made["recording_id"]) <= {c["audio_content_id"] for c in content}
    assert made["recording_id"].n_unique() == 4


def test_features_take_the_catalogues_recordings():
    heard = features(a=(tune(1), ["t1"]), b=(tune(2), ["t2"]))
    known = pl.DataFrame({"track_id": ["t2"], "recording_id": ["rec-z"]})
    assert with_recordings(heard, known)["recording_id"].to_list() == ["rec-a", "rec-z"]
    assert with_recordings(heard, known).columns == [*heard.columns, "recording_id"]
