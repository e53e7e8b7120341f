"""Mode, harmony, roughness and register for the emotion model; all free of the key."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from features.audio.emotion_frames import RATE_HZ, AudioFrames, Floats

# Key profiles from the tonic: Krumhansl & Kessler 1982; Temperley 2007 (Kostka-Payne corpus).
_PROFILES = {
    "krumhansl": (
        (6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88),
        (6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17),
    ),
    "temperley": (
        (0.748, 0.060, 0.488, 0.082, 0.670, 0.460, 0.096, 0.715, 0.104, 0.366, 0.057, 0.400),
        (0.712, 0.084, 0.474, 0.618, 0.049, 0.460, 0.105, 0.747, 0.404, 0.067, 0.133, 0.330),
    ),
}
_TRIADS = {"major": (0, 4, 7), "minor": (0, 3, 7), "diminished": (0, 3, 6), "augmented": (0, 4, 8)}
NAMES: tuple[str, ...] = (
    *(f"{name}_{what}" for name in _PROFILES for what in ("major_minus_minor", "best")),
    "local_major_minus_minor", "local_major_std", "third", "sixth", "seventh", "second_flat", "tritone",
    "chroma_entropy", "frame_chroma_entropy", "fifths_spread",
    "chord_major_share", "chord_minor_share", "chord_tense_share", "chord_change_rate", "chord_clarity",
    "harmonic_change_mean", "harmonic_change_std",
    "roughness_mean", "roughness_std", "consonance", "peaks_per_frame",
    "register_octaves_mean", "register_octaves_std", "bass_octaves_mean", "top_octaves_mean", "top_octaves_std",
)  # fmt: skip
Doubles = NDArray[np.float64]


def describe(heard: AudioFrames) -> list[float]:
    """The descriptors of ``NAMES``."""
    chroma = heard.chroma.astype(np.float64)
    total = chroma.sum(axis=0)
    values: list[float] = []
    best = (0, 1.0)
    for profiles in _PROFILES.values():
        major, minor = _correlations(total, profiles)
        values += [float(major.max() - minor.max()), float(max(major.max(), minor.max()))]
        best = (int(major.argmax()), 1.0) if major.max() >= minor.max() else (int(minor.argmax()), -1.0)
    return [
        *values,
        *_local_mode(chroma),
        *_degrees(total, best[0]),
        _entropy(total[None])[0],
        float(_entropy(chroma).mean()),
        float(np.abs((total * np.exp(2j * np.pi * 7 * np.arange(12) / 12)).sum()) / max(total.sum(), 1e-9)),
        *_chords(chroma),
        *_changes(chroma),
        *_roughness(heard.peak_hz, heard.peak),
        *_register(heard.peak_hz, heard.peak),
    ]


def _correlations(chroma: Doubles, profiles: tuple[tuple[float, ...], tuple[float, ...]]) -> tuple[Doubles, Doubles]:
    """Correlation of a chroma [shape=(12,)] with the major and the minor profile on each of 12 tonics."""
    found = []
    spread = chroma.std()
    centred = (chroma - chroma.mean()) / spread if spread > 1e-9 else np.zeros(12)
    for profile in profiles:
        shape = np.array(profile)
        shape = (shape - shape.mean()) / shape.std()
        found.append(np.array([centred @ np.roll(shape, tonic) / 12 for tonic in range(12)]))
    return found[0], found[1]


def _local_mode(chroma: Doubles) -> list[float]:
    """Mean and deviation, over stretches of about 6 s, of major's lead over minor."""
    step = max(int(6 * RATE_HZ), 1)
    leads = []
    for at in range(0, max(len(chroma) - step // 2, 1), step):
        major, minor = _correlations(chroma[at : at + step].sum(axis=0), _PROFILES["temperley"])
        leads.append(major.max() - minor.max())
    return [float(np.mean(leads)), float(np.std(leads))]


def _degrees(chroma: Doubles, tonic: int) -> list[float]:
    """Major minus minor third, sixth and seventh, the flat second and the tritone above the tonic."""
    at = np.roll(chroma, -tonic) / max(float(chroma.sum()), 1e-9) * 12
    return [float(v) for v in (at[4] - at[3], at[9] - at[8], at[11] - at[10], at[1], at[6])]


def _entropy(chroma: Doubles) -> Doubles:
    share = chroma / np.maximum(chroma.sum(axis=1, keepdims=True), 1e-9)
    entropy: Doubles = -(share * np.log(np.maximum(share, 1e-9))).sum(axis=1)
    return entropy


def _chords(chroma: Doubles) -> list[float]:
    """Shares of time by triad type, changes per second and clearness; about half a second per chord."""
    step = max(round(RATE_HZ / 2), 1)
    blocks = chroma[: max(len(chroma) // step, 1) * step]
    blocks = np.add.reduceat(blocks, np.arange(0, len(blocks), step), axis=0)
    unit = blocks / np.maximum(np.linalg.norm(blocks, axis=1, keepdims=True), 1e-9)
    fits = []
    for notes in _TRIADS.values():
        template = np.zeros(12)
        template[list(notes)] = 1 / np.sqrt(3)
        fits.append(unit @ np.stack([np.roll(template, root) for root in range(12)], axis=1))
    fit = np.concatenate(fits, axis=1)
    chord = fit.argmax(axis=1)
    kind = chord // 12
    changes = float((chord[1:] != chord[:-1]).mean() * 2) if len(chord) > 1 else 0.0
    return [
        float((kind == 0).mean()), float((kind == 1).mean()), float((kind >= 2).mean()), changes,
        float(fit.max(axis=1).mean()),
    ]  # fmt: skip


def _changes(chroma: Doubles) -> list[float]:
    """Harmonic change: steps of the tonal centroid between half seconds (Harte et al. 2006)."""
    step = max(round(RATE_HZ / 2), 1)
    blocks = np.add.reduceat(chroma, np.arange(0, len(chroma), step), axis=0)
    share = blocks / np.maximum(blocks.sum(axis=1, keepdims=True), 1e-9)
    angles = np.arange(12)[:, None] * 2 * np.pi * np.array([7 / 12, 3 / 12, 4 / 12])[None]
    centroid = share @ np.concatenate([np.sin(angles), np.cos(angles)], axis=1)
    moved = np.linalg.norm(np.diff(centroid, axis=0), axis=1) if len(centroid) > 1 else np.zeros(1)
    return [float(moved.mean()), float(moved.std())]


def _roughness(hz: Floats, peak: Floats) -> list[float]:
    """Sensory dissonance of the peaks (Plomp & Levelt 1965 after Sethares 1993), and its opposite.

    Mean and deviation over frames of the roughness per pair, share of smooth frames, and peaks per frame.
    """
    order = np.argsort(hz + np.where(peak > 0, 0, 1e6), axis=1, kind="stable")[:, :14]
    f = np.take_along_axis(hz, order, axis=1).astype(np.float64)
    a = np.take_along_axis(peak, order, axis=1).astype(np.float64)
    low = np.minimum(f[:, :, None], f[:, None])
    apart = np.abs(f[:, :, None] - f[:, None]) * 0.24 / (0.0207 * low + 18.96)
    pair = np.minimum(a[:, :, None], a[:, None])
    curve = np.exp(-3.51 * apart) - np.exp(-5.75 * apart)
    upper = np.triu(np.ones((f.shape[1], f.shape[1])), 1)
    rough = (pair * curve * upper).sum(axis=(1, 2)) / np.maximum((pair * upper).sum(axis=(1, 2)), 1e-9)
    counts = float((peak > 0).sum(axis=1).mean())
    return [float(rough.mean()), float(rough.std()), float((rough < 0.01).mean()), counts]


def _register(hz: Floats, peak: Floats) -> list[float]:
    """Octaves above 55 Hz: centre of the peaks, its deviation, the lowest and the strongest high tone."""
    octaves = np.log2(np.maximum(hz, 55.0) / 55.0)
    weight = peak / np.maximum(peak.sum(axis=1, keepdims=True), 1e-9)
    sounding = peak.max(axis=1) > 0.02 * float(peak.max())
    if not sounding.any():
        return [0.0] * 5
    centre = (octaves * weight).sum(axis=1)[sounding]
    strong = peak > 0.15 * peak.max(axis=1, keepdims=True)
    bass = np.where(strong, octaves, np.inf).min(axis=1)[sounding]
    top = np.where(strong, octaves, -np.inf).max(axis=1)[sounding]
    return [float(v) for v in (centre.mean(), centre.std(), bass.mean(), top.mean(), top.std())]
