"""Who was erased is known by a hash, and only by that."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

from schemas.errors import ContractError
from tests.ids import HOSTILE_IDS
from warehouse.erasure.register import FILE, NOBODY, erased_of, register, settle


def test_nobody_was_erased_of_a_new_home(tmp_path: Path) -> None:
    assert erased_of(tmp_path) == NOBODY
    assert not erased_of(tmp_path).holds("u-1")
    assert erased_of(tmp_path).digest == ""
    (tmp_path / "file").touch()
    assert erased_of(tmp_path / "file") == NOBODY, "what is no home is told by whoever opens it"


def test_an_id_is_known_again_and_cannot_be_read(tmp_path: Path) -> None:
    for user in HOSTILE_IDS[::2]:
        register(tmp_path, user, {})
    erased = erased_of(tmp_path)
    assert [user for user in HOSTILE_IDS if erased.holds(user)] == list(HOSTILE_IDS[::2])
    written = json.loads((tmp_path / FILE).read_text("utf-8"))
    assert not {*HOSTILE_IDS} & {*written["users"]}
    assert all(len(told) == 64 for told in written["users"])


def test_two_homes_know_the_same_id_by_other_hashes(tmp_path: Path) -> None:
    one, other = (register(tmp_path / name, "u-1", {}) for name in ("one", "other"))
    assert one.users.isdisjoint(other.users)


def test_twice_is_once_and_others_stay(tmp_path: Path) -> None:
    first = register(tmp_path, "u-1", {})
    assert register(tmp_path, "u-1", {}) == first
    both = register(tmp_path, "u-2", {})
    assert (both.salt, first.users < both.users, len(both.users)) == (first.salt, True, 2)


def test_the_landing_as_it_was_is_kept_over_a_crash_until_all_is_done(tmp_path: Path) -> None:
    register(tmp_path, "u-1", {"landing_users": "before"})
    assert register(tmp_path, "u-1", {"landing_users": "half done"}).landing == {"landing_users": "before"}
    settle(tmp_path)
    assert erased_of(tmp_path).landing == {}
    assert erased_of(tmp_path).holds("u-1")


def test_rows_of_others_are_kept_in_their_order(tmp_path: Path) -> None:
    erased = register(tmp_path, "u1", {})
    rows = pl.DataFrame({"user_id": ["u10", "u1", None, "U1", "u1", "u"], "n": [0, 1, 2, 3, 4, 5]})
    assert erased.kept(rows)["n"].to_list() == [0, 2, 3, 5]
    songs = pl.DataFrame({"track_id": ["u1"]})
    assert erased.kept(songs).equals(songs)


@pytest.mark.parametrize(
    ("key", "detail", "kept"),
    [
        ("u1|2026-03-01", "", False),
        ("u10|2026-03-01", "3 cells instead of 4", True),
        ("", "3 cells instead of 4: u1,t-1,7", False),
        ("", '{"user_id": "u1", "kind"', False),
        ("", '{"user_id": "u11", "kind"', True),
    ],
)
def test_a_row_that_nobody_could_read_goes_where_it_names_the_user(
    tmp_path: Path, key: str, detail: str, kept: bool
) -> None:
    rows = pl.DataFrame({"row_key": [key], "detail": [detail]})
    assert register(tmp_path, "u1", {}).readable(rows).height == kept


def test_a_register_that_cannot_be_read_stops_whoever_asks(tmp_path: Path) -> None:
    register(tmp_path, "u-1", {})
    (tmp_path / FILE).write_text('{"salt": "')
    with pytest.raises(ContractError, match=r"erased\.json"):
        erased_of(tmp_path)
