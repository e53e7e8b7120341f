"""Northern lights over a dark ridge: curtains of light sway, stars twinkle."""

from __future__ import annotations

from typing import Any

import numpy as np

from features.headers.palette import mix
from features.headers.scenes.base import Scene, fill, rolling

_GRID = (200, 112)


class Aurora(Scene):
    name = "aurora"

    def prepare(self, rng: np.random.Generator) -> None:
        self.stars = np.column_stack(
            [rng.random(190), rng.random(190) * 0.85, rng.gamma(2, 0.5, 190), rng.integers(1, 5, 190), rng.random(190)]
        )
        self.curtains: list[dict[str, Any]] = [
            {
                "level": float(rng.uniform(0.42, 0.62)),
                "swing": float(rng.uniform(0.05, 0.11)),
                "tall": float(rng.uniform(0.28, 0.45)),
                "turns": rng.integers(1, 4, 3),
                "phases": rng.random(3),
                "hue": i / 2,
            }
            for i in range(3)
        ]
        self.ridges = [rolling(rng, 180, 0.80, 0.11), rolling(rng, 180, 0.88, 0.08)]

    def backdrop(self, canvas: Any) -> None:
        p = self.palette
        self.sky(canvas, mix(p.sky, p.ink, 0.6), mix(p.sky, p.ink, 0.25), mix(p.horizon, p.sky, 0.45))

    def frame(self, canvas: Any, t: float) -> None:
        p, beat = self.palette, self.loop.pulse(t, 2.0)
        for x, y, size, turns, phase in self.stars:
            shine = 0.35 + 0.45 * (0.5 + 0.5 * self.loop.wave(t, int(turns), float(phase)))
            canvas.drawCircle(x * self.width, y * self.height, 0.5 + float(size) * 0.9, fill(p.light, shine))
        self._curtains(canvas, t, 0.55 + 0.2 * beat * self.drive)
        for i, ridge in enumerate(self.ridges):
            self.ridge(canvas, ridge, mix(mix(p.sky, p.ink, 0.6), p.ink, 0.5 * i + 0.3))

    def _curtains(self, canvas: Any, t: float, strength: float) -> None:
        """All curtains on a coarse grid, brightest at their wavy foot, stretched smoothly over the picture."""
        import skia

        x, y = np.linspace(0, 1, _GRID[0]), np.linspace(0, 1, _GRID[1])[:, None]
        light = np.zeros((_GRID[1], _GRID[0], 3))
        for curtain in self.curtains:
            glow = strength * self._curtain(curtain, x, y, t)
            shade = mix(self.palette.accent, self.palette.second, curtain["hue"])
            light += glow[:, :, None] * np.array(mix(shade, self.palette.light, 0.25))
        pixels = np.zeros((_GRID[1], _GRID[0], 4), dtype=np.uint8)
        pixels[:, :, :3] = np.clip(light * 255, 0, 255)
        pixels[:, :, 3] = pixels[:, :, :3].max(axis=2)
        image = skia.Image.fromarray(pixels, colorType=skia.kRGBA_8888_ColorType, copy=True)
        whole = skia.Rect.MakeWH(self.width, self.height)
        smooth = skia.SamplingOptions(skia.FilterMode.kLinear)
        canvas.drawImageRect(image, whole, smooth, skia.Paint(BlendMode=skia.BlendMode.kPlus))

    def _curtain(self, curtain: dict[str, Any], x: np.ndarray, y: np.ndarray, t: float) -> np.ndarray:
        """Brightness of one curtain, shape (grid height, grid width)."""
        wave = sum(
            np.sin(2 * np.pi * (int(turns) * t + float(phase) + x * (k + 1))) / (k + 1)
            for k, (turns, phase) in enumerate(zip(curtain["turns"], curtain["phases"], strict=True))
        )
        fold = 0.62 + 0.38 * np.sin(2 * np.pi * (t + x * 3 + curtain["hue"]))
        fine = 0.86 + 0.14 * np.sin(2 * np.pi * (x * 23 - t + curtain["hue"]))
        foot = curtain["level"] + curtain["swing"] * wave
        up = (foot - y) / (curtain["tall"] * (0.7 + 0.3 * fold))
        above = np.where(up >= 0, np.exp(-2.3 * np.maximum(up, 0)), np.exp(40 * np.minimum(up, 0)))
        return np.asarray(above * fold * fine)
