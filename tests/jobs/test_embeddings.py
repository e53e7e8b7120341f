"""The embeddings stage with an encoder that counts what it is asked."""

import hashlib

import numpy as np
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from jobs.embeddings import run
from schemas import TABLES
from schemas.sound import TEXT_DIM
from schemas.validate import require
from tests.frames import rows


class Encoder:
    """Vectors from a hash of the text."""

    def __init__(self, name="e1"):
        self.name = name
        self.asked: list[str] = []

    def encode(self, texts):
        self.asked += texts
        seeds = [int.from_bytes(hashlib.blake2b(t.encode(), digest_size=8).digest(), "big") for t in texts]
        matrix = np.array([np.random.default_rng(s).normal(size=TEXT_DIM) for s in seeds]).reshape(-1, TEXT_DIM)
        return (matrix / np.linalg.norm(matrix, axis=1, keepdims=True)).astype(np.float32)


NONE = TABLES["text_vectors"].empty()


def embed(tracks, carried=NONE, encoder=None, lyrics=(), emotions=()):
    frame = run(
        tracks=rows("tracks", tracks),
        lyrics=rows("lyrics", lyrics),
        emotions=rows("emotions", emotions),
        text_encoder=encoder or Encoder(),
        carried=carried,
    )["text_vectors"]
    if not frame.is_empty():
        require(frame, TABLES["text_vectors"], where="test")
    return frame


def songs(*titles):
    return [{"track_id": f"t{i}", "title": title, "artist_name": "x"} for i, title in enumerate(titles)]


def test_only_new_or_changed_songs_are_encoded_and_nothing_else_changes():
    first = embed(songs("a", "b", "c"))
    encoder = Encoder()
    second = embed(songs("a", "B", "c", "d"), carried=first, encoder=encoder)
    assert [text for text in encoder.asked if text] == ["B by x", "d by x"]
    assert second.equals(embed(songs("a", "B", "c", "d")))


def test_another_encoder_reuses_nothing():
    encoder = Encoder("e2")
    frame = embed(songs("a", "b"), carried=embed(songs("a", "b")), encoder=encoder)
    assert [text for text in encoder.asked if text] == ["a by x", "b by x"]
    assert frame["model"].unique().to_list() == ["e2"]


def test_equal_songs_share_a_carried_vector_once():
    first = embed(songs("a"))
    again = embed(songs("a", "a", "a"), carried=pl.concat([first, first.with_columns(track_id=pl.lit("old"))]))
    assert again.height == 3
    assert again["content_key"].n_unique() == 1


def test_an_empty_bucket_never_asks_the_encoder():
    encoder = Encoder()
    assert embed([], encoder=encoder).is_empty()
    assert not encoder.asked


@given(st.permutations(["a", "b", "c", "歌"]), st.integers(0, 4))
@settings(max_examples=20, deadline=None)
def test_neither_order_nor_bucketing_nor_carrying_changes_a_row(titles, cut):
    named = [{"track_id": t, "title": t} for t in titles]
    whole = embed(named)
    parts = [embed(named[:cut]), embed(named[cut:], carried=whole)]
    assert pl.concat(parts).sort("track_id").equals(whole)
