"""Titles parted into base title, versions and featured artists."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.names.titles import KINDS, SAME_RECORDING, Title, parse, parse_all, version_kinds

VERSIONS = [
    ("Song - Remastered 2011", "Song", "remaster"),
    ("1999 - 2019 Remaster", "1999", "remaster"),
    ("Song (2005 Digital Remaster)", "Song", "remaster"),
    ("Song (Live at Wembley)", "Song", "live"),
    ("Song - Live In London", "Song", "live"),
    ("Song (Live (2011))", "Song", "live"),
    ("Song (en vivo)", "Song", "live"),
    ("歌名 (Live)", "歌名", "live"),
    ("歌名（Live版）", "歌名", "live"),
    ("歌名-现场版", "歌名", "live"),
    ("海阔天空 Live", "海阔天空", "live"),
    ("歌名（伴奏）", "歌名", "instrumental"),
    ("Song (Inst.)", "Song", "instrumental"),
    ("Song [Radio Edit]", "Song", "edit"),
    ("Song - Single Version", "Song", "edit"),
    ("Song (Tiësto Remix)", "Song", "remix"),
    ("Song (Club Mix)", "Song", "remix"),
    ("晴天（DJ阿卓版）", "晴天", "remix"),
    ("晴天 (翻自 周杰伦)", "晴天", "cover"),
    ("Song (Acoustic Version)", "Song", "acoustic"),
    ("Song ~acoustic ver.~", "Song", "acoustic"),
    ("Song - Slowed + Reverb", "Song", "slowed"),
    ("Song (Taylor’s Version)", "Song", "rerecording"),
    ("你好，再见 (国语版)", "你好，再见", "language"),
    ("Song - Demo", "Song", "demo"),
    ("Song (Velvet Version)", "Song", "other"),
]
WHOLE = [
    "Song", "Song, Pt. 2", "Song (Part 2)", "(I Can't Get No) Satisfaction", "Live and Let Die", "Live",
    "Acoustic", "Demo",
    "(Live)", "Edit", "1999", "Song / Other song", "Alive - Live Forever", "Six Ft. Under", "10 ft tall",
    "Ft. Worth Blues",
    "Dancing (With Myself)", "Song (Where I Live)", "Song (Live in the Moment)", "Song (Reprise)",
    "Ann - Song", "Cover Me",
    "S.O.S. (Rescue Me)", "Waltz No. 2 (XO)", "Song (Cover Me)", "", "(feat. Ann)",
]  # fmt: skip
PLAIN = [
    "Song (Album Version)", "Song (Original Mix)", "Song (Bonus Track)", "Song [Official Video]",
    "Song (Deluxe Edition)",
    'Song (From "A Film")', "Song - Explicit", "Song (Official Music Video)",
]  # fmt: skip
GUESTS = [
    ("Song (feat. Ann)", "Song", ["Ann"]),
    ("Song ft. Ann & Bob (Live)", "Song", ["Ann", "Bob"]),
    ("Song (with Ann Lee)", "Song", ["Ann Lee"]),
    ("Song (feat. Ann) Part 2", "Song Part 2", ["Ann"]),
    ("Song featuring Ann, Bob and Cy", "Song", ["Ann", "Bob", "Cy"]),
    ("晴天 (feat. 陈奕迅)", "晴天", ["陈奕迅"]),
]


@pytest.mark.parametrize(("text", "base", "kind"), VERSIONS)
def test_versions_are_parted_from_the_title(text: str, base: str, kind: str) -> None:
    found = parse(text)
    assert (found.base, found.kinds) == (base, (kind,))
    assert found.label


@pytest.mark.parametrize("text", WHOLE)
def test_what_belongs_to_a_title_stays(text: str) -> None:
    assert parse(text) == Title(text)


@pytest.mark.parametrize("text", PLAIN)
def test_what_says_nothing_of_the_recording_goes(text: str) -> None:
    assert parse(text) == Title("Song")


@pytest.mark.parametrize(("text", "base", "guests"), GUESTS)
def test_guests_are_named(text: str, base: str, guests: list[str]) -> None:
    found = parse(text)
    assert (found.base, list(found.featured)) == (base, guests)


def test_several_groups_are_parted_in_their_order() -> None:
    found = parse("Song (feat. Ann) [Tiësto Remix] - 2011 Remaster")
    assert found == Title("Song", ("remaster", "remix"), "Tiësto Remix / 2011 Remaster", ("Ann",))


def test_only_masterings_and_lengths_are_the_same_recording() -> None:
    assert set(KINDS) > SAME_RECORDING
    assert not SAME_RECORDING & {"live", "remix", "acoustic", "cover", "instrumental", "language"}
    assert version_kinds("Part 2") == ()


_PIECES = st.sampled_from(
    [
        "Song",
        " - ",
        " (",
        ")",
        "[",
        "]",
        "（",
        "）",
        "Live",
        "feat. ",
        "Ann",
        " ft. ",
        "Remix",
        "歌",
        "~",
        " ",
        "Remaster 2011",
    ]
)


@given(st.lists(_PIECES, max_size=12).map("".join) | st.text(max_size=40))
def test_a_base_title_is_part_of_the_title_and_its_own_base(text: str) -> None:
    found = parse(text)
    assert bool(found.base) == bool(text.split())
    assert set(found.base) <= set(" ".join(text.split()))
    assert set(found.kinds) <= set(KINDS)
    assert (found.label is None) == (not found.kinds)


def test_a_column_of_titles() -> None:
    column = pl.Series("title", ["Song (Live)", None, "Song (feat. Ann)", "Song (Live)"])
    rows = parse_all(column).to_list()
    assert rows[0] == rows[3] == {"base": "Song", "kinds": ["live"], "label": "Live", "featured": []}
    assert rows[1] is None
    assert rows[2]["featured"] == ["Ann"]
