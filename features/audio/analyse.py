"""All audio features of one recording, heard block by block in bounded memory."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from features.audio import ends, metre, rhythm, spectrum, timbre, tonality
from features.audio import pitch as pitch_frames
from features.audio.dance import DanceStream
from features.audio.emotion_descriptors import emotion_descriptors
from features.audio.energy import felt_energy
from features.audio.errors import Unanalysable
from features.audio.excerpt import Excerpt
from features.audio.fingerprint import fingerprint
from features.audio.loudness import Loudness, LoudnessMeter
from features.audio.pitch import Pitch, PitchStream
from features.audio.spectrum import CHUNK_FRAMES, HOP, SAMPLE_RATE_HZ, Floats, Spectrum, SpectrumStream

EXTRACTOR_VERSION = "daily30-2/essentia-2.1b6"
MIN_DURATION_S = 1.0
SILENCE_PEAK = 1e-4  # -80 dBFS
BLOCK = CHUNK_FRAMES * HOP  # 6 s; fixed, so that the same sound gives the same bits however it arrives


def parameters(max_s: float) -> str:
    """What the extractor was set to, as JSON: a version says the rest.

    Args:
        max_s: seconds heard of a longer recording.
    """
    summary = {
        "sample_rate_hz": SAMPLE_RATE_HZ,
        "spectrum": [spectrum.FRAME, spectrum.HOP],
        "pitch": [pitch_frames.FRAME, pitch_frames.FRAME],
        "tempo_bpm": [rhythm.SLOWEST_BPM, rhythm.FASTEST_BPM],
        "max_s": max_s,
    }
    return json.dumps(summary, separators=(",", ":"))


def content_key(audio_sha256: str, params: str) -> str:
    """Key under which features are reused: these bytes by this extractor, so set."""
    return hashlib.sha256(f"{audio_sha256}|{EXTRACTOR_VERSION}|{params}".encode()).hexdigest()[:32]


def audio_content_id(audio_sha256: str) -> str:
    """A name of these bytes; which of them are one recording is told by :mod:`features.audio.recordings`."""
    return f"rec-{audio_sha256[:16]}"


def analyse(blocks: Floats | Iterable[Floats]) -> dict[str, Any]:
    """The columns of ``audio_features`` that the sound itself gives.

    Args:
        blocks: 1 or 2 channels at 44.1 kHz, full scale 1: the whole [shape=(channels, n)] or, one
            after the other, parts of any length.

    Raises:
        Unanalysable: when it is shorter than a second or silent.
    """
    from threadpoolctl import threadpool_limits

    listener: Listener | None = None
    with threadpool_limits(limits=1, user_api="blas"):  # two threads add up in another order: other last digits
        for block in _blocks([blocks] if isinstance(blocks, np.ndarray) else blocks):
            listener = listener or Listener(len(block))
            listener.hear(block)
        if listener is None:
            raise Unanalysable("too_short", f"0.00 s, at least {MIN_DURATION_S:g} s are needed")
        return listener.features()


def _blocks(parts: Iterable[Floats]) -> Iterator[Floats]:
    """The same samples in blocks of ``BLOCK``, the last one shorter."""
    rest: Floats | None = None
    for part in parts:
        joined = part if rest is None or not rest.shape[1] else np.concatenate([rest, part], axis=1)
        whole = joined.shape[1] - joined.shape[1] % BLOCK
        for start in range(0, whole, BLOCK):
            yield joined[:, start : start + BLOCK]
        rest = joined[:, whole:].copy()
    if rest is not None and rest.shape[1]:
        yield rest


class Listener:
    """Hears one recording; keeps numbers per frame, and seven minutes of samples at most."""

    def __init__(self, channels: int) -> None:
        self._meter = LoudnessMeter(channels)
        self._spectrum = SpectrumStream()
        self._pitch = PitchStream()
        self._dance = DanceStream()
        self._excerpt = Excerpt()
        self._crossings = timbre.CrossingCounter()
        self._samples = 0
        self._peak = 0.0

    def hear(self, block: Floats) -> None:
        """The next ``BLOCK`` samples [shape=(channels, n)]; fewer only at the end."""
        block = _finite(block)
        self._samples += block.shape[1]
        self._peak = max(self._peak, float(block.max()), -float(block.min()))
        mono = _mono(block)
        self._meter.hear(block)
        for stream in (self._spectrum, self._pitch, self._dance, self._excerpt, self._crossings):
            stream.hear(mono)

    def features(self) -> dict[str, Any]:
        """What was heard, once the last block is in."""
        duration_s = self._samples / SAMPLE_RATE_HZ
        if duration_s < MIN_DURATION_S:
            raise Unanalysable("too_short", f"{duration_s:.2f} s, at least {MIN_DURATION_S:g} s are needed")
        if self._peak < SILENCE_PEAK:
            floor = 20 * np.log10(SILENCE_PEAK)
            raise Unanalysable("silent", f"no sample above {floor:.0f} dBFS in {duration_s:.1f} s")
        felt = emotion_descriptors(self._excerpt.finish())
        self._excerpt = Excerpt()  # by far the greatest part of what is held
        loud, frames, pitch = self._meter.finish(), self._spectrum.finish(), self._pitch.finish()
        pulse = rhythm.analyse(frames.onset)
        shape = timbre.describe(frames)
        return {
            "duration_s": duration_s,
            **_of_rhythm(pulse, frames, pitch),
            **_of_harmony(pitch),
            **_of_loudness(loud),
            **shape,
            **timbre.sources(frames),
            "danceability": self._dance.finish(),
            "zero_crossing_rate": self._crossings.rate(),
            "energy": felt_energy(loud.integrated_lufs, pulse.onset_rate_hz, shape["spectral_flux"]),
            "emotion_descriptors": felt,
            "fingerprint": fingerprint(frames.bands).tolist(),
        }


def _finite(samples: Floats) -> Floats:
    """Samples without NaN or infinity (float WAV files may hold them), bounded at +12 dBFS."""
    if np.isfinite(samples).all():
        return samples if max(samples.max(initial=0), -samples.min(initial=0)) <= 4 else np.clip(samples, -4, 4)
    return np.clip(np.nan_to_num(samples, nan=0.0, posinf=0.0, neginf=0.0), -4, 4)


def _mono(block: Floats) -> Floats:
    """Mean of the channels; the first one where they cancel out (opposite phase)."""
    first: Floats = np.ascontiguousarray(block[0])
    if len(block) == 1:
        return first
    mono: Floats = block.mean(axis=0)
    return first if np.square(mono).mean() < 1e-4 * np.square(first).mean() else mono


def _of_rhythm(pulse: rhythm.Rhythm, frames: Spectrum, pitch: Pitch) -> dict[str, Any]:
    bar = metre.analyse(pulse.beats_s, frames.onset, frames.bass_onset, pitch.hpcp)
    return {
        "tempo_bpm": pulse.tempo_bpm,
        "tempo_confidence": pulse.confidence,
        "tempo_alternatives_bpm": pulse.alternatives_bpm,
        "tempo_stability": pulse.stability,
        "beats_s": pulse.beats_s,
        "beats_per_bar": bar.beats_per_bar,
        "metre_confidence": bar.confidence,
        "downbeats_s": bar.downbeats_s,
        "onset_rate_hz": pulse.onset_rate_hz,
    }


def _of_harmony(pitch: Pitch) -> dict[str, Any]:
    tones = tonality.analyse(pitch)
    return {
        "key": tones.key,
        "mode": tones.mode,
        "key_strength": tones.strength,
        "key_confidence": tones.confidence,
        "second_key": tones.second_key,
        "second_mode": tones.second_mode,
        "modulates": tones.modulates,
        "tuning_cents": pitch.tuning_cents,
        "roughness": pitch.roughness,
        "chords": tones.chords,
        "chord_shares": tones.chord_shares,
        "chord_change_rate_hz": tones.chord_change_rate_hz,
        "hpcp_mean": tones.hpcp_mean,
    }


def _of_loudness(loud: Loudness) -> dict[str, Any]:
    limits = ends.measure(loud.power)
    return {
        "loudness_lufs": loud.integrated_lufs,
        "loudness_range_lu": loud.range_lu,
        "dynamic_complexity_db": loud.complexity_db,
        "silence_start_s": limits.silence_start_s,
        "silence_end_s": limits.silence_end_s,
        "intro_s": limits.intro_s,
        "outro_s": limits.outro_s,
        "energy_curve": loud.curve,
    }
