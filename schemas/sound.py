"""Tables made from what was heard and read: emotions, vectors, songs like this, facts."""

from __future__ import annotations

from schemas.audio import CONTENT_KEY
from schemas.catalogue import TRACK_ID
from schemas.contract import Column, Table, Type
from schemas.vocabulary import MOOD_IDS, SCENE_IDS

C = Column
TEXT_DIM = 384
AUDIO_DIM = 192
_UNIT = (0.0, 1.0)

EMOTIONS = Table(
    "emotions",
    grain="one row per track",
    key=("track_id",),
    split="track_id",
    doc="Valence and arousal (Russell's circumplex) and mood tags; uncertain by nature, hence the confidences.",
    columns=(
        TRACK_ID,
        C("valence", Type.F32, "Pleasantness; 0 is neutral.", range=(-1, 1)),
        C("arousal", Type.F32, "Activation; 0 is neutral.", range=(-1, 1)),
        C("valence_confidence", Type.F32, "1 - expected absolute error / 2.", range=_UNIT),
        C("arousal_confidence", Type.F32, "1 - expected absolute error / 2.", range=_UNIT),
        C("audio_valence", Type.F32, "What the audio alone says.", range=(-1, 1), nullable=True),
        C("audio_arousal", Type.F32, "What the audio alone says.", range=(-1, 1), nullable=True),
        C("lyrics_valence", Type.F32, "What the lyrics alone say.", range=(-1, 1), nullable=True),
        C("lyrics_arousal", Type.F32, "What the lyrics alone say.", range=(-1, 1), nullable=True),
        C("tags_valence", Type.F32, "What listeners' tags alone say.", range=(-1, 1), nullable=True),
        C(
            "disagreement",
            Type.F32,
            "Distance of audio_valence and lyrics_valence; null unless both speak. Where it is large, "
            "mood tags come from both sides.",
            range=(0, 2),
            nullable=True,
        ),
        C("moods", Type.LIST_STR, "Mood tags, most probable first.", values=MOOD_IDS),
        C("mood_probabilities", Type.LIST_F32, "Probability of each mood tag.", range=_UNIT),
        C(
            "mood_sources",
            Type.LIST_STR,
            "Who says so, for each mood tag: audio, lyrics, tags or catalogue (genre), joined by +.",
            nullable=True,
        ),
        C("scenes", Type.LIST_STR, "Scenes it fits, most probable first.", values=SCENE_IDS),
        C("scene_probabilities", Type.LIST_F32, "Probability of each scene.", range=_UNIT),
        C("scene_sources", Type.LIST_STR, "Who says so, for each scene, as in mood_sources.", nullable=True),
        C("sources", Type.LIST_STR, "What the tags rest on.", values=("audio", "lyrics", "tags", "catalogue")),
        C("model", Type.STR, "Name and version of the emotion model."),
    ),
)

TEXT_VECTORS = Table(
    "text_vectors",
    grain="one row per track",
    key=("track_id",),
    split="track_id",
    columns=(
        TRACK_ID,
        CONTENT_KEY,
        C("model", Type.STR, "Name and version of the text encoder."),
        C(
            "vector",
            Type.LIST_F32,
            "Sentence embedding of title, artist, genre, moods and lyrics.",
            length=TEXT_DIM,
            norm=1.0,
        ),
    ),
)

AUDIO_VECTORS = Table(
    "audio_vectors",
    grain="one row per track with audio features",
    key=("track_id",),
    split="track_id",
    may_be_empty=True,
    columns=(
        TRACK_ID,
        C("extractor_version", Type.STR, "Version of the extractor behind it."),
        C(
            "vector",
            Type.LIST_F32,
            "Rhythm, dynamics, timbre, harmony, shape, source and feeling, each weighted, on the catalogue's scale "
            "(median, interquartile range), zero padded; order as in features.embeddings.audio_vectors.",
            length=AUDIO_DIM,
            norm=1.0,
        ),
    ),
)

NEIGHBOURS = Table(
    "neighbours",
    grain="one row per track and rank of a similar track",
    key=("track_id", "rank"),
    may_be_empty=True,
    doc="Songs like this one, by sound and words together.",
    columns=(
        TRACK_ID,
        C("rank", Type.I32, "1 = most similar.", range=(1, 10000)),
        C("neighbour_id", Type.STR, "The similar track."),
        C("similarity", Type.F32, "Cosine of the joint vectors.", range=(-1.001, 1.001)),
        C("audio_similarity", Type.F32, "Cosine of the audio vectors.", range=(-1.001, 1.001), nullable=True),
        C("text_similarity", Type.F32, "Cosine of the text vectors.", range=(-1.001, 1.001), nullable=True),
    ),
)

SEARCH_INDEX = Table(
    "search_index",
    grain="one row per FAISS index",
    key=("name",),
    columns=(
        C("name", Type.STR, "text, audio or joint."),
        C("dim", Type.I32, "Dimension of the vectors.", range=(1, 100000)),
        C("model", Type.STR, "Encoder behind the vectors."),
        C("track_ids", Type.LIST_STR, "Track of each vector, in index order."),
        C("payload", Type.BYTES, "The index as faiss.serialize_index writes it."),
    ),
)

SONG_LINKS = Table(
    "song_links",
    grain="one row per track and kind of link",
    key=("track_id", "kind"),
    split="track_id",
    may_be_empty=True,
    doc="One other song each that shares the album or the people behind a song: the nearest release, by another "
    "artist where one is near.",
    columns=(
        TRACK_ID,
        C("kind", Type.STR, "same_album, same_producer, same_composer, same_lyricist or same_label."),
        C("subject", Type.STR, "Track of the other song."),
        C("subject_title", Type.STR, "Title of the other song."),
        C("count", Type.I64, "Other songs that share it.", range=(1, 1e9)),
    ),
)

FACTS = Table(
    "facts",
    grain="one row per track and fact",
    key=("track_id", "fact_id"),
    split="track_id",
    doc="Numbered facts a text about the song may use; a weak one is never asserted.",
    columns=(
        TRACK_ID,
        C("fact_id", Type.STR, "f01, f02, ... within the track, stable per kind."),
        C("kind", Type.STR, "What it is about: tempo, key, mood, loudness, energy_shape, length, artist, album, ..."),
        C("value", Type.F64, "Number, where it is one.", nullable=True),
        C("text", Type.STR, "Words, where it is words (key name, mood id, a quoted line).", nullable=True),
        C("subject", Type.STR, "Track it speaks of, for a link to another song.", nullable=True),
        C("unit", Type.STR, "Unit of the number.", nullable=True),
        C("at_s", Type.F32, "Where in the song, for a quoted line.", unit="s", range=(0, 86400), nullable=True),
        C("confidence", Type.F32, "0..1.", range=_UNIT),
        C("assertable", Type.BOOL, "False when too weak to be said."),
        C("source_table", Type.STR, "Table it was computed from."),
    ),
)

SOUND_TABLES = (EMOTIONS, TEXT_VECTORS, AUDIO_VECTORS, NEIGHBOURS, SEARCH_INDEX, SONG_LINKS, FACTS)
