"""Content columns: what is known is near 1, what is not is 0."""

from __future__ import annotations

import numpy as np

from features.choice.content import CONTENT_FIXED, content
from features.choice.params import ChoiceParams
from features.measurement import MeasurementPolicy
from tests.frames import rows

PARAMS = ChoiceParams(genres=2)


def made(**sound):
    tracks = rows(
        "tracks",
        [
            {"track_id": "a", "genre": "folk", "language": "zh"},
            {"track_id": "b", "genre": "folk", "language": "en"},
            {"track_id": "c", "genre": "jazz", "language": None},
            {"track_id": "d", "genre": "rare", "language": "zh"},
            {"track_id": "e", "genre": None, "language": "zh"},
            {"track_id": "f", "genre": "jazz", "language": "zh"},
        ],
    )
    felt = rows("emotions", [{"track_id": "a", "valence": 0.6, "arousal": -0.6}])
    sounds = rows("audio_features", [{"track_id": "a", "tempo_bpm": 100.0, "tempo_confidence": 0.9, **sound}])
    return content(tracks, felt, sounds, PARAMS, MeasurementPolicy())


def test_genres_and_languages_are_flags():
    table = made()
    assert table.shape == (6, 2 + CONTENT_FIXED)
    assert table[:, :2].tolist() == [[1, 0], [1, 0], [0, 1], [0, 0], [0, 0], [0, 1]]
    assert table[:, 2:6].sum(axis=1).tolist() == [1, 1, 0, 1, 1, 1]


def test_a_song_is_near_its_own_mood_and_tempo():
    moods, tempi = made()[0, 6:15], made()[0, 15:]
    assert (int(np.argmax(moods)), float(moods.max())) == (6, 1.0)
    assert (int(np.argmax(tempi)), float(tempi.max())) == (2, 1.0)


def test_what_is_not_known_is_zero():
    assert (made()[1:, 6:] == 0).all()
    assert (made(tempo_confidence=0.1)[0, 15:] == 0).all()
