"""One bucket's users and the catalogue in row numbers, so that sources join on integers.

Users and tracks are numbered in order of id; a number means the same row in every frame
and array of a :class:`Setting`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from features.candidates.eligibility import Ints, Rights, rights, servable
from features.candidates.inputs import CandidateInputs
from features.night import Night
from features.taste.profile import has_profile

U, T = pl.col("u"), pl.col("t")


@dataclass(frozen=True, slots=True)
class Setting:
    """What every source works on.

    Args:
        users: users of the bucket with number ``u`` and ``personal`` (may we use their history).
        tracks: servable tracks with number ``t``.
        rights: who may hear what.
        blocked: pairs (u, t) never to be proposed.
        stale: pairs (u, t, nights): proposed ``nights`` ago, or played on ds (``nights`` 0).
        affinity: rows of the bucket's affinity over servable tracks as (u, t, ...).
        excluded: most blocked and stale tracks of any one user here; sources that cut before
            filtering reach this much deeper.
    """

    users: pl.DataFrame
    tracks: pl.DataFrame
    rights: Rights
    blocked: pl.DataFrame
    stale: pl.DataFrame
    affinity: pl.DataFrame
    excluded: int

    @property
    def personal(self) -> Ints:
        """Numbers of the users whose history may be used [shape=(n,)]."""
        numbers: Ints = np.flatnonzero(self.users["personal"].to_numpy())
        return numbers


def setting(inputs: CandidateInputs, night: Night) -> Setting:
    """Number the bucket's users and the servable tracks and find what is out of bounds."""
    known = inputs.users.join(inputs.taste.select("user_id", "history_class"), on="user_id", how="left")
    people = known.sort("user_id").with_columns(personal=has_profile()).with_row_index("u")
    songs = servable(inputs.tracks, night).sort("track_id").with_row_index("t")
    drawn = numbered(inputs.affinity, people, songs)
    blocked = drawn.filter("blocked").select("u", "t")
    stale = _stale(drawn, numbered(inputs.history, people, songs), songs, night)
    out = pl.concat([blocked, stale.select("u", "t")]).unique().group_by("u").len()["len"].max()
    return Setting(
        users=people,
        tracks=songs,
        rights=rights(people, songs),
        blocked=blocked,
        stale=stale,
        affinity=drawn,
        excluded=int(out) if isinstance(out, int) else 0,
    )


def numbered(rows: pl.DataFrame, users: pl.DataFrame, tracks: pl.DataFrame) -> pl.DataFrame:
    """``rows`` of known users and servable tracks with their numbers ``u`` and ``t``."""
    with_user = rows.join(users.select("user_id", "u"), on="user_id")
    return with_user.join(tracks.select("track_id", "t"), on="track_id").drop("user_id", "track_id")


def _stale(drawn: pl.DataFrame, past: pl.DataFrame, songs: pl.DataFrame, night: Night) -> pl.DataFrame:
    """Least nights since each pair was recommended, in any version of the song; 0 when played on ds."""
    ago = (pl.lit(night.ds) - pl.col("ds")).dt.total_days().cast(pl.Int32)
    recommended = past.select("u", "t", nights=ago)
    today = drawn.filter(pl.col("plays_ds") > 0).select("u", "t", nights=pl.lit(0, dtype=pl.Int32))
    both = pl.concat([recommended, today])
    works = songs.select("t", work=pl.coalesce("work_id", "track_id"))
    versions = both.join(works, on="t").drop("t").join(works, on="work").drop("work")
    return versions.group_by("u", "t").agg(pl.col("nights").min())
