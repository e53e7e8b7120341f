"""Synthesiser, loudness and encoders: in time, in tune, at the level asked for, the same bytes twice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest

from warehouse.media.encode_audio import FORMATS, encode
from warehouse.media.loudness import CEILING, Sound, integrated_lufs, level, limit
from warehouse.media.midi_file import midi_file
from warehouse.media.score import ScoreLike
from warehouse.media.synth import RATE, play_midi, play_notes, render, with_room


@dataclass(frozen=True)
class Note:
    start_s: float
    end_s: float
    pitch: int
    velocity: int = 100


@dataclass(frozen=True)
class Part:
    notes: tuple[Note, ...]
    program: int = 0
    drums: bool = False
    volume: int = 100
    pan: int = 64


@dataclass(frozen=True)
class Score:
    parts: tuple[Part, ...]
    duration_s: float = 4.0
    reverb: float = 0.2
    loudness_lufs: float = -16.0
    extra: tuple[int, ...] = field(default=())


BEATS = Part(tuple(Note(i * 0.5, i * 0.5 + 0.2, 38) for i in range(6)), drums=True)
CHORD = Part(tuple(Note(0.0, 3.0, p) for p in (57, 64, 69)))


@pytest.fixture(scope="module")
def sound() -> np.ndarray:
    return render(Score((BEATS, CHORD)))


def test_a_score_sounds_as_long_and_as_loud_as_declared(sound: np.ndarray) -> None:
    assert sound.shape == (4 * RATE, 2)
    assert sound.dtype == np.float32
    assert integrated_lufs(sound, RATE) == pytest.approx(-16.0, abs=0.3)
    assert np.abs(sound).max() <= CEILING + 1e-4
    assert np.abs(sound[-200:]).max() < 0.01


def test_rendering_is_deterministic(sound: np.ndarray) -> None:
    assert np.array_equal(render(Score((BEATS, CHORD))), sound)


@pytest.mark.parametrize("play", [play_notes, play_midi])
def test_drum_strokes_start_when_they_are_written(play: Callable[[ScoreLike], Sound]) -> None:
    dry = np.abs(play(Score((BEATS,)))).max(axis=1)
    for note in BEATS.notes:
        at = round(note.start_s * RATE)
        before = dry[max(0, at - 400) : max(1, at - 20)].max()
        assert dry[at : at + 600].max() > 4 * before


@pytest.mark.parametrize("play", [play_notes, play_midi])
def test_a_note_is_in_tune(play: Callable[[ScoreLike], Sound]) -> None:
    dry = play(Score((Part((Note(0.0, 3.5, 69),)),)))[: 3 * RATE, 0]
    spectrum = np.abs(np.fft.rfft(dry * np.hanning(len(dry))))
    assert np.argmax(spectrum) / 3 == pytest.approx(440, rel=0.003)


def test_the_midi_file_is_read_alike_by_another_library(tmp_path: Path) -> None:
    from pretty_midi import PrettyMIDI

    (tmp_path / "score.mid").write_bytes(midi_file(Score((BEATS, CHORD)), RATE))
    drums, piano = PrettyMIDI(str(tmp_path / "score.mid")).instruments
    assert drums.is_drum
    assert [note.start for note in drums.notes] == pytest.approx([note.start_s for note in BEATS.notes], abs=1e-4)
    assert [(note.pitch, note.velocity, note.end) for note in piano.notes] == [
        (note.pitch, note.velocity, pytest.approx(note.end_s, abs=1e-4)) for note in CHORD.notes
    ]


def test_both_players_give_a_score_the_same_shape_in_time() -> None:
    score = Score((BEATS, CHORD))
    loud = [np.abs(play(score)).mean(axis=1).reshape(-1, 441).mean(axis=1) for play in (play_notes, play_midi)]
    assert np.corrcoef(*loud)[0, 1] > 0.8


def test_a_room_rings_after_the_sound_and_keeps_its_length() -> None:
    dry = np.zeros((RATE, 2), np.float32)
    dry[1000:1400] = 0.5
    wet = with_room(dry, 0.5)
    assert wet.shape == dry.shape
    assert np.abs(wet[5000:8000]).max() > 1e-3
    assert with_room(dry, 0.0) is dry
    assert with_room(dry[:0], 0.5).shape == (0, 2)
    assert with_room(dry[:-1], 0.5).shape == (RATE - 1, 2)


def test_loudness_of_a_reference_tone() -> None:
    # EBU Tech 3341, case 1: a stereo 1 kHz sine at -23 dBFS reads -23 LUFS.
    time = np.arange(20 * 48_000) / 48_000
    tone = (10 ** (-23 / 20) * np.sin(2 * np.pi * 1000 * time)).astype(np.float32)
    assert integrated_lufs(np.stack([tone, tone], axis=1), 48_000) == pytest.approx(-23.0, abs=0.1)


def test_silence_has_no_loudness_and_stays_silent() -> None:
    silence = np.zeros((RATE, 2), np.float32)
    assert integrated_lufs(silence, RATE) == -np.inf
    assert not level(silence, RATE, -14.0).any()


def test_the_limiter_holds_peaks_and_leaves_quiet_sound_alone() -> None:
    rng = np.random.default_rng(1)
    loud = rng.normal(0, 0.5, (RATE, 2)).astype(np.float32)
    assert np.abs(limit(loud, RATE)).max() <= CEILING + 1e-4
    quiet = loud * np.float32(0.1)
    assert limit(quiet, RATE) is quiet


@pytest.mark.parametrize("suffix", sorted(FORMATS))
def test_every_codec_decodes_to_its_length_with_its_tags(suffix: str, tmp_path: Path, sound: np.ndarray) -> None:
    import av
    import mutagen

    path = tmp_path / f"song.{suffix}"
    encode(sound, RATE, path, {"title": "雨后的信", "artist": "纸船计划", "album": "夜话"})
    with av.open(str(path)) as container:
        frames = list(container.decode(audio=0))
    assert sum(f.samples for f in frames) / frames[0].sample_rate == pytest.approx(4.0, abs=0.06)
    tags = mutagen.File(path, easy=True)
    assert tags["title"] == ["雨后的信"]
    assert tags["artist"] == ["纸船计划"]
    assert [p.name for p in tmp_path.iterdir()] == [path.name]


@pytest.mark.parametrize("suffix", sorted(FORMATS))
def test_the_same_sound_gives_the_same_bytes(suffix: str, tmp_path: Path, sound: np.ndarray) -> None:
    written = []
    for name in ("a", "b"):
        path = tmp_path / f"{name}.{suffix}"
        encode(sound[:RATE], RATE, path, {"title": "x"})
        written.append(path.read_bytes())
    assert written[0] == written[1]


def test_flac_keeps_the_samples(tmp_path: Path, sound: np.ndarray) -> None:
    import av

    path = tmp_path / "song.flac"
    encode(sound, RATE, path, {})
    with av.open(str(path)) as container:
        heard = np.concatenate([f.to_ndarray().reshape(-1, 2) for f in container.decode(audio=0)]) / 32768
    assert np.abs(heard - sound).max() < 2e-4
