"""The words in the picture: a line of the lyrics, the title and the artist."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

from features.headers.brief import Brief
from features.headers.palette import Palette
from features.headers.scenes.base import colour

_WEIGHT_AXIS = 0x77676874  # the tag 'wght' of a variable font


class Lettering:
    """Lays out the words once and draws them with the loop's fade.

    Args:
        font_path: a variable font that knows Chinese and Latin.
        size: (width, height), px.
    """

    def __init__(self, brief: Brief, palette: Palette, font_path: str, size: tuple[int, int]) -> None:
        self.width, self.height = size
        unit = self.height / 720
        self.palette = palette
        self.quote_font = _font(font_path, 46 * unit, 500)
        self.title_font = _font(font_path, 26 * unit, 600)
        lead = brief.line or brief.title
        self.quote = wrap(lead, self.quote_font, self.width * 0.62)[:2]
        told = (brief.title, brief.artist) if brief.line else (brief.artist,)
        self.credit = "  ·  ".join(name for name in told if name)
        self.margin = 64 * unit
        self.unit = unit

    def scrim(self, canvas: Any) -> None:
        """Darken the foot of the picture, so that words can be read on any scene."""
        import skia

        shade = [colour(self.palette.ink, 0), colour(self.palette.ink, 0.62)]
        shader = skia.GradientShader.MakeLinear([(0, self.height * 0.55), (0, self.height)], shade)
        canvas.drawRect(skia.Rect.MakeLTRB(0, self.height * 0.55, self.width, self.height), skia.Paint(Shader=shader))

    def draw(self, canvas: Any, t: float) -> None:
        """The words at moment ``t``: they come at the start of the loop and are gone at its end."""
        alpha = float(np.clip(min(t / 0.10, (1 - t) / 0.08), 0, 1))
        if alpha <= 0:
            return
        baseline = self.height - self.margin - 46 * self.unit
        for i, text in enumerate(reversed(self.quote)):
            self._words(canvas, text, self.quote_font, baseline - i * 62 * self.unit, alpha)
        self._words(canvas, self.credit, self.title_font, self.height - self.margin, alpha * 0.85)

    def _words(self, canvas: Any, text: str, font: Any, baseline: float, alpha: float) -> None:
        import skia

        shadow = skia.Paint(AntiAlias=True, Color=colour(self.palette.ink, 0.55 * alpha))
        canvas.drawString(text, self.margin + 1.5 * self.unit, baseline + 2 * self.unit, font, shadow)
        canvas.drawString(
            text, self.margin, baseline, font, skia.Paint(AntiAlias=True, Color=colour(self.palette.light, alpha))
        )


def _font(path: str, size: float, weight: int) -> Any:
    import skia

    font = skia.Font(_typeface(path, weight), size)
    font.setSubpixel(True)
    font.setEdging(skia.Font.Edging.kAntiAlias)
    return font


@lru_cache(maxsize=8)  # a face maps the whole font file; one per weight serves every song
def _typeface(path: str, weight: int) -> Any:
    import skia

    # skia keeps pointers to these: each needs a name of its own until the clone is made.
    coordinate = skia.FontArguments.VariationPosition.Coordinate(_WEIGHT_AXIS, float(weight))
    coordinates = skia.FontArguments.VariationPosition.Coordinates([coordinate])
    position = skia.FontArguments.VariationPosition(coordinates)
    arguments = skia.FontArguments()
    arguments.setVariationDesignPosition(position)
    face = skia.Typeface.MakeFromFile(path)
    return face.makeClone(arguments) or face


def wrap(text: str, font: Any, width: float) -> list[str]:
    """Break text into the fewest lines no wider than ``width`` px, evenly: at spaces, or anywhere in Chinese."""
    full = _fill(text, font, width)
    if len(full) < 2:
        return full
    for share in (0.6, 0.7, 0.8, 0.9):
        narrower = _fill(text, font, width * share)
        if len(narrower) == len(full):
            return narrower
    return full


def _fill(text: str, font: Any, width: float) -> list[str]:
    pieces = text.split(" ") if " " in text and text.isascii() else list(text)
    glue = " " if " " in text and text.isascii() else ""
    lines = [""]
    for piece in pieces:
        longer = f"{lines[-1]}{glue}{piece}" if lines[-1] else piece
        if lines[-1] and font.measureText(longer) > width:
            lines.append(piece)
        else:
            lines[-1] = longer
    return [line.strip() for line in lines if line.strip()]
