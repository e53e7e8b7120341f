"""Chinese into plain English words, so that an English sentence encoder can place it.

Not a translation: each word becomes the sense an English sentence about music would most
likely use. docs/decisions/0004-chinese-text-vectors.md says why and how well it works.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping

from features.chinese import simplified
from schemas.text_files import lexicon

HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]+")
_PARENTHESES = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|（[^（）]*）")
# Senses that say something about the word instead of what it means.
_ABOUT_THE_WORD = re.compile(
    r"^(surname |(old |erroneous |archaic |japanese |ancient )*variant of|see |see also|same as|also written|also pr\.|"
    r"taiwan pr\.|cl:|classifier|used (in|as|to|for|before|after)|abbr\. (for|of|to)|kangxi|radical |one of the|"
    r"particle|modal particle|interjection|onom\.|sound of|prefix|suffix|structural particle|idiom|lit\. )",
    re.IGNORECASE,
)
# Grammar words: they carry no picture, and their glosses ("of", "~'s") only blur the sentence.
_SILENT = frozenset(lexicon("features.embeddings", "glossary")["silent"])
_MAX_WORD = 8
_MAX_GLOSS_WORDS = 5

Entries = Mapping[str, list[tuple[str, str]]]


class Lexicon:
    """A Chinese-English dictionary from which one short sense per word is chosen.

    Args:
        entries: word to (pinyin, "sense/sense/...") in the dictionary's order.
        variants: traditional character to simplified character, for those that OpenCC leaves.
    """

    def __init__(self, entries: Entries, variants: Mapping[str, str]) -> None:
        self._entries = entries
        self._table = {ord(a): b for a, b in variants.items()}

    def __contains__(self, word: str) -> bool:
        return word in self._entries

    def simplify(self, text: str) -> str:
        """Traditional characters as simplified ones: by phrases, then what the dictionary itself knows of."""
        return simplified(text).translate(self._table)

    def sense(self, word: str) -> str:
        """The first sense that says what the word means, or ''; common words before proper names."""
        readings = sorted(self._entries.get(word, []), key=lambda e: e[0][:1].isupper())
        for _, senses in readings:
            for sense in senses.split("/"):
                if cleaned := clean_sense(sense):
                    return cleaned
        return ""


def parse_cedict(lines: Iterable[str]) -> Lexicon:
    """Read CC-CEDICT lines: ``傳統 传统 [chuan2 tong3] /tradition/traditional/``; comments are skipped."""
    entries: dict[str, list[tuple[str, str]]] = {}
    variants: dict[str, str] = {}
    for line in lines:
        words, _, rest = line.partition(" [")
        pinyin, _, senses = rest.partition("] /")
        traditional, _, simple = words.partition(" ")
        if not senses or line.startswith("#"):
            continue
        entries.setdefault(simple, []).append((pinyin, senses.rstrip().rstrip("/")))
        if len(traditional) == 1 and traditional != simple:
            variants.setdefault(traditional, simple)
    for kept in variants.keys() & entries.keys():
        del variants[kept]  # a character that is also written so in simplified script
    return Lexicon(entries, variants)


def clean_sense(sense: str) -> str:
    """A dictionary sense as plain words: no remarks, no leading "to", at most five words."""
    text = _PARENTHESES.sub(" ", sense).strip()
    if not text or _ABOUT_THE_WORD.match(text):
        return ""
    text = re.split(r"[;,:]", text)[0]
    text = HAN.sub(" ", text).replace("|", " ")
    text = re.sub(r"^(to be|to|a|an|the)\s+", "", text.strip())
    return " ".join(text.split()[:_MAX_GLOSS_WORDS])


class Glosser:
    """Rewrites the Chinese in a text as English words; everything else stays.

    Args:
        lexicon: the dictionary.
        glossary: words whose English is fixed; they win over the dictionary.
        segment: cuts a run of simplified Chinese into words.
    """

    def __init__(self, lexicon: Lexicon, glossary: Mapping[str, str], segment: Callable[[str], Iterable[str]]) -> None:
        self._lexicon = lexicon
        self._glossary = glossary
        self._segment = segment
        self._known: dict[str, str] = {}

    def __call__(self, text: str) -> str:
        """The text in English words; unchanged when it holds no Chinese."""
        normal = unicodedata.normalize("NFKC", text)
        if not HAN.search(normal):
            return text
        return " ".join(HAN.sub(self._run, self._lexicon.simplify(normal)).split())

    def _run(self, match: re.Match[str]) -> str:
        senses = [self._word(w) for w in self._segment(match.group())]
        return f" {' '.join(s for s in senses if s)} "

    def _word(self, word: str) -> str:
        if word not in self._known:
            self._known[word] = self._look_up(word)
        return self._known[word]

    def _look_up(self, word: str) -> str:
        if word in self._glossary:
            return self._glossary[word]
        if word in _SILENT:
            return ""
        if found := self._lexicon.sense(word):
            return found
        if len(word) == 1:
            return ""
        return " ".join(s for s in map(self._word, self._parts(word)) if s)

    def _parts(self, word: str) -> list[str]:
        """A word the dictionary lacks, cut into the longest shorter words it has."""
        parts, start = [], 0
        while start < len(word):
            longest = min(len(word) - start, _MAX_WORD, len(word) - 1)
            for length in range(longest, 0, -1):
                piece = word[start : start + length]
                if length == 1 or piece in self._glossary or piece in self._lexicon:
                    parts.append(piece)
                    start += length
                    break
        return parts
