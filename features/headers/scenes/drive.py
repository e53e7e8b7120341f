"""A road at dusk: the skyline glows, lamps and lane marks come towards us on the beat."""

from __future__ import annotations

from typing import Any

import numpy as np

from features.headers.palette import mix
from features.headers.scenes.base import Scene, fill, stroke

_HORIZON = 0.58
_LAMPS = 9


class Drive(Scene):
    name = "drive"

    def prepare(self, rng: np.random.Generator) -> None:
        self.towers = self._skyline(rng, 46, 0.05, 0.22)
        self.near_towers = self._skyline(rng, 30, 0.03, 0.15)
        self.windows = rng.random((240, 3))
        self.stars = np.column_stack([rng.random(70), rng.random(70) * 0.4, rng.random(70)])
        self.laps = 2 if self.loop.beats < 10 else 3

    def _skyline(self, rng: np.random.Generator, count: int, low: float, high: float) -> np.ndarray:
        """Towers: left edge, width, height (shares); taller towards the middle."""
        left = np.sort(rng.uniform(-0.02, 1.0, count))
        tall = np.exp(-(((left - 0.5) / 0.3) ** 2))
        return np.column_stack(
            [left, rng.uniform(0.015, 0.04, count), low + (high - low) * rng.random(count) * (0.35 + 0.65 * tall)]
        )

    def backdrop(self, canvas: Any) -> None:
        p = self.palette
        self.sky(canvas, p.sky, mix(p.sky, p.horizon, 0.7), mix(p.horizon, p.light, 0.25), until=_HORIZON + 0.04)
        for x, y, size in self.stars:
            canvas.drawCircle(
                x * self.width, y * self.height, 0.6 + float(size), fill(p.light, 0.25 + 0.5 * float(size))
            )
        self.glow(canvas, self.width / 2, self.height * _HORIZON, self.height * 0.5, p.accent, 0.55)
        self._towers(canvas, self.towers, mix(p.ink, p.horizon, 0.35))
        self._towers(canvas, self.near_towers, mix(p.ink, p.sky, 0.2))
        self._windows(canvas)
        self._road(canvas)

    def _towers(self, canvas: Any, towers: np.ndarray, shade: tuple[float, float, float]) -> None:
        import skia

        foot = _HORIZON * self.height
        for left, width, height in towers:
            top = foot - float(height) * self.height
            canvas.drawRect(
                skia.Rect.MakeLTRB(left * self.width, top, (left + width) * self.width, foot + 1), fill(shade)
            )

    def _windows(self, canvas: Any) -> None:
        import skia

        for pick, across, up in self.windows:
            left, width, height = self.near_towers[int(pick * len(self.near_towers))]
            x = (left + width * (0.15 + 0.7 * round(across * 4) / 4)) * self.width
            y = (_HORIZON - height * (0.08 + 0.8 * round(up * 9) / 9)) * self.height
            canvas.drawRect(skia.Rect.MakeXYWH(x, y, 3, 4), fill(self.palette.second, 0.55))

    def _road(self, canvas: Any) -> None:
        import skia

        p, foot = self.palette, _HORIZON * self.height
        shader = skia.GradientShader.MakeLinear(
            [(0, foot), (0, self.height)],
            [int(fill(mix(p.ink, p.horizon, 0.3)).getColor()), int(fill(p.ink).getColor())],
        )
        canvas.drawRect(skia.Rect.MakeLTRB(0, foot, self.width, self.height), skia.Paint(Shader=shader))
        for side in (-1, 1):
            edge = self.width * (0.5 + side * 0.62)
            canvas.drawLine(self.width * (0.5 + side * 0.006), foot, edge, self.height, stroke(p.accent, 3, 0.5))

    def frame(self, canvas: Any, t: float) -> None:
        beat = self.loop.pulse(t, 3.0)
        middle, foot = self.width / 2, _HORIZON * self.height
        self.glow(
            canvas,
            middle,
            foot,
            self.height * (0.30 + 0.06 * beat),
            self.palette.light,
            0.20 + 0.22 * beat * self.drive,
        )
        for i in range(14):
            self._mark(canvas, ((i / 14) + t * self.laps * 2) % 1.0)
        for i in range(_LAMPS):
            depth = ((i / _LAMPS) + t * self.laps) % 1.0
            for side in (-1, 1):
                self._lamp(canvas, depth, side)

    def _mark(self, canvas: Any, depth: float) -> None:
        """A dash of the middle line; ``depth`` 0 is far, 1 is here."""
        near, far = depth**3, max(0.0, depth - 0.035) ** 3
        foot, span = _HORIZON * self.height, (1 - _HORIZON) * self.height
        canvas.drawLine(
            self.width / 2,
            foot + span * far,
            self.width / 2,
            foot + span * near,
            stroke(self.palette.light, 1 + 13 * near, 0.25 + 0.6 * depth),
        )

    def _lamp(self, canvas: Any, depth: float, side: int) -> None:
        near = depth**3
        x = self.width * (0.5 + side * (0.02 + 0.75 * near))
        foot = _HORIZON * self.height + (1 - _HORIZON) * self.height * near * 0.9
        head = foot - self.height * (0.03 + 0.75 * near)
        canvas.drawLine(x, foot, x, head, stroke(self.palette.ink, 1 + 9 * near, 0.85))
        self.glow(canvas, x - side * 40 * near, head, 6 + 120 * near, self.palette.accent, 0.35 + 0.55 * depth)
        canvas.drawCircle(x - side * 40 * near, head, 1.5 + 9 * near, fill(self.palette.light, 0.9))
