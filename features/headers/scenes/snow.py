"""Snow on a quiet street: a lamp, bare trees, flakes in three depths."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from features.headers.palette import mix
from features.headers.scenes.base import Scene, fill, rolling, stroke


class Snow(Scene):
    name = "snow"

    def prepare(self, rng: np.random.Generator) -> None:
        count = int(150 + 120 * self.drive)
        depth = rng.choice([1, 2, 3], count, p=[0.5, 0.32, 0.18])
        self.flakes = np.column_stack(
            [rng.random(count), rng.random(count), depth, rng.random(count), 0.8 * depth + rng.random(count)]
        )
        self.ground = rolling(rng, 120, 0.84, 0.05, 0.35)
        self.lamp = float(rng.uniform(0.62, 0.74))
        self.branches = [self._tree(rng, x, 0.85, float(rng.uniform(0.16, 0.24))) for x in (0.08, 0.2, 0.9)]

    def _tree(
        self, rng: np.random.Generator, x: float, y: float, length: float
    ) -> list[tuple[float, float, float, float, float]]:
        """Branches as (x0, y0, x1, y1, thickness), shares of the height, grown by halving."""
        grown: list[tuple[float, float, float, float, float]] = []
        tips = [(x * self.width / self.height, y, -math.pi / 2, length, 9.0)]
        for _ in range(6):
            after = []
            for left, top, angle, size, thick in tips:
                end_x, end_y = left + size * math.cos(angle), top + size * math.sin(angle)
                grown.append((left, top, end_x, end_y, thick))
                for turn in (-1, 1):
                    bend = angle + turn * float(rng.uniform(0.25, 0.6))
                    after.append((end_x, end_y, bend, size * float(rng.uniform(0.6, 0.78)), thick * 0.62))
            tips = after
        return grown

    def backdrop(self, canvas: Any) -> None:
        p = self.palette
        self.sky(canvas, mix(p.sky, p.ink, 0.35), mix(p.sky, p.horizon, 0.35), mix(p.horizon, p.light, 0.35))
        for tree in self.branches:
            for x0, y0, x1, y1, thick in tree:
                ends = [v * self.height for v in (x0, y0, x1, y1)]
                canvas.drawLine(*ends, stroke(mix(p.ink, p.sky, 0.25), max(0.8, thick), 0.92))
        self.ridge(canvas, self.ground, mix(p.light, p.horizon, 0.28))
        x, foot = self.lamp * self.width, self.height * 0.86
        canvas.drawLine(x, foot, x, self.height * 0.38, stroke(p.ink, 7))
        canvas.drawLine(x, self.height * 0.38, x - 46, self.height * 0.36, stroke(p.ink, 5))

    def frame(self, canvas: Any, t: float) -> None:
        p = self.palette
        shine = 0.75 + 0.25 * self.loop.pulse(t, 2.0) * self.drive + 0.05 * self.loop.wave(t, 3)
        x, y = self.lamp * self.width - 46, self.height * 0.37
        self.glow(canvas, x, y, self.height * 0.40, mix(p.accent, (1, 0.85, 0.6), 0.5), 0.62 * shine)
        canvas.drawCircle(x, y + 3, 9, fill(mix(p.light, (1, 0.95, 0.8), 0.6)))
        self._pool(canvas, x, shine)
        for fx, phase, depth, sway, size in self.flakes:
            fall = (t * int(depth) + float(phase)) % 1.0
            across = (float(fx) + 0.02 * float(depth) * self.loop.wave(t, 1, float(sway)) - 0.03 * fall) % 1.0
            canvas.drawCircle(
                across * self.width,
                (fall * 1.06 - 0.03) * self.height,
                float(size),
                fill(p.light, 0.30 + 0.2 * float(depth)),
            )

    def _pool(self, canvas: Any, x: float, shine: float) -> None:
        """The lamp's light on the snow."""
        canvas.save()
        canvas.translate(x, self.height * 0.9)
        canvas.scale(1.0, 0.16)
        self.glow(canvas, 0, 0, self.height * 0.42, mix(self.palette.accent, (1, 0.9, 0.7), 0.5), 0.5 * shine)
        canvas.restore()
