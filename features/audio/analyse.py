"""All audio features of one decoded recording."""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np

from features.audio import loudness, rhythm, tonality
from features.audio.emotion_descriptors import emotion_descriptors
from features.audio.energy import felt_energy
from features.audio.errors import Unanalysable
from features.audio.essentia_quiet import standard
from features.audio.spectrum import SAMPLE_RATE_HZ, Floats, Spectrum, describe, zero_crossing_rate

EXTRACTOR_VERSION = "daily30-1/essentia-2.1b6"
MIN_DURATION_S = 1.0
SILENCE_PEAK = 1e-4  # -80 dBFS


def content_key(audio_sha256: str) -> str:
    """Key under which features are reused: these bytes by this extractor."""
    return hashlib.sha256(f"{audio_sha256}|{EXTRACTOR_VERSION}".encode()).hexdigest()[:32]


def recording_id(audio_sha256: str) -> str:
    """The same bytes are the same recording."""
    return f"rec-{audio_sha256[:16]}"


def analyse(samples: Floats) -> dict[str, Any]:
    """The columns of ``audio_features`` that the sound itself gives.

    Args:
        samples: 1 or 2 channels at 44.1 kHz, full scale 1 [shape=(channels, n)].

    Raises:
        Unanalysable: when it is shorter than a second or silent.
    """
    samples = _finite(samples)
    duration_s = samples.shape[1] / SAMPLE_RATE_HZ
    if duration_s < MIN_DURATION_S:
        raise Unanalysable("too_short", f"{duration_s:.2f} s, at least {MIN_DURATION_S:g} s are needed")
    peak = max(float(samples.max()), -float(samples.min()))
    if peak < SILENCE_PEAK:
        raise Unanalysable("silent", f"no sample above {20 * np.log10(SILENCE_PEAK):.0f} dBFS in {duration_s:.1f} s")
    loud = loudness.measure(samples)
    mono = samples[0] if samples.shape[0] == 1 else samples.mean(axis=0)
    if max(float(mono.max()), -float(mono.min())) < SILENCE_PEAK:
        mono = np.ascontiguousarray(samples[0])  # channels in opposite phase cancel out
    frames = describe(mono)
    pulse = rhythm.analyse(mono, frames.onset)
    tones = tonality.analyse(mono)
    es = standard()
    return {
        "duration_s": duration_s,
        "tempo_bpm": pulse.tempo_bpm,
        "tempo_confidence": pulse.confidence,
        "beats_s": pulse.beats_s,
        "key": tones.key,
        "mode": tones.mode,
        "key_strength": tones.strength,
        "loudness_lufs": loud.integrated_lufs,
        "loudness_range_lu": loud.range_lu,
        "dynamic_complexity_db": float(es.DynamicComplexity(sampleRate=SAMPLE_RATE_HZ)(mono)[0]),
        "danceability": float(np.clip(es.Danceability(sampleRate=SAMPLE_RATE_HZ)(mono)[0], 0, 10)),
        "onset_rate_hz": pulse.onset_rate_hz,
        "chord_change_rate_hz": tones.chord_change_rate_hz,
        "hpcp_mean": tones.hpcp_mean,
        "emotion_descriptors": emotion_descriptors(mono),
        "energy_curve": loud.curve,
        "zero_crossing_rate": zero_crossing_rate(mono),
        "energy": felt_energy(loud.integrated_lufs, pulse.onset_rate_hz, _mean(frames.flux, frames)),
        **_timbre(frames),
    }


def _finite(samples: Floats) -> Floats:
    """Samples without NaN or infinity (float WAV files may hold them), bounded at +12 dBFS."""
    if np.isfinite(samples).all():
        return samples if max(samples.max(initial=0), -samples.min(initial=0)) <= 4 else np.clip(samples, -4, 4)
    return np.clip(np.nan_to_num(samples, nan=0.0, posinf=0.0, neginf=0.0), -4, 4)


def _mean(values: Floats, frames: Spectrum) -> float:
    """Mean over the frames that sound (within 60 dB of the loudest)."""
    return float(values[frames.rms > frames.rms.max() * 1e-3].mean())


def _timbre(frames: Spectrum) -> dict[str, Any]:
    sounding = frames.mfcc[frames.rms > frames.rms.max() * 1e-3]
    return {
        "spectral_centroid_hz": _mean(frames.centroid_hz, frames),
        "spectral_rolloff_hz": _mean(frames.rolloff_hz, frames),
        "spectral_flux": _mean(frames.flux, frames),
        "spectral_flatness": _mean(frames.flatness, frames),
        "mfcc_mean": [float(v) for v in sounding.mean(axis=0)],
        "mfcc_std": [float(v) for v in sounding.std(axis=0)],
    }
