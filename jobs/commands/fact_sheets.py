"""What ``daily30 facts`` looks up: the sheet of a track, its comparison with another, the sheet of a list."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from dataclasses import dataclass, fields

import polars as pl

from features.measurement import MeasurementPolicy
from features.night import Night
from features.seeds import Seeds
from features.words.facts.comparison_sheet import Compared, comparison_facts
from features.words.facts.list_sheet import list_facts
from features.words.facts.sheet import Fact
from features.words.facts.song_sheet import song_facts
from features.words.facts.songs import songs
from features.words.params import WordParams
from features.words.writer.inputs import BriefTables
from features.words.writer.list_briefs import ListBrief, ListBriefs
from schemas import TABLES
from schemas.errors import UsageError

_CHOICES = 8  # tracks named when a title fits several


@dataclass(frozen=True, slots=True)
class Sheet:
    """A track's facts, numbered."""

    track_id: str
    title: str
    artist: str
    facts: list[Fact]


def find_track(tracks: pl.DataFrame, asked: str) -> str:
    """The id of the track with this id or title (or a piece of one); a doubtful title names the choices."""
    if asked in tracks["track_id"]:
        return asked
    wanted = asked.strip().casefold()
    titles = tracks.with_columns(pl.col("title").str.to_lowercase().alias("plain")).sort("title", "track_id")
    exact = titles.filter(pl.col("plain") == wanted)
    found = exact if not exact.is_empty() else titles.filter(pl.col("plain").str.contains(wanted, literal=True))
    if not wanted or found.is_empty():
        raise UsageError(f"no track has the id or title {asked!r}", fix="daily30 search TEXT finds tracks.")
    if found.height > 1:
        raise UsageError(f"{asked!r} fits {found.height} tracks", fix=f"choose one by its id: {_choices(found)}.")
    return str(found["track_id"][0])


def _choices(found: pl.DataFrame) -> str:
    shown = found.head(_CHOICES).select("track_id", "title", "artist_name").iter_rows()
    named = [f"{track_id} ({title} — {artist})" for track_id, title, artist in shown]
    return ", ".join([*named, *(["…"] if found.height > _CHOICES else [])])


def sheet(facts: pl.DataFrame, tracks: pl.DataFrame, track_id: str, language: str, letter: str = "f") -> Sheet:
    """The sheet of one track."""
    row = tracks.row(by_predicate=pl.col("track_id") == track_id, named=True)
    made = song_facts(facts.filter(pl.col("track_id") == track_id), language, letter)
    return Sheet(track_id, row["title"] or "", row["artist_name"] or "", made)


def comparison(facts: pl.DataFrame, track_id: str, versus: str, language: str) -> list[Compared]:
    """Every fact the two tracks give against each other, the weak ones marked."""
    if track_id == versus:
        raise UsageError("a song cannot be compared with itself", fix="give another track to --versus.")
    ids = [track_id, versus]
    rows = facts.filter(pl.col("track_id").is_in(ids))
    known = songs(rows, ids, weak=True)
    for track, asserted in songs(rows, ids).items():  # a mood nobody may assert is none in common
        known[track].moods = asserted.moods or known[track].moods
    first = rows.sort("fact_id").group_by("track_id", "kind", maintain_order=True).first()
    least = first.group_by("kind").agg(pl.col("confidence").min(), pl.col("assertable").all())
    sure = dict(least.select("kind", "confidence").iter_rows())
    assertable = dict(least.select("kind", "assertable").iter_rows())
    return comparison_facts(
        known[track_id], known[versus], sure, language, lambda kind: bool(assertable.get(kind, True))
    )


def of_list(frame: Callable[[str], pl.DataFrame], user_id: str, night: Night) -> tuple[str, list[Fact]]:
    """The language of a listener and what is known of their list, as its words were told it.

    Args:
        frame: a table of the night by name.
    """
    ids = frame("list_summaries")["user_id"].to_list()
    if user_id not in ids:
        near = ", ".join(difflib.get_close_matches(user_id, sorted(ids), n=5, cutoff=0.0))
        raise UsageError(f"the night of {night.ds} has no list for user {user_id!r}", fix=f"did you mean {near}?")
    order = brief_of(frame, user_id, night)[1]
    return order.slots.language, list_facts(order.slots)


def brief_of(frame: Callable[[str], pl.DataFrame], user_id: str, night: Night) -> tuple[ListBriefs, ListBrief]:
    """What the words of one listener's list are made of, from the tables of a night."""
    tables = {}
    for name in (field.name for field in fields(BriefTables)):
        table = TABLES[name].empty() if name == "copy_history" else frame(name)
        tables[name] = table.filter(pl.col("user_id") == user_id) if "user_id" in table.columns else table
    given = Seeds(0), WordParams(), MeasurementPolicy()  # what is drawn or suits a list stands on no sheet
    briefs = ListBriefs(BriefTables(**tables), night, *given)
    return briefs, next(briefs.orders())
