"""What music psychology expects of each descriptor, as signs alone.

Arousal rises with density, movement, loudness, percussion, low register of the bass, roughness and
a full spectrum; valence with major mode, a clear key and consonance, and falls with minor and
diminished chords, the flat second and the tritone (Gabrielsson & Lindström 2010; Juslin & Laukka
2004; Eerola, Friberg & Bresin 2013). Equal weights carry over from corpus to corpus where fitted
ones do not (Dawes 1979).
"""

from __future__ import annotations

AROUSAL: dict[str, int] = {
    "onset_rate_log": 1, "middle_onset_rate_log": 1, "strong_onset_rate_log": 1, "deep_onset_rate_log": 1,
    "hit_rate_log": 1, "movement_log": 1, "deep_movement_log": 1, "bass_movement_log": 1, "flux_mean": 1,
    "loud_flux": 1, "level_db": 1, "bass_share_log": 1, "percussive_share": 1, "roughness_mean": 1, "entropy_mean": 1,
    "attack_share": 1, "modulation_low_8": 1, "modulation_mid_8": 1, "contrast_100": -1, "contrast_300": -1,
    "contrast_900": -1, "bass_octaves_mean": -1,
}  # fmt: skip
VALENCE: dict[str, int] = {
    "temperley_major_minus_minor": 1, "krumhansl_major_minus_minor": 1, "local_major_minus_minor": 1, "third": 1,
    "sixth": 1, "temperley_best": 1, "krumhansl_best": 1, "fifths_spread": 1, "chord_major_share": 1,
    "register_octaves_mean": 1, "chord_minor_share": -1, "chord_tense_share": -1, "second_flat": -1, "tritone": -1,
    "chroma_entropy": -1,
}  # fmt: skip
SIGNS = {"valence": VALENCE, "arousal": AROUSAL}
# Timbre and rhythm say much about valence within one corpus and mislead in the next: they are left out there.
HEEDED_ALONE = {"valence": True, "arousal": False}
