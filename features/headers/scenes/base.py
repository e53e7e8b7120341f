"""What every scene shares: brushes, skies, silhouettes."""

from __future__ import annotations

from abc import ABC, abstractmethod
from functools import lru_cache
from typing import Any, ClassVar

import numpy as np

from features.headers.brief import Brief
from features.headers.loop import Loop
from features.headers.palette import RGB, Palette


class Scene(ABC):
    """A picture that moves: ``backdrop`` is drawn once, ``frame`` over it for each moment.

    Everything that moves must be periodic in ``t`` so that the video loops without a seam.

    Args:
        size: (width, height), px.
        rng: the song's own randomness; drawn from in the constructor only.
    """

    name: ClassVar[str]

    def __init__(
        self, brief: Brief, palette: Palette, size: tuple[int, int], loop: Loop, rng: np.random.Generator
    ) -> None:
        self.brief = brief
        self.palette = palette
        self.width, self.height = size
        self.loop = loop
        # How strongly the picture moves, 0..1, from arousal and energy.
        self.drive = float(np.clip(0.5 + 0.4 * brief.arousal + 0.3 * (brief.energy - 0.5), 0.15, 1.0))
        self.prepare(rng)

    @abstractmethod
    def prepare(self, rng: np.random.Generator) -> None:
        """Draw all random numbers the scene needs."""

    @abstractmethod
    def backdrop(self, canvas: Any) -> None:
        """What does not move."""

    @abstractmethod
    def frame(self, canvas: Any, t: float) -> None:
        """What moves, at moment ``t`` of the loop, 0 <= t < 1."""

    def sky(self, canvas: Any, top: RGB, middle: RGB, foot: RGB, until: float = 1.0) -> None:
        """A vertical gradient over the whole picture, its foot at ``until`` of the height."""
        import skia

        points = [(0, 0), (0, self.height * until)]
        shader = skia.GradientShader.MakeLinear(points, [colour(top), colour(middle), colour(foot)], [0.0, 0.55, 1.0])
        canvas.drawPaint(skia.Paint(Shader=shader, Dither=True))

    def ridge(self, canvas: Any, heights: np.ndarray, shade: RGB, alpha: float = 1.0) -> None:
        """A silhouette along the picture's foot; ``heights`` are shares of the height from the top, evenly spaced."""
        import skia

        path = skia.Path() if not hasattr(skia, "PathBuilder") else skia.PathBuilder()
        step = self.width / (len(heights) - 1)
        path.moveTo(0, self.height)
        for i, height in enumerate(heights):
            path.lineTo(i * step, float(height) * self.height)
        path.lineTo(self.width, self.height)
        path.close()
        shape = path.detach() if hasattr(path, "detach") else path
        canvas.drawPath(shape, fill(shade, alpha))

    def glow(self, canvas: Any, x: float, y: float, radius: float, shade: RGB, alpha: float) -> None:
        """A soft round light."""
        import skia

        shader = skia.GradientShader.MakeRadial(
            (x, y), radius, [colour(shade, alpha), colour(shade, alpha * 0.35), colour(shade, 0)], [0.0, 0.4, 1.0]
        )
        canvas.drawCircle(x, y, radius, skia.Paint(Shader=shader, AntiAlias=True))


def colour(shade: RGB, alpha: float = 1.0) -> int:
    """A skia colour of an RGB in 0..1."""
    import skia

    return int(skia.ColorSetARGB(_byte(alpha), *map(_byte, shade)))


def _byte(share: float) -> int:
    """0..1 as 0..255; by plain comparisons: np.clip of single numbers was a third of a profile of the drawing."""
    return int(min(max(share, 0.0), 1.0) * 255 + 0.5)


# Brushes are never changed once made, and most come back in every frame.
@lru_cache(maxsize=4096)
def fill(shade: RGB, alpha: float = 1.0) -> Any:
    """A filling brush."""
    import skia

    return skia.Paint(Color=colour(shade, alpha), AntiAlias=True)


@lru_cache(maxsize=4096)
def stroke(shade: RGB, width: float, alpha: float = 1.0) -> Any:
    """A drawing brush with round ends."""
    import skia

    return skia.Paint(
        Color=colour(shade, alpha), AntiAlias=True, Style=skia.Paint.kStroke_Style, StrokeWidth=width,
        StrokeCap=skia.Paint.kRound_Cap,
    )  # fmt: skip


def rolling(rng: np.random.Generator, points: int, base: float, swing: float, roughness: float = 0.55) -> np.ndarray:
    """A ridge line by octaves of cosine-smoothed noise (value noise), shares of the height, shape (points,)."""
    line = np.zeros(points)
    x = np.linspace(0, 1, points)
    for octave in range(5):
        knots = 3 * 2**octave + 1
        values = rng.uniform(-1, 1, knots)
        position = x * (knots - 1)
        left = np.minimum(position.astype(int), knots - 2)
        share = (1 - np.cos((position - left) * np.pi)) / 2
        line += roughness**octave * (values[left] * (1 - share) + values[left + 1] * share)
    return np.asarray(base + swing * line / 2)
