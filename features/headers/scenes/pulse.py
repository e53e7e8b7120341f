"""Sound made visible: a ring of bars jumps with the beat, circles run outwards, sparks orbit."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from features.headers.palette import mix
from features.headers.scenes.base import Scene, fill, stroke

_BARS = 96


class Pulse(Scene):
    name = "pulse"

    def prepare(self, rng: np.random.Generator) -> None:
        self.shape = rng.random((_BARS, 3))
        self.sparks = np.column_stack(
            [
                rng.uniform(0.30, 1.1, 90),
                rng.random(90),
                rng.choice([-2, -1, 1, 2], 90),
                rng.uniform(0.8, 3.2, 90),
                rng.random(90),
            ]
        )
        self.centre = (float(rng.uniform(0.6, 0.72)), 0.46)

    def backdrop(self, canvas: Any) -> None:
        p = self.palette
        self.sky(canvas, mix(p.ink, p.sky, 0.5), mix(p.sky, p.ink, 0.15), mix(p.horizon, p.ink, 0.35))
        self.glow(canvas, self.centre[0] * self.width, self.centre[1] * self.height, self.height * 0.9, p.horizon, 0.55)

    def frame(self, canvas: Any, t: float) -> None:
        p, beat = self.palette, self.loop.pulse(t, 3.5)
        x, y = self.centre[0] * self.width, self.centre[1] * self.height
        self._rings(canvas, x, y, t)
        self.glow(canvas, x, y, self.height * (0.30 + 0.10 * beat * self.drive), p.accent, 0.35 + 0.35 * beat)
        radius = self.height * (0.20 + 0.012 * beat)
        for i in range(_BARS):
            self._bar(canvas, i, x, y, radius, t, beat)
        canvas.drawCircle(x, y, radius - 8, fill(mix(p.ink, p.sky, 0.3), 0.92))
        canvas.drawCircle(x, y, radius - 8, stroke(p.light, 2.0, 0.35 + 0.4 * beat))
        canvas.drawCircle(x, y, radius * (0.30 + 0.10 * beat), fill(mix(p.accent, p.light, 0.4), 0.85))
        for distance, phase, turns, size, glow in self.sparks:
            angle = 2 * math.pi * (t * float(turns) + float(phase))
            reach = float(distance) * self.height * (0.95 + 0.05 * beat)
            canvas.drawCircle(
                x + reach * math.cos(angle),
                y + reach * 0.8 * math.sin(angle),
                float(size),
                fill(mix(p.second, p.light, float(glow)), 0.6),
            )

    def _rings(self, canvas: Any, x: float, y: float, t: float) -> None:
        """One circle starts on every second beat and lives two beats."""
        for i in range(2):
            age = (t * self.loop.beats / 2 + i / 2) % 1.0
            alpha = 0.5 * self.drive * (1 - age) ** 1.5
            canvas.drawCircle(
                x, y, self.height * (0.22 + 0.75 * age), stroke(self.palette.second, 3.5 - 2.5 * age, alpha)
            )

    def _bar(self, canvas: Any, i: int, x: float, y: float, radius: float, t: float, beat: float) -> None:
        low, high, phase = (float(v) for v in self.shape[i])
        # Mirrored left and right, as spectra usually are drawn.
        sway = 0.5 + 0.5 * self.loop.wave(t, 1 + i % 3, phase)
        length = self.height * (0.015 + 0.05 * low * sway + (0.05 + 0.09 * high) * beat * self.drive)
        angle = 2 * math.pi * i / _BARS - math.pi / 2
        cos, sin = math.cos(angle), math.sin(angle)
        shade = mix(self.palette.accent, self.palette.second, abs(1 - 2 * i / _BARS))
        canvas.drawLine(
            x + radius * cos,
            y + radius * sin,
            x + (radius + length) * cos,
            y + (radius + length) * sin,
            stroke(shade, 5.5, 0.9),
        )
