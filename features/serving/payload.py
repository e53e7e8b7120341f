"""Ready-to-serve payloads: a listener's whole Daily 30 in one object, reviews beside it.

Payload of a list (all keys always present; ``label`` is the implicit label of AI-made content; ``tempo_bpm``, ``key``,
``mode``, ``mood``, ``valence`` and ``arousal`` are null where they may not be said, see :mod:`features.measurement`;
``artist`` is the credit as written, null like ``artist_id`` when nobody knows who it is; ``artists`` are all whom
credit and title name; ``moods`` all mood tags that may be said, ``mood`` the first of them; ``version`` is null for
the plain recording, ``cover`` where no picture is known)::

    {"format": 1, "user_id", "ds", "serves_on", "language", "personalised", "history_class",
     "opener", "hashtags": [...], "intro", "writer", "model", "notice", "content_id",
     "label": {...} or null, "relaxations": [...], "shortfall_reason",
     "header": {"track_id", "kind", "video_key", "poster_key", "duration_s", "width", "height", "notice"} or null,
     "songs": [{"rank", "track_id", "title", "artist", "artist_id", "artists": [{"name", "artist_id"}], "version",
                "album", "album_id", "cover", "genre", "release_date", "duration_s",
                "explicit", "reason", "paragraph", "discovery", "heard", "source", "tempo_bpm", "tempo_confidence",
                "key", "mode", "key_strength", "mood", "moods", "valence", "arousal", "has_review",
                "evidence": [{"seq", "kind", "subject", "value", "value_high", "song_value", "song_text", "unit",
                              "source_table"}]}]}

A review carries ``note``: source, url (or null) and licence of the sentence that it quotes of a note, to be shown with
the text; null where it quotes none.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import polars as pl

from features.measurement import MeasurementPolicy
from features.night import Night
from features.released import release_told
from features.serving.inputs import ServedTables
from features.taste.affinity import artist_names, credits
from features.words.labels import implicit

PAYLOAD_FORMAT = 1
_USERS_AT_ONCE = 2_000
_EVIDENCE = (
    "seq", "kind", "subject", "value", "value_high", "song_value", "song_text", "unit", "source_table",
)  # fmt: skip
_HEADER = ("track_id", "kind", "video_key", "poster_key", "duration_s", "width", "height", "notice")
_REVIEW = (
    "track_id",
    "language",
    "title",
    "artist",
    "headings",
    "paragraphs",
    "writer",
    "model",
    "notice",
    "content_id",
)
_NOTE = ("source", "url", "licence")


def list_payloads(
    tables: ServedTables, policy: MeasurementPolicy, night: Night
) -> Iterator[tuple[str, dict[str, Any]]]:
    """(user_id, payload) of every list, in order of user_id; memory stays bounded by a few thousand users."""
    cards = song_cards(tables, policy)
    headers = {row["track_id"]: plain(row) for row in tables.headers.select(_HEADER).to_dicts()}
    for users in _user_chunks(tables.daily_lists):
        songs = _songs_by_user(tables, cards, users)
        for row in _list_heads(tables, users).to_dicts():
            user_songs = [plain(song) for song in songs[row["user_id"]]]
            yield row["user_id"], _payload(row, user_songs, headers, night)


def review_payloads(tables: ServedTables) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """(track_id, language, payload) of every review."""
    names = tables.tracks.select("track_id", "title", artist=pl.coalesce("artist_credit", "artist_name"))
    reviews = tables.reviews.join(names, on="track_id", how="left").sort("track_id", "language")
    for row in reviews.select(*_REVIEW, *(f"note_{name}" for name in _NOTE)).iter_rows(named=True):
        said = {name: row.pop(f"note_{name}") for name in _NOTE}
        note = said if said["source"] is not None else None
        yield row["track_id"], row["language"], {**row, "note": note, "label": implicit(row)}


def song_cards(tables: ServedTables, policy: MeasurementPolicy) -> pl.DataFrame:
    """One row per track: what every listener sees of it, numbers rounded to what is meant.

    An app shows what it is given: a tempo, key, mood, valence or arousal that may not be said is null.
    """
    key_is_said = policy.may_say("key")
    sound = tables.audio_features.select(
        "track_id",
        policy.said("tempo").cast(pl.Float64).round(1).alias("tempo_bpm"),
        pl.col("tempo_confidence").cast(pl.Float64).round(2),
        pl.when(key_is_said).then("key").alias("key"),
        pl.when(key_is_said).then("mode").alias("mode"),
        pl.col("key_strength").cast(pl.Float64).round(2),
        heard_s="duration_s",
    )
    feeling = tables.emotions.select(
        "track_id",
        policy.said("valence").cast(pl.Float64).round(3),
        policy.said("arousal").cast(pl.Float64).round(3),
        policy.said("mood"),
        policy.said_moods(),
    )
    return (
        tables.tracks.join(sound, on="track_id", how="left")
        .join(feeling, on="track_id", how="left")
        .join(_artists(tables.tracks), on="track_id", how="left")
        .select(
            "track_id", "title", "genre", "explicit", "tempo_bpm", "tempo_confidence", "key", "mode", "key_strength",
            "mood", "valence", "arousal", "album_id",
            moods=pl.col("moods").fill_null([]),
            artist=pl.coalesce("artist_credit", "artist_name"),
            artist_id="artist_id",
            artists=pl.col("artists").fill_null([]),
            version="version",
            album="album_title",
            cover="cover_path",
            release_date=release_told(),
            duration_s=pl.coalesce("heard_s", "duration_s").cast(pl.Float64).round(1),
        )
    )  # fmt: skip


def _artists(tracks: pl.DataFrame) -> pl.DataFrame:
    """``track_id`` and ``artists``: ids and names of all credited artists, main first; no row for nobody's."""
    credited = credits(tracks).join(artist_names(tracks), on="artist", how="left", maintain_order="left")
    listed = credited.group_by("track_id", maintain_order=True)
    return listed.agg(artists=pl.struct("name", artist_id="artist"))


