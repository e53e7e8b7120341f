"""One star under many spellings and credits, mapped and not: the cap and a block hold over all of their songs."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from features.ingest.artists import resolve
from features.ingest.works import with_works
from tests.features.lists.night import run_night
from tests.features.lists.world import world
from tests.frames import rows

STAR = "57a00000-0000-4000-8000-000000000001"
GUEST = "6e570000-0000-4000-8000-000000000001"
Credit = dict[str, Any]


def text(name: str, *ids: str, title: str | None = None) -> Credit:
    return {
        "artist_name": name,
        "artist_id": ids[0] if ids else None,
        "featured_artist_ids": list(ids[1:]),
        "title": title,
    }


LATIN = (
    text("Star", STAR), text("Star"), text("STAR"), text("Star feat. Guest 1"), text("Guest 1 & Star", GUEST, STAR),
    text("Guest 2 ft. Star"), text("Guest 1", title="Night (feat. Star)"), text("Star", "la0123456789abcdef"),
)  # fmt: skip
CHINESE = (
    text("张三", STAR), text("張三"), text("张三、李四"), text("李四/张三"), text("李四", title="夜 (feat. 张三)"),
    text("李四 & 张三", GUEST, STAR), text("张三", "fa0123456789ab"),
)  # fmt: skip
TYPED = (
    text("Ärt’s‐Band", STAR), text("A\u0308rt's-Band"), text("ÄRT'S-BAND"),
    text("Guest x Ärt's-Band", GUEST, STAR), text("Ärt’s‐Band vs. Other"),
)  # fmt: skip


@pytest.mark.parametrize("credits", [LATIN, CHINESE, TYPED], ids=["latin", "chinese", "typed"])
@pytest.mark.parametrize("block", [STAR, "la0123456789abcdef", "fa0123456789ab", None])
def test_the_cap_and_a_block_count_every_song_of_the_star(credits: tuple[Credit, ...], block: str | None) -> None:
    made = world(7, users=4, songs=150, artists=100)
    tracks = made.tables["tracks"].drop("artist_join_phrases", "work_id", "version").sort("track_id")
    stars = min(60, tracks.height)
    told = [{"title": None, **credits[i % len(credits)]} for i in range(stars)]
    written = tracks.head(stars).with_columns(
        pl.Series(name, [credit[name] for credit in told], dtype=tracks.schema[name])
        for name in ("artist_name", "artist_id", "featured_artist_ids")
    )
    titles = pl.Series("title", [f"{i} {credit['title'] or 'Song'}" for i, credit in enumerate(told)])
    mixed = pl.concat([written.with_columns(titles), tracks.slice(stars)])
    found = resolve(mixed, mixed.clear())
    known = dict(found.ids.iter_rows())
    blocked = [{"user_id": "u0002", "kind": "block_artist", "subject_id": known[block]}] if block in known else []
    catalogue = with_works(found.tracks).select(made.tables["tracks"].columns)
    out = run_night(made.tables | {"tracks": catalogue, "feedback": rows("feedback", blocked)}, made.night)
    of_star = out["daily_lists"].filter(pl.col("track_id").is_in(written["track_id"].implode()))
    counted = dict(of_star.group_by("user_id").len().iter_rows())
    raised = out["list_summaries"].filter(pl.col("relaxations").list.contains("artist_cap_raised"))
    assert raised.is_empty()
    assert counted
    assert max(counted.values()) <= 2
    assert not blocked or counted.get("u0002", 0) == 0
    assert blocked or block != STAR
