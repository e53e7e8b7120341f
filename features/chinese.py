"""Traditional Chinese written in simplified characters."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from opencc import OpenCC


def simplified(text: str) -> str:
    """The text in simplified characters by OpenCC's tables: phrases first (乾坤, but 乾杯 as 干杯), then characters."""
    return text if text.isascii() else _converter().convert(text)


@cache
def _converter() -> OpenCC:
    from opencc import OpenCC

    return OpenCC("t2s")
