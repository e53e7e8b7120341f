"""Delivered notes as sentences: which language they are in, where they are cut, which stand by themselves."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import polars as pl

from features.words.terms import forms
from features.words.terms.lexicons import Chinese, English, words
from features.words.terms.simplified import simplified
from schemas.text_files import lexicon

_LEXICON = lexicon("features.words.terms", "snippets")
_SMALL_WORDS = frozenset(lexicon("features.words.terms", "function_words")["en"])
_LEAST_SMALL = 0.2  # share of an English text's words that hold any English text together
_FEW_WORDS = 4  # of so few words nobody tells the language
_MOST_STRANGE = 0.3  # share of a text's words (Chinese signs) that may be of other scripts: names
_HAN, _KANA = re.compile("[\u3400-\u9fff]"), re.compile("[\u3041-\u30ff\uac00-\ud7a3]")
_FOREIGN = re.compile(r"[^\W\d_A-Za-z\u00c0-\u024f]+")
_WORD, _STRANGE = re.compile(r"[A-Za-z]+"), re.compile(r"[^\W\d_\u3400-\u9fff]+")
_MARKUP = re.compile(r"<[^<>]*>|https?:|www\.|[<>{}\[\]`|\\]|\*\*|__|&#?\w+;|^\s*(?:#+|=+|[-*])\s", re.IGNORECASE)
_ENDS = {"zh": re.compile("(?<=[\u3002\uff01\uff1f!?])"), "en": re.compile(r"(?<=[.!?])\s+")}
_FULL_STOP = {"zh": "\u3002", "en": "."}
_ABBREVIATED = re.compile(rf"(?:^|[\s(])(?:{'|'.join(map(re.escape, _LEXICON['abbreviations']))}|[A-Z])\.$")
_QUOTES = re.compile("[\"\u201c\u201d\u2018\u00ab\u00bb\u300a-\u300f\u3008\u3009()\uff08\uff09]|(?<![A-Za-z])'")
_LENGTH = {"zh": (8, 60), "en": (5, 30)}  # characters, words
_MOST_SIGNS = 200  # of an English sentence
_LEANING_EN = re.compile(rf"(?:{'|'.join(map(re.escape, _LEXICON['leaning']['en']))})(?![A-Za-z])", re.IGNORECASE)
_LEANING_ZH: tuple[str, ...] = tuple(_LEXICON["leaning"]["zh"])
_PRIVATE: dict[str, Chinese | English] = {"zh": Chinese(words("zh/sensitive")), "en": English(words("en/sensitive"))}


def written_in(text: str, language: str) -> bool:
    """Whether a text reads as the language it is said to be in."""
    han, kana = len(_HAN.findall(text)), len(_KANA.findall(text))
    if language == "zh":
        strange = len(_STRANGE.findall(text))
        return han > 0 and not kana and strange <= _MOST_STRANGE * (han + strange)
    told, foreign = _WORD.findall(text.lower()), _FOREIGN.findall(text)
    few = len(foreign) <= _MOST_STRANGE * (len(told) + len(foreign))
    if not few or sum(map(len, foreign)) > sum(map(len, told)) or not told:
        return False
    return len(told) <= _FEW_WORDS or sum(word in _SMALL_WORDS for word in told) >= _LEAST_SMALL * len(told)


def marked_up(text: str) -> bool:
    """Whether a text holds markup, an address, or what a template leaves behind."""
    return _MARKUP.search(text) is not None


def quoted(snippet: str) -> str:
    """A snippet as it stands between quotation marks: without the full stop, which the sentence around it has."""
    return snippet.removesuffix(_FULL_STOP["zh"]).removesuffix(_FULL_STOP["en"])


def snippet_rows(notes: pl.DataFrame) -> list[dict[str, Any]]:
    """Rows of ``snippets``: the sentences of each note, numbered from 1."""
    return [
        {**note, "snippet_id": f"{note['note_id']}#{place:02d}", "text": sentence, "unfit": unfit}
        for note in notes.iter_rows(named=True)
        for place, (sentence, unfit) in enumerate(_cut(note["text"], note["language"]), start=1)
    ]


def _cut(text: str, language: str) -> Iterator[tuple[str, str | None]]:
    """The sentences of a text and why each may not be cited; what an abbreviation parts stays together."""
    begun = ""
    for piece in _ENDS[language].split(text.strip()):
        begun = f"{begun} {piece}" if begun else piece
        if language == "en" and _ABBREVIATED.search(begun):
            continue
        if begun.strip():
            yield begun.strip(), _unfit(begun.strip(), language)
        begun = ""
    if begun.strip():
        yield begun.strip(), "fragment"


def _unfit(sentence: str, language: str) -> str | None:
    """Why a sentence may not be cited by itself."""
    low, high = _LENGTH[language]
    size = len(sentence) if language == "zh" else len(sentence.split())
    whole = sentence.endswith(_FULL_STOP[language]) and not sentence.endswith("..") and sentence[0].isalnum()
    if not whole or forms.clean(sentence) != sentence or (language == "en" and sentence[0].islower()):
        return "fragment"
    if size < low or size > high or len(sentence) > _MOST_SIGNS:
        return "short" if size < low else "long"
    if _QUOTES.search(sentence):
        return "quotes"
    plain = simplified(sentence) if language == "zh" else sentence
    if plain.startswith(_LEANING_ZH) if language == "zh" else _LEANING_EN.match(plain):
        return "leans"
    return "private" if next(_PRIVATE[language].find(plain), None) else None
