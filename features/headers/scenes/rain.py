"""Rain on a window at night: lights of a city out of focus, falling streaks, drops that catch them."""

from __future__ import annotations

from typing import Any

import numpy as np

from features.headers.palette import mix
from features.headers.scenes.base import Scene, fill, stroke


class Rain(Scene):
    name = "rain"

    def prepare(self, rng: np.random.Generator) -> None:
        self.lights = np.column_stack(
            [
                rng.uniform(-0.05, 1.05, 26),
                rng.beta(2.2, 2.4, 26),
                rng.uniform(0.025, 0.085, 26),
                rng.random(26),
                rng.random(26),
            ]
        )
        layers = int(70 + 90 * self.drive)
        falls = rng.integers(3, 7, layers)
        self.streaks = np.column_stack(
            [
                rng.uniform(-0.1, 1.1, layers),
                rng.random(layers),
                falls,
                rng.uniform(0.03, 0.09, layers),
                rng.uniform(0.08, 0.3, layers),
            ]
        )
        drops = 150
        self.drops = np.column_stack(
            [rng.random(drops), rng.random(drops), rng.gamma(2.0, 1.7, drops) + 1.2, rng.random(drops)]
        )
        self.slides = np.column_stack([rng.random(9), rng.random(9), rng.uniform(4, 7, 9)])

    def backdrop(self, canvas: Any) -> None:
        ink = mix(self.palette.ink, self.palette.sky, 0.5)
        self.sky(canvas, ink, mix(self.palette.sky, self.palette.horizon, 0.45), ink)
        for x, y, radius, hue, _ in self.lights:
            shade = self._lamp_colour(float(hue))
            self._bokeh(canvas, float(x), float(y), float(radius), shade, 0.12)

    def _lamp_colour(self, hue: float) -> tuple[float, float, float]:
        """Street lamps are warm even on a blue night: amber, rose or the palette's own accent."""
        warm = (1.0, 0.70, 0.36) if hue < 0.4 else (0.98, 0.45, 0.48) if hue < 0.55 else self.palette.accent
        return mix(warm, self.palette.second, 0.25 * hue)

    def _bokeh(
        self, canvas: Any, x: float, y: float, radius: float, shade: tuple[float, float, float], alpha: float
    ) -> None:
        """A light out of focus: a disc slightly brighter at its rim."""
        size = radius * self.height
        canvas.drawCircle(x * self.width, y * self.height, size, fill(shade, alpha))
        canvas.drawCircle(x * self.width, y * self.height, size, stroke(shade, 1.6, alpha * 0.9))

    def frame(self, canvas: Any, t: float) -> None:
        beat = self.loop.pulse(t, 3.0)
        for i, (x, y, radius, hue, phase) in enumerate(self.lights):
            breath = 0.5 + 0.5 * self.loop.wave(t, 1 + i % 2, float(phase))
            shade = self._lamp_colour(float(hue))
            strength = 0.05 + 0.10 * breath + (0.10 * self.drive * beat if i % 3 == 0 else 0.0)
            self._bokeh(canvas, float(x), float(y), float(radius), shade, strength)
        for x, phase, falls, length, alpha in self.streaks:
            y = ((t * falls + phase) % 1.0) * 1.3 - 0.15
            left, top = float(x - 0.03 * y) * self.width, float(y) * self.height
            canvas.drawLine(
                left, top, left - 4, top + float(length) * self.height, stroke(self.palette.light, 1.5, float(alpha))
            )
        for x, y, radius, _ in self.drops:
            self._drop(canvas, float(x) * self.width, float(y) * self.height, float(radius))
        for x, phase, radius in self.slides:
            y = (t + phase) % 1.0
            wobble = 6 * self.loop.wave(t, 3, float(phase))
            self._drop(canvas, float(x) * self.width + wobble, float(y) * 1.1 * self.height - 20, float(radius))

    def _drop(self, canvas: Any, x: float, y: float, radius: float) -> None:
        canvas.drawCircle(x, y, radius, fill(mix(self.palette.light, self.palette.horizon, 0.35), 0.20))
        canvas.drawCircle(x - radius * 0.3, y - radius * 0.35, max(0.8, radius * 0.32), fill(self.palette.light, 0.7))
