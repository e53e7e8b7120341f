"""A folder of hostile files, made anew: each with what the audio stage should make of it."""

from __future__ import annotations

import os
import struct
from collections.abc import Callable
from pathlib import Path

import numpy as np

from tests import sounds

HEARD = "heard"
Expected = dict[str, set[str]]
CODECS = (("mp3", "libmp3lame", "mp3"), ("flac", "flac", "flac"), ("aac", "aac", "adts"), ("ogg", "libopus", "ogg"))


def corpus(folder: Path, outside: Path) -> Expected:
    """Fill the folder; the outcomes each name may have (``heard`` or reason codes)."""
    expected: Expected = {}
    for make in (_not_audio, _damaged, _lying, _odd_sound, _odd_files):
        expected |= make(folder, outside)
    return expected


def _bytes(folder: Path, files: dict[str, bytes], *outcomes: str) -> Expected:
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return {name: set(outcomes) for name in files}


def _not_audio(folder: Path, _: Path) -> Expected:
    secret = b"file:///etc/passwd\n"
    dash = b'<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011"><BaseURL>/etc/passwd</BaseURL></MPD>'
    files = {
        "empty.mp3": b"",
        "zeros.mp3": bytes(50_000),
        "text.mp3": "不是音乐 not music\n".encode() * 50,
        "random.mp3": np.random.default_rng(7).bytes(120_000),
        "m3u.mp3": b"#EXTM3U\n#EXTINF:9,\n" + secret,
        "pls.mp3": b"[playlist]\nFile1=" + secret,
        "concat.mp3": b"ffconcat version 1.0\nfile /etc/passwd\n",
        "dash.mp3": dash,
        "sdp.mp3": b"v=0\no=- 0 0 IN IP4 127.0.0.1\nm=audio 5004 RTP/AVP 0\n",
        "hls_in_id3.mp3": b"ID3\x04\x00\x00\x00\x00\x00\x00#EXTM3U\n" + secret,
    }
    return _bytes(folder, files, "unsupported_format")


def _damaged(folder: Path, _: Path) -> Expected:
    expected: Expected = {}
    sound = sounds.chords(sounds.C_MAJOR, 0.3)
    rng = np.random.default_rng(5)
    for suffix, codec, container in CODECS:
        rate = 48000 if codec == "libopus" else 44100
        whole = sounds.write(folder / f"whole.{suffix}", sound, codec=codec, container=container, rate=rate)
        data = whole.read_bytes()
        flipped = bytearray(data)
        for at in rng.integers(200, len(data), 60):
            flipped[at] ^= 1 << int(rng.integers(8))
        expected |= {whole.name: {HEARD}}
        expected |= _bytes(folder, {f"cut.{suffix}": data[: len(data) // 2]}, HEARD)
        expected |= _bytes(folder, {f"flipped.{suffix}": bytes(flipped)}, HEARD, "undecodable", "silent", "too_short")
        expected |= _bytes(folder, {f"head.{suffix}": data[:64]}, "undecodable", "unsupported_format", "too_short")
    (folder / "wrong.wav").write_bytes((folder / "whole.flac").read_bytes())
    return expected | {"wrong.wav": {HEARD}}


def _lying(folder: Path, _: Path) -> Expected:
    data = bytearray(sounds.write(folder / "lying.wav", sounds.clicks(120, 6)).read_bytes())
    size = data.index(b"data") + 4
    data[4:8] = data[size : size + 4] = struct.pack("<I", 0xFFFFFFF0)
    no_channels, fast, still = bytearray(data), bytearray(data), bytearray(data)
    no_channels[22:24] = b"\0\0"
    fast[24:28] = struct.pack("<I", 0xFFFFFFFF)
    still[24:28] = b"\0\0\0\0"
    undecodable = {"no_channels.wav": bytes(no_channels), "no_rate.wav": bytes(still)}
    return (
        _bytes(folder, {"lying.wav": bytes(data)}, HEARD)
        | _bytes(folder, undecodable, "undecodable")
        | _bytes(folder, {"fast.wav": bytes(fast)}, "undecodable", "too_short", HEARD)
    )


def _odd_sound(folder: Path, _: Path) -> Expected:
    tune = sounds.clicks(120, 6)
    heard: dict[str, Callable[[Path], object]] = {
        "8k.wav": lambda p: sounds.write(p, tune[::5][: 8000 * 6], rate=8000),
        "192k.wav": lambda p: sounds.write(p, np.repeat(tune, 4)[: 192_000 * 5], rate=192_000),
        "mono.wav": lambda p: sounds.write(p, tune),
        "stereo.wav": lambda p: sounds.write(p, np.stack([tune, -tune]), layout="stereo"),
        "surround.wav": lambda p: sounds.write(p, np.stack([tune] * 6), layout="5.1"),
    }
    for name, make in heard.items():
        make(folder / name)
    sounds.write(folder / "silence.flac", tune * 0, codec="flac", container="flac")
    sounds.write(folder / "50ms.wav", sounds.sine(0.05))
    picture(folder / "cover.mp4")
    picture(folder / "film.mp4", sound=tune)
    return {name: {HEARD} for name in heard} | {
        "silence.flac": {"silent"}, "50ms.wav": {"too_short"}, "cover.mp4": {"undecodable"}, "film.mp4": {HEARD},
    }  # fmt: skip


def picture(path: Path, sound: np.ndarray | None = None) -> None:
    """A second of picture, with a sound track or without."""
    import av

    with av.open(str(path), "w", format="mp4") as file:
        video = file.add_stream("mpeg4", rate=5)
        video.width = video.height = 64
        video.pix_fmt = "yuv420p"
        audio = None if sound is None else file.add_stream("aac", rate=44100, layout="mono")
        for _ in range(5):
            frame = av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), dtype=np.uint8), format="rgb24")
            file.mux(video.encode(frame))
        file.mux(video.encode(None))
        if audio is not None and sound is not None:
            resampler = av.AudioResampler(format="fltp", layout="mono", rate=44100, frame_size=1024)
            heard = av.AudioFrame.from_ndarray(sound[None], format="fltp", layout="mono")
            heard.rate = 44100
            for piece in (*resampler.resample(heard), *resampler.resample(None)):
                file.mux(audio.encode(piece))
            file.mux(audio.encode(None))


def _odd_files(folder: Path, outside: Path) -> Expected:
    sounds.write(outside, sounds.sine(2))
    (folder / "link.wav").symlink_to(outside)
    (folder / "folder.wav").mkdir()
    os.mkfifo(folder / "pipe.wav")
    os.mkfifo(folder / "pipe.mp3")
    (folder / "loop.wav").symlink_to(folder / "loop.wav")
    paths = (
        "../x.wav",
        "/etc/passwd",
        "a/../../x.wav",
        "a\nb.wav",
        "a\0b.wav",
        "-i.wav",
        "https://x/y.mp3",
        "concat:a|b",
    )
    outcomes: Expected = {path: {"not_a_file", "missing_file"} for path in paths}
    name = "名字 with spaces & ünïcode 🎵.wav"
    sounds.write(folder / name, sounds.clicks(100, 6))
    links = {"link.wav", "folder.wav", "pipe.wav", "pipe.mp3"}
    return outcomes | {name: {HEARD}, "loop.wav": {"missing_file"}} | {link: {"not_a_file"} for link in links}
