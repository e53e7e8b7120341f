"""Tables computed per listener: affinity, taste, collaborative models, candidates."""

from __future__ import annotations

from schemas.catalogue import TRACK_ID, USER_ID
from schemas.contract import Column, Pii, Table, Type
from schemas.sound import TEXT_DIM
from schemas.vocabulary import CANDIDATE_SOURCES, HISTORY_CLASSES, TRACK_LANGUAGES

C = Column
FACTOR_DIM = 64
CHOICE_DIM = FACTOR_DIM  # one width, so that one reader serves both
_UNIT = (0.0, 1.0)
_COUNT = (0.0, 1e9)

AFFINITY = Table(
    "affinity",
    grain="one row per user and track heard or judged, or perhaps heard",
    key=("user_id", "track_id"),
    split="user_id",
    may_be_empty=True,
    doc="How much a user is drawn to a track, plays decayed by age and weighted by what happened.",
    columns=(
        USER_ID,
        TRACK_ID,
        C("weight", Type.F32, "Decayed preference; below 0 means disliked.", range=(-1000, 100000), pii=Pii.BEHAVIOUR),
        C("plays", Type.I32, "Plays known.", range=_COUNT),
        C("plays_7d", Type.I32, "Plays in the 7 days up to and including ds.", range=_COUNT),
        C("plays_ds", Type.I32, "Plays on ds.", range=_COUNT),
        C("skips", Type.I32, "Skipped plays.", range=_COUNT),
        C("first_played", Type.DATE, "First play known.", nullable=True),
        C("last_played", Type.DATE, "Last play.", nullable=True),
        C("last_heard", Type.DATE, "Last play that was not skipped.", nullable=True),
        C("liked", Type.BOOL, "Liked and not unliked, or put in a playlist."),
        C("blocked", Type.BOOL, "The track or one of its artists is blocked by the user."),
        C(
            "doubtful",
            Type.BOOL,
            "The user played something that may be this track, misspelt: what is known of their plays of it is not "
            "told. See tracks.near_track_ids.",
        ),
    ),
)

TASTE = Table(
    "taste",
    grain="one row per user",
    key=("user_id",),
    split="user_id",
    doc="What a user's listening says, decayed by age. Empty lists and nulls where nothing is known.",
    columns=(
        USER_ID,
        C("history_class", Type.STR, "How much history there is.", values=HISTORY_CLASSES),
        C("plays", Type.I32, "Plays known.", range=_COUNT),
        C("plays_7d", Type.I32, "Plays in the 7 days up to ds.", range=_COUNT),
        C("distinct_tracks", Type.I32, "Different tracks played.", range=_COUNT),
        C("skip_rate", Type.F32, "Share of plays skipped.", range=_UNIT, nullable=True),
        C(
            "discovery_share",
            Type.F32,
            "Share of plays in the last 14 days of tracks first heard then.",
            range=_UNIT,
            nullable=True,
        ),
        C("tempo_low_bpm", Type.F32, "Weighted 20 % quantile of tempo.", unit="BPM", range=(20, 400), nullable=True),
        C("tempo_median_bpm", Type.F32, "Weighted median tempo.", unit="BPM", range=(20, 400), nullable=True),
        C("tempo_high_bpm", Type.F32, "Weighted 80 % quantile of tempo.", unit="BPM", range=(20, 400), nullable=True),
        C("energy_mean", Type.F32, "Weighted mean felt energy.", range=_UNIT, nullable=True),
        C("valence_mean", Type.F32, "Weighted mean valence.", range=(-1, 1), nullable=True),
        C("arousal_mean", Type.F32, "Weighted mean arousal.", range=(-1, 1), nullable=True),
        C("keys", Type.LIST_STR, "'D major' ..., most played first, at most 5."),
        C("key_shares", Type.LIST_F32, "Share of each key.", range=_UNIT),
        C("genres", Type.LIST_STR, "Genres, most played first, at most 8."),
        C("genre_shares", Type.LIST_F32, "Share of each genre.", range=_UNIT),
        C("moods", Type.LIST_STR, "Moods, most played first, at most 8."),
        C("mood_shares", Type.LIST_F32, "Share of each mood.", range=_UNIT),
        C("languages", Type.LIST_STR, "Languages sung, most played first.", values=TRACK_LANGUAGES),
        C("language_shares", Type.LIST_F32, "Share of each.", range=_UNIT),
        C("daypart_plays", Type.LIST_I32, "Plays in morning, afternoon, evening, night.", length=4, range=_COUNT),
        C(
            "daypart_valence",
            Type.LIST_F32,
            "Mean valence per daypart; overall mean where unknown.",
            length=4,
            range=(-1, 1),
        ),
        C(
            "daypart_arousal",
            Type.LIST_F32,
            "Mean arousal per daypart; overall mean where unknown.",
            length=4,
            range=(-1, 1),
        ),
        C("day_kind_plays", Type.LIST_I32, "Plays on workdays and on days off.", length=2, range=_COUNT),
        C(
            "day_kind_valence",
            Type.LIST_F32,
            "Mean valence on workdays and on days off; overall mean where unknown.",
            length=2,
            range=(-1, 1),
        ),
        C(
            "day_kind_arousal",
            Type.LIST_F32,
            "Mean arousal on workdays and on days off; overall mean where unknown.",
            length=2,
            range=(-1, 1),
        ),
        C("favourite_hour", Type.I32, "Local hour with most plays.", range=(0, 23), nullable=True),
        C(
            "looped_track_ids",
            Type.LIST_STR,
            "Tracks played unskipped 3 times or more within the last 7 days, most first, at most 10.",
        ),
        C("looped_plays", Type.LIST_I32, "Plays of each in those 7 days.", range=_COUNT),
        C("artist_ids", Type.LIST_STR, "Artists in rotation (last 30 days), most first, at most 20."),
        C("artist_plays", Type.LIST_I32, "Plays of each in those 30 days.", range=_COUNT),
        C("blocked_artist_ids", Type.LIST_STR, "Artists the user blocked."),
        C(
            "text_vector",
            Type.LIST_F32,
            "Weighted mean of text vectors, unit norm; null when new.",
            length=TEXT_DIM,
            nullable=True,
        ),
    ),
)