def _user_chunks(daily_lists: pl.DataFrame) -> Iterator[pl.DataFrame]:
    users = daily_lists.select("user_id").unique().sort("user_id")
    for start in range(0, users.height, _USERS_AT_ONCE):
        yield users.slice(start, _USERS_AT_ONCE)


def _songs_by_user(tables: ServedTables, cards: pl.DataFrame, users: pl.DataFrame) -> dict[str, list[dict[str, Any]]]:
    key = ["user_id", "track_id"]
    evidence = (
        tables.evidence.join(users, on="user_id", how="semi")
        .sort(*key, "seq")
        .group_by(key, maintain_order=True)
        .agg(evidence=pl.struct(*(pl.col(c).cast(pl.Int64) if c == "seq" else pl.col(c) for c in _EVIDENCE)))
    )
    languages = tables.users.select("user_id", "language")
    reviewed = tables.reviews.select("track_id", "language").with_columns(has_review=True)
    songs = (
        tables.daily_lists.join(users, on="user_id", how="semi")
        .drop("artist_id")
        .join(cards, on="track_id", how="left")
        .join(tables.song_reasons.select(*key, "reason", "paragraph"), on=key, how="left")
        .join(evidence, on=key, how="left")
        .join(languages, on="user_id", how="left")
        .join(reviewed, on=["track_id", "language"], how="left")
        .with_columns(pl.col("has_review").fill_null(False))
        .sort("user_id", "rank")
        .select(
            "user_id", "rank", "source", "discovery", "heard", "reason", "paragraph", "evidence", "has_review",
            *cards.columns,
        )
    )  # fmt: skip
    return {
        str(user[0]): part.drop("user_id").to_dicts()
        for user, part in songs.partition_by("user_id", as_dict=True, maintain_order=True).items()
    }


def _list_heads(tables: ServedTables, users: pl.DataFrame) -> pl.DataFrame:
    first = tables.daily_lists.filter(pl.col("rank") == 1).select("user_id", first_track_id="track_id")
    summary = tables.list_summaries.select(
        "user_id", "personalised", "history_class", "relaxations", "shortfall_reason"
    )
    words = tables.list_copy.select(
        "user_id", "language", "opener", "hashtags", "intro", "writer", "model", "notice", "content_id"
    )
    return (
        users.join(summary, on="user_id", how="left")
        .join(words, on="user_id", how="left")
        .join(first, on="user_id", how="left")
        .sort("user_id")
    )


def _payload(
    head: dict[str, Any], songs: list[dict[str, Any]], headers: dict[str, dict[str, Any]], night: Night
) -> dict[str, Any]:
    first_track = head.pop("first_track_id")
    return {
        "format": PAYLOAD_FORMAT,
        "ds": night.ds.isoformat(),
        "serves_on": night.serves_on.isoformat(),
        **head,
        "label": implicit(head),
        "header": headers.get(first_track),
        "songs": songs,
    }


def plain(value: Any) -> Any:
    """Floats as short numbers (6 significant digits: more is noise of float32), everything else as it is."""
    if isinstance(value, float):
        return float(f"{value:.6g}")
    if isinstance(value, dict):
        return {k: plain(v) for k, v in value.items()}
    return [plain(v) for v in value] if isinstance(value, list) else value
