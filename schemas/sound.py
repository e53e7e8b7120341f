"""Tables computed per track: audio features, emotions, vectors, facts."""

from __future__ import annotations

from schemas.catalogue import TRACK_ID
from schemas.contract import Column, Table, Type
from schemas.vocabulary import KEYS, MODES, MOOD_IDS, SCENE_IDS

C = Column
TEXT_DIM = 384
AUDIO_DIM = 192
EMOTION_DIM = 111
CONTENT_KEY = C("content_key", Type.STR, "Hash of everything the row was computed from; rows are reused by it.")
_UNIT = (0.0, 1.0)

AUDIO_FEATURES = Table(
    "audio_features",
    grain="one row per track whose audio could be analysed",
    key=("track_id",),
    split="track_id",
    may_be_empty=True,
    doc="What the sound itself says: samples decoded with FFmpeg, heard once, by NumPy and Essentia. Each value "
    "names its algorithm; a null says that the sound does not tell.",
    columns=(
        TRACK_ID,
        CONTENT_KEY,
        C("recording_id", Type.STR, "Equal for the same bytes; table recordings joins other encodings of them."),
        C("extractor_version", Type.STR, "Version of our extractor and of Essentia."),
        C("extractor_params", Type.STR, "What it was set to, as JSON: rates, frames, seconds heard at most."),
        C("duration_s", Type.F32, "Length actually decoded.", unit="s", range=(0, 86400)),
        C("sample_rate_hz", Type.I32, "Rate of the file.", unit="Hz", range=(1, 768000)),
        C("channels", Type.I32, "Channels of the file.", range=(1, 64)),
        C("codec", Type.STR, "Codec of the file."),
        C(
            "tempo_bpm",
            Type.F32,
            "Tempo felt: comb of the onset autocorrelation (Percival & Tzanetakis 2014); null when nothing repeats.",
            unit="BPM",
            range=(20, 400),
            nullable=True,
        ),
        C(
            "tempo_confidence",
            Type.F32,
            "Probability that the tempo is right within 4 %; 0 without a tempo.",
            range=_UNIT,
        ),
        C(
            "tempo_alternatives_bpm",
            Type.LIST_F32,
            "The next best tempi, other metrical levels (half, double) among them, best first; at most two.",
            unit="BPM",
            range=(20, 400),
        ),
        C(
            "tempo_stability",
            Type.F32,
            "Share of 12 s windows that alone have this tempo or half, double or a third of it; null under 36 s.",
            range=_UNIT,
            nullable=True,
        ),
        C("beats_s", Type.LIST_F32, "Beat positions, by dynamic programming (Ellis 2007).", unit="s", range=(0, 86400)),
        C(
            "beats_per_bar",
            Type.I32,
            "3, or 4 for bars of two and four, from accents at the beats; null when they do not tell.",
            range=(2, 12),
            nullable=True,
        ),
        C(
            "metre_confidence",
            Type.F32,
            "Probability that the better of 3 and 4 is right; told above .7; 0 with fewer than 24 beats.",
            range=_UNIT,
        ),
        C("downbeats_s", Type.LIST_F32, "First beats of bars; empty without a metre.", unit="s", range=(0, 86400)),
        C(
            "key",
            Type.STR,
            "Tonic; profiles of Faraldo (bgate, 2016); null when nothing is tonal.",
            values=KEYS,
            nullable=True,
        ),
        C("mode", Type.STR, "Major or minor; null without a key.", values=MODES, nullable=True),
        C("key_strength", Type.F32, "Correlation with the key profile.", range=_UNIT),
        C("key_confidence", Type.F32, "Probability that key and mode are right; 0 without a key.", range=_UNIT),
        C("second_key", Type.STR, "Tonic of the next best key.", values=KEYS, nullable=True),
        C("second_mode", Type.STR, "Mode of the next best key.", values=MODES, nullable=True),
        C(
            "modulates",
            Type.BOOL,
            "Whether two neighbouring parts of 20 s clearly keep to another scale; null under 60 s or without a key.",
            nullable=True,
        ),
        C(
            "tuning_cents",
            Type.F32,
            "Deviation of concert pitch from 440 Hz, from spectral peaks; null when nothing is tonal.",
            unit="cent",
            range=(-50, 70),
            nullable=True,
        ),
        C(
            "roughness",
            Type.F32,
            "Mean sensory dissonance of the 20 strongest peaks (Plomp & Levelt 1965); null when there are none.",
            range=_UNIT,
            nullable=True,
        ),
        C("chords", Type.LIST_STR, "The chords heard longest, most first: a root, m for minor; at most four."),
        C("chord_shares", Type.LIST_F32, "Share of the time each of them sounds.", range=_UNIT),
        C(
            "loudness_lufs",
            Type.F32,
            "Integrated loudness, EBU R128; null below -70 LUFS.",
            unit="LUFS",
            range=(-120, 20),
            nullable=True,
        ),
        C(
            "loudness_range_lu",
            Type.F32,
            "Loudness range, EBU Tech 3342; null under 3 s.",
            unit="LU",
            range=(0, 120),
            nullable=True,
        ),
        C("silence_start_s", Type.F32, "Below -60 LUFS before the first sound.", unit="s", range=(0, 86400)),
        C("silence_end_s", Type.F32, "Below -60 LUFS after the last sound.", unit="s", range=(0, 86400)),
        C(
            "intro_s",
            Type.F32,
            "From the first sound until the 3 s loudness first is within 3 LU of its median; null under 20 s.",
            unit="s",
            range=(0, 86400),
            nullable=True,
        ),
        C(
            "outro_s",
            Type.F32,
            "From where it last was so until the last sound; null under 20 s.",
            unit="s",
            range=(0, 86400),
            nullable=True,
        ),
        C(
            "voice_probability",
            Type.F32,
            "Whether someone sings or speaks: a modest heuristic on timbre and movement, .5 is undecided.",
            range=_UNIT,
        ),
        C(
            "acoustic_probability",
            Type.F32,
            "Whether acoustic instruments play, as against electric and electronic ones: a modest heuristic.",
            range=_UNIT,
        ),
        C(
            "dynamic_complexity_db",
            Type.F32,
            "Mean distance from global loudness (Streich 2007).",
            unit="dB",
            range=(0, 120),
        ),
        C("danceability", Type.F32, "Detrended fluctuation analysis, 0 .. about 3.", range=(0, 10)),
        C("onset_rate_hz", Type.F32, "Note onsets per second.", unit="Hz", range=(0, 100)),
        C("chord_change_rate_hz", Type.F32, "Chord changes per second.", unit="Hz", range=(0, 100)),
        C("spectral_centroid_hz", Type.F32, "Mean spectral centroid (brightness).", unit="Hz", range=(0, 96000)),
        C("spectral_rolloff_hz", Type.F32, "Mean 85 % rolloff.", unit="Hz", range=(0, 96000)),
        C("spectral_flux", Type.F32, "Mean spectral flux.", range=(0, 1e6)),
        C("spectral_flatness", Type.F32, "Mean flatness: 0 tonal .. 1 noise.", range=_UNIT),
        C("zero_crossing_rate", Type.F32, "Mean zero-crossing rate.", range=_UNIT),
        C("energy", Type.F32, "Felt energy 0..1 from loudness, onsets and flux.", range=_UNIT),
        C("mfcc_mean", Type.LIST_F32, "Mean MFCCs.", length=13),
        C("mfcc_std", Type.LIST_F32, "Standard deviation of MFCCs.", length=13),
        C("hpcp_mean", Type.LIST_F32, "Mean harmonic pitch class profile from A, max 1.", length=12, range=_UNIT),
        C(
            "emotion_descriptors",
            Type.LIST_F32,
            "What the emotion model hears, in the order of features.audio.emotion_descriptors.NAMES; "
            "null in rows of an extractor without them.",
            length=EMOTION_DIM,
            nullable=True,
        ),
        C("energy_curve", Type.LIST_F32, "Loudness over time, 4 values a second, 0..1 within the track.", range=_UNIT),
        C(
            "fingerprint",
            Type.LIST_I32,
            "32 bits every 93 ms of the first two minutes (Haitsma & Kalker 2002); 0 where it is silent.",
        ),
    ),
)

