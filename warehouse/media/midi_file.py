"""A score as a standard MIDI file, and a WAV file as samples."""

from __future__ import annotations

import io
import struct
import wave

import numpy as np

from warehouse.media.loudness import Sound
from warehouse.media.score import DRUM_CHANNEL, DRUM_RING_S, PAN, VOLUME, PartLike, ScoreLike

_NOTE_OFF, _NOTE_ON, _CONTROL, _PROGRAM = 0x80, 0x90, 0xB0, 0xC0
_REVERB, _CHORUS = 91, 93  # both off: the room is made by :func:`warehouse.media.synth.with_room`
_END_OF_TRACK = b"\xff\x2f\x00"

Event = tuple[int, int, bytes]  # tick, order within it (set-up, note ends, note starts), message


def midi_file(score: ScoreLike, rate: int) -> bytes:
    """One track at MIDI's default tempo, 0.5 s a quarter, in ticks of one sample at ``rate`` [Hz, even, < 65,536]."""
    channels = iter(c for c in range(16) if c != DRUM_CHANNEL)
    events: list[Event] = []
    for part in score.parts:
        events += _events(part, DRUM_CHANNEL if part.drums else next(channels), rate)
    length = round(score.duration_s * rate)
    track, now = bytearray(), 0
    for tick, _, message in sorted(events):
        if tick > length:
            break
        track += _delta(tick - now) + message
        now = tick
    track += _delta(length - now) + _END_OF_TRACK
    header = struct.pack(">4sIHHH", b"MThd", 6, 0, 1, rate // 2)
    return header + struct.pack(">4sI", b"MTrk", len(track)) + bytes(track)


def samples_of_wav(file: bytes) -> tuple[Sound, int]:
    """The samples of a 16-bit stereo WAV file [shape=(n, 2), -1..1] and their rate [Hz]."""
    with wave.open(io.BytesIO(file)) as sound:
        if (sound.getsampwidth(), sound.getnchannels()) != (2, 2):
            raise ValueError(f"not 16-bit stereo but {8 * sound.getsampwidth()}-bit, {sound.getnchannels()} channels")
        frames = sound.readframes(sound.getnframes())
        return np.frombuffer(frames, "<i2").reshape(-1, 2).astype(np.float32) / np.float32(32768), sound.getframerate()


def _events(part: PartLike, channel: int, rate: int) -> list[Event]:
    controls = ((VOLUME, part.volume), (PAN, part.pan), (_REVERB, 0), (_CHORUS, 0))
    events = [(0, -1, bytes((_PROGRAM | channel, part.program)))]
    events += [(0, -1, bytes((_CONTROL | channel, number, value))) for number, value in controls]
    for note in part.notes:
        end_s = note.end_s + (DRUM_RING_S if part.drums else 0.0)
        events.append((round(note.start_s * rate), 1, bytes((_NOTE_ON | channel, note.pitch, note.velocity))))
        events.append((round(end_s * rate), 0, bytes((_NOTE_OFF | channel, note.pitch, 0))))
    return events


def _delta(ticks: int) -> bytes:
    """A number as MIDI writes it: seven bits a byte, the highest first."""
    out = [ticks & 0x7F]
    while ticks := ticks >> 7:
        out.append(0x80 | (ticks & 0x7F))
    return bytes(reversed(out))
