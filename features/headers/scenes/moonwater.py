"""Moon over mountains and water, in the manner of an ink wash; petals drift, the reflection shivers."""

from __future__ import annotations

from typing import Any

import numpy as np

from features.headers.palette import mix
from features.headers.scenes.base import Scene, colour, fill, rolling, stroke

_SHORE = 0.68


class Moonwater(Scene):
    name = "moonwater"

    def prepare(self, rng: np.random.Generator) -> None:
        self.moon = (float(rng.uniform(0.6, 0.78)), float(rng.uniform(0.2, 0.3)))
        self.ridges = [rolling(rng, 160, base, swing) for base, swing in ((0.50, 0.13), (0.57, 0.12), (0.64, 0.08))]
        self.ripples = np.column_stack(
            [rng.normal(0, 0.06, 60), rng.uniform(0, 1, 60), rng.uniform(0.012, 0.06, 60), rng.random(60)]
        )
        self.petals = np.column_stack(
            [rng.random(26), rng.random(26), rng.integers(1, 3, 26), rng.random(26), rng.uniform(3, 7, 26)]
        )
        self.mist = np.column_stack(
            [rng.random(6), rng.uniform(0.52, 0.68, 6), rng.uniform(0.2, 0.4, 6), rng.random(6)]
        )

    def backdrop(self, canvas: Any) -> None:
        import skia

        p = self.palette
        self.sky(canvas, p.sky, mix(p.sky, p.horizon, 0.6), mix(p.horizon, p.light, 0.35), until=_SHORE)
        x, y = self.moon[0] * self.width, self.moon[1] * self.height
        self.glow(canvas, x, y, self.height * 0.42, p.light, 0.5)
        canvas.drawCircle(x, y, self.height * 0.085, fill(mix(p.light, (1.0, 0.97, 0.88), 0.6)))
        for i, ridge in enumerate(self.ridges):
            self.ridge(canvas, np.minimum(ridge, _SHORE), mix(mix(p.horizon, p.sky, 0.5), p.ink, 0.25 + 0.3 * i), 0.95)
        water = skia.GradientShader.MakeLinear(
            [(0, _SHORE * self.height), (0, self.height)],
            [colour(mix(p.horizon, p.ink, 0.35)), colour(mix(p.sky, p.ink, 0.6))],
        )
        canvas.drawRect(skia.Rect.MakeLTRB(0, _SHORE * self.height, self.width, self.height), skia.Paint(Shader=water))

    def frame(self, canvas: Any, t: float) -> None:
        p, beat = self.palette, self.loop.pulse(t, 2.5)
        x, y = self.moon[0] * self.width, self.moon[1] * self.height
        self.glow(canvas, x, y, self.height * (0.20 + 0.05 * beat), p.light, 0.12 + 0.16 * beat * self.drive)
        for offset, depth, length, phase in self.ripples:
            shiver = self.loop.wave(t, 2, float(phase))
            spread = 0.4 + 1.1 * float(depth)
            left = x + (float(offset) * spread + 0.012 * shiver) * self.width
            level = (_SHORE + 0.015 + (0.985 - _SHORE) * float(depth)) * self.height
            half = float(length) * spread * self.width / 2 * (0.75 + 0.25 * shiver)
            canvas.drawLine(
                left - half,
                level,
                left + half,
                level,
                stroke(p.light, 1.6 + 1.4 * float(depth), 0.16 + 0.26 * (0.5 + 0.5 * shiver)),
            )
        for start, level, length, phase in self.mist:
            self._mist(
                canvas,
                (float(start) + 0.05 * self.loop.wave(t, 1, float(phase))) * self.width,
                float(level),
                float(length),
            )
        for petal in self.petals:
            self._petal(canvas, t, petal)

    def _mist(self, canvas: Any, x: float, level: float, length: float) -> None:
        canvas.save()
        canvas.translate(x, level * self.height)
        canvas.scale(1.0, 0.09)
        self.glow(canvas, 0, 0, length * self.width, self.palette.light, 0.20)
        canvas.restore()

    def _petal(self, canvas: Any, t: float, petal: np.ndarray) -> None:
        import skia

        x, phase, falls, sway, size = (float(v) for v in petal)
        y = (t * falls + phase) % 1.0
        across = x - 0.12 * y + 0.03 * self.loop.wave(t, 2, sway)
        canvas.save()
        canvas.translate((across % 1.1 - 0.05) * self.width, (y * 1.1 - 0.05) * self.height)
        canvas.rotate(360 * (t * 2 + sway))
        canvas.drawOval(
            skia.Rect.MakeXYWH(-size, -size * 0.5, size * 2, size),
            fill(mix(self.palette.accent, self.palette.light, 0.3), 0.8),
        )
        canvas.restore()
