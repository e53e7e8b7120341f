"""One recording in two encodings is the same sound, whatever its loudness, resolution and first silence."""

from __future__ import annotations

import numpy as np
import pytest

from features.audio.likeness import likeness, same_sound
from tests.library import song
from tests.sounds import RATE, Floats, sine


def same(one: Floats, other: Floats) -> bool:
    a, b = likeness(one), likeness(other)
    assert a is not None
    assert b is not None
    return same_sound(a, b)


def eight_bits(sound: Floats) -> Floats:
    return (np.round(sound * 127) / 127).astype(np.float32)


@pytest.mark.parametrize("sound", [song(1, 12), sine(8, 440)], ids=["music", "a tone that never moves"])
def test_the_same_sound(sound: Floats) -> None:
    silence = np.zeros(round(0.4 * RATE), dtype=np.float32)
    assert same(sound, eight_bits(sound))
    assert same(sound, 0.3 * sound)
    assert same(sound, np.concatenate([silence, sound]))


def test_another_sound() -> None:
    assert not same(song(1, 12), song(2, 12))
    assert not same(song(1, 12), song(1, 12, slowed=1.08)[: 12 * RATE])
    assert not same(sine(8, 440), sine(8, 523))
    assert not same(sine(8, 440), song(1))


def test_too_short_to_tell() -> None:
    assert likeness(sine(0.05)) is None
