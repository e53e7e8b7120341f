"""Who is one artist over a whole catalogue, and whom a credit names: worked examples."""

from __future__ import annotations

import unicodedata
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.ingest.artists import Resolved, resolve
from schemas.catalogue import LANDING_TRACKS

STAR = "57a00000-0000-4000-8000-000000000001"
OTHER_STAR = "57a00000-0000-4000-8000-000000000002"
ANN = "a0000000-0000-4000-8000-000000000001"
BOB = "b0000000-0000-4000-8000-000000000001"


def catalogue(*credits: dict[str, Any]) -> pl.DataFrame:
    plain = {"title": "A Song", "featured_artist_ids": [], "featured_artist_names": []}
    return LANDING_TRACKS.frame([{**plain, "track_id": f"t{i:02d}", **credit} for i, credit in enumerate(credits)])


def named(name: str | None, *ids: str, **more: Any) -> dict[str, Any]:
    """A row as readers of listens write it: one text, all ids."""
    return {"artist_name": name, "artist_id": ids[0] if ids else None, "featured_artist_ids": list(ids[1:]), **more}


def resolved(*credits: dict[str, Any]) -> Resolved:
    tracks = catalogue(*credits)
    return resolve(tracks, tracks.clear())


def whom(*credits: dict[str, Any]) -> list[tuple[str, ...]]:
    """Ids of the artists of each row, main first."""
    found = resolved(*credits).tracks.sort("track_id")
    return [
        (main, *featured) if main else ()
        for main, featured in found.select("artist_id", "featured_artist_ids").iter_rows()
    ]


def test_mapped_and_unmapped_rows_of_one_artist_are_one() -> None:
    rows = (named("Star", STAR), named("Star"), named("STAR", "la0123456789abcdef"), named("Star feat. Ann"))
    assert [ids[0] for ids in whom(*rows)] == [STAR] * 4


def test_a_second_artist_of_a_credit_is_credited_by_id_or_by_name() -> None:
    rows = (named("Ann & Star", ANN, STAR), named("Star", STAR), named("Ann & Star"), named("Star ft. Bob & Ann"))
    assert whom(*rows)[0] == whom(*rows)[2] == (ANN, STAR)
    assert set(whom(*rows, named("Bob", BOB))[3]) == {STAR, ANN, BOB}


def test_a_guest_of_the_title_is_credited_and_not_in_the_credit() -> None:
    row = (
        resolved(named("Bob", title="Night (feat. Star)"), named("Star", STAR))
        .tracks.sort("track_id")
        .row(0, named=True)
    )
    assert row["featured_artist_ids"] == [STAR]
    assert row["featured_artist_names"] == ["Star"]
    assert row["artist_credit"] == "Bob"


@pytest.mark.parametrize("name", ["Simon & Garfunkel", "Earth, Wind & Fire", "AC/DC", "Tyler, The Creator", "筷子兄弟"])
def test_names_with_signs_that_also_join_stay_whole(name: str) -> None:
    assert whom(named(name), named("Someone"))[0] != ()
    assert len(whom(named(name), named("Someone"))[0]) == 1
    with_id = (named(name, ANN), named("Simon", BOB), named("Garfunkel"), named("Earth"), named("AC"), named("DC"))
    assert whom(*with_id)[0] == (ANN,)  # one id says that it is one artist


def test_the_credit_keeps_its_join_phrases() -> None:
    rows = (named("Ann feat. Bob & Cy"), named("Bob"), named("Cy"))
    row = resolved(*rows).tracks.sort("track_id").row(0, named=True)
    assert row["artist_credit"] == "Ann feat. Bob & Cy"
    assert row["artist_join_phrases"] == [" feat. ", " & ", ""]
    assert (row["artist_name"], row["featured_artist_names"]) == ("Ann", ["Bob", "Cy"])


def test_two_artists_of_one_name_stay_two_and_a_row_without_id_is_neither() -> None:
    one, other, nobodys = whom(named("Star", STAR), named("Star", OTHER_STAR), named("Star"))
    assert (one, other) == ((STAR,), (OTHER_STAR,))
    assert nobodys not in ((STAR,), (OTHER_STAR,))


def test_a_hosts_id_and_one_of_musicbrainz_are_one_artist_two_of_the_host_are_two() -> None:
    assert whom(named("Star", "ar7"), named("Star", STAR), named("Star")) == [("ar7",)] * 3
    assert whom(named("Star", "ar7"), named("Star", "ar8")) == [("ar7",), ("ar8",)]


def test_one_id_under_several_names_is_one_artist_of_the_most_frequent_name() -> None:
    found = resolved(named("Prince", STAR), named("The Artist", STAR), named("Prince", STAR)).tracks
    assert set(found["artist_id"]) == {STAR}
    assert set(found["artist_name"]) == {"Prince"}


@pytest.mark.parametrize(
    "name",
    [
        None,
        "",
        "unknown artist",
        "<unknown>",
        "Various Artists",
        "未知艺术家",
        "群星",
        "[no artist]",
        "Unbekannter Künstler",
    ],
)
def test_nobody_is_nobody(name: str | None) -> None:
    rows = resolved(named(name, "ar1"), named(name)).tracks
    for column in ("artist_id", "artist_name", "artist_credit"):
        assert rows[column].null_count() == 2
    assert rows["featured_artist_ids"].list.len().sum() == 0


def test_every_id_that_an_artist_ever_had_leads_to_them() -> None:
    found = resolved(
        named("Star", STAR), named("Star", "la0123456789abcdef"), named("Star feat. Ann", "fa0123456789ab")
    )
    artist = dict(found.ids.iter_rows())
    from_name = [i for i, to in artist.items() if to == STAR and i[:2] in ("la", "fa", "na")]
    assert {STAR, "la0123456789abcdef", "fa0123456789ab"} <= {i for i, to in artist.items() if to == STAR}
    assert len(from_name) == 5  # two delivered, three of what readers make of the name


def test_ids_are_learnt_from_rows_that_are_no_tracks_of_their_own() -> None:
    file, listen = catalogue(named("Star")), catalogue(named("Star", STAR))
    assert resolve(file, listen).tracks["artist_id"].to_list() == [STAR]


NAMES = st.sampled_from(["Ärtist", "Beyoncé", "Guns N’ Roses", "AC‐DC", "周杰倫", "ＬＯＶＥ"])
SPELLINGS = st.sampled_from(
    [
        lambda name: name,
        lambda name: unicodedata.normalize("NFD", name),
        str.upper,
        lambda name: name.replace("’", "'").replace("‐", "-"),
        lambda name: unicodedata.normalize("NFKC", name).replace("倫", "伦"),
    ]
)


@pytest.mark.slow
@given(st.lists(st.tuples(NAMES, SPELLINGS), min_size=1, max_size=12), st.randoms(use_true_random=False))
def test_spelling_and_order_do_not_matter(written: list[Any], chance: Any) -> None:
    rows = [named(spell(name)) for name, spell in written]
    ids = [ids[0] for ids in whom(*rows)]
    assert len(set(ids)) == len({name for name, _ in written})
    shown = set(resolved(*rows).tracks["artist_name"])
    assert shown <= {row["artist_name"] for row in rows}  # as somebody wrote it
    shuffled = list(enumerate(rows))
    chance.shuffle(shuffled)
    again = whom(*(row for _, row in shuffled))
    assert [again[[i for i, _ in shuffled].index(place)][0] for place in range(len(rows))] == ids