CHOICE_USERS = Table(
    "choice_users",
    grain="one row per personalised user",
    key=("user_id",),
    split="user_id",
    may_be_empty=True,
    doc="What the choice model knows of a user on the day of service, workday or day off; liking of a track is the "
    "inner product with its choice_tracks vector.",
    columns=(
        USER_ID,
        C("vector", Type.LIST_F32, "Latent taste, weights of content, 1; padded with zeros.", length=CHOICE_DIM),
    ),
)

CHOICE_TRACKS = Table(
    "choice_tracks",
    grain="one row per track",
    key=("track_id",),
    split="track_id",
    may_be_empty=True,
    doc="A track's place in the choice model, from its own plays, its album's, its artist's and its content.",
    columns=(
        TRACK_ID,
        C("vector", Type.LIST_F32, "Latent place, content, base liking; padded with zeros.", length=CHOICE_DIM),
        C("exposure", Type.F32, "How much it is met for the first time beyond liking; in units of utility."),
    ),
)

CHOICE_PANEL = Table(
    "choice_panel",
    grain="one row per play of a listener of the choice model's panel",
    key=("user_id", "played_at", "track_id"),
    split="user_id",
    may_be_empty=True,
    doc="The newest plays of listeners drawn by their ids, of all where they are few: what is everybody's in the "
    "choice model is learnt from them.",
    columns=(
        USER_ID,
        C("played_at", Type.TIMESTAMP, "Start of the play, UTC.", pii=Pii.BEHAVIOUR),
        TRACK_ID,
        C("local_date", Type.DATE, "Date of the play in the user's time zone."),
        C("skipped", Type.BOOL, "The listener skipped it."),
        C("kind", Type.I32, "Of the day: 1 for a day off, 2 for a holiday, 4 for a festival, added up.", range=(0, 7)),
    ),
)

CHOICE_DAYS = Table(
    "choice_days",
    grain="one row per effect of a day",
    key=("effect",),
    may_be_empty=True,
    doc="What a day off, a holiday and a festival add to everybody's taste in the choice model.",
    columns=(
        C("effect", Type.STR, "day_off, holiday or festival."),
        C("vector", Type.LIST_F32, "Added to a choice_users vector on such a day.", length=CHOICE_DIM),
        C("own_variance", Type.F64, "Of what it adds to one listener's weights of content; 0 for nothing."),
    ),
)

SATIATION = Table(
    "satiation",
    grain="one row per personalised user and track heard lately",
    key=("user_id", "track_id"),
    split="user_id",
    may_be_empty=True,
    doc="How tired a user is of a track on the day it would be served.",
    columns=(
        USER_ID,
        TRACK_ID,
        C("recent_plays", Type.F32, "Recent plays, each fading daily; a skip counts less.", range=_COUNT),
        C("cost", Type.F32, "What it takes from the liking; in units of utility.", range=(-1e6, 1e6)),
    ),
)

CHOICE_TERMS = Table(
    "choice_terms",
    grain="one row per term of the choice model",
    key=("name",),
    may_be_empty=True,
    doc="What the night's choices say in general: of habit, satiation and how fast it fades, days off and albums.",
    columns=(
        C(
            "name",
            Type.STR,
            "habit, satiation, skip_slope, skip_offset, first_scale: weights of the model. memory: share of satiation "
            "left after a day, learnt from memory_repeats plays of known songs; memory_gain is by how much "
            "log-likelihood, 0 where the default stands. day_off_moves, holiday_moves, festival_moves: how far such a "
            "day moves everybody's liking of a song (standard deviation over songs), day_off_moves_own a listener's "
            "beyond that. album_share: share of what is latent in a song that lies between an artist's albums. plays "
            "and listeners learnt from.",
        ),
        C("value", Type.F64, "Its value."),
    ),
)

CANDIDATES = Table(
    "candidates",
    grain="one row per user, track and source",
    key=("user_id", "track_id", "source"),
    split="user_id",
    doc="Tracks that might make the list, and who says so.",
    columns=(
        USER_ID,
        TRACK_ID,
        C("source", Type.STR, "What proposed it.", values=CANDIDATE_SOURCES),
        C("source_rank", Type.I32, "1 = the source's best for this user.", range=(1, 100000)),
        C("source_score", Type.F32, "The source's own score; comparable within a source only."),
        C("blend_score", Type.F32, "Scores of als and item_item, standardised and weighed.", nullable=True),
        C("because_track_id", Type.STR, "The loved track behind it, for item_item and similar.", nullable=True),
        C("because_too_track_id", Type.STR, "The loved track next behind it.", nullable=True),
    ),
)
LISTENER_TABLES = (
    AFFINITY,
    TASTE,
    CHOICE_USERS,
    CHOICE_TRACKS,
    SATIATION,
    CHOICE_TERMS,
    CHOICE_PANEL,
    CHOICE_DAYS,
    CANDIDATES,
)
