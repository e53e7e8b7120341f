"""What people say of listened songs: which track of the catalogue each is, or that it is none."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import polars as pl

from features.matching.listened import ALIASES, CORRECTION, sides
from features.matching.songs import Song, songs_of
from jobs.run.landing import landing_writer
from schemas.errors import ContractError, UsageError
from warehouse.landing.files import require_file

CORRECTIONS = "aliases/corrections.jsonl"
_SHOWN = 5


def correct_all(home: Path, pairs: Sequence[tuple[str, str | None]]) -> list[dict[str, Any]]:
    """Keep corrections in the landing, all or none; each stands until another of the same song, over every matching.

    Args:
        pairs: a listened song and the track it is, each by id or ``Artist - Title``; None: it is no track.
    """
    if not pairs:
        return []
    landing = landing_writer(home)
    parted = sides(landing.known("tracks"))
    heard, catalogue = songs_of(parted.listened), songs_of(parted.catalogue)
    found = [
        (_named(heard, song, "listened song"), None if track is None else _named(catalogue, track, "track"))
        for song, track in pairs
    ]
    told = [(s.track_id, t.track_id if t else s.track_id, CORRECTION, None) for s, t in found]
    new = pl.DataFrame(told, schema=ALIASES, orient="row").unique("alias_id", keep="last", maintain_order=True)
    known = landing.known("aliases").filter(pl.col("source_file") == CORRECTIONS).select(*ALIASES)
    kept = known.join(new, on="alias_id", how="anti", maintain_order="left")
    landing.put_rows(CORRECTIONS, pl.concat([kept, new]).sort("alias_id"))
    return [
        {
            "listened_id": song.track_id,
            "listened": f"{song.artist} - {song.title}",
            "track_id": track.track_id if track else None,
            "track": f"{track.artist} - {track.title}" if track else None,
        }
        for song, track in found
    ]


def read_corrections(path: Path) -> list[tuple[str, str | None]]:
    """Rows of a CSV with columns ``listened`` and ``track``; an empty track: it is none."""
    try:
        with require_file(path).open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.DictReader(stream)
            if not {"listened", "track"} <= set(reader.fieldnames or ()):
                raise ContractError(
                    f"{path}: needs the columns listened and track", fix="one row per song; leave track empty for none."
                )
            rows = [((row["listened"] or "").strip(), (row["track"] or "").strip()) for row in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise ContractError(f"{path}: not a readable CSV ({error})", fix="give a UTF-8 CSV file.") from error
    for number, (listened, _) in enumerate(rows, start=2):
        if not listened:
            raise ContractError(f"{path}: line {number} names no listened song", fix="give its id or Artist - Title.")
    if not rows:
        raise ContractError(f"{path}: holds no rows", fix="one row per song, columns listened and track.")
    return [(listened, track or None) for listened, track in rows]


def _named(songs: Sequence[Song], asked: str, what: str) -> Song:
    """The one song of that id or that name."""
    low = " ".join(asked.split()).casefold()
    found = [s for s in songs if s.track_id == asked] or [
        s for s in songs if low in (f"{s.artist} - {s.title}".casefold(), s.title.casefold())
    ]
    if len(found) == 1:
        return found[0]
    if found:
        shown = "; ".join(f"{s.track_id} ({s.artist} - {s.title})" for s in found[:_SHOWN])
        raise UsageError(f"{asked!r} names {len(found):,} songs: {shown}", fix="give the id of the one you mean.")
    where = (
        "`daily30 match` shows ids of what matched nothing" if what == "listened song" else "`daily30 search` finds ids"
    )
    raise UsageError(f"no {what} is called {asked!r}", fix=f'give its id or "Artist - Title"; {where}.')
