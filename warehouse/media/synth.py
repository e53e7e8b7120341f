"""Scores to sound: a General MIDI soundfont played offline, a little room, a chosen loudness.

The soundfont is TimGM6mb (GPL-2.0, Tim Brechbill), as it ships in the package ``pretty_midi``.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Protocol

import numpy as np

from warehouse.media.loudness import Sound, level

RATE = 44_100
_DRUM_CHANNEL = 9
_VOLUME, _PAN = 7, 10
_FADE_S = 0.35
_ROOM_S = 1.3
_VOICES = 40  # past that, tails that nobody hears are cut first
_DRUM_RING_S = 0.9
_END = -1


class NoteLike(Protocol):
    """A note: seconds, MIDI pitch, velocity 1..127."""

    @property
    def start_s(self) -> float: ...
    @property
    def end_s(self) -> float: ...
    @property
    def pitch(self) -> int: ...
    @property
    def velocity(self) -> int: ...


class PartLike(Protocol):
    """One player: General MIDI program (or drum kit), mix, notes."""

    @property
    def program(self) -> int: ...
    @property
    def drums(self) -> bool: ...
    @property
    def volume(self) -> int: ...
    @property
    def pan(self) -> int: ...
    @property
    def notes(self) -> Sequence[NoteLike]: ...


class ScoreLike(Protocol):
    """A song: its parts, and how it is to sound."""

    @property
    def duration_s(self) -> float: ...
    @property
    def parts(self) -> Sequence[PartLike]: ...
    @property
    def reverb(self) -> float: ...
    @property
    def loudness_lufs(self) -> float: ...


def render(score: ScoreLike) -> Sound:
    """The sound of a score [shape=(n, 2), -1..1], exactly ``duration_s`` long, 44.1 kHz."""
    dry = play(score)
    wet = with_room(dry, score.reverb)
    return level(_faded(wet), RATE, score.loudness_lufs)


def play(score: ScoreLike) -> Sound:
    """The dry sound of all parts."""
    from tinysoundfont import Synth

    synth = Synth(gain=-10.0, samplerate=RATE)
    font = synth.sfload(str(soundfont_path()), max_voices=_VOICES)
    events: list[tuple[int, int, int, int, int]] = []  # sample, order (offs first), channel, pitch, velocity
    channels = iter(c for c in range(16) if c != _DRUM_CHANNEL)
    for part in score.parts:
        channel = _DRUM_CHANNEL if part.drums else next(channels)
        synth.program_select(channel, font, 128 if part.drums else 0, part.program, part.drums)
        synth.control_change(channel, _VOLUME, part.volume)
        synth.control_change(channel, _PAN, part.pan)
        for note in part.notes:
            events.append((round(note.start_s * RATE), 1, channel, note.pitch, note.velocity))
            # Drums ring on, but not for ever: some kits loop their samples until told to stop.
            end_s = note.end_s + (_DRUM_RING_S if part.drums else 0.0)
            events.append((round(end_s * RATE), 0, channel, note.pitch, 0))
    events.sort()
    length = round(score.duration_s * RATE)
    out = np.zeros((length, 2), np.float32)
    at = 0
    for sample, is_on, channel, pitch, velocity in [*events, (length, _END, 0, 0, 0)]:
        until = min(sample, length)
        if until > at:
            block = synth.generate(until - at)
            out[at:until] = np.frombuffer(block, np.float32).reshape(-1, 2)
            at = until
        if is_on == 1:
            synth.noteon(channel, pitch, velocity)
        elif is_on == 0:
            synth.noteoff(channel, pitch)
    return out


def with_room(dry: Sound, share: float) -> Sound:
    """``dry`` mixed with its reverberation in a made-up room; ``share`` 0 dry .. 1 wet."""
    from scipy.signal import oaconvolve

    if share <= 0 or not len(dry):
        return dry
    padded = np.concatenate([dry, dry[-1:]]) if len(dry) % 2 else dry
    # One sender in the middle of the room, at half the rate: its walls swallow the treble anyway.
    send = padded.reshape(-1, 4).mean(axis=1, dtype=np.float32)
    half = oaconvolve(send[:, None], _room(), mode="full", axes=0)[: len(send)]
    wet = np.empty((2 * len(half), 2), np.float32)
    wet[0::2] = half
    wet[1:-1:2] = (half[:-1] + half[1:]) / 2
    wet[-1] = half[-1]
    return np.asarray(dry * np.float32(1 - 0.5 * share) + wet[: len(dry)] * np.float32(share), np.float32)


def soundfont_path() -> Path:
    """Where the soundfont lies in the installed ``pretty_midi``, found without importing it."""
    from importlib.util import find_spec

    spec = find_spec("pretty_midi")
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError("pretty_midi is not installed; its soundfont is what songs are played with")
    return Path(spec.submodule_search_locations[0]) / "TimGM6mb.sf2"


@lru_cache(maxsize=1)
def _room() -> Sound:
    """An impulse response of 1.3 s at half the rate: decaying noise, darker with time, unit energy."""
    from scipy.signal import lfilter

    rate = RATE // 2
    rng = np.random.Generator(np.random.PCG64(20260101))
    noise = rng.normal(0, 1, (round(_ROOM_S * rate), 2))
    time = np.arange(len(noise))[:, None] / rate
    dark = lfilter([0.24], [1, -0.76], noise, axis=0)
    share_dark = np.minimum(1.0, 0.35 + time)
    tail = (noise * 0.25 * (1 - share_dark) + dark * share_dark) * np.exp(-6.9 * time / _ROOM_S)
    tail[: round(0.012 * rate)] = 0  # the walls are a few metres away
    # Bass would only muddy the room, so it stays out of the reverberation.
    tail = lfilter([0.96, -0.96], [1, -0.92], tail, axis=0)
    return np.asarray(tail / np.sqrt((tail**2).sum(axis=0)), np.float32)


def _faded(sound: Sound) -> Sound:
    """The last third of a second faded out, so that no song ends with a click."""
    length = min(len(sound), round(_FADE_S * RATE))
    if length:
        sound[-length:] *= np.linspace(1.0, 0.0, length, dtype=np.float32)[:, None]
    return sound
