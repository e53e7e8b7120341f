from features.embeddings.documents import content_key, documents
from tests.frames import rows

SONG = {"track_id": "t1", "title": "雨夜", "artist_name": "Lin", "genre": "city_pop", "listener_tags": ["rain", "80s"]}
FELT = {"track_id": "t1", "moods": ["sad", "quiet"], "scenes": ["late_night"]}
SUNG = {"track_id": "t1", "lines": [" first line ", "", "second"]}


def of(tracks, lyrics=(), emotions=()):
    frame = documents(rows("tracks", tracks), rows("lyrics", lyrics), rows("emotions", emotions))
    return dict(frame.iter_rows())


def test_a_document_tells_name_genre_mood_scene_and_first_lines():
    assert of([SONG], [SUNG], [FELT]) == {
        "t1": "雨夜 by Lin. city pop, rain, 80s. sad, quiet music. for late night. first line / second"
    }


def test_a_track_of_which_little_is_known():
    assert of([{"track_id": "t2", "title": "X", "artist_name": ""}]) == {"t2": "X"}
    assert of([]) == {}


def test_lyrics_are_capped_and_order_does_not_matter():
    long = {"track_id": "t1", "lines": ["la " * 400]}
    document = of([SONG], [long], [])["t1"]
    assert len(document) < 320
    two = [{"track_id": "b", "title": "B"}, {"track_id": "a", "title": "A"}]
    assert list(of(two)) == list(of(two[::-1])) == ["a", "b"]


def test_the_key_follows_document_and_model():
    assert content_key("a", "m") == content_key("a", "m")
    assert len({content_key("a", "m"), content_key("a", "n"), content_key("b", "m")}) == 3
