"""Scores to sound: a General MIDI soundfont played offline, a little room, a chosen loudness.

The soundfont is TimGM6mb (GPL-2.0, Tim Brechbill), as it ships in the package ``pretty_midi``.
"""

from __future__ import annotations

from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from warehouse.media.loudness import Sound, level
from warehouse.media.score import DRUM_CHANNEL, DRUM_RING_S, PAN, VOLUME, ScoreLike

RATE = 44_100
_FADE_S = 0.35
_ROOM_S = 1.3
_VOICES = 40  # past that, tails that nobody hears are cut first
_END = -1


def render(score: ScoreLike) -> Sound:
    """The sound of a score [shape=(n, 2), -1..1], exactly ``duration_s`` long, 44.1 kHz."""
    dry = play(score)
    wet = with_room(dry, score.reverb)
    return level(_faded(wet), RATE, score.loudness_lufs)


def play(score: ScoreLike) -> Sound:
    """The dry sound of all parts.

    By tinysoundfont where it is installed; its wheel asks for pyaudio, which has to be compiled
    against PortAudio, so a plain installation of daily30 plays with midirenderer.
    """
    return play_notes(score) if find_spec("tinysoundfont") else play_midi(score)


def play_midi(score: ScoreLike) -> Sound:
    """The dry sound by midirenderer, which takes a MIDI file and answers with a WAV file of its own rate."""
    from midirenderer import render_wave_from
    from scipy.signal import resample_poly

    from warehouse.media.midi_file import midi_file, samples_of_wav

    heard, rate = samples_of_wav(render_wave_from(soundfont_path().read_bytes(), midi_file(score, RATE)))
    length = round(score.duration_s * RATE)
    out = np.zeros((length, 2), np.float32)
    at_our_rate = resample_poly(heard, RATE, rate, axis=0)[:length]
    out[: len(at_our_rate)] = at_our_rate
    return out


def play_notes(score: ScoreLike) -> Sound:
    """The dry sound by tinysoundfont, note by note."""
    from tinysoundfont import Synth

    synth = Synth(gain=-10.0, samplerate=RATE)
    font = synth.sfload(str(soundfont_path()), max_voices=_VOICES)
    events: list[tuple[int, int, int, int, int]] = []  # sample, order (offs first), channel, pitch, velocity
    channels = iter(c for c in range(16) if c != DRUM_CHANNEL)
    for part in score.parts:
        channel = DRUM_CHANNEL if part.drums else next(channels)
        synth.program_select(channel, font, 128 if part.drums else 0, part.program, part.drums)
        synth.control_change(channel, VOLUME, part.volume)
        synth.control_change(channel, PAN, part.pan)
        for note in part.notes:
            events.append((round(note.start_s * RATE), 1, channel, note.pitch, note.velocity))
            end_s = note.end_s + (DRUM_RING_S if part.drums else 0.0)
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
