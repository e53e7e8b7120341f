"""The night, in one list. DAGs, command line, docs and report are drawn from it."""

from __future__ import annotations

from jobs.run.stage import Lookback, Stage

LOOKBACKS: dict[str, Lookback] = {
    "history": Lookback("daily_lists", nights=14),
    "copy_history": Lookback("list_copy", nights=14),
    "header_history": Lookback("headers", nights=90, latest_per=("track_id",)),
}

PIPELINE: tuple[Stage, ...] = (
    Stage(
        "ingest",
        run="jobs.ingest:run",
        reads=(
            "landing_tracks", "landing_users", "landing_plays", "landing_feedback", "landing_contexts",
            "landing_lyrics", "landing_unreadable",
        ),
        writes=("tracks", "users", "plays", "feedback", "contexts", "lyrics", "quarantine", "ingest_counts"),
        params="features.ingest.gates:IngestParams",
        doc="Check what was delivered; quarantine bad rows with a reason.",
    ),
    Stage(
        "audio",
        run="jobs.audio:run",
        reads=("tracks",),
        writes=("audio_features", "audio_failures"),
        split="track_id",
        tools=("audio_files",),
        carries="audio_features",
        doc="Decode each new recording and measure tempo, key, loudness, energy and timbre.",
    ),
    Stage(
        "emotions",
        run="jobs.emotions:run",
        reads=("tracks", "audio_features", "lyrics"),
        writes=("emotions",),
        split="track_id",
        doc="Valence, arousal, mood and scene tags from audio, lyrics and tags.",
    ),
    Stage(
        "embeddings",
        run="jobs.embeddings:run",
        reads=("tracks", "lyrics", "emotions"),
        writes=("text_vectors",),
        split="track_id",
        tools=("text_encoder",),
        carries="text_vectors",
        doc="Sentence vectors of title, artist, moods and lyrics, Chinese and English.",
    ),
    Stage(
        "similarity",
        run="jobs.similarity:run",
        reads=("audio_features", "text_vectors"),
        writes=("audio_vectors", "neighbours", "search_index"),
        doc="Audio vectors on the catalogue's scale, songs like this, FAISS indexes.",
    ),
    Stage(
        "taste",
        run="jobs.taste:run",
        reads=("users", "plays", "feedback", "tracks", "audio_features", "emotions", "text_vectors"),
        writes=("affinity", "taste"),
        split="user_id",
        params="features.taste.weights:TasteParams",
        doc="What each listener is drawn to: tempo band, keys, moods by daypart, loops, artists.",
    ),
    Stage(
        "collaborative",
        run="jobs.collaborative:run",
        reads=("affinity", "plays", "users", "tracks", "text_vectors", "audio_vectors"),
        writes=("cf_track_factors", "cf_user_factors", "cf_neighbours", "popularity"),
        params="features.collaborative.params:CollaborativeParams",
        spark="jobs.collaborative:run_spark",
        doc="Item-item and ALS from everyone's plays; unheard songs mapped in from content.",
    ),
    Stage(
        "candidates",
        run="jobs.candidates:run",
        reads=(
            "users", "affinity", "taste", "tracks", "cf_track_factors", "cf_user_factors", "cf_neighbours",
            "neighbours", "popularity", "history",
        ),
        writes=("candidates",),
        split="user_id",
        params="features.candidates.sources:CandidateParams",
        doc="Songs that might make the list, from several sources.",
    ),
    Stage(
        "lists",
        run="jobs.lists:run",
        reads=(
            "users", "candidates", "tracks", "audio_features", "emotions", "affinity", "taste", "contexts",
            "cf_neighbours", "neighbours", "popularity", "history",
        ),
        writes=("daily_lists", "list_summaries", "evidence"),
        split="user_id",
        params="features.lists.rules:ListParams",
        doc="Thirty songs per listener, in playing order, with evidence.",
    ),
    Stage(
        "facts",
        run="jobs.facts:run",
        reads=("tracks", "audio_features", "emotions", "lyrics"),
        writes=("facts",),
        split="track_id",
        params="features.words.params:FactParams",
        doc="Numbered facts that texts may use.",
    ),
    Stage(
        "reviews",
        run="jobs.reviews:run",
        reads=("daily_lists", "users", "tracks", "facts", "neighbours"),
        writes=("reviews",),
        params="features.words.params:WordParams",
        tools=("llm",),
        carries="reviews",
        doc="A deep review per song and language, shared by its listeners.",
    ),
    Stage(
        "copy",
        run="jobs.copy:run",
        reads=(
            "users", "daily_lists", "list_summaries", "evidence", "taste", "tracks", "facts", "emotions",
            "contexts", "copy_history",
        ),
        writes=("list_copy", "song_reasons"),
        split="user_id",
        params="features.words.params:WordParams",
        tools=("llm",),
        doc="Opener, hashtags, intro and a reason per song.",
    ),
    Stage(
        "header_plan",
        run="jobs.headers:plan",
        reads=("daily_lists", "tracks", "audio_features", "emotions", "lyrics", "header_history"),
        writes=("header_plan",),
        params="features.headers.plan:HeaderParams",
        doc="Which first songs get a new video tonight, within the ceiling.",
    ),
    Stage(
        "headers",
        run="jobs.headers:run",
        reads=("header_plan", "tracks", "audio_features", "emotions", "lyrics", "header_history"),
        writes=("headers",),
        split="track_id",
        params="features.headers.plan:HeaderParams",
        tools=("media", "video_encoder"),
        doc="Draw the header videos and posters.",
    ),
    Stage(
        "audit",
        run="jobs.audit:run",
        reads=(
            "users", "tracks", "plays", "affinity", "taste", "history", "daily_lists", "list_summaries", "evidence",
            "list_copy", "song_reasons", "reviews", "headers", "ingest_counts", "quarantine", "audio_features",
            "audio_failures",
        ),
        writes=("audit",),
        params="features.audit.checks:AuditParams",
        doc="The last checks before anything is published.",
    ),
    Stage(
        "publish",
        run="jobs.publish:run",
        reads=(
            "audit", "users", "tracks", "audio_features", "emotions", "daily_lists", "list_summaries", "evidence",
            "list_copy", "song_reasons", "reviews", "headers",
        ),
        writes=("publication",),
        tools=("serving_store",),
        doc="One version, one pointer flip.",
    ),
    Stage(
        "report",
        run="jobs.report:run",
        reads=(
            "publication", "audit", "ingest_counts", "quarantine", "users", "tracks", "plays", "audio_features",
            "audio_failures", "emotions", "taste", "candidates", "daily_lists", "list_summaries", "evidence",
            "list_copy", "song_reasons", "reviews", "headers",
        ),
        writes=("report_files",),
        tools=("report_desk",),
        doc="Analysts' views and the run report.",
    ),
)  # fmt: skip

STAGES: dict[str, Stage] = {stage.name: stage for stage in PIPELINE}
