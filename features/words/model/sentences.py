"""An answer's text as sentences with the claims they declare, and what is left of it where some fall."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from features.words.model.declared import Declared
from schemas.text_files import lexicon

LEANING = "leaning"  # it begins by leaning on a sentence that fell
_MOST = 24  # sentences of one text; nobody needs more
_LEANING = lexicon("features.words.model", "leaning")
_SENTENCE = re.compile(r".+?(?:[。！？…]+[”」』》]?|[.!?…]+[\"”’)]*(?=\s|$)|$)")
_LEANS = {
    "en": re.compile(rf"(?:{'|'.join(_LEANING['en'])})\b", re.IGNORECASE),
    "zh": re.compile("|".join(_LEANING["zh"])),
}


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of an answer.

    Args:
        raw: as the model wrote it; ``text``: with its references filled in.
        claims: what it declares.
        faults: (fault, what shows it); with any of them it falls.
    """

    raw: str
    text: str = ""
    claims: Sequence[Declared] = ()
    faults: Sequence[tuple[str, str]] = field(default=())


def given(found: Any) -> Sequence[tuple[str, Sequence[Any]]]:
    """The sentences of a text as it came, each with its claims: a list of them, or prose that declares nothing."""
    if isinstance(found, str):
        return [(part.strip(), ()) for part in _SENTENCE.findall(" ".join(found.split())) if part.strip()][:_MOST]
    if not isinstance(found, list):
        return []
    made: list[tuple[str, Sequence[Any]]] = []
    for item in found[:_MOST]:
        text, claims = (item.get("text"), item.get("claims")) if isinstance(item, dict) else (item, None)
        if isinstance(text, str) and text.strip():
            made.append((" ".join(text.split()), claims if isinstance(claims, list) else ()))
    return made


def left(sentences: Sequence[Sentence], language: str) -> list[Sentence]:
    """The sentences, those marked as fallen that lean on one that fell."""
    made: list[Sentence] = []
    for sentence in sentences:
        leans = bool(made) and bool(made[-1].faults) and not sentence.faults and _LEANS[language].match(sentence.raw)
        made.append(replace(sentence, faults=[(LEANING, leans[0])]) if leans else sentence)
    return made


def joined(parts: Sequence[str], language: str) -> str:
    """Sentences in a row."""
    return ("" if language == "zh" else " ").join(parts)
