"""Morning over hills: rays turn, seeds of dandelion rise, birds cross."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from features.headers.palette import mix
from features.headers.scenes.base import Scene, colour, fill, rolling, stroke

_RAYS = 18


class Sunfield(Scene):
    name = "sunfield"

    def prepare(self, rng: np.random.Generator) -> None:
        self.sun = (float(rng.uniform(0.24, 0.44)), float(rng.uniform(0.36, 0.46)))
        self.hills = [
            rolling(rng, 120, base, swing, 0.38) for base, swing in ((0.62, 0.10), (0.72, 0.09), (0.83, 0.08))
        ]
        self.seeds = np.column_stack(
            [rng.random(46), rng.random(46), rng.integers(1, 3, 46), rng.random(46), rng.uniform(1.5, 4.5, 46)]
        )
        self.grass = np.column_stack([rng.random(220), rng.uniform(0.03, 0.10, 220), rng.random(220)])
        self.birds = np.column_stack([rng.random(5), rng.uniform(0.12, 0.34, 5), rng.uniform(7, 13, 5), rng.random(5)])

    def backdrop(self, canvas: Any) -> None:
        p = self.palette
        self.sky(
            canvas, mix(p.sky, p.second, 0.25), mix(p.horizon, p.accent, 0.25), mix(p.accent, p.light, 0.5), until=0.8
        )

    def frame(self, canvas: Any, t: float) -> None:
        p, beat = self.palette, self.loop.pulse(t, 3.0)
        x, y = self.sun[0] * self.width, self.sun[1] * self.height
        self._rays(canvas, x, y, t, 0.10 + 0.10 * beat * self.drive)
        self.glow(canvas, x, y, self.height * (0.36 + 0.03 * beat), p.light, 0.75)
        canvas.drawCircle(x, y, self.height * (0.098 + 0.006 * beat), fill(mix(p.light, (1, 1, 1), 0.5)))
        for bx, by, size, phase in self.birds:
            self._bird(canvas, float(bx), float(by), float(size), float(phase), t)
        for i, hill in enumerate(self.hills):
            self.ridge(canvas, hill, mix(mix(p.accent, p.sky, 0.35 + 0.2 * i), p.ink, 0.15 + 0.27 * i))
        self._blades(canvas, t)
        for sx, phase, rises, sway, size in self.seeds:
            height = 1.05 - ((t * rises + phase) % 1.0) * 1.1
            across = sx + 0.03 * self.loop.wave(t, 2, float(sway))
            canvas.drawCircle(
                across * self.width,
                height * self.height,
                float(size),
                fill(p.light, 0.75 * math.sin(math.pi * np.clip(height, 0, 1)) + 0.1),
            )

    def _rays(self, canvas: Any, x: float, y: float, t: float, alpha: float) -> None:
        """Rays that turn by one gap per loop, so that the end looks like the beginning."""
        import skia

        reach = self.width * 1.2
        sweep = skia.GradientShader.MakeRadial(
            (x, y), reach * 0.6, [colour(self.palette.light, alpha), colour(self.palette.light, 0)]
        )
        paint = skia.Paint(Shader=sweep, AntiAlias=True)
        for i in range(_RAYS):
            angle = 2 * math.pi * (i + t) / _RAYS
            corners = [(x + reach * math.cos(angle + d), y + reach * math.sin(angle + d)) for d in (-0.07, 0.07)]
            path = skia.Path.Polygon([skia.Point(x, y), *(skia.Point(*c) for c in corners)], True)
            canvas.drawPath(path, paint)

    def _bird(self, canvas: Any, x: float, y: float, size: float, phase: float, t: float) -> None:
        wing = size * (0.45 + 0.35 * self.loop.wave(t, self.loop.beats // 2, phase))
        cx = ((x + t) % 1.0 * 1.2 - 0.1) * self.width
        cy = (y + 0.015 * self.loop.wave(t, 1, phase)) * self.height
        for side in (-1, 1):
            canvas.drawLine(cx, cy, cx + side * size, cy - wing, stroke(self.palette.ink, 2.2, 0.75))

    def _blades(self, canvas: Any, t: float) -> None:
        for x, height, phase in self.grass:
            bend = (0.008 + 0.01 * self.drive) * self.loop.wave(t, 2, float(phase) * 0.3 + float(x))
            canvas.drawLine(
                x * self.width,
                self.height,
                (x + bend) * self.width,
                (1 - float(height)) * self.height,
                stroke(mix(self.palette.ink, self.palette.accent, 0.18), 2.4, 0.9),
            )
