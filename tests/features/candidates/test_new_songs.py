"""Sources of songs a listener has not heard: by listeners alike, and by artists they play."""

from __future__ import annotations

import numpy as np
import pytest

from features.candidates.sources import CandidateParams
from tests.features.candidates.test_sources import candidates, heard, track


def test_user_knn_gives_what_the_collaborative_stage_found():
    found = candidates(
        "user_knn",
        cf_user_knn=[{"user_id": "u", "track_id": t, "score": s} for t, s in (("c", 0.2), ("d", 0.7), ("gone", 0.9))],
    )
    assert found["track_id"].to_list() == ["d", "c"]


def artists(**of):
    return [track(song, artist_id=artist) for song, artist in of.items()]


def test_own_artist_proposes_what_is_unheard_by_the_artists_played():
    """Weights 3 and 1: pulls log 4 and log 2; shares of what is played of X are 6/9 and 3/9 (none of the heard one)."""
    found = candidates(
        "own_artist",
        CandidateParams(unplayed=0.0),
        tracks=artists(a="X", b="X", c="X", d="Y", e="Y", f="Z"),
        affinity=[heard("a", 3.0), heard("d", 1.0), heard("f", -1.0)],
        popularity=[{"place": "*", "track_id": t, "score": s} for t, s in (("b", 6.0), ("c", 3.0), ("e", 2.0))],
    )
    assert found["track_id"].to_list() == ["b", "c", "e"]
    whole = [np.log(4) * (6 / 9) ** 0.5, np.log(4) * (3 / 9) ** 0.5, np.log(2)]
    assert found["source_score"].to_list() == pytest.approx(whole, abs=1e-5)


def test_own_artist_counts_guests_and_offers_a_new_song_nobody_has_played():
    found = candidates(
        "own_artist",
        tracks=[track("a", artist_id="X"), track("b", artist_id="W", featured_artist_ids=["X"])],
        affinity=[heard("a", 3.0)],
    )
    assert found["track_id"].to_list() == ["b"]
