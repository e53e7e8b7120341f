"""Tables of the product: lists, evidence, words, headers, audit, publication, report."""

from __future__ import annotations

from schemas.audio import CONTENT_KEY
from schemas.catalogue import TRACK_ID, USER_ID
from schemas.contract import Column, Pii, Table, Type
from schemas.vocabulary import CANDIDATE_SOURCES, EVIDENCE_KINDS, HISTORY_CLASSES, LANGUAGES

C = Column
SONGS_PER_LIST = 30
_SHARE = (0.0, 1.0)
WRITERS = ("builtin", "model")
RANK = C("rank", Type.I32, "Playing position, 1 first.", range=(1, SONGS_PER_LIST))
LANGUAGE = C("language", Type.STR, "Language of the text.", values=LANGUAGES)
NOTICE = C("notice", Type.STR, "Visible label of AI-made content; null when no model made it.", nullable=True)
_PROVENANCE = (
    C("writer", Type.STR, "Who wrote it.", values=WRITERS),
    C("model", Type.STR, "Model and prompt version; null for the built-in writer.", nullable=True),
    NOTICE,
    C("content_id", Type.STR, "Content number, for labels and complaints."),
)

DAILY_LISTS = Table(
    "daily_lists",
    grain="one row per user and rank",
    key=("user_id", "rank"),
    split="user_id",
    doc="The Daily 30 of ds, in playing order, served on the day after ds.",
    columns=(
        USER_ID,
        RANK,
        TRACK_ID,
        C("recording_id", Type.STR, "Recording behind the track; distinct within a list."),
        C("artist_id", Type.STR, "Main artist; null when nobody knows who it is.", nullable=True),
        C("score", Type.F32, "Ranking score; comparable within one list."),
        C("source", Type.STR, "The strongest source.", values=CANDIDATE_SOURCES),
        C("sources", Type.LIST_STR, "All sources that proposed it.", values=CANDIDATE_SOURCES),
        C("discovery", Type.BOOL, "The user has not played any of its artists before, and they are known."),
        C("heard", Type.BOOL, "The user has played this song before, in this or another version."),
    ),
)

LIST_SUMMARIES = Table(
    "list_summaries",
    grain="one row per user",
    key=("user_id",),
    split="user_id",
    columns=(
        USER_ID,
        C("songs", Type.I32, "Songs in the list.", range=(0, SONGS_PER_LIST)),
        C("personalised", Type.BOOL, "False for users who opted out or have no history."),
        C("history_class", Type.STR, "How much history there is.", values=HISTORY_CLASSES),
        C("relaxations", Type.LIST_STR, "Rules relaxed, in the stated order; empty when none."),
        C("shortfall_reason", Type.STR, "Why fewer than 30; null when 30.", nullable=True),
        C("discovery_songs", Type.I32, "Songs by artists never heard.", range=(0, SONGS_PER_LIST)),
        C(
            "new_songs",
            Type.I32,
            "Songs released lately or heard by nobody, and never by this user.",
            range=(0, SONGS_PER_LIST),
        ),
    ),
)

SLOTS = ("ranked", "new_song", "open")
LIST_LOG = Table(
    "list_log",
    grain="one row per user and rank",
    key=("user_id", "rank"),
    split="user_id",
    may_be_empty=True,
    doc="How each shown song came to be shown, so that other ways can be judged offline by what happened.",
    columns=(
        USER_ID,
        RANK,
        TRACK_ID,
        C("score", Type.F32, "Ranking score; comparable within one list."),
        C("score_rank", Type.I32, "Place by score among the user's candidates, 1 = best.", range=(1, 1e6)),
        C("candidates", Type.I32, "Candidates there were.", range=(1, 1e6)),
        C("source", Type.STR, "The strongest source.", values=CANDIDATE_SOURCES),
        C("sources", Type.LIST_STR, "All sources that proposed it.", values=CANDIDATE_SOURCES),
        C(
            "slot",
            Type.STR,
            "open: drawn with a known probability; new_song: place kept for new songs; ranked: the rest.",
            values=SLOTS,
        ),
        C(
            "propensity",
            Type.F64,
            "Probability of showing this song there; 1 where nothing was drawn.",
            range=_SHARE,
        ),
        C("choices", Type.I32, "Songs the draw was among; 1 where nothing was drawn.", range=(1, 1000)),
        C("explored", Type.BOOL, "The draw put it there instead of the song the ranking would have shown."),
        C("arms", Type.LIST_STR, "experiment=arm of every experiment that runs, in order of the settings."),
        C("buckets", Type.LIST_I32, "The user's bucket in each, 0..999.", range=(0, 999)),
    ),
)

