"""Songs like this: exact ranks, same recordings left out, stored indexes."""

import numpy as np
import polars as pl
import pytest

from features.embeddings import index
from features.embeddings.audio_vectors import unit_rows
from features.embeddings.index import Vectors
from features.embeddings.params import SimilarityParams
from schemas import TABLES
from schemas.validate import require

PARAMS = SimilarityParams(neighbours=3)


def made(count, dim, seed=0, names="t"):
    matrix = unit_rows(np.random.default_rng(seed).normal(size=(count, dim)))
    return Vectors(pl.Series([f"{names}{i:03d}" for i in range(count)], dtype=pl.String), matrix, "m")


def near(both, text=None, audio=None, recording_of=None, params=PARAMS):
    frame = index.neighbours(both, text or both, audio or both, recording_of or {}, params)
    require(frame, TABLES["neighbours"], where="test")
    return frame


def test_neighbours_equal_a_full_sort():
    both = made(30, 8)
    found = near(both)
    cosine = both.matrix.astype(np.float64) @ both.matrix.T
    np.fill_diagonal(cosine, -9)
    for row, track in enumerate(both.track_ids):
        mine = found.filter(pl.col("track_id") == track)
        order = np.argsort(-cosine[row])[:3]
        assert mine["neighbour_id"].to_list() == both.track_ids.gather(order).to_list()
        assert mine["rank"].to_list() == [1, 2, 3]
        assert mine["similarity"].to_numpy() == pytest.approx(cosine[row, order], abs=1e-5)


def test_copies_of_one_recording_are_no_neighbours():
    both = made(12, 8)
    both.matrix[1:6] = both.matrix[0]
    same = dict.fromkeys(both.track_ids[:6], "r")
    found = near(both, recording_of=same)
    pairs = set(found.select("track_id", "neighbour_id").iter_rows())
    assert not any(a in same and b in same for a, b in pairs)
    assert (found.group_by("track_id").len()["len"] == 3).all()


def test_parts_are_null_where_a_track_lacks_them():
    text, audio = made(6, 8), made(3, 4, seed=1)
    found = near(index.joint(text, audio, 0.5), text, audio)
    silent = found.filter(pl.col("track_id") == "t005")
    assert silent["audio_similarity"].is_null().all()
    assert silent["text_similarity"].is_not_null().all()


def test_joint_vectors_mix_sound_and_words():
    text, audio = made(6, 8), made(6, 4, seed=1)
    sound = index.joint(text, audio, 1.0).matrix
    assert sound @ sound.T == pytest.approx(audio.matrix @ audio.matrix.T, abs=1e-5)
    words = text.matrix - text.matrix.mean(axis=0)
    centred = index.joint(text, audio, 0.0).matrix
    assert centred @ centred.T == pytest.approx(unit_rows(words) @ unit_rows(words).T, abs=1e-5)


@pytest.mark.parametrize("count", [0, 1])
def test_too_few_tracks_have_no_neighbours(count):
    assert near(made(count, 8)).is_empty()


def test_a_stored_index_finds_its_own_rows():
    vectors = made(20, 8)
    frame = index.index_rows({"text": vectors, "audio": made(0, 4)}, PARAMS)
    require(frame, TABLES["search_index"], where="test")
    payload = frame.row(by_predicate=pl.col("name") == "text", named=True)["payload"]
    similarity, rows = index.search(payload, vectors.matrix[[7]], 25)
    assert rows[0, 0] == 7
    assert similarity[0, 0] == pytest.approx(1, abs=1e-5)
    assert (rows[0, 20:] == -1).all()
    assert frame.equals(index.index_rows({"audio": made(0, 4), "text": vectors}, PARAMS))


def test_a_large_catalogue_is_searched_by_inverted_lists():
    vectors = made(2000, 16)
    exact = near(vectors)
    params = SimilarityParams(neighbours=3, flat_limit=1000, probes=60)
    rough = near(vectors, params=params)
    key = ["track_id", "neighbour_id"]
    assert exact.join(rough, on=key).height / exact.height > 0.9
    assert rough.equals(near(vectors, params=params))
