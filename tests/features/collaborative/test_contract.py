"""What every collaborative model promises, checked on each of them."""

import io

import numpy as np
import polars as pl
import pytest
from scipy.sparse import csr_array, vstack

from features.collaborative.blend import MODELS, Popularity
from features.collaborative.interactions import interactions
from features.collaborative.retrieval import top_k
from tests.features.collaborative.small import PARAMS, camps

every_model = pytest.mark.parametrize("name", sorted(MODELS))


@pytest.fixture(scope="module")
def fitted():
    matrix = camps()
    return matrix, {name: build(PARAMS).fit(matrix) for name, build in MODELS.items()}


@every_model
def test_a_loaded_model_gives_equal_scores(name, fitted):
    matrix, models = fitted
    file = io.BytesIO()
    models[name].save(file)
    file.seek(0)
    loaded = type(models[name]).load(file)
    assert loaded.score(matrix).tobytes() == models[name].score(matrix).tobytes()
    again = io.BytesIO()
    loaded.save(again)
    assert again.getvalue() == file.getvalue()


@every_model
def test_a_file_of_another_kind_is_refused(name, fitted):
    _, models = fitted
    file = io.BytesIO()
    models[name].save(file)
    file.seek(0)
    other = type(models["als" if name == "popularity" else "popularity"])
    with pytest.raises(ValueError, match="kind"):
        other.load(file)


def test_a_file_with_objects_is_refused():
    file = io.BytesIO()
    np.savez(file, kind=np.array("popularity"), listeners=np.array([{"runs": "code"}], dtype=object))
    file.seek(0)
    with pytest.raises(ValueError, match="allow_pickle"):
        Popularity.load(file)


@every_model
def test_permuted_input_rows_give_equal_bytes(name):
    cells = camps().tocoo()
    frame = pl.DataFrame({"u": cells.row, "i": cells.col})
    one = interactions(frame, "u", "i").matrix
    two = interactions(frame.sample(fraction=1, shuffle=True, seed=5), "u", "i").matrix
    found = [MODELS[name](PARAMS).fit(matrix).score(matrix).tobytes() for matrix in (one, two)]
    assert found[0] == found[1]


@every_model
def test_a_listener_is_scored_alike_alone_and_among_others(name, fitted):
    matrix, models = fitted
    together = models[name].score(matrix)
    for user in (0, 17, 59):
        assert models[name].score(matrix[[user]])[0] == pytest.approx(together[user], abs=2e-4)


@every_model
def test_a_listener_met_later_is_scored_as_one_met_before(name, fitted):
    matrix, models = fitted
    model = models[name]
    later = vstack([csr_array((1, matrix.shape[1]), dtype=np.float32), matrix[[3]]]).tocsr()
    scores = model.score_folded(model.fold_in(later))
    assert scores[1] == pytest.approx(model.score(matrix)[3], abs=2e-4)
    assert np.isfinite(scores[0]).all()


@every_model
@pytest.mark.parametrize("k", [1, 7, 40])
def test_recommended_is_unseen_sorted_by_score_and_ties_by_item(name, fitted, k):
    matrix, models = fitted
    scores, lists = models[name].score(matrix), models[name].recommend(matrix, k)
    assert lists.shape == (60, k)
    for user in range(60):
        seen = set(matrix.indices[matrix.indptr[user] : matrix.indptr[user + 1]].tolist())
        order = sorted((i for i in range(24) if i not in seen), key=lambda i: (-scores[user, i], i))
        assert lists[user].tolist() == (order + [-1] * k)[:k]


@every_model
def test_seen_items_are_recommended_when_asked(name, fitted):
    matrix, models = fitted
    lists = models[name].recommend(matrix, 24, unseen=False)
    assert np.sort(lists, axis=1).tolist() == [list(range(24))] * 60


@pytest.mark.parametrize("name", ["als", "blend", "gfcf", "item_item"])
def test_the_best_unseen_song_is_of_the_listeners_camp(name, fitted):
    matrix, models = fitted
    best = models[name].recommend(matrix, 1)[:, 0]
    known = best >= 0
    assert (best[known] % 3 == np.arange(60)[known] % 3).mean() > 0.8


def test_top_k_resolves_ties_at_the_cut_by_position():
    scores = np.array([[1, 2, 2, 2, 0], [3, 3, 3, 3, 3], [-np.inf, 1, -np.inf, -np.inf, -np.inf]], np.float32)
    assert top_k(scores, 2).tolist() == [[1, 2], [0, 1], [1, -1]]
    assert top_k(scores, 7)[0].tolist() == [1, 2, 3, 0, 4, -1, -1]
    assert top_k(np.zeros((2, 0), np.float32), 2).tolist() == [[-1, -1], [-1, -1]]
    assert top_k(np.zeros((0, 3), np.float32), 2).shape == (0, 2)