EVIDENCE = Table(
    "evidence",
    grain="one row per user, track and reason",
    key=("user_id", "track_id", "seq"),
    split="user_id",
    doc="Why each song was chosen, re-checkable against the source table.",
    columns=(
        USER_ID,
        TRACK_ID,
        C("seq", Type.I32, "1 = the strongest reason.", range=(1, 100)),
        C("kind", Type.STR, "Kind of reason.", values=EVIDENCE_KINDS),
        C("subject", Type.STR, "What it speaks of: a track, artist, genre, mood or city id.", nullable=True),
        C("subject_too", Type.STR, "A second track it speaks of.", nullable=True),
        C("value", Type.F64, "The number behind it.", nullable=True, pii=Pii.BEHAVIOUR),
        C("value_high", Type.F64, "Upper end, for a band, or a second number.", nullable=True),
        C("song_value", Type.F64, "This song's own number (e.g. its tempo).", nullable=True),
        C("song_text", Type.STR, "This song's own word (e.g. its key).", nullable=True),
        C("unit", Type.STR, "Unit of the numbers.", nullable=True),
        C("source_table", Type.STR, "Table that proves it."),
    ),
)

HISTORY = Table(
    "history",
    grain="one row per user, night and rank",
    key=("user_id", "ds", "rank"),
    split="user_id",
    may_be_empty=True,
    doc="Lists of the 14 nights before ds, read from earlier runs.",
    columns=(
        USER_ID,
        C("ds", Type.DATE, "Night of the list."),
        RANK,
        TRACK_ID,
        C("recording_id", Type.STR, "Recording behind the track."),
    ),
)

REVIEWS = Table(
    "reviews",
    grain="one row per track and language",
    key=("track_id", "language"),
    doc="A deep review per song and language, shared by all its listeners.",
    columns=(
        TRACK_ID,
        LANGUAGE,
        CONTENT_KEY,
        C("headings", Type.LIST_STR, "Headings, in order."),
        C("paragraphs", Type.LIST_STR, "One paragraph per heading."),
        C("fact_ids", Type.LIST_STR, "Facts used."),
        C(
            "note_snippet_id",
            Type.STR,
            "The sentence of a note that it quotes; null where it quotes none.",
            nullable=True,
        ),
        C("note_source", Type.STR, "Who says that sentence.", nullable=True),
        C("note_url", Type.STR, "Where that stands.", nullable=True),
        C("note_licence", Type.STR, "What allows to quote it.", nullable=True),
        *_PROVENANCE,
    ),
)

LIST_COPY = Table(
    "list_copy",
    grain="one row per user",
    key=("user_id",),
    split="user_id",
    columns=(
        USER_ID,
        LANGUAGE,
        C("opener", Type.STR, "One sentence or two that greet."),
        C("hashtags", Type.LIST_STR, "2 or 3 hashtags, each with its # sign."),
        C("intro", Type.STR, "Why these thirty."),
        C("frame_ids", Type.LIST_STR, "Sentence frames of opener, intro and lines, so that the next nights vary."),
        *_PROVENANCE,
    ),
)

COPY_HISTORY = Table(
    "copy_history",
    grain="one row per user and night",
    key=("user_id", "ds"),
    split="user_id",
    may_be_empty=True,
    doc="Words of the 14 nights before ds, so that none repeats.",
    columns=(USER_ID, C("ds", Type.DATE, "Night of the list."), *LIST_COPY.columns[1:]),
)

