"""Chinese glyphs for machines without a Chinese font: Noto Sans SC cut down to the characters of a page."""

from __future__ import annotations

import io
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

_FONT = "fonts/ofl/notosanssc/NotoSansSC[wght].ttf"  # SIL Open Font License, package justmytype-intl-cjk
_FIRST_CJK = 0x2E80
_DROPPED = ["GSUB", "GPOS", "STAT", "vhea", "vmtx", "VVAR"]


def cjk_subset(text: str) -> bytes | None:
    """A WOFF with the CJK characters of ``text``; None when there are none or the font is not installed.

    The same characters give the same bytes.
    """
    wanted = "".join(sorted({c for c in text if ord(c) >= _FIRST_CJK}))
    package = find_spec("justmytype_intl_cjk")
    path = Path(package.origin or "").parent / _FONT if package else None
    if not wanted or path is None or not path.is_file():
        return None
    return _cut(path, wanted)


@lru_cache(maxsize=4)
def _cut(path: Path, characters: str) -> bytes:
    from fontTools import subset

    options = subset.Options(layout_features=[], hinting=False, notdef_outline=True, recalc_timestamp=False)
    options.drop_tables += _DROPPED
    font = subset.load_font(str(path), options, lazy=True)
    cutter = subset.Subsetter(options)
    cutter.populate(text=characters)
    cutter.subset(font)
    font.flavor = "woff"
    data = io.BytesIO()
    font.save(data)
    return data.getvalue()
