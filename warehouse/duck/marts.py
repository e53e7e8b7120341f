"""Views made for questions: joined, named and commented like the tables they rest on."""

from __future__ import annotations

from dataclasses import dataclass

_MEASURED = "However sure: texts, cards and apps say it only from its [measurements] threshold on."


@dataclass(frozen=True, slots=True)
class Mart:
    """A view over the night's views.

    Args:
        name: ``v_`` and what it holds.
        doc: grain and purpose.
        columns: column name to one sentence (unit in brackets), in order.
        sql: the query; its columns are those documented.
    """

    name: str
    doc: str
    columns: dict[str, str]
    sql: str


DAILY30 = Mart(
    "v_daily30",
    "One row per user and rank: the Daily 30 with titles, reasons and sound. Served on the day after ds.",
    {
        "user_id": "Opaque id of a listener.",
        "language": "Language the user reads.",
        "history_class": "How much history there is: new, light, regular, heavy.",
        "personalised": "False for users who opted out or have no history.",
        "rank": "Playing position, 1 first.",
        "track_id": "Id of the track.",
        "title": "Title as the label wrote it.",
        "artist_name": "Name of the main artist.",
        "genre": "Main genre as the catalogue names it.",
        "reason": "One line a person reads: why this song.",
        "paragraph": "The listener's own sentences: why it was chosen, how it sits beside a song they know.",
        "source": "The strongest source of the song.",
        "discovery": "The user has not played this artist before.",
        "heard": "The user has played this track before.",
        "score": "Ranking score; comparable within one list.",
        "tempo_bpm": f"Tempo felt. {_MEASURED} [BPM]",
        "key_name": f"Tonic and mode, e.g. D minor. {_MEASURED}",
        "energy": "Felt energy. [0..1]",
        "valence": "Pleasantness; 0 is neutral. [-1..1]",
        "arousal": "Activation; 0 is neutral. [-1..1]",
        "mood": f"Most probable mood tag. {_MEASURED}",
        "first_reason_kind": "Kind of the strongest evidence.",
    },
    """
    SELECT l.user_id, u.language, s.history_class, s.personalised, l.rank, l.track_id, t.title, t.artist_name, t.genre,
           r.reason, r.paragraph, l.source, l.discovery, l.heard, l.score, a.tempo_bpm,
           a.key || ' ' || a.mode AS key_name, a.energy, e.valence, e.arousal, e.moods[1] AS mood,
           x.kind AS first_reason_kind
    FROM daily_lists l
    LEFT JOIN users u USING (user_id)
    LEFT JOIN list_summaries s USING (user_id)
    LEFT JOIN tracks t ON t.track_id = l.track_id
    LEFT JOIN audio_features a ON a.track_id = l.track_id
    LEFT JOIN emotions e ON e.track_id = l.track_id
    LEFT JOIN song_reasons r ON r.user_id = l.user_id AND r.track_id = l.track_id
    LEFT JOIN evidence x ON x.user_id = l.user_id AND x.track_id = l.track_id AND x.seq = 1
    """,
)

USER = Mart(
    "v_user",
    "One row per user: account, taste in numbers, and what tonight's list is like.",
    {
        "user_id": "Opaque id of a listener.",
        "language": "Language the user reads.",
        "city": "City of the user's account.",
        "country": "ISO 3166 country code.",
        "wants_personal": "False when the user opted out of personalisation.",
        "history_class": "How much history there is.",
        "plays": "Plays known.",
        "plays_7d": "Plays in the 7 days up to ds.",
        "skip_rate": "Share of plays skipped. [0..1]",
        "tempo_low_bpm": "Weighted 20 % quantile of tempo. [BPM]",
        "tempo_high_bpm": "Weighted 80 % quantile of tempo. [BPM]",
        "top_genre": "Genre played most.",
        "top_mood": "Mood played most.",
        "songs": "Songs in tonight's list.",
        "personalised": "Whether tonight's list is personal.",
        "discovery_songs": "Songs by artists never heard.",
        "relaxations": "Rules relaxed for tonight's list, in the stated order.",
        "opener": "The sentence or two that greet.",
        "writer": "Who wrote it: builtin or model.",
        "notice": "Label that goes with it where a model wrote it; null otherwise.",
    },
    """
    SELECT u.user_id, u.language, u.city, u.country, u.personalised AS wants_personal, t.history_class, t.plays,
           t.plays_7d, t.skip_rate, t.tempo_low_bpm, t.tempo_high_bpm, t.genres[1] AS top_genre,
           t.moods[1] AS top_mood, s.songs, s.personalised, s.discovery_songs, s.relaxations, c.opener,
           c.writer, c.notice
    FROM users u
    LEFT JOIN taste t USING (user_id)
    LEFT JOIN list_summaries s USING (user_id)
    LEFT JOIN list_copy c USING (user_id)
    """,
)

TRACK = Mart(
    "v_track",
    "One row per track: catalogue, sound, mood, and how often tonight's lists use it.",
    {
        "track_id": "Id of the track.",
        "title": "Title as the label wrote it.",
        "artist_name": "Name of the main artist.",
        "album_title": "Title of the album.",
        "genre": "Main genre as the catalogue names it.",
        "language": "Language sung, or instrumental.",
        "release_date": "Day the track is or was released, as exactly as it is known.",
        "release_precision": "How exactly: day, month or year, whose first day release_date is.",
        "tempo_bpm": f"Tempo felt. {_MEASURED} [BPM]",
        "tempo_confidence": "0 guess .. 1 sure.",
        "key_name": f"Tonic and mode. {_MEASURED}",
        "loudness_lufs": "Integrated loudness, EBU R128. [LUFS]",
        "energy": "Felt energy. [0..1]",
        "valence": "Pleasantness. [-1..1]",
        "arousal": "Activation. [-1..1]",
        "moods": "Mood tags, most probable first.",
        "audio_failure": "Why there are no audio features; null when there are.",
        "plays": "Plays known, by everyone.",
        "lists": "Lists of tonight that hold it.",
        "opens": "Lists of tonight that open with it.",
    },
    """
    SELECT t.track_id, t.title, t.artist_name, t.album_title, t.genre, t.language, t.release_date,
           coalesce(t.release_precision, CASE WHEN t.release_date IS NOT NULL THEN 'day' END) AS release_precision,
           a.tempo_bpm, a.tempo_confidence, a.key || ' ' || a.mode AS key_name, a.loudness_lufs, a.energy, e.valence,
           e.arousal, e.moods, f.reason AS audio_failure, coalesce(p.plays, 0) AS plays, coalesce(l.lists, 0) AS lists,
           coalesce(l.opens, 0) AS opens
    FROM tracks t
    LEFT JOIN audio_features a USING (track_id)
    LEFT JOIN audio_failures f USING (track_id)
    LEFT JOIN emotions e USING (track_id)
    LEFT JOIN (SELECT track_id, count(*) AS plays FROM plays GROUP BY track_id) p USING (track_id)
    LEFT JOIN (SELECT track_id, count(*) AS lists, count(*) FILTER (rank = 1) AS opens
               FROM daily_lists GROUP BY track_id) l USING (track_id)
    """,
)

MARTS = (DAILY30, USER, TRACK)

# View over all nights -> the table it shows, and what it is.
ALL_NIGHTS = {
    "v_nights": ("daily_lists", "One row per night, user and rank: the lists of all nights in the lake."),
    "v_source_outcomes": (
        "source_outcomes",
        "One row per night and source: what each candidate source was worth on the day its lists were served.",
    ),
    "v_list_logs": ("list_log", "One row per night, user and rank: how each song came to be shown, with propensity."),
}
