"""What a music folder costs at first and when nothing changed, beside reading its bytes once.

    python -m bench.folder              20,000 short MP3s of distinct sound, made for it
    python -m bench.folder --files 500

Each run of ``daily30 ingest folder`` is a process of its own. The ratio of the second to the first is to be at most .1.
"""

from __future__ import annotations

import argparse
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import av
import numpy as np
from mutagen.id3 import ID3, TALB, TIT2, TPE1

_RATE, _SECONDS = 44100, 20
_FOLDER_FILES = 100


def packets() -> list[bytes]:
    """Frames of an MP3 of a rising tone."""
    at = np.arange(_RATE * _SECONDS) / _RATE
    tone = (8000 * np.sin(2 * np.pi * (200 + 20 * at) * at)).astype(np.int16)[None]
    encoder = av.CodecContext.create("libmp3lame", "w")
    encoder.sample_rate, encoder.layout, encoder.format = _RATE, "mono", "s16p"
    frame = av.AudioFrame.from_ndarray(tone, format="s16p", layout="mono")
    frame.sample_rate = _RATE
    return [bytes(p) for p in (*encoder.encode(frame), *encoder.encode(None))]


def make_library(root: Path, count: int) -> None:
    """``count`` files that differ in the order of their frames and in their tags."""
    frames = packets()
    for number in range(count):
        path = root / f"{number // _FOLDER_FILES:04d}" / f"{number % _FOLDER_FILES:02d}.mp3"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"".join(random.Random(number).sample(frames, len(frames))))
        tags = ID3()
        for frame, word in ((TIT2, "Title"), (TPE1, "Artist"), (TALB, "Album")):
            tags.add(frame(3, [f"{word} {number if frame is TIT2 else number // 10}"]))
        tags.save(path)


def ingested(music: Path, home: Path) -> float:
    """Seconds of one run."""
    start = time.perf_counter()
    command = [sys.executable, "-m", "jobs.cli", "ingest", "folder", str(music), "--home", str(home), "--json"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - start


def read_once(music: Path) -> float:
    """Seconds to read all bytes: no first run can be faster."""
    start = time.perf_counter()
    for path in music.rglob("*.mp3"):
        path.read_bytes()
    return time.perf_counter() - start


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=20_000)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        music, home = Path(folder) / "music", Path(folder) / "home"
        make_library(music, given.files)
        bytes_s = read_once(music)
        first, second = ingested(music, home), ingested(music, home)
    peak_mb = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"{given.files:,} files: bytes {bytes_s:.1f} s, first {first:.1f} s, second {second:.1f} s")
    print(f"second / first {second / first:.3f} (at most .1), largest process {peak_mb:.0f} MB")


if __name__ == "__main__":
    main()
