"""Hostile files through the stage: the run completes, one classified row each, in bounded time and memory."""

from __future__ import annotations

import os
import struct
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from jobs import audio
from jobs.run.memory import resident_mb
from schemas import TABLES
from schemas.validate import check
from tests import sounds
from tests.frames import rows
from tests.jobs.hostile import CODECS, HEARD, corpus
from warehouse.media.decode import AudioFiles, DecodeLimits, MediaError


def run(folder: Path, paths: list[str]) -> dict[str, str]:
    """``heard`` or the reason of each path, after the contracts were checked."""
    tracks = rows("tracks", [{"track_id": f"t{i:03d}", "audio_path": path} for i, path in enumerate(paths)])
    empty = {name: TABLES[name].empty() for name in ("audio_features", "audio_failures")}
    with AudioFiles(folder) as files:
        made = audio.run(
            tracks=tracks,
            audio_files=files,
            shared_audio=None,
            carried=empty["audio_features"],
            ledger=empty["audio_failures"],
        )
    for name, frame in made.items():
        assert [str(v) for v in check(frame, TABLES[name])] == []
    found = dict.fromkeys(made["audio_features"]["track_id"], HEARD)
    found |= dict(made["audio_failures"].select("track_id", "reason").iter_rows())
    assert len(found) == made["audio_features"].height + made["audio_failures"].height == len(paths)
    return {path: found[f"t{i:03d}"] for i, path in enumerate(paths)}


@pytest.mark.slow
def test_a_hostile_folder_is_classified_file_by_file(tmp_path):
    folder = tmp_path / "audio"
    folder.mkdir()
    expected = corpus(folder, tmp_path / "outside.wav")
    found = run(folder, sorted(expected))
    wrong = {path: (outcome, expected[path]) for path, outcome in found.items() if outcome not in expected[path]}
    assert wrong == {}


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_an_unreadable_file_is_missing(tmp_path):
    sounds.write(tmp_path / "locked.wav", sounds.sine(2)).chmod(0)
    assert run(tmp_path, ["locked.wav"]) == {"locked.wav": "missing_file"}


def test_a_name_that_is_no_unicode_can_be_heard(tmp_path):
    name = os.fsdecode(b"caf\xe9.wav")
    sounds.write(tmp_path / "cafe.wav", sounds.sine(2)).rename(tmp_path / name)
    with AudioFiles(tmp_path) as files:
        assert "reason" not in audio.hear(name, files)


def test_a_decoder_short_of_memory_is_classified(tmp_path):
    sounds.write(tmp_path / "tone.wav", sounds.sine(2))
    with AudioFiles(tmp_path, DecodeLimits(memory_bytes=60 << 20)) as files:
        failed = audio.hear("tone.wav", files)
    assert failed["reason"] in ("out_of_memory", "crashed")
    assert failed["attempts"] == 2


def long(path: Path, hours: float) -> Path:
    """Hours of two keys in turn, as FLAC."""
    import av

    loop = np.concatenate([sounds.chords(sounds.C_MAJOR * 2, 0.5), sounds.chords(sounds.A_MINOR * 2, 0.5)])
    with av.open(str(path), "w", format="flac") as out:
        stream = out.add_stream("flac", rate=44100, layout="stereo")
        resampler = av.AudioResampler(format=stream.format, layout="stereo", rate=44100, frame_size=4096)
        frame = av.AudioFrame.from_ndarray(np.stack([loop, 0.8 * loop]), format="fltp", layout="stereo")
        frame.rate = 44100
        packets = [bytes(p) for piece in resampler.resample(frame) for p in stream.encode(piece)]
        for number in range(int(hours * 3600 * 44100 / 4096)):
            packet = av.Packet(packets[number % len(packets)])
            packet.stream, packet.pts, packet.dts = stream, number * 4096, number * 4096
            out.mux(packet)
    return path


MEASURE = """
import json, sys
from pathlib import Path
from jobs import audio
from warehouse.media.decode import AudioFiles
with AudioFiles(Path(sys.argv[1])) as files:
    row = audio.hear(sys.argv[2], files)
    # Not getrusage: its peak is handed down from whoever started the process.
    status = [Path(f"/proc/{pid}/status").read_text() for pid in ("self", files.decoder_pid)]
mb = [int(text.split("VmHWM:")[1].split()[0]) * 1024 / 1e6 for text in status]
print(json.dumps([row.get("duration_s"), row.get("reason"), mb]))
"""


def measured(folder: Path, name: str):
    import json

    done = subprocess.run(
        [sys.executable, "-c", MEASURE, str(folder), name], capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout)


@pytest.mark.slow
def test_of_more_than_an_hour_that_says_no_length_one_is_heard_in_600_mb(tmp_path):
    long(tmp_path / "long.flac", 1.2)
    duration_s, _, mb = measured(tmp_path, "long.flac")
    assert duration_s == pytest.approx(3600, abs=1)
    assert sum(mb) <= 600


def test_ten_hours_are_refused_unheard(tmp_path):
    rate, size = 8_000, 36_000 * 8_000 * 2
    form = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 1, rate, 2 * rate, 2, 16)
    with (tmp_path / "ten.wav").open("wb") as file:  # silence that takes no room on disk
        file.write(struct.pack("<4sI4s", b"RIFF", 36 + size, b"WAVE") + form + struct.pack("<4sI", b"data", size))
        file.truncate(44 + size)
    assert run(tmp_path, ["ten.wav"]) == {"ten.wav": "too_long"}


@pytest.mark.slow
def test_five_thousand_fuzzed_files_never_reach_the_parent(tmp_path):
    rng = np.random.default_rng(30)
    wholes = [
        sounds.write(
            tmp_path / f"w.{suffix}", sounds.chords(sounds.C_MAJOR[:2], 0.6), codec=codec, container=container,
            rate=48000 if codec == "libopus" else 44100,
        ).read_bytes()
        for suffix, codec, container in (*CODECS, ("m4a", "aac", "ipod"), ("wav", "pcm_s16le", "wav"))
    ]  # fmt: skip
    before = resident_mb(os.getpid())
    reasons = set()
    with AudioFiles(tmp_path) as files:
        for number in range(5000):
            data = bytearray(wholes[number % len(wholes)])
            if number % 5 == 0:
                del data[int(rng.integers(len(data))) :]
            for at in rng.integers(0, max(len(data), 1), int(rng.integers(1, 60))):
                data[at : at + 1] = rng.bytes(1)
            (tmp_path / "fuzzed").write_bytes(data)
            try:
                assert sum(block.shape[1] for block in files.open("fuzzed")) >= 0
            except MediaError as error:
                reasons.add(error.reason)
    assert reasons <= {"undecodable", "unsupported_format", "too_long", "crashed", "out_of_memory"}
    assert resident_mb(os.getpid()) - before < 500
