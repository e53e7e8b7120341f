"""Proof of evidence: for every kind the query that works its numbers out again from the night's tables.

A proof is written once, over names in braces: ``{user}``, ``{track}``, ``{subject}``,
``{subject_too}`` and ``{song_text}`` of the row, ``{ds}`` of the night, and the thresholds of the lists. With
literals it is a query that a person can run over ``warehouse.duckdb`` (:func:`recheck_sql`);
with the columns of ``evidence`` it proves every row of a kind at once (:func:`mismatch_sql`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from features.lists.reasons import BAND_BPM, HOURS
from features.lists.rules import ListParams
from features.lists.weather import MOODS_OF
from schemas.vocabulary import DAYPARTS


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


def _unnested(table: str, key: str, items: str, amounts: str) -> str:
    return f"(SELECT {key}, unnest({items}) AS item, unnest({amounts}) AS amount FROM {table})"


def _any_of(column: str, key: str, groups: Mapping[str, Iterable[str | int]]) -> str:
    """``key`` is one of the groups and ``column`` one of its members."""
    each = (f"{key} = {quoted(name)} AND {column} IN ({_listed(members)})" for name, members in groups.items())
    return "(" + " OR ".join(each) + ")"


def _listed(members: Iterable[str | int]) -> str:
    return ", ".join(quoted(m) if isinstance(m, str) else str(m) for m in members)


def quoted(text: str) -> str:
    """A SQL string literal."""
    return "'" + text.replace("'", "''") + "'"


_LOVED = "f.user_id = {user} AND (f.liked OR f.weight >= {loved_from}) AND NOT f.blocked"
_LOVED_WITH = "affinity f JOIN tracks k USING (track_id) JOIN tracks s ON s.track_id = {track} WHERE " + _LOVED
_COUNT_WITH = "CASE WHEN bool_or(k.track_id = {subject}) THEN count(*) END"
_MOODS = _unnested("emotions", "track_id", "moods", "mood_probabilities")
_PART = f"list_position([{_listed(DAYPARTS)}], {{subject}})"
_BAND = f"CAST(floor(CAST(s.tempo_bpm AS DOUBLE) / {BAND_BPM}) * {BAND_BPM} AS INTEGER)"


def _credit(column: str) -> Proof:
    same = f"k.{column} = s.{column} AND s.{column} = {{song_text}} AND k.artist_id <> s.artist_id"
    return Proof(f"{_LOVED_WITH} AND {same}", _COUNT_WITH, holds="count(*) >= {credits_from}")


def _days_off(way: str) -> Proof:
    """Days off against workdays; ``way`` is -1 for calmer, +1 for livelier."""
    off, workday = (f"CAST(t.day_kind_arousal[{place}] AS DOUBLE)" for place in (2, 1))
    return Proof(
        "taste t JOIN users u USING (user_id) LEFT JOIN contexts c ON c.city = u.city AND c.local_date = {ds} + 1, "
        "emotions e WHERE t.user_id = {user} AND e.track_id = {track} "
        "AND e.arousal_confidence >= {emotion_confidence_from}",
        off, workday, "e.arousal",
        f"(isodow({{ds}} + 1) >= 6 OR coalesce(c.holiday, false)) AND list_min(t.day_kind_plays) >= {{day_plays_from}} "
        f"AND {way} * ({off} - {workday}) >= {{day_apart_from}} AND {way} * (e.arousal - {off}) >= 0",
    )  # fmt: skip


PROOFS: dict[str, Proof] = {
    "tempo_band": Proof(
        "taste t, audio_features a WHERE t.user_id = {user} AND a.track_id = {track} "
        "AND a.tempo_confidence >= {tempo_confidence_from}",
        "t.tempo_low_bpm", "t.tempo_high_bpm", "a.tempo_bpm",
        "a.tempo_bpm BETWEEN t.tempo_low_bpm AND t.tempo_high_bpm",
    ),
    "looped_tempo": Proof(
        "(SELECT user_id, unnest(looped_track_ids) AS track_id FROM taste) l JOIN audio_features a USING (track_id) "
        "JOIN audio_features s ON s.track_id = {track} WHERE l.user_id = {user} AND a.track_id <> {track} "
        "AND a.tempo_confidence >= {tempo_confidence_from} AND s.tempo_confidence >= {tempo_confidence_from} "
        f"AND floor(CAST(a.tempo_bpm AS DOUBLE) / {BAND_BPM}) = floor(CAST(s.tempo_bpm AS DOUBLE) / {BAND_BPM}) "
        f"AND concat({_BAND}, '-', {_BAND} + {BAND_BPM}) = {{subject}}",
        "count(*)", song_value="any_value(s.tempo_bpm)", holds="count(*) >= 2",
    ),
    "key_match": Proof(
        f"{_unnested('taste', 'user_id', 'keys', 'key_shares')} t, audio_features a WHERE t.user_id = {{user}} "
        "AND a.track_id = {track} AND t.item = {song_text} AND concat(a.key, ' ', a.mode) = {song_text}",
        "t.amount", holds="t.amount >= {share_from} AND a.key_strength >= {key_strength_from}",
    ),
    "mood_match": Proof(
        f"{_unnested('taste', 'user_id', 'moods', 'mood_shares')} t JOIN {_MOODS} e USING (item) "
        "WHERE t.user_id = {user} AND e.track_id = {track} AND t.item = {subject} AND {song_text} = {subject}",
        "t.amount", holds="t.amount >= {share_from} AND e.amount >= {mood_probability_from}",
    ),
    "daypart_mood": Proof(
        "taste t, emotions e WHERE t.user_id = {user} AND e.track_id = {track} "
        "AND least(e.valence_confidence, e.arousal_confidence) >= {emotion_confidence_from}",
        f"t.daypart_valence[{_PART}]", f"t.daypart_arousal[{_PART}]", "e.arousal",
        f"t.daypart_plays[{_PART}] >= 20 AND sqrt(pow(CAST(e.valence AS DOUBLE) - t.daypart_valence[{_PART}], 2) "
        f"+ pow(CAST(e.arousal AS DOUBLE) - t.daypart_arousal[{_PART}], 2)) < 0.2000001",
    ),
    "calmer_days_off": _days_off("-1"),
    "livelier_days_off": _days_off("1"),
    "hour_habit": Proof(
        f"taste t, {_unnested('emotions', 'track_id', 'scenes', 'scene_probabilities')} e "
        "WHERE t.user_id = {user} AND e.track_id = {track} AND e.item = {subject}",
        "t.favourite_hour", song_value="e.amount",
        holds=f"e.amount >= {{scene_probability_from}} AND {_any_of('t.favourite_hour', 'e.item', HOURS)}",
    ),
    "genre_share": Proof(
        f"{_unnested('taste', 'user_id', 'genres', 'genre_shares')} t JOIN tracks k ON k.genre = t.item "
        "WHERE t.user_id = {user} AND k.track_id = {track} AND t.item = {subject}",
        "t.amount", holds="t.amount >= {share_from}",
    ),
    "artist_rotation": Proof(
        f"{_unnested('taste', 'user_id', 'artist_ids', 'artist_plays')} t JOIN tracks k ON k.artist_id = t.item "
        "WHERE t.user_id = {user} AND k.track_id = {track} AND t.item = {subject}",
        "t.amount", holds="t.amount >= {rotation_from}",
    ),
    "featured_artist": Proof(
        f"{_unnested('taste', 'user_id', 'artist_ids', 'artist_plays')} t, tracks k "
        "WHERE t.user_id = {user} AND k.track_id = {track} AND t.item = {subject} AND k.artist_id <> {subject} "
        "AND list_contains(k.featured_artist_ids, {subject})",
        "t.amount", holds="t.amount >= {rotation_from}",
    ),
    "liked_artist": Proof(
        "affinity f JOIN tracks k USING (track_id) JOIN tracks s ON s.track_id = {track} AND s.artist_id = k.artist_id "
        "WHERE f.user_id = {user} AND f.liked AND NOT f.blocked AND k.artist_id = {subject}",
        "count(*)", holds="count(*) > 0",
    ),
    "same_album": Proof(
        _LOVED_WITH + " AND k.album_id = s.album_id AND k.track_id <> s.track_id", _COUNT_WITH, holds="count(*) > 0"
    ),
    "same_composer": _credit("composer"),
    "same_producer": _credit("producer"),
    "same_lyricist": _credit("lyricist"),
    "same_label": _credit("label"),
    "resting": Proof(
        "affinity f WHERE f.user_id = {user} AND f.track_id = {track}", "{ds} - f.last_played", "f.plays",
        holds="{ds} - f.last_played >= {resting_days} AND f.plays - f.skips >= 2 AND f.weight > 0",
    ),
    "loved_tracks_together": Proof(
        "cf_neighbours n JOIN affinity f USING (track_id) WHERE n.neighbour_id = {track} "
        f"AND n.track_id IN ({{subject}}, {{subject_too}}) AND {_LOVED}",
        "max(n.similarity) FILTER (n.track_id = {subject})", "max(n.similarity) FILTER (n.track_id = {subject_too})",
        holds="count(*) FILTER (n.track_id = {subject}) > 0",
    ),
    "similar_track": Proof(
        "neighbours n JOIN affinity f USING (track_id) WHERE n.neighbour_id = {track} "
        f"AND n.track_id = {{subject}} AND {_LOVED}",
        "n.similarity", holds="n.similarity >= {similarity_from}",
    ),
    "fresh_release": Proof(
        "tracks k WHERE k.track_id = {track}", "{ds} + 1 - k.release_date",
        holds="{ds} + 1 - k.release_date BETWEEN 0 AND {fresh_days}",
    ),
    "popular_near": Proof(
        "popularity p JOIN users u ON u.city = p.place "
        "WHERE u.user_id = {user} AND p.track_id = {track} AND p.place = {subject}",
        "p.rank",
    ),
    "popular": Proof("popularity p WHERE p.place = '*' AND p.track_id = {track}", "p.rank"),
    "weather_fit": Proof(
        f"users u JOIN contexts c USING (city), {_MOODS} e WHERE u.user_id = {{user}} AND c.local_date = {{ds}} + 1 "
        "AND c.weather = {subject} AND e.track_id = {track} AND e.item = {song_text} "
        f"AND e.amount >= {{mood_probability_from}} AND {_any_of('e.item', 'c.weather', MOODS_OF)}",
    ),
    "discovery": Proof(
        "tracks s, (SELECT f.user_id, list(k.artist_id) AS mains, flatten(list(k.featured_artist_ids)) AS guests "
        "FROM users f LEFT JOIN affinity h ON h.user_id = f.user_id AND h.plays > 0 "
        "LEFT JOIN tracks k ON k.track_id = h.track_id GROUP BY f.user_id) g "
        "WHERE s.track_id = {track} AND s.artist_id = {subject} AND g.user_id = {user}",
        holds="coalesce(NOT list_contains(g.mains, {subject}), true) "
        "AND coalesce(NOT list_contains(g.guests, {subject}), true)",
    ),
    "catalogue_pick": Proof("tracks k WHERE k.track_id = {track} AND k.genre IS NOT DISTINCT FROM {subject}"),
}  # fmt: skip


_TEXTS = ("subject", "subject_too", "song_text")


def recheck_sql(row: Mapping[str, Any], user_id: str, ds: date, params: ListParams) -> str:
    """The query over ``warehouse.duckdb`` that works out the numbers behind a row of ``evidence`` again."""
    given = {"user": user_id, "track": row["track_id"], **{name: row[name] for name in _TEXTS}}
    literals = {name: "NULL" if text is None else quoted(text) for name, text in given.items()}
    return PROOFS[row["kind"]].sql.format(**literals, **_constants(ds, params))


def mismatch_sql(kind: str, ds: date, params: ListParams, only: str = "true") -> str:
    """The rows of ``evidence`` of a kind whose proof fails or gives other numbers.

    Args:
        only: a further condition on ``why``, the row of ``evidence``.
    """
    columns = {"user": "why.user_id", "track": "why.track_id", **{name: f"why.{name}" for name in _TEXTS}}
    proof = PROOFS[kind].sql.format(**columns, **_constants(ds, params))
    numbers = ("value", "value_high", "song_value")
    same = " AND ".join(f"why.{n} IS NOT DISTINCT FROM CAST(p.{n} AS DOUBLE)" for n in numbers)
    return (
        f"SELECT why.user_id, why.track_id, why.seq, why.kind FROM evidence why LEFT JOIN LATERAL ({proof}) p ON true "
        f"WHERE why.kind = {quoted(kind)} AND {only} AND NOT (coalesce(p.holds, false) AND {same})"
    )


def _constants(ds: date, params: ListParams) -> dict[str, str]:
    numbers = {name: str(value) for name, value in asdict(params).items() if isinstance(value, int | float)}
    return numbers | {"ds": f"DATE '{ds}'"}
