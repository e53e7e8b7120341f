"""Audio vectors: unit norm, catalogue scale, transposition, gaps."""

import numpy as np
import polars as pl
import pytest

from features.embeddings.audio_vectors import audio_vectors
from schemas import TABLES
from schemas.audio import EMOTION_DIM
from schemas.sound import AUDIO_DIM
from schemas.validate import require
from tests.frames import rows


def song(name, rng, **more):
    return {
        "track_id": name,
        "tempo_bpm": float(rng.uniform(60, 180)),
        "mode": "major",
        "key_strength": float(rng.random()),
        "loudness_lufs": float(rng.uniform(-25, -5)),
        "spectral_centroid_hz": float(rng.uniform(500, 4000)),
        "mfcc_mean": rng.normal(size=13).tolist(),
        "mfcc_std": rng.random(13).tolist(),
        "hpcp_mean": rng.random(12).tolist(),
        "energy_curve": rng.random(30).tolist(),
        **more,
    }


def catalogue(count=40, seed=0):
    rng = np.random.default_rng(seed)
    return [song(f"t{i:02d}", rng) for i in range(count)]


def vectors(given):
    frame = audio_vectors(rows("audio_features", given))
    require(frame, TABLES["audio_vectors"], where="test")
    return dict(zip(frame["track_id"], frame["vector"].list.to_array(AUDIO_DIM).to_numpy(), strict=True))


def test_equal_sounds_are_equal_and_order_does_not_matter():
    given = catalogue()
    twin = {**given[3], "track_id": "twin"}
    found, again = vectors([*given, twin]), vectors([twin, *given[::-1]])
    assert found["twin"].tobytes() == found["t03"].tobytes()
    assert all(found[t].tobytes() == again[t].tobytes() for t in found)


def test_transposing_a_song_changes_nothing_and_tempo_does():
    given = catalogue()
    profile = given[3]["hpcp_mean"]
    transposed = {**given[3], "track_id": "up", "hpcp_mean": profile[5:] + profile[:5]}
    slower = {**given[3], "track_id": "slow", "tempo_bpm": given[3]["tempo_bpm"] / 2}
    found = vectors([*given, transposed, slower])
    assert found["up"] == pytest.approx(found["t03"], abs=1e-6)
    assert found["slow"] @ found["t03"] < 0.99


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("beats_per_bar", 3),
        ("voice_probability", 1.0),
        ("roughness", 0.9),
        ("emotion_descriptors", [2.0] * EMOTION_DIM),
    ],
)
def test_metre_voice_roughness_and_feeling_count(name, value):
    rng = np.random.default_rng(1)
    given = [
        {**row, "beats_per_bar": 4 - i % 2, "voice_probability": i / 40, "roughness": i / 50,
         "emotion_descriptors": rng.normal(size=EMOTION_DIM).tolist()}
        for i, row in enumerate(catalogue())
    ]  # fmt: skip
    found = vectors([*given, {**given[4], "track_id": "twin"}, {**given[4], "track_id": "other", name: value}])
    assert found["twin"] @ found["t04"] == pytest.approx(1)
    assert found["other"] @ found["t04"] < 0.995


def test_unknown_values_stand_in_the_middle():
    given = [*catalogue(), {**catalogue()[0], "track_id": "gap", "tempo_bpm": None, "mode": None, "energy_curve": []}]
    assert np.isfinite(vectors(given)["gap"]).all()


def test_one_song_and_none():
    assert np.linalg.norm(vectors(catalogue(1))["t00"]) == pytest.approx(1)
    assert audio_vectors(TABLES["audio_features"].empty()).is_empty()


def test_an_outlier_does_not_flatten_the_others():
    given = catalogue()
    wild = {**given[0], "track_id": "wild", "loudness_lufs": -119.0}
    plain, with_wild = vectors(given), vectors([*given, wild])
    shift = max(np.abs(plain[t] - with_wild[t]).max() for t in plain)
    assert shift < 0.1


def test_inputs_are_left_alone():
    frame = rows("audio_features", catalogue(3))
    before = frame.clone()
    audio_vectors(frame)
    assert isinstance(frame, pl.DataFrame)
    assert frame.equals(before)
