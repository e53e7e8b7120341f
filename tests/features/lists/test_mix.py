"""The mix a list should resemble: a worked example, and nothing about who opted out."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import polars as pl
import pytest

from features.audio.recordings import with_recordings
from features.lists.listeners import listeners
from features.lists.mix import mixes
from features.lists.params import ListParams
from features.lists.songs import songs
from features.measurement import MeasurementPolicy
from schemas.vocabulary import TRACK_LANGUAGES
from tests.features.lists.world import NIGHT
from tests.frames import rows

PARAMS = ListParams()


def made(affinity):
    tracks = rows(
        "tracks",
        [
            {"track_id": "t1", "artist_id": "a1", "genre": "folk", "language": "zh", "featured_artist_ids": []},
            {"track_id": "t2", "artist_id": "a2", "genre": "jazz", "language": "en", "featured_artist_ids": []},
            {"track_id": "t3", "artist_id": "a2", "genre": "folk", "featured_artist_ids": ["a1"]},
            {"track_id": "t4", "artist_id": "a3", "genre": None, "featured_artist_ids": []},
        ],
    )
    emotions = rows(
        "emotions",
        [
            {"track_id": "t1", "valence": 0.5, "arousal": 0.5},
            {"track_id": "t2", "valence": -0.5, "arousal": -0.5},
            {"track_id": "t3", "valence": 0.5, "arousal": -0.5},
        ],
    )
    users = rows("users", [{"user_id": u, "personalised": u != "quiet"} for u in ("me", "quiet")])
    taste = rows("taste", [{"user_id": u, "history_class": "regular"} for u in ("me", "quiet")])
    book = songs(
        tracks,
        with_recordings(rows("audio_features", []), rows("recordings", [])),
        emotions,
        MeasurementPolicy(),
        NIGHT,
    )
    people = listeners(users, taste, rows("contexts", []), book.genres, NIGHT)
    return book, mixes(people, book, rows("affinity", affinity), tracks, emotions, PARAMS, NIGHT)


def heard(user, track, weight, first, last, **more):
    days = {"first_played": NIGHT.ds - timedelta(days=first), "last_played": NIGHT.ds - timedelta(days=last)}
    return {"user_id": user, "track_id": track, "weight": weight, "plays": 3, **days, **more}


def test_shares_of_a_worked_example():
    book, mix = made(
        [
            heard("me", "t1", 3.0, first=60, last=1),
            heard("me", "t2", 1.0, first=3, last=2),
            heard("me", "t3", -2.0, first=5, last=4),  # disliked: heard, yet no taste
            heard("me", "t4", 9.0, first=90, last=50, blocked=True),
            heard("quiet", "t1", 3.0, first=60, last=1),
        ]
    )
    genre, mood, familiarity, language = mix.shares
    assert dict(zip(book.genres, genre[0].tolist(), strict=True)) == {"folk": 0.75, "jazz": 0.25}
    assert mood[0].tolist() == [0.25, 0.0, 0.0, 0.75]
    assert dict(zip(TRACK_LANGUAGES, language[0].tolist(), strict=True)) == dict.fromkeys(TRACK_LANGUAGES, 0.0) | {
        "zh": 0.75,
        "en": 0.25,
    }
    # t1 known before; t2 by a2, met three days ago; t3 features a1; five usual songs of 0.35, 0.35, 0.3.
    assert familiarity[0].tolist() == pytest.approx([(1 + 1.75) / 8, (1 + 1.75) / 8, (1 + 1.5) / 8])
    assert all((shares[1] == 0).all() for shares in mix.shares)


def test_a_new_song_by_a_known_artist_is_no_discovery():
    _, mix = made([heard("me", "t1", 1.0, first=60, last=40), heard("me", "t3", 1.0, first=2, last=1)])
    assert mix.shares[2][0].tolist() == pytest.approx([1.75 / 6, 2.75 / 6, 1.5 / 6])  # a2 is new, its guest is not


def test_nobody_known():
    _, mix = made([])
    genre, mood, familiarity, language = mix.shares
    assert not genre.any()
    assert not mood.any()
    assert not language.any()
    assert familiarity[0].tolist() == pytest.approx([0.35, 0.35, 0.3])


def test_the_order_of_rows_does_not_matter():
    given = [heard("me", f"t{n}", 0.1 * n + 0.07, first=30, last=n) for n in (1, 2, 3)]
    forth, back = made(given)[1], made(given[::-1])[1]
    for one, other in zip(forth.shares, back.shares, strict=True):
        assert np.array_equal(one, other)
    assert isinstance(rows("affinity", given), pl.DataFrame)
