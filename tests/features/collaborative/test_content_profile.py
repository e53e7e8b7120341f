import io

import numpy as np
import pytest
from scipy.sparse import csr_array

from features.collaborative.content_profile import ContentProfile, rare_terms

TERMS = [["a", "b"], ["a"], ["c", "c"], [], ["b", "c"]]


def test_rare_terms_weigh_more_and_rows_have_length_one():
    found = rare_terms([["often", "rare"], ["often"], ["often"], []]).toarray()
    assert found[0, 1] > found[0, 0] > 0
    assert np.linalg.norm(found, axis=1) == pytest.approx([1, 1, 1, 0])
    assert rare_terms([[], []]).shape == (2, 0)


def test_a_history_likes_what_shares_its_terms():
    model = ContentProfile(rare_terms(TERMS)).fit(csr_array((1, 5)))
    history = csr_array(np.array([[0, 1, 0, 0, 0]], np.float32))
    assert model.recommend(history, 5)[0].tolist() == [0, 2, 3, 4, -1]
    assert model.score(csr_array((1, 5), dtype=np.float32)).tolist() == [[0] * 5]


@pytest.mark.parametrize("features", [rare_terms(TERMS), np.random.default_rng(0).random((5, 3), dtype=np.float32)])
def test_dense_and_sparse_features_are_saved(features):
    model, file = ContentProfile(features), io.BytesIO()
    model.save(file)
    file.seek(0)
    histories = csr_array(np.eye(5, dtype=np.float32))
    assert ContentProfile.load(file).score(histories).tobytes() == model.score(histories).tobytes()
