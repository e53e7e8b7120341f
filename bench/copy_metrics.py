"""Measures of texts: diversity, length, language, readability. Formulas and where they come from.

Tokens are Han characters (each one) and Latin words or numbers, lower-cased; punctuation is left out.
"""

from __future__ import annotations

import math
import random
import re
from collections.abc import Sequence

import pyphen
from sacrebleu.metrics.bleu import BLEU

Tokens = list[str]
_TOKEN = re.compile(r"[\u3400-\u9fff]|[A-Za-z\u00c0-\u024f]+(?:['’][a-z]+)?|\d+(?:[.:]\d+)?")
_HAN = re.compile(r"[\u3400-\u9fff]")
_QUOTED = re.compile("《[^》]*》|「[^」]*」|“[^”]*”")
_SENTENCE = re.compile(r"(?<=[。！？])|(?<=[.!?])\s+")
_CLAUSE = re.compile("[，。！？；：、]")
_HYPHENS = pyphen.Pyphen(lang="en_US", left=1, right=1)


def tokens(text: str) -> Tokens:
    """'雨 72 BPM' -> ['雨', '72', 'bpm']."""
    return [t.lower() for t in _TOKEN.findall(text)]


def sentences(text: str) -> list[str]:
    """Sentences of a text, titles and lines in quotation marks masked first."""
    return [s.strip() for s in _SENTENCE.split(_QUOTED.sub("“”", text)) if s.strip()]


def distinct(texts: Sequence[str], n: int, budget: int = 5000) -> float:
    """distinct-n: different n-grams as a share of all (Li et al., NAACL 2016, arXiv:1510.03055).

    The share falls with the amount of text, so it is taken over the first ``budget`` tokens; n-grams
    do not run across texts.
    """
    grams: list[tuple[str, ...]] = []
    left = budget
    for text in texts:
        words = tokens(text)[:left]
        left -= len(words)
        grams += zip(*(words[i:] for i in range(n)), strict=False)
    return len(set(grams)) / len(grams) if grams else math.nan


def self_bleu(texts: Sequence[str], sample: int = 60, seed: int = 1) -> float:
    """Mean BLEU-4 of a text against the others: how much they resemble one another (Zhu et al., SIGIR 2018).

    sacrebleu's BLEU over our tokens, modified precisions smoothed by one (Lin and Och 2004); over a
    seeded sample.
    """
    chosen = random.Random(seed).sample(list(texts), min(sample, len(texts)))
    cut = [" ".join(tokens(text)) for text in chosen]
    if len(cut) < 2:
        return math.nan
    bleu = BLEU(tokenize="none", smooth_method="add-k", smooth_value=1, effective_order=True)
    scores = [bleu.sentence_score(own, cut[:i] + cut[i + 1 :]).score for i, own in enumerate(cut)]
    return sum(scores) / 100 / len(scores)


def nameless(text: str, names: Sequence[str]) -> str:
    """A text with titles and names taken out, longest names first."""
    bare = _QUOTED.sub("“”", text)
    for name in names:
        bare = bare.replace(name, "~")
    return bare


def skeleton(sentence: str, names: Sequence[str]) -> str:
    """A sentence without titles, names and numbers: what is left of a frame."""
    return re.sub(r"\s+", "", re.sub(r"\d+", "0", nameless(sentence, names)))


def frame_reuse(texts: Sequence[str], names: Sequence[str]) -> float:
    """Uses per distinct sentence skeleton: 1 when no sentence frame comes twice."""
    told = [skeleton(s, names) for text in texts for s in sentences(text)]
    return len(told) / len(set(told)) if told else math.nan


def in_language(text: str, language: str) -> bool:
    """Whether the words are mostly of the language asked for; of a text without its names and titles."""
    words = tokens(text)
    han = sum(bool(_HAN.match(w)) for w in words)
    return han > len(words) / 2 if language == "zh" else han <= len(words) / 20


def length(text: str, language: str) -> int:
    """Characters without spaces (zh) or words (en)."""
    return len("".join(text.split())) if language == "zh" else len(text.split())


def readability(text: str, language: str) -> float:
    """How hard a text reads, higher = easier for English, longer clauses = harder for Chinese.

    en: Flesch reading ease, 206.835 - 1.015 words/sentence - 84.6 syllables/word (Flesch, J. Appl.
    Psychol. 1948); syllables are the pieces between pyphen's hyphens.
    zh: characters per clause, among the strongest features of Chinese readability (Sung et al.,
    Behav. Res. Methods 2015, CRIE); no formula of the English kind is agreed upon.
    """
    if language == "zh":
        clauses = [c for c in _CLAUSE.split(_QUOTED.sub("", text)) if _HAN.search(c)]
        return sum(len(_HAN.findall(c)) for c in clauses) / max(1, len(clauses))
    words = [w for w in tokens(_QUOTED.sub("", text)) if w[0].isalpha()]
    if not words:
        return math.nan
    spoken = sum(_syllables(w) for w in words)
    return 206.835 - 1.015 * len(words) / max(1, len(sentences(text))) - 84.6 * spoken / len(words)


def _syllables(word: str) -> int:
    return len(_HYPHENS.positions(word)) + 1
