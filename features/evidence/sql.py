"""What a proof is, and pieces of SQL that several proofs share.

A proof is written over names in braces: ``{user}``, ``{track}``, ``{subject}``, ``{subject_too}`` and ``{song_text}``
of the row, ``{ds}`` of the night, and the parameters in force (see :mod:`features.evidence.proof`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Proof:
    """What a kind of evidence claims, as SQL.

    Args:
        rows: FROM and WHERE: the rows that bear the claim out.
        value, value_high, song_value: expressions of the numbers that the evidence must show.
        holds: whether those rows prove it; without any row it is not proved.
    """

    rows: str
    value: str = "NULL"
    value_high: str = "NULL"
    song_value: str = "NULL"
    holds: str = "true"

    @property
    def sql(self) -> str:
        return (
            f"SELECT {self.holds} AS holds, {self.value} AS value, {self.value_high} AS value_high, "
            f"{self.song_value} AS song_value FROM {self.rows}"
        )


def quoted(text: str) -> str:
    """A SQL string literal."""
    return "'" + text.replace("'", "''") + "'"


def listed(members: Iterable[str | int]) -> str:
    """Literals, parted by commas."""
    return ", ".join(quoted(m) if isinstance(m, str) else str(m) for m in members)


def unnested(table: str, key: str, items: str, amounts: str) -> str:
    """Two list columns as rows ``item``, ``amount``."""
    return f"(SELECT {key}, unnest({items}) AS item, unnest({amounts}) AS amount FROM {table})"


def any_of(column: str, key: str, groups: Mapping[str, Iterable[str | int]]) -> str:
    """``key`` is one of the groups and ``column`` one of its members."""
    each = (f"{key} = {quoted(name)} AND {column} IN ({listed(members)})" for name, members in groups.items())
    return "(" + " OR ".join(each) + ")"


# The moods that may be said of a song.
MOODS = (
    "(SELECT track_id, item FROM (SELECT track_id, valence_confidence, unnest(moods) AS item, "
    "unnest(mood_probabilities) AS amount FROM emotions) "
    "WHERE amount >= {mood_said_from} AND valence_confidence >= {feeling_said_from})"
)
LOVED = "f.user_id = {user} AND (f.liked OR f.weight >= {loved_from}) AND NOT f.blocked"
# The loved tracks k beside the song s.
LOVED_WITH = "affinity f JOIN tracks k USING (track_id) JOIN tracks s ON s.track_id = {track} WHERE " + LOVED
# How many there are, the named one among them.
COUNT_WITH = "CASE WHEN bool_or(k.track_id = {subject}) THEN count(*) END"


def listeners_of(track: str, city: str | None = None) -> str:
    """How many people (of a city) played a track in the last 30 days, as a subquery of one row ``people``.

    People who opted out of personalisation are not counted.
    """
    near = "" if city is None else f" AND w.city = {city}"
    return (
        "SELECT count(DISTINCT q.user_id) AS people FROM plays q JOIN users w USING (user_id) "
        f"WHERE w.personalised AND NOT q.skipped AND q.local_date > {{ds}} - 30 AND q.track_id = {track}{near}"
    )


def others_of_both(one: str, other: str) -> str:
    """How many other people played both tracks, each at least once unskipped, as a subquery of one number."""
    return (
        "(SELECT count(*) FROM affinity b JOIN affinity d USING (user_id) JOIN users w USING (user_id) "
        f"WHERE w.personalised AND b.user_id <> {{user}} AND b.track_id = {one} AND b.plays > b.skips "
        f"AND d.track_id = {other} AND d.plays > d.skips)"
    )
