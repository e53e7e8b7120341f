"""Tracks that the night before knew and today's deliveries lack, copies of one track, updates of one row."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from schemas.errors import ContractError
from tests.jobs.ingested import NOON, counts, night, play, signal, track, with_more


def known(count: int, **cells: Any) -> list[dict[str, Any]]:
    """The catalogue of the night before: the lawful one's five tracks and more."""
    return [track(f"t{n}", **{"artist_id": f"a{n}", "available": True, **cells}) for n in range(count)]


def test_a_track_that_is_gone_keeps_its_plays_and_is_not_available() -> None:
    gone = play("u1", "t6", NOON)
    out = night(last_tracks=known(7), **with_more("plays", gone), feedback=[signal("t5")])
    assert out["quarantine"].is_empty()
    assert out["plays"].filter(track_id="t6").height == 1
    assert out["feedback"].height == 1
    assert dict(out["tracks"].select("track_id", "available").iter_rows()) == {
        **{f"t{n}": True for n in range(5)}, "t5": False, "t6": False,
    }  # fmt: skip
    told = counts(out, "tracks")
    assert (told["rows_read"], told["rows_kept"], told["rows_withdrawn"]) == (5, 5, 2)


def test_a_track_that_lives_on_under_another_id_or_comes_later_is_not_withdrawn() -> None:
    out = night(
        last_tracks=known(7),
        **with_more("tracks", track("t6", added_on=date(2026, 3, 20))),
        aliases=[{"alias_id": "t5", "track_id": "t0", "method": "reencoded"}],
    )
    assert counts(out, "tracks")["rows_withdrawn"] == 0


def test_what_was_withdrawn_stays_so_and_never_stops_a_night() -> None:
    out = night(last_tracks=known(90, available=False))
    assert counts(out, "tracks")["rows_withdrawn"] == 85
    assert not out["tracks"].filter(track_id="t50")["available"].item()


def test_a_delivery_that_lacks_half_of_its_tracks_stops() -> None:
    with pytest.raises(ContractError, match=r"tracks: 7 tracks that the night before had are missing today, beside 5"):
        night(last_tracks=known(12))


def test_a_copy_in_another_file_is_one_track_counted_and_not_refused() -> None:
    copies = [
        {**track(f"t{n}"), "source_file": "tracks/other.jsonl", "source_row": n + 1, "audio_path": f"backup/{n}.mp3"}
        for n in range(5)
    ]
    out = night(**with_more("tracks", *copies))
    assert (out["tracks"].height, counts(out, "tracks")["rows_alias"]) == (5, 5)
    assert out["quarantine"].is_empty()
    assert out["tracks"]["audio_path"][0] == "backup/0.mp3", "the last delivered stands"


def test_a_folder_that_lost_a_file_does_not_withdraw_it_from_another() -> None:
    rows = [
        {**track("t0", available=a), "source_file": f"tracks/folder-{f}.jsonl", "source_row": 1}
        for f, a in (("a", True), ("b", False))
    ]
    others = [track(f"t{n}", artist_id=f"a{n}") for n in range(1, 5)]
    assert night(tracks=[*others, *rows])["tracks"].filter(track_id="t0")["available"].item()
    gone = [{**row, "available": False} for row in rows]
    assert not night(tracks=[*others, *gone])["tracks"].filter(track_id="t0")["available"].item()
