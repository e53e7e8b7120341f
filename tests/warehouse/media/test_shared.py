"""Rows of files that several tracks share: every bit comes back, one holder at a time."""

from __future__ import annotations

import threading

import numpy as np
import pytest

from warehouse.media.shared import open_shared_audio

KEY = "0123456789abcdef" * 2


def test_a_row_comes_back_bit_for_bit_as_plain_values(tmp_path):
    row = {
        "tempo_bpm": np.float32(93.1),
        "vector": np.array([0.1, np.pi], np.float32),
        "beats_s": [0.1, 1 / 3],
        "key": None,
        "detail": "坏文件",
        "clear": np.bool_(True),
    }
    shared = open_shared_audio(tmp_path)
    with shared.entry(KEY) as entry:
        assert entry.read() is None
        entry.write(row)
    with open_shared_audio(tmp_path).entry(KEY) as entry:
        found = entry.read()
    assert np.float32(found["tempo_bpm"]) == row["tempo_bpm"]
    assert np.array_equal(np.array(found["vector"], np.float32), row["vector"])
    assert {n: found[n] for n in ("beats_s", "key", "detail", "clear")} == {
        "beats_s": [0.1, 1 / 3], "key": None, "detail": "坏文件", "clear": True,
    }  # fmt: skip


def test_who_comes_second_waits_and_finds_the_row(tmp_path):
    found, started = [], threading.Event()

    def second():
        started.set()
        with open_shared_audio(tmp_path).entry(KEY) as entry:
            found.append(entry.read())

    with open_shared_audio(tmp_path).entry(KEY) as entry:
        thread = threading.Thread(target=second)
        thread.start()
        started.wait()
        thread.join(0.05)
        assert not found
        entry.write({"n": 1})
    thread.join()
    assert found == [{"n": 1}]


@pytest.mark.parametrize("key", ["../../etc/passwd", "", "G" * 32, KEY + "0"])
def test_only_content_keys_name_a_place(tmp_path, key):
    with pytest.raises(ValueError, match="no content key"), open_shared_audio(tmp_path).entry(key):
        pass
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("digit", ["flipped", "cut", "before sums"])
def test_a_row_that_is_not_what_was_written_is_heard_anew(tmp_path, digit):
    with open_shared_audio(tmp_path).entry(KEY) as entry:
        entry.write({"tempo_bpm": 93.1})
        kept = entry.path.read_bytes()
        other = {"flipped": kept.replace(b"93.1", b"93.5"), "cut": kept[:9], "before sums": b'{"tempo_bpm": 93.1}'}
        entry.path.write_bytes(other[digit])
        assert entry.read() is None
