"""Colours from the mood plane: four corner palettes, mixed by valence and arousal, tinted per song."""

from __future__ import annotations

import colorsys
from dataclasses import dataclass

import numpy as np

RGB = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours of a picture, each (r, g, b) in 0..1: sky top and foot, two accents, ink of silhouettes, light."""

    sky: RGB
    horizon: RGB
    accent: RGB
    second: RGB
    ink: RGB
    light: RGB


# Corners of the mood plane (valence, arousal): what each feels like in colour.
_CORNERS: dict[tuple[int, int], tuple[str, str, str, str, str, str]] = {
    (-1, -1): ("0a1430", "34507f", "86aede", "c7d8ef", "060b1a", "e9f0fa"),  # blue hour
    (-1, 1): ("14061c", "6d1638", "ff5566", "ff9d47", "0a040d", "ffe6d6"),  # embers
    (1, 1): ("33207a", "ff7d5c", "ffd36b", "2fe0b5", "180f3a", "fff6dc"),  # neon dusk
    (1, -1): ("23485c", "eab295", "ffdcb8", "a6dacd", "142733", "fff5e8"),  # soft dawn
}


def _rgb(text: str) -> RGB:
    return (int(text[0:2], 16) / 255, int(text[2:4], 16) / 255, int(text[4:6], 16) / 255)


def mix(a: RGB, b: RGB, share: float) -> RGB:
    """``share`` of ``b`` in ``a``, linear."""
    return (a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share, a[2] + (b[2] - a[2]) * share)


def _turn(colour: RGB, degrees: float) -> RGB:
    hue, light, saturation = colorsys.rgb_to_hls(*colour)
    return colorsys.hls_to_rgb((hue + degrees / 360) % 1, light, saturation)


def palette(valence: float, arousal: float, rng: np.random.Generator) -> Palette:
    """The palette of a point on the mood plane; ``rng`` tints it by up to 14 degrees of hue."""
    # Moods crowd the middle of the plane: widen them so that pictures differ.
    x, y = (float(np.clip(0.5 + 0.9 * value, 0, 1)) for value in (valence, arousal))
    degrees = float(rng.uniform(-14, 14))
    corners = {corner: [_rgb(c) for c in colours] for corner, colours in _CORNERS.items()}
    mixed = [
        _turn(
            mix(mix(corners[(-1, -1)][i], corners[(1, -1)][i], x), mix(corners[(-1, 1)][i], corners[(1, 1)][i], x), y),
            degrees,
        )
        for i in range(6)
    ]
    return Palette(*mixed)
