"""Tables of the catalogue and of listening, as ingested (clean) and as delivered (landing)."""

from __future__ import annotations

from dataclasses import replace

from schemas.contract import Column, Pii, Table, Type
from schemas.vocabulary import (
    FEEDBACK_KINDS,
    LANGUAGES,
    PLAY_ORIGINS,
    RELEASE_PRECISIONS,
    TRACK_LANGUAGES,
    VERSIONS,
    WEATHER,
)

C = Column
USER_ID = C("user_id", Type.STR, "Opaque id of a listener.", pii=Pii.IDENTIFIER)
TRACK_ID = C("track_id", Type.STR, "Id of a track in the catalogue.")

TRACKS = Table(
    "tracks",
    grain="one row per track",
    key=("track_id",),
    split="track_id",
    doc="The catalogue as known by the end of ds.",
    columns=(
        TRACK_ID,
        C("title", Type.STR, "Title as the label wrote it."),
        C("artist_id", Type.STR, "Id of the main artist; null when nobody knows who it is.", nullable=True),
        C("artist_name", Type.STR, "Name of the main artist, in its most frequent spelling.", nullable=True),
        C("artist_credit", Type.STR, "All artists as the credit names them: Ann feat. Bob & Cy.", nullable=True),
        C("featured_artist_ids", Type.LIST_STR, "Other credited artists, guests of the title last; empty when none."),
        C("featured_artist_names", Type.LIST_STR, "Their names, one each; empty text where only the id is known."),
        C(
            "artist_join_phrases",
            Type.LIST_STR,
            "What stands behind each name of the credit, main artist first; guests of the title have none.",
        ),
        C("album_id", Type.STR, "Id of the album.", nullable=True),
        C("album_title", Type.STR, "Title of the album.", nullable=True),
        C("album_artist_name", Type.STR, "Artist of the album; Various Artists for a compilation.", nullable=True),
        C("release_date", Type.DATE, "Day the track is or was released, as exactly as it is known.", nullable=True),
        C(
            "release_precision",
            Type.STR,
            "How exactly: of a month or year release_date is the first day. Null is a day.",
            values=RELEASE_PRECISIONS,
            nullable=True,
        ),
        C("added_on", Type.DATE, "Day the catalogue received the track."),
        C("genre", Type.STR, "Main genre as the catalogue names it.", nullable=True),
        C("genres", Type.LIST_STR, "All genres as the catalogue names them, main first.", nullable=True),
        C("language", Type.STR, "Language sung, or instrumental.", values=TRACK_LANGUAGES, nullable=True),
        C("label", Type.STR, "Record label.", nullable=True),
        C("producer", Type.STR, "Producer.", nullable=True),
        C("composer", Type.STR, "Composer.", nullable=True),
        C("lyricist", Type.STR, "Lyricist.", nullable=True),
        C("duration_s", Type.F32, "Length the catalogue claims.", unit="s", range=(0, 86400), nullable=True),
        C("listener_tags", Type.LIST_STR, "Tags listeners gave; empty when none."),
        C("explicit", Type.BOOL, "Marked explicit by the label."),
        C("regions", Type.LIST_STR, "ISO 3166 country codes where it may be played; empty = everywhere."),
        C("available", Type.BOOL, "False once withdrawn; never recommended then."),
        C(
            "playable",
            Type.BOOL,
            "Whether the app can play it; others are known from listens only: they count for taste, in no list. "
            "Null in nights before it was told: yes.",
            nullable=True,
        ),
        C("audio_path", Type.STR, "Audio file, relative to landing/audio.", nullable=True),
        C("audio_sha256", Type.STR, "Hash of the audio file's bytes.", nullable=True),
        C(
            "audio_shared",
            Type.BOOL,
            "Whether another track of the night has a file of the same bytes; derived, null without audio.",
            nullable=True,
        ),
        C("lyrics_path", Type.STR, "LRC or text file, relative to landing/lyrics.", nullable=True),
        C(
            "work_id",
            Type.STR,
            "The song of which this is a version: title and artist; null of nobody's.",
            nullable=True,
        ),
        C("version", Type.STR, "Kind of version; null for the plain recording.", values=VERSIONS, nullable=True),
        C("cover_path", Type.STR, "Picture of its cover, relative to landing/covers.", nullable=True),
        C("track_number", Type.I32, "Its number on its disc.", range=(1, 9999), nullable=True),
        C("disc_number", Type.I32, "Number of its disc.", range=(1, 9999), nullable=True),
        C("recording_mbid", Type.STR, "MusicBrainz id of the recording.", nullable=True),
        C(
            "near_track_ids",
            Type.LIST_STR,
            "Of a song known from listens only, the tracks it may be, misspelt. Null in nights before it was told.",
            nullable=True,
        ),
    ),
)

