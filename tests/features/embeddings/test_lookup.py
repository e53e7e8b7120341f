import polars as pl

from features.embeddings.lookup import rank
from tests.frames import rows

TRACKS = rows(
    "tracks",
    [
        {"track_id": "a", "title": "Rain", "artist_name": "Lin", "available": True},
        {"track_id": "b", "title": "After the rain!", "artist_name": "Mo", "available": True},
        {"track_id": "c", "title": "Sun", "artist_name": "Ｒａｉｎ", "available": True},
        {"track_id": "d", "title": "Rain", "artist_name": "Gone", "available": False},
        {"track_id": "e", "title": "Umbrella", "artist_name": "Xu", "available": True},
    ],
)
NEAR = pl.DataFrame({"track_id": ["e", "a", "c"], "similarity": [0.9, 0.5, 0.6]}).cast({"similarity": pl.Float32})


def test_names_first_then_meaning_never_withdrawn_tracks():
    found = rank("rain", NEAR, TRACKS, 10)
    assert found["track_id"].to_list() == ["c", "a", "b", "e"]
    assert found["matched"].to_list() == ["artist", "title", "title", "meaning"]
    assert found["rank"].to_list() == [1, 2, 3, 4]
    assert found["similarity"].null_count() == 1


def test_k_and_nothing_found():
    assert rank("rain", NEAR, TRACKS, 2).height == 2
    assert rank("?", NEAR.clear(), TRACKS, 2).is_empty()
    assert rank("x", NEAR.clear(), TRACKS, 2).height == 0
