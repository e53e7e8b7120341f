"""Aliases: chains, circles, contradictions, corrections; and what becomes of the rows of two ids of one track."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.ingest import aliases
from features.ingest.repeats import RENAMED
from features.ingest.sieve import Sieved
from schemas.identity import ALIAS_METHODS
from tests.frames import rows
from tests.jobs.ingested import NOON, counts, night, play, signal, track, with_more

IDS = st.sampled_from("abcdefg")


def checked(*given_rows: tuple[Any, ...]) -> Sieved:
    """Aliases (alias, track[, method]) of one file, in this order."""
    delivered = [
        {
            "alias_id": r[0],
            "track_id": r[1],
            "method": r[2] if len(r) > 2 else None,
            "source_file": "f",
            "source_row": n,
        }
        for n, r in enumerate(given_rows, start=1)
    ]
    return aliases.check_aliases(rows("landing_aliases", delivered))


def targets(outcome: Sieved) -> dict[str, str]:
    return dict(outcome.kept.select("alias_id", "track_id").iter_rows())


def reasons(outcome: Sieved) -> list[tuple[str, str]]:
    return outcome.quarantine.sort("source_row").select("row_key", "reason").rows()


def test_chains_are_followed_to_their_end() -> None:
    outcome = checked(("a", "b"), ("b", "c"), ("c", "d"), ("x", "b"))
    assert targets(outcome) == {"a": "d", "b": "d", "c": "d", "x": "d"}
    assert set(outcome.kept["method"]) == {"delivered"}
    assert outcome.quarantine.is_empty()


def test_a_circle_is_refused_by_name_and_what_leads_into_it_ends_there() -> None:
    outcome = checked(("a", "b"), ("b", "c"), ("c", "a"), ("x", "a"), ("y", "z"))
    assert targets(outcome) == {"x": "a", "y": "z"}
    assert reasons(outcome) == [("a", "alias_circle"), ("b", "alias_circle"), ("c", "alias_circle")]
    assert outcome.quarantine["detail"][0] == "aliases go in a circle: a -> b -> c -> a"


def test_the_weaker_part_of_a_circle_gives_way() -> None:
    outcome = checked(("a", "b", "matched"), ("b", "a", "correction"))
    assert targets(outcome) == {"b": "a"}
    assert reasons(outcome) == [("a", "alias_circle")]


@pytest.mark.parametrize(
    ("first", "second", "target", "refused"),
    [
        (("a", "b"), ("a", "c"), "c", True),  # the last delivered
        (("a", "b", "correction"), ("a", "c", "matched"), "b", False),  # a person's word stands
        (("a", "b", "matched"), ("a", "c", "retagged"), "c", False),
        (("a", "b"), ("a", "b"), "b", False),
        (("a", "b", "matched"), ("a", "a", "correction"), "a", False),  # "it is no other track's"
    ],
)
def test_of_two_that_disagree_the_stronger_stays(
    first: tuple[str, ...], second: tuple[str, ...], target: str, refused: bool
) -> None:
    outcome = checked(first, second)
    assert targets(outcome) == {"a": target}
    assert reasons(outcome) == ([("a", "duplicate_key")] if refused else [])
    assert outcome.duplicates == int(not refused)


@given(st.lists(st.tuples(IDS, IDS, st.sampled_from(ALIAS_METHODS)), max_size=20))
def test_every_alias_has_one_end_that_is_no_alias_and_every_row_leaves_by_one_door(
    delivered: list[tuple[str, str, str]],
) -> None:
    outcome = checked(*delivered)
    found = targets(outcome)
    assert len(found) == outcome.kept.height
    assert all(end not in found or found[end] == end for end in found.values())
    assert outcome.kept.height + outcome.duplicates + outcome.quarantine.height == len(delivered)


def alias(alias_id: str, track_id: str, **cells: Any) -> dict[str, Any]:
    return {"alias_id": alias_id, "track_id": track_id, "method": "retagged", **cells}


def test_plays_feedback_and_lyrics_of_an_alias_count_for_its_track() -> None:
    out = night(
        **with_more("plays", play("u1", "old", NOON)),
        feedback=[signal("old"), signal("t0")],
        lyrics=[{"track_id": "old", "language": "zh", "lines": ["x"], "line_start_s": []}],
        aliases=[alias("old", "t0", since=date(2026, 3, 8))],
    )
    assert out["quarantine"].is_empty()
    assert out["plays"].filter(user_id="u1", track_id="t0", played_at=NOON).height == 1
    assert out["feedback"]["subject_id"].to_list() == ["t0"], "one like, said under both ids"
    assert out["lyrics"]["track_id"].to_list() == ["t0"]
    assert out["track_aliases"].rows() == [("old", "t0", "retagged", None, date(2026, 3, 8))]


def test_rows_of_alias_tracks_leave_the_catalogue_counted_and_not_refused() -> None:
    copies = [track(f"copy{n}", title="other tags", added_on=date(2025, 5, 5)) for n in range(5)]
    out = night(**with_more("tracks", *copies), aliases=[alias(f"copy{n}", f"t{n}") for n in range(5)])
    assert out["tracks"]["track_id"].to_list() == [f"t{n}" for n in range(5)]
    assert out["tracks"]["title"].unique().to_list() == ["歌"]
    assert out["tracks"]["added_on"].unique().to_list() == [date(2025, 5, 5)], "here since the first of them came"
    assert (counts(out, "tracks")["rows_alias"], counts(out, "tracks")["rows_quarantined"]) == (5, 0)


def test_a_track_whose_own_row_is_gone_lives_on_in_its_alias() -> None:
    tracks = [track(f"t{n}", artist_id=f"a{n}") for n in range(1, 5)]
    out = night(tracks=[*tracks, track("new", title="retagged")], aliases=[alias("new", "t0")])
    assert out["tracks"].filter(track_id="t0")["title"].to_list() == ["retagged"]
    assert out["quarantine"].is_empty()


def test_of_two_ids_the_row_with_audio_that_is_available_serves() -> None:
    out = night(
        **with_more("tracks", track("b0", audio_path="x.mp3"), track("b1", available=False, audio_path="y.mp3")),
        aliases=[alias("b0", "t0"), alias("b1", "t1")],
    )
    rows_of = dict(out["tracks"].select("track_id", "audio_path").iter_rows())
    assert (rows_of["t0"], rows_of["t1"]) == ("x.mp3", None)


def test_a_folder_taken_in_after_the_listening_was_there_when_it_was_heard() -> None:
    listened = track("ls", added_on=date(2026, 1, 5))
    out = night(**with_more("tracks", listened, track("new", added_on=date(2026, 3, 20), audio_path="x.mp3")),
                aliases=[alias("ls", "new")])  # fmt: skip
    assert out["tracks"].filter(track_id="new").select("audio_path", "added_on").row(0) == ("x.mp3", date(2026, 1, 5))


def test_what_is_deleted_stays_so_though_listens_know_it() -> None:
    listened = {**track("ls"), "source_file": "tracks/listens-1.parquet", "source_row": 1}
    out = night(
        tracks=[*(track(f"t{n}", artist_id=f"a{n}", available=n > 0) for n in range(5)), listened],
        aliases=[alias("ls", "t0")],
    )
    assert not out["tracks"].filter(track_id="t0")["available"].item()


def test_one_play_under_two_ids_is_one_play_even_if_they_disagree() -> None:
    out = night(**with_more("plays", play("u1", "t0", NOON), play("u1", "old", NOON, listened_s=55.0)),
                aliases=[alias("old", "t0")])  # fmt: skip
    assert out["plays"].filter(user_id="u1", track_id="t0", played_at=NOON).height == 1
    assert out["quarantine"].is_empty()
    found = counts(out, "plays")
    assert found["rows_alias"] + found["rows_duplicate"] == 2


def test_an_unknown_method_is_refused_with_its_reason() -> None:
    out = night(aliases=[alias("old", "t0", method="telepathy")])
    assert out["quarantine"].select("table_name", "reason").rows() == [("aliases", "bad_value")]
    assert out["track_aliases"].is_empty()


def test_nothing_to_rename_leaves_rows_as_they_are() -> None:
    frame = pl.DataFrame({"track_id": ["a", None]})
    none = rows("track_aliases", [])
    assert aliases.renamed(frame, "track_id", none).drop(RENAMED).equals(frame)