SONG_REASONS = Table(
    "song_reasons",
    grain="one row per user and track of the list",
    key=("user_id", "track_id"),
    split="user_id",
    columns=(
        USER_ID,
        TRACK_ID,
        LANGUAGE,
        C("reason", Type.STR, "One line a person reads: why this song, from its evidence."),
        C(
            "paragraph",
            Type.STR,
            "One to three sentences of the listener's own: why it was chosen, how it sits beside a song they know.",
        ),
    ),
)

HEADER_PLAN = Table(
    "header_plan",
    grain="one row per distinct first song",
    key=("track_id",),
    split="track_id",
    doc="Which first songs get a new video tonight, most needed first, within the ceiling.",
    columns=(
        TRACK_ID,
        C("need", Type.I32, "Lists that open with it.", range=(1, 1e9)),
        CONTENT_KEY,
        C(
            "action",
            Type.STR,
            "render, keep (rendered on an earlier night) or still.",
            values=("render", "keep", "still"),
        ),
        C("reason", Type.STR, "Why it gets a still poster; null otherwise.", nullable=True),
    ),
)

HEADERS = Table(
    "headers",
    grain="one row per distinct first song",
    key=("track_id",),
    split="track_id",
    doc="Header video or still of each first song; media lie in the content-addressed media store.",
    columns=(
        TRACK_ID,
        CONTENT_KEY,
        C("kind", Type.STR, "video or still.", values=("video", "still")),
        C("video_key", Type.STR, "Media key of the mp4.", nullable=True),
        C("poster_key", Type.STR, "Media key of the poster (JPEG)."),
        C("duration_s", Type.F32, "Length of the loop; 0 for a still.", unit="s", range=(0, 60)),
        C("width", Type.I32, "Width.", unit="px", range=(16, 7680)),
        C("height", Type.I32, "Height.", unit="px", range=(16, 4320)),
        C("scene", Type.STR, "Name of the scene drawn."),
        C("reason", Type.STR, "Why only a still; null for a video.", nullable=True),
        NOTICE,
    ),
)
HEADER_HISTORY = Table(
    "header_history",
    grain="one row per first song of the nights before ds",
    key=("track_id",),
    split="track_id",
    may_be_empty=True,
    doc="Latest header video of each track from earlier nights.",
    columns=HEADERS.columns,
)

AUDIT = Table(
    "audit",
    grain="one row per check",
    key=("check",),
    doc="Checks between the computation and the flip.",
    columns=(
        C("check", Type.STR, "Name of the check."),
        C("severity", Type.STR, "stop refuses the publish; warn reports.", values=("stop", "warn")),
        C("passed", Type.BOOL, "Whether it holds."),
        C("observed", Type.F64, "What was measured."),
        C("bound", Type.F64, "What it must meet."),
        C("detail", Type.STR, "In words, with examples of offenders."),
    ),
)

PUBLICATION = Table(
    "publication",
    grain="one row per published version",
    key=("version",),
    columns=(
        C("version", Type.STR, "Version in the serving store: hash of what it was made from."),
        C("ds", Type.DATE, "Listening day closed."),
        C("users", Type.I64, "Lists in the version.", range=(0, 1e12)),
        C("songs", Type.I64, "Rows of all lists.", range=(0, 1e12)),
    ),
)

REPORT_FILES = Table(
    "report_files",
    grain="one row per file of the report",
    key=("path",),
    columns=(
        C("path", Type.STR, "Path, relative to home."),
        C("sha256", Type.STR, "Hash of the file's bytes."),
        C("bytes", Type.I64, "Size.", range=(0, 1e13)),
    ),
)
DAILY_TABLES = (
    DAILY_LISTS, LIST_SUMMARIES, LIST_LOG, EVIDENCE, HISTORY, REVIEWS, LIST_COPY, COPY_HISTORY, SONG_REASONS,
    HEADER_PLAN, HEADERS, HEADER_HISTORY, AUDIT, PUBLICATION, REPORT_FILES,
)  # fmt: skip
