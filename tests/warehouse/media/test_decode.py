"""Decoding: formats by content, hostile files, a child that dies or hangs."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from schemas.errors import UsageError
from tests import sounds
from warehouse.media.decode import AudioFiles, DecodeLimits, MediaError, open_audio_files


@pytest.fixture(scope="module")
def shelf(tmp_path_factory):
    return tmp_path_factory.mktemp("audio")


@pytest.fixture(scope="module")
def files(shelf):
    with AudioFiles(shelf) as opened:
        yield opened


def reason(files: AudioFiles, path: str) -> str:
    with pytest.raises(MediaError) as caught:
        files.decode(path)
    assert caught.value.detail
    return caught.value.reason


@pytest.mark.parametrize(
    ("container", "codec", "rate"),
    [
        ("wav", "pcm_s16le", 44100),
        ("flac", "flac", 44100),
        ("mp3", "libmp3lame", 44100),
        ("ogg", "libopus", 48000),
        ("ipod", "aac", 44100),
        ("adts", "aac", 44100),
        ("wav", "pcm_s16le", 8000),
        ("wav", "pcm_s16le", 192000),
        ("flac", "flac", 96000),
    ],
)
def test_every_whitelisted_format_keeps_its_pitch_and_level(shelf, files, container, codec, rate):
    tone = sounds.sine(2.0, hz=1000, rate=rate)
    path = sounds.write(
        shelf / f"{container}-{codec}-{rate}.mp3",  # a lying extension
        np.stack([tone, tone]), rate=rate, codec=codec, layout="stereo", container=container,
    )  # fmt: skip
    heard = files.decode(path.name)
    assert heard.samples.dtype == np.float32
    assert heard.samples.shape[0] == 2
    assert heard.sample_rate_hz == rate
    assert heard.channels == 2
    assert heard.duration_s == pytest.approx(2.0, abs=0.06)
    middle = heard.samples[0, 22050 : 22050 + 44100]
    assert np.abs(np.fft.rfft(middle)).argmax() == 1000
    assert np.abs(middle).max() == pytest.approx(0.5, abs=0.03)


def test_mono_stays_mono_and_five_channels_are_mixed_to_two(shelf, files):
    tone = sounds.sine(1.5)
    sounds.write(shelf / "mono.wav", tone)
    sounds.write(shelf / "surround.wav", np.stack([tone] * 6), layout="5.1")
    assert files.decode("mono.wav").samples.shape[0] == 1
    surround = files.decode("surround.wav")
    assert surround.channels == 6
    assert surround.samples.shape[0] == 2
    assert np.abs(surround.samples).max() > 0.1


def test_a_damaged_tail_leaves_what_came_before(shelf, files):
    whole = sounds.write(shelf / "whole.mp3", sounds.sine(6.0), codec="libmp3lame", container="mp3")
    data = whole.read_bytes()
    (shelf / "cut.mp3").write_bytes(data[: len(data) // 2])
    (shelf / "flipped.mp3").write_bytes(data[: len(data) // 2] + bytes(b ^ 0x55 for b in data[len(data) // 2 :]))
    assert files.decode("cut.mp3").duration_s == pytest.approx(3.0, abs=0.3)
    assert 2.5 <= files.decode("flipped.mp3").duration_s <= 6.5


@pytest.mark.parametrize(("container", "codec"), [("mp3", "libmp3lame"), ("adts", "aac")])
def test_what_came_before_another_format_is_kept_to_its_end(shelf, files, container, codec):
    """Two recordings of different rates and channels in one file, the second of hundreds of packets."""
    tone, slow = sounds.sine(1.7), sounds.sine(10.0, rate=22050)
    parts = []
    for sound, rate, layout in ((np.stack([tone, tone]), 44100, "stereo"), (slow[None], 22050, "mono")):
        path = shelf / f"{layout}.{container}"
        sounds.write(path, sound, rate=rate, codec=codec, layout=layout, container=container)
        parts.append(path.read_bytes())
    (shelf / f"both.{container}").write_bytes(b"".join(parts))
    heard = files.decode(f"both.{container}")
    assert heard.samples.shape[1] / 44100 >= 1.7
    assert "does not match" in heard.damage


def test_a_long_track_is_heard_up_to_the_limit_and_an_endless_one_refused(shelf):
    sounds.write(shelf / "long.wav", sounds.sine(4.0))
    with AudioFiles(shelf, DecodeLimits(max_s=1.5)) as short:
        assert short.decode("long.wav").samples.shape == (1, 66150)
    with AudioFiles(shelf, DecodeLimits(refuse_s=3.0)) as strict:
        assert reason(strict, "long.wav") == "too_long"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.mp3", b""),
        ("words.mp3", "这不是音乐 this is not music\n".encode() * 40),
        ("playlist.mp3", b"#EXTM3U\n#EXTINF:5,\nfile:///etc/passwd\n"),
        ("concat.mp3", b"ffconcat version 1.0\nfile /etc/passwd\n"),
        ("dash.mp3", b'<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011"></MPD>'),
        ("noise.mp3", np.random.default_rng(7).bytes(200_000)),
        ("zeros.wav", bytes(100_000)),
    ],
)
def test_what_is_not_audio_is_refused_by_its_content(shelf, files, name, content):
    (shelf / name).write_bytes(content)
    assert reason(files, name) == "unsupported_format"


@pytest.mark.parametrize(
    "head", [b"OggS", b"fLaC", b"RIFF\xff\xff\xff\xffWAVE", b"\0\0\0\x20ftypM4A ", b"ID3\4\0\0\0\0\0\0"]
)
def test_a_true_head_with_nothing_behind_is_undecodable_or_unsupported(shelf, files, head):
    (shelf / "head.bin").write_bytes(head + bytes(4000))
    assert reason(files, "head.bin") in ("undecodable", "unsupported_format")


def test_an_unknown_codec_is_undecodable(shelf, files):
    data = bytearray(sounds.write(shelf / "pcm.wav", sounds.sine(1.5)).read_bytes())
    data[20:22] = b"\x34\x12"  # the format tag of the fmt chunk
    (shelf / "tag.wav").write_bytes(data)
    assert reason(files, "tag.wav") == "undecodable"


@pytest.mark.parametrize(("container", "codec"), [("mp3", "libmp3lame"), ("flac", "flac"), ("ipod", "aac")])
def test_flipped_bytes_never_reach_the_parent(shelf, files, container, codec):
    whole = sounds.write(shelf / "whole.bin", sounds.sine(1.2), codec=codec, container=container).read_bytes()
    rng = np.random.default_rng(11)
    for _ in range(40):
        data = bytearray(whole)
        for at in rng.integers(0, len(data), 30):
            data[at] = int(rng.integers(256))
        (shelf / "flipped.bin").write_bytes(data)
        assert _decoded(files, "flipped.bin") in ("heard", "undecodable", "unsupported_format", "too_long", "crashed")


def _decoded(files: AudioFiles, path: str) -> str:
    """``heard``, or why not."""
    try:
        return "heard" if files.decode(path).samples.shape[1] > 0 else "nothing"
    except MediaError as error:
        return error.reason


@pytest.mark.parametrize(
    "path", ["../secret.wav", "/etc/passwd", "a/../../secret.wav", "a\nb.wav", "a\0b.wav", "-i.wav", ""]
)
def test_paths_stay_in_the_folder(files, path):
    assert reason(files, path) == "not_a_file"


def test_odd_things_on_the_shelf_are_named(shelf, files, tmp_path):
    outside = sounds.write(tmp_path / "outside.wav", sounds.sine(1.5))
    (shelf / "escape.wav").symlink_to(outside)
    (shelf / "folder.wav").mkdir()
    os.mkfifo(shelf / "pipe.wav")
    (shelf / "loop.wav").symlink_to(shelf / "loop.wav")
    assert reason(files, "escape.wav") == "not_a_file"
    assert reason(files, "folder.wav") == "not_a_file"
    assert reason(files, "pipe.wav") == "not_a_file"
    assert reason(files, "loop.wav") == "missing_file"
    assert reason(files, "nowhere.wav") == "missing_file"


def test_a_link_within_the_folder_and_awkward_names_are_fine(shelf, files):
    name = "名字 with spaces & ünïcode.wav"
    sounds.write(shelf / name, sounds.sine(1.2))
    (shelf / "link.wav").symlink_to(shelf / name)
    assert files.decode(name).duration_s == files.decode("link.wav").duration_s == pytest.approx(1.2)


def test_the_parent_survives_a_child_that_dies_and_goes_on(shelf):
    sounds.write(shelf / "tone.wav", sounds.sine(1.5))
    with AudioFiles(shelf) as files:
        files.decode("tone.wav")
        child = files._child.process
        os.kill(child.pid, signal.SIGSEGV)
        child.wait()
        with pytest.raises(MediaError) as caught:
            files.decode("tone.wav")
        assert caught.value.reason == "crashed"
        assert "SIGSEGV" in caught.value.detail
        assert files.decode("tone.wav").duration_s == pytest.approx(1.5)


def test_a_child_that_hangs_is_replaced(shelf):
    sounds.write(shelf / "tone.wav", sounds.sine(1.5))
    with AudioFiles(shelf) as files:
        files.decode("tone.wav")
        hung = files._child.process
        os.kill(hung.pid, signal.SIGSTOP)
        files.limits = DecodeLimits(timeout_s=0.5)
        with pytest.raises(MediaError, match=r"longer than 0\.5 s") as caught:
            files.decode("tone.wav")
        assert caught.value.reason == "timeout"
        assert hung.poll() is not None, "killed, not left behind"
        files.limits = DecodeLimits()
        assert files.decode("tone.wav").duration_s == pytest.approx(1.5)


def test_no_child_outlives_the_tool(shelf):
    sounds.write(shelf / "tone.wav", sounds.sine(1.5))
    files = AudioFiles(shelf)
    files.decode("tone.wav")
    process = files._child.process
    files.close()
    assert process.poll() is not None


def test_samples_stay_what_they_were_after_the_next_file(shelf, files):
    sounds.write(shelf / "one.wav", sounds.sine(1.5, hz=500))
    sounds.write(shelf / "two.wav", sounds.sine(3.0, hz=900))
    first = files.decode("one.wav").samples
    kept = first.copy()
    files.decode("two.wav")
    assert np.array_equal(first, kept)


def test_the_factory_reads_limits_from_its_section(tmp_path):
    tool = open_audio_files(tmp_path, {"max_s": "12.5"}, ds=None, lease_check=None)
    assert tool.limits.max_s == 12.5
    with pytest.raises(UsageError, match="max_seconds"):
        open_audio_files(tmp_path, {"max_seconds": 1})
    with pytest.raises(UsageError, match="max_s"):
        open_audio_files(tmp_path, {"max_s": "much"})


def test_sha256_is_of_the_bytes(shelf, files):
    (shelf / "abc.bin").write_bytes(b"abc")
    assert files.sha256("abc.bin").startswith("ba7816bf")


def test_the_worker_imports_nothing_of_ours():
    worker = Path(sys.modules["warehouse.media.decode"].__file__).with_name("decode_worker.py")
    code = f"import runpy, sys; runpy.run_path({str(worker)!r}); print([m for m in sys.modules if 'warehouse' in m])"
    done = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