USERS = Table(
    "users",
    grain="one row per user",
    key=("user_id",),
    split="user_id",
    doc="Listeners as known by the end of ds. No sensitive attribute is ever accepted.",
    columns=(
        USER_ID,
        C("created_on", Type.DATE, "Day the account was made."),
        C("language", Type.STR, "Language the user reads.", values=LANGUAGES),
        C("city", Type.STR, "City of the user's account, for weather and local popularity.", nullable=True),
        C("country", Type.STR, "ISO 3166 country code, for rights.", nullable=True),
        C("timezone", Type.STR, "IANA time zone."),
        C("personalised", Type.BOOL, "False when the user opted out of personalisation."),
        C("explicit_ok", Type.BOOL, "Whether explicit tracks may be recommended."),
    ),
)

PLAYS = Table(
    "plays",
    grain="one row per user, moment and track",
    key=("user_id", "played_at", "track_id"),
    may_be_empty=True,  # listeners who only begin; how many may is a gate of the ingest
    split="user_id",
    doc="Plays up to the end of ds in each user's own time zone, duplicates removed.",
    columns=(
        USER_ID,
        C("played_at", Type.TIMESTAMP, "Start of the play, UTC.", pii=Pii.BEHAVIOUR),
        TRACK_ID,
        C("local_date", Type.DATE, "Date of the play in the user's time zone."),
        C("local_hour", Type.I32, "Hour of the play in the user's time zone.", range=(0, 23)),
        C("listened_s", Type.F32, "How long it played.", unit="s", range=(0, 86400)),
        C("completion", Type.F32, "Share of the track heard, 1 = to the end.", range=(0, 1)),
        C("skipped", Type.BOOL, "The listener skipped it."),
        C(
            "measured",
            Type.BOOL,
            "Whether seconds were measured; false for a listen that a service merely counted, which is taken as heard "
            "to its end.",
        ),
        C("origin", Type.STR, "What started the play.", values=PLAY_ORIGINS),
    ),
)

FEEDBACK = Table(
    "feedback",
    grain="one row per user, moment, kind and subject",
    key=("user_id", "event_at", "kind", "subject_id"),
    split="user_id",
    may_be_empty=True,
    doc="Explicit signals: likes, blocks, playlist additions; and impressions, songs of a list that were shown.",
    columns=(
        USER_ID,
        C("event_at", Type.TIMESTAMP, "When, UTC.", pii=Pii.BEHAVIOUR),
        C("kind", Type.STR, "What the user did.", values=FEEDBACK_KINDS),
        C("subject_id", Type.STR, "track_id, or artist_id for block_artist."),
        C("local_date", Type.DATE, "Date in the user's time zone."),
    ),
)

CONTEXTS = Table(
    "contexts",
    grain="one row per city and local date",
    key=("city", "local_date"),
    may_be_empty=True,
    doc="Weather and festivals; the row of the day after ds is a forecast known on ds.",
    columns=(
        C("city", Type.STR, "City name."),
        C("local_date", Type.DATE, "Local date."),
        C("weather", Type.STR, "Weather of the day.", values=WEATHER),
        C("temperature_c", Type.F32, "Mean temperature.", unit="°C", range=(-60, 60)),
        C("festival", Type.STR, "Festival of the day, as commonly named in Chinese.", nullable=True),
        C("holiday", Type.BOOL, "A day off work for most."),
    ),
)

LYRICS = Table(
    "lyrics",
    grain="one row per track with lyrics, or known to have none",
    key=("track_id",),
    split="track_id",
    may_be_empty=True,
    columns=(
        TRACK_ID,
        C("language", Type.STR, "Language of the words, or instrumental.", values=TRACK_LANGUAGES, nullable=True),
        C("line_start_s", Type.LIST_F32, "Start of each line; empty when not timed.", unit="s", range=(0, 86400)),
        C("lines", Type.LIST_STR, "The sung lines and nothing else; empty for an instrumental."),
        C(
            "translations",
            Type.LIST_STR,
            "What stands beside each line in another language, '' for none; empty when no line has one. Never quoted.",
        ),
    ),
)

_SOURCE = (
    C("source_file", Type.STR, "File the row came from, relative to landing."),
    C("source_row", Type.I64, "1-based row in that file."),
)