AUDIO_FAILURES = Table(
    "audio_failures",
    grain="one row per track without audio features",
    key=("track_id",),
    split="track_id",
    may_be_empty=True,
    doc="Every track is in audio_features or here: the ledger of files that cannot be heard.",
    columns=(
        TRACK_ID,
        CONTENT_KEY,
        C("audio_path", Type.STR, "The file, relative to landing/audio.", nullable=True),
        C(
            "reason",
            Type.STR,
            "Stable reason code: no_audio, missing_file, not_a_file, unsupported_format, undecodable, too_short, "
            "silent, too_long, timeout, crashed, out_of_memory.",
        ),
        C("detail", Type.STR, "What was found, for a person."),
        C("signal", Type.STR, "Signal the decoder died of, e.g. SIGSEGV.", nullable=True),
        C(
            "attempts",
            Type.I32,
            "Times it was tried: a crash, a timeout and a lack of memory twice, what is wrong for good once, a file "
            "that is not there never. Not tried again until the file or the extractor changes.",
            range=(0, 2),
        ),
    ),
)

RECORDINGS = Table(
    "recordings",
    grain="one row per track with audio features",
    key=("track_id",),
    split="track_id",
    may_be_empty=True,
    doc="Which tracks carry the same recording, however it was encoded; when in doubt they are kept apart.",
    columns=(
        TRACK_ID,
        C("recording_id", Type.STR, "Equal for tracks that carry the same recording: the least of their content ids."),
        C(
            "basis",
            Type.STR,
            "What makes it shared: equal bytes, equal sound (fingerprint and duration), or alone when it is not.",
            values=("alone", "bytes", "sound"),
        ),
        C(
            "bit_error",
            Type.F32,
            "Share of fingerprint bits that differ from the recording's; null for the recording's own sound.",
            range=_UNIT,
            nullable=True,
        ),
    ),
)

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

SOUND_TABLES = (
    AUDIO_FEATURES, AUDIO_FAILURES, RECORDINGS, EMOTIONS, TEXT_VECTORS, AUDIO_VECTORS, NEIGHBOURS, SEARCH_INDEX,
    SONG_LINKS, FACTS,
)  # fmt: skip
