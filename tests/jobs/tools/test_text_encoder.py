"""The sentence encoder: settings, independence of the batch, and Chinese that is understood."""

from pathlib import Path

import numpy as np
import pytest

from jobs.tools.chinese import open_glosser
from jobs.tools.text_encoder import TextEncoder, open_text_encoder, projection
from schemas.errors import UsageError
from schemas.sound import TEXT_DIM
from tests.features.embeddings.chinese_pairs import CHINESE_PAIRS


class Wide:
    """A model of another width that counts its calls."""

    def __init__(self, dim=512):
        self.dim, self.calls = dim, 0

    def encode(self, texts, **_):
        self.calls += 1
        return np.array([np.random.default_rng(len(t)).normal(size=self.dim) for t in texts])


class Void:
    """A model whose vectors point nowhere."""

    def encode(self, texts, **_):
        return np.zeros((len(texts), TEXT_DIM))


def test_nothing_is_loaded_until_needed_and_equal_texts_are_encoded_once():
    model, opened = Wide(), []

    def open_model() -> Wide:
        opened.append(1)
        return model

    encoder = TextEncoder("wide", open_model)
    assert encoder.encode([]).shape == (0, TEXT_DIM)
    assert not opened
    vectors = encoder.encode(["a", "bb", "a"])
    assert (opened, model.calls) == ([1], 2)
    assert vectors.shape == (3, TEXT_DIM)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-6)


@pytest.mark.parametrize("dim", [128, 384, 768])
def test_the_projection_is_orthonormal_and_fixed(dim):
    matrix = projection(dim)
    small = matrix.T @ matrix if dim >= TEXT_DIM else matrix @ matrix.T
    assert small == pytest.approx(np.eye(min(dim, TEXT_DIM)), abs=1e-9)
    assert np.array_equal(matrix, projection(dim))


def test_a_text_without_a_vector_is_refused():
    with pytest.raises(UsageError, match="no vector"):
        TextEncoder("void", Void).encode(["a"])


def test_names_tell_encoders_apart(tmp_path):
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "config.json").write_text("{}")
    names = [
        open_text_encoder(tmp_path, settings).name
        for settings in (
            {},
            {"gloss": "false"},
            {"model": "model"},
            {"model": "model", "gloss": True},
            {"model": "x/y"},
        )
    ]
    (tmp_path / "model" / "config.json").write_text('{"a": 1}')
    names.append(open_text_encoder(tmp_path, {"model": "model"}).name)
    assert len(set(names)) == 6
    with pytest.raises(UsageError, match=r"text_encoder\.gloss"):
        open_text_encoder(tmp_path, {"gloss": "perhaps"})


def test_the_dictionaries_know_music():
    gloss = open_glosser()
    assert gloss("适合深夜开车的治愈民谣") == "for late night driving healing soothing folk"
    assert gloss("周杰倫") == "Jay Chou"
    assert gloss("plain English stays") == "plain English stays"


@pytest.fixture(scope="module")
def encoder():
    return open_text_encoder(Path(), {})


@pytest.mark.slow
def test_vectors_do_not_depend_on_the_batch(encoder):
    texts = ["rain", "a much longer sentence about rain at night", "安静的夜晚", ""]
    together = encoder.encode(texts)
    alone = np.vstack([encoder.encode([t]) for t in reversed(texts)])[::-1]
    assert together.tobytes() == np.ascontiguousarray(alone).tobytes()
    assert np.linalg.norm(together, axis=1) == pytest.approx(1, abs=1e-6)


def right(encoder):
    """Share of the labelled pairs whose right partner is nearer than all wrong ones."""
    found = []
    for text, partner, wrong in CHINESE_PAIRS:
        vectors = encoder.encode([text, partner, *wrong])
        cosines = vectors[1:] @ vectors[0]
        found.append(cosines[0] > cosines[1:].max())
    return np.mean(found)


@pytest.mark.slow
def test_glossed_chinese_is_understood_where_the_raw_model_guesses(encoder):
    assert right(encoder) >= 0.95  # measured 1.00
    assert right(open_text_encoder(Path(), {"gloss": False})) <= 0.6  # measured 0.50; chance 0.25


@pytest.mark.slow
def test_a_model_that_is_not_there_is_named(tmp_path):
    (tmp_path / "empty").mkdir()
    with pytest.raises(UsageError, match="cannot be opened"):
        open_text_encoder(tmp_path, {"model": "empty"}).encode(["a"])
