from dataclasses import dataclass

import polars as pl

from features.parts import in_parts


@dataclass(frozen=True)
class Tables:
    users: pl.DataFrame
    plays: pl.DataFrame
    tracks: pl.DataFrame


TABLES = Tables(
    pl.DataFrame({"user_id": ["c", "a", "b"]}),
    pl.DataFrame({"user_id": ["a", "c", "c", "d"], "track_id": ["1", "2", "3", "4"]}),
    pl.DataFrame({"track_id": ["1", "2", "3", "4"]}),
)


def test_few_listeners_come_as_they_are():
    assert list(in_parts(TABLES, 3)) == [TABLES]


def test_many_come_in_order_of_their_ids_with_their_own_rows():
    first, last = in_parts(TABLES, 2)
    assert (first.users["user_id"].sort().to_list(), last.users["user_id"].to_list()) == (["a", "b"], ["c"])
    assert (first.plays["track_id"].to_list(), last.plays["track_id"].to_list()) == (["1"], ["2", "3"])
    assert first.tracks is TABLES.tracks


def test_nobody_comes_once():
    nobody = Tables(TABLES.users.clear(), TABLES.plays.clear(), TABLES.tracks)
    assert list(in_parts(nobody, 2)) == [nobody]
