"""The bench of encodings counts what was read, misread and refused."""

from __future__ import annotations

from bench.lyrics import ours, tried
from tests.worlds.languages import lines


def test_every_extract_is_counted_once() -> None:
    assert tried(lines("zh"), "gbk", 10, 4, ours) == {"right": 4}
    assert tried(lines("zh"), "gbk", 10, 4, lambda data: None) == {"refused": 4}
    assert tried(lines("zh"), "gbk", 10, 4, lambda data: data.decode("latin_1")) == {"wrong": 4}
