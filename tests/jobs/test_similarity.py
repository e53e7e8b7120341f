"""The similarity stage: contracts, order, and songs without audio."""

import numpy as np

from features.embeddings.params import SimilarityParams
from jobs.similarity import run
from schemas import TABLES
from schemas.sound import TEXT_DIM
from schemas.validate import require
from tests.features.embeddings.test_audio_vectors import catalogue
from tests.frames import rows


def night(songs=25, with_audio=20, seed=0):
    rng = np.random.default_rng(seed)
    texts = rng.normal(size=(songs, TEXT_DIM))
    texts /= np.linalg.norm(texts, axis=1, keepdims=True)
    sounds = [{**song, "audio_content_id": song["track_id"]} for song in catalogue(with_audio)]
    return {
        "audio_features": rows("audio_features", sounds),
        "recordings": rows("recordings", [{"track_id": s["track_id"], "recording_id": s["track_id"]} for s in sounds]),
        "text_vectors": rows("text_vectors", [{"track_id": f"t{i:02d}", "vector": v} for i, v in enumerate(texts)]),
    }


def outputs(given):
    made = run(**given, params=SimilarityParams(neighbours=5))
    for name, frame in made.items():
        require(frame, TABLES[name], where="test")
    return made


def test_every_song_has_neighbours_with_or_without_audio():
    made = outputs(night())
    assert made["neighbours"].group_by("track_id").len()["len"].to_list() == [5] * 25
    assert made["audio_vectors"].height == 20
    assert made["search_index"].select("name", "dim").rows() == [("audio", 192), ("joint", 576), ("text", 384)]


def test_row_order_changes_no_byte():
    made = outputs(night())
    again = outputs({name: frame.sample(fraction=1, shuffle=True, seed=4) for name, frame in night().items()})
    assert all(frame.equals(again[name]) for name, frame in made.items())


def test_a_catalogue_of_one_and_one_without_audio():
    assert outputs(night(1, 1))["neighbours"].is_empty()
    assert outputs(night(3, 0))["neighbours"].height == 6
