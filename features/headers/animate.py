"""From a brief to pictures."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from features.headers.brief import Brief
from features.headers.lettering import Lettering
from features.headers.loop import Loop, loop_for
from features.headers.palette import palette
from features.headers.plan import HeaderParams
from features.headers.scenes import SCENES, scene_name
from features.seeds import Seeds

_POSTER_AT = 0.36


class Animation:
    """The moving picture of one song. Same brief, parameters and seeds: the same pixels."""

    def __init__(self, brief: Brief, params: HeaderParams, font_path: str, seeds: Seeds) -> None:
        size = (params.width, params.height)
        rng = seeds.rng("header", brief.track_id)
        colours = palette(brief.valence, brief.arousal, rng)
        self.loop: Loop = loop_for(brief.tempo_bpm, params)
        self.scene = SCENES[scene_name(brief)](brief, colours, size, self.loop, rng)
        self.lettering = Lettering(brief, colours, font_path, size)
        self.size = size

    def frames(self) -> Iterator[np.ndarray]:
        """Every frame in order, shape (height, width, 4), BGRA, uint8; the array is reused between frames."""
        pixels, canvas = self._canvas()
        still = self._backdrop()
        for i in range(self.loop.frames):
            self._draw(canvas, still, i / self.loop.frames)
            yield pixels

    def poster(self, quality: int = 86) -> bytes:
        """A JPEG of a moment when the words are there."""
        import skia

        pixels, canvas = self._canvas()
        self._draw(canvas, self._backdrop(), _POSTER_AT)
        image = skia.Image.fromarray(pixels, colorType=skia.kBGRA_8888_ColorType)
        data = image.encodeToData(skia.kJPEG, quality)
        return bytes(data)

    def _canvas(self) -> tuple[np.ndarray, Any]:
        import skia

        width, height = self.size
        pixels = np.zeros((height, width, 4), dtype=np.uint8)
        surface = skia.Surface(pixels, colorType=skia.kBGRA_8888_ColorType)
        self._surface = surface  # the canvas does not keep its surface alive
        return pixels, surface.getCanvas()

    def _backdrop(self) -> Any:
        import skia

        surface = skia.Surface(*self.size)
        self.scene.backdrop(surface.getCanvas())
        return surface.makeImageSnapshot()

    def _draw(self, canvas: Any, still: Any, t: float) -> None:
        import skia

        canvas.drawImage(still, 0, 0, skia.SamplingOptions(), skia.Paint(BlendMode=skia.BlendMode.kSrc))
        self.scene.frame(canvas, t)
        self.lettering.scrim(canvas)
        self.lettering.draw(canvas, t)
