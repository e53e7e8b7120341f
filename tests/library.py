"""A little music library on disk: songs that move, in any encoding, with tags."""

from __future__ import annotations

import functools
import tempfile
from pathlib import Path

import mutagen
import numpy as np

from tests.sounds import RATE, Floats, sine, write

_CODECS = {
    ".mp3": ("libmp3lame", "mp3"),
    ".flac": ("flac", "flac"),
    ".opus": ("libopus", "ogg"),
    ".m4a": ("aac", "mp4"),
    ".wav": ("pcm_s16le", "wav"),
}


def song(seed: int, seconds: float = 8.0, *, slowed: float = 1.0) -> Floats:
    """A melody over a bass, another for every seed; ``slowed``: how much longer each note is."""
    rng = np.random.default_rng(seed)
    each = 0.2 * slowed
    notes = 110 * 2 ** (rng.integers(12, 48, size=round(seconds / 0.2)) / 12)
    fade = np.linspace(1, 0.1, round(each * RATE)).astype(np.float32)
    parts = [(sine(each, hz, 0.3) + sine(each, hz * 2, 0.15) + sine(each, hz * 3.01, 0.1)) * fade for hz in notes]
    return np.concatenate(parts)


def put(path: Path, sound: Floats, **tags: str) -> Path:
    """Encode a song as its suffix says and tag it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(_encoded(path.suffix, sound.tobytes()))
    return tag(path, **tags)


@functools.cache
def _encoded(suffix: str, samples: bytes) -> bytes:
    """The same song goes into many libraries: it is encoded once."""
    codec, container = _CODECS[suffix]
    sound, rate = np.frombuffer(samples, dtype=np.float32), 48000 if suffix == ".opus" else RATE
    if rate != RATE:
        from scipy.signal import resample_poly  # half a second to load, for one of five encodings

        sound = resample_poly(sound, rate // 300, RATE // 300).astype(np.float32)
    with tempfile.NamedTemporaryFile(suffix=suffix) as file:
        return write(Path(file.name), sound, codec=codec, container=container, rate=rate).read_bytes()


def tag(path: Path, **tags: str) -> Path:
    """Set tags (title, artist, album) as a tagger does, in place."""
    if path.suffix != ".wav" and tags:
        file = mutagen.File(path, easy=True)
        assert file is not None
        if file.tags is None:
            file.add_tags()
        for name, value in tags.items():
            file[name] = value
        file.save()
    return path
