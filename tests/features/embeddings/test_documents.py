import numpy as np
import pytest

from features.embeddings.documents import FACETS, content_key, documents, mixed
from tests.frames import rows

SONG = {"track_id": "t1", "title": "雨夜", "artist_name": "Lin", "genre": "city_pop", "listener_tags": ["rain", "80s"]}
FELT = {"track_id": "t1", "moods": ["sad", "quiet"], "scenes": ["late_night"]}
SUNG = {"track_id": "t1", "lines": [" first line ", "", "second"]}


def of(tracks, lyrics=(), emotions=()):
    frame = documents(rows("tracks", tracks), rows("lyrics", lyrics), rows("emotions", emotions))
    return {row[0]: row[1:] for row in frame.iter_rows()}


def test_facets_tell_feeling_name_and_first_lines():
    assert of([SONG], [SUNG], [FELT]) == {
        "t1": ("city pop, rain, 80s music. sad, quiet song. for late night", "雨夜 by Lin", "first line / second")
    }


def test_a_track_of_which_little_is_known():
    assert of([{"track_id": "t2", "title": "X", "artist_name": ""}]) == {"t2": ("", "X", "")}
    assert of([{"track_id": "t2", "title": "", "artist_name": ""}]) == {"t2": ("", "untitled", "")}
    assert of([]) == {}


def test_lyrics_are_capped_and_order_does_not_matter():
    assert len(of([SONG], [{"track_id": "t1", "lines": ["la " * 400]}])["t1"][2]) == 240
    assert of([SONG], [{"track_id": "t1", "lines": ["again", "again", "once"]}])["t1"][2] == "again / once"
    two = [{"track_id": "b", "title": "B"}, {"track_id": "a", "title": "A"}]
    assert list(of(two)) == list(of(two[::-1])) == ["a", "b"]


def test_the_mix_is_of_norm_one_and_leaves_empty_facets_out():
    frame = documents(
        rows("tracks", [SONG, {"track_id": "t2", "title": "X"}]), rows("lyrics", []), rows("emotions", [])
    )
    axes = {facet: np.tile(np.eye(3, dtype=np.float32)[i], (2, 1)) for i, facet in enumerate(FACETS)}
    vectors = mixed(axes, frame.with_columns(feel=frame["feel"].replace("x music", "")))
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1)
    assert vectors[0] / vectors[0, 1] == pytest.approx([FACETS["feel"] / FACETS["name"], 1, 0])
    assert vectors[1].tolist() == [0, 1, 0]


def test_the_key_follows_texts_and_model():
    assert content_key(("a", "b"), "m") == content_key(("a", "b"), "m")
    assert len({content_key(("a", "b"), "m"), content_key(("a", "b"), "n"), content_key(("ab", ""), "m")}) == 3