def landing_form(table: Table, *derived: str, name: str = "") -> Table:
    """The delivered form: nothing derived yet, everything nullable and unbounded, provenance added.

    Ranges and closed sets are left to ingest: a row that breaks them goes to quarantine, while a
    contract broken at the door would stop the night.

    Args:
        name: what delivered files are called, where that is not the table's own name.
    """
    delivered = (c for c in table.columns if c.name not in derived)
    columns = (*(replace(c, nullable=True, range=None, values=None) for c in delivered), *_SOURCE)
    return Table(
        f"landing_{name or table.name}",
        grain=f"one row per delivered row of {name or table.name}",
        key=("source_file", "source_row"),
        columns=columns,
        doc=f"Rows of {name or table.name} as delivered, before any check.",
        may_be_empty=True,
    )


# Read from the whole catalogue together, so no delivery can tell them.
TRACKS_DERIVED = ("playable", "artist_join_phrases", "work_id", "version", "near_track_ids")
LANDING_TRACKS = landing_form(TRACKS, *TRACKS_DERIVED)
LAST_TRACKS = Table(
    "last_tracks",
    grain="one row per track",
    key=("track_id",),
    split="track_id",
    doc="The catalogue of the newest night before ds, in the columns a delivery may have.",
    columns=tuple(c for c in LANDING_TRACKS.columns if c not in _SOURCE and c.name != "audio_shared"),
    may_be_empty=True,
)
LANDING_USERS = landing_form(USERS)
LANDING_PLAYS = landing_form(PLAYS, "local_date", "local_hour", "completion")
LANDING_FEEDBACK = landing_form(FEEDBACK, "local_date")
LANDING_CONTEXTS = landing_form(CONTEXTS)
LANDING_LYRICS = landing_form(LYRICS)

QUARANTINE = Table(
    "quarantine",
    grain="one row per refused row and reason",
    key=("table_name", "source_file", "source_row", "reason"),
    may_be_empty=True,
    doc="Rows refused at landing, never silently dropped.",
    columns=(
        C("table_name", Type.STR, "Table the row was meant for."),
        *_SOURCE,
        C("row_key", Type.STR, "The row's key as delivered, for search.", pii=Pii.IDENTIFIER),
        C("reason", Type.STR, "Stable reason code, e.g. null_key, duplicate_key, unknown_track."),
        C("detail", Type.STR, "What was found, for a person."),
    ),
)

INGEST_COUNTS = Table(
    "ingest_counts",
    grain="one row per delivered table",
    key=("table_name",),
    doc="Accounts of the ingest: rows_read = kept + duplicate + alias + quarantined + later.",
    columns=(
        C("table_name", Type.STR, "Delivered table."),
        C("rows_read", Type.I64, "Rows delivered.", range=(0, 1e15)),
        C("rows_kept", Type.I64, "Rows that went on.", range=(0, 1e15)),
        C("rows_duplicate", Type.I64, "Exact repeats removed.", range=(0, 1e15)),
        C(
            "rows_alias",
            Type.I64,
            "Rows that say once more, in other words, what another says: of an alias, a copy, an earlier delivery.",
            range=(0, 1e15),
            nullable=True,
        ),
        C("rows_quarantined", Type.I64, "Rows refused with a reason.", range=(0, 1e15)),
        C("rows_later", Type.I64, "Rows of days after ds, not yet known on ds.", range=(0, 1e15)),
        C(
            "rows_withdrawn",
            Type.I64,
            "Rows that were not delivered: tracks of the night before, kept as not available beside rows_kept.",
            range=(0, 1e15),
            nullable=True,
        ),
    ),
)

LANDING_UNREADABLE = replace(
    QUARANTINE,
    name="landing_unreadable",
    grain="one row per delivered row that could not be read",
    key=("table_name", "source_file", "source_row"),
    doc="Rows no reader could turn into their types: broken cells, torn lines, not UTF-8. Not among landing_*'s rows.",
)

LANDING_TABLES = (
    LANDING_TRACKS, LANDING_USERS, LANDING_PLAYS, LANDING_FEEDBACK, LANDING_CONTEXTS, LANDING_LYRICS,
    LANDING_UNREADABLE,
)  # fmt: skip
CATALOGUE_TABLES = (
    TRACKS, LAST_TRACKS, USERS, PLAYS, FEEDBACK, CONTEXTS, LYRICS, *LANDING_TABLES, QUARANTINE, INGEST_COUNTS,
)  # fmt: skip
