"""Tables of what is heard: audio features, files that failed, recordings under several ids."""

from __future__ import annotations

from schemas.catalogue import TRACK_ID
from schemas.contract import Column, Table, Type
from schemas.vocabulary import KEYS, MODES

C = Column
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
        C("audio_content_id", Type.STR, "Equal for the same bytes; table recordings joins other encodings of them."),
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
        C(
            "recording_id",
            Type.STR,
            "Equal for tracks that carry the same recording: its least audio_content_id.",
        ),
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

HEARING_TABLES = (AUDIO_FEATURES, AUDIO_FAILURES, RECORDINGS)
