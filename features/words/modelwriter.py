"""Texts by a language model: it narrates with references, code fills in values, then checks.

The model never sees a user id and never supplies a number or a name: it writes ``{f12}``, and
what stands there afterwards comes from the facts. What fails the check is asked again once
with the faults named; what fails twice is left to the built-in writer.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from features.words import forms, frames, grounding, lyrics
from features.words.grounding import Fault, Violation
from features.words.params import WordParams
from features.words.reviewer import Review
from features.words.songs import Song
from features.words.telling import Telling

_REFERENCE = re.compile(r"\{([a-z][a-z0-9_]*)\}")
_CAP = 120  # characters of any one string in a prompt
_QUOTED = {"zh": ("《{}》", "「{}」"), "en": ("“{}”", "“{}”")}
_TITLE_SLOTS = frozenset({"first", "last", "loop", "rest"})
_PRIVATE_SLOTS = frozenset({"city"})  # where somebody lives stays in the house


class Asker(Protocol):
    """A language model endpoint that answers in JSON, or not at all."""

    name: str

    def ask(self, system: str, user: str, max_tokens: int) -> dict[str, Any] | None:
        """The answer, or None when there is none to be had (failure, ceiling, deadline)."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """A versioned static prompt."""

    version: str
    text: str


Reader = Callable[[dict[str, Any]], tuple[dict[str, str], list[Violation]]]


def attempt(
    asker: Asker, prompt: Prompt, data: Mapping[str, Any], read: Reader, max_tokens: int
) -> dict[str, str] | None:
    """The checked texts of an answer, of the repaired answer, or None."""
    user = f"<data>\n{delimited(data)}\n</data>"
    answer = asker.ask(prompt.text, user, max_tokens)
    if answer is None:
        return None
    texts, faults = read(answer)
    if not faults:
        return texts
    named = "; ".join(sorted({f"{v.fault}: {_short(v.found)}" for v in faults})[:8])
    again = f"{user}\nYour last answer broke these rules: {named}. Answer again, whole, and mend them."
    answer = asker.ask(prompt.text, again, max_tokens)
    if answer is None:
        return None
    texts, faults = read(answer)
    return None if faults else texts


def delimited(data: Mapping[str, Any]) -> str:
    """Data as JSON with every string cleaned, capped and without angle brackets."""
    return json.dumps(_clean(data), ensure_ascii=False, sort_keys=True)


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return _short(value)
    if isinstance(value, Mapping):
        return {str(k): _clean(v) for k, v in value.items()}
    return [_clean(v) for v in value] if isinstance(value, (list, tuple)) else value


def _short(text: str) -> str:
    return forms.clean(text).replace("<", "").replace(">", "")[:_CAP]


def fill(text: str, references: Mapping[str, str], language: str) -> tuple[str, list[Violation]]:
    """The text with references replaced by values, and the references nobody knows."""
    pieces = _REFERENCE.split(text)
    unknown = [Violation(Fault.MARKUP, "{" + name + "}") for name in pieces[1::2] if name not in references]
    values = [p if i % 2 == 0 else references.get(p, "") for i, p in enumerate(pieces)]
    return frames.weave(values, spaced=language == "zh"), unknown


def review_references(song: Song, other: Song | None, language: str) -> Telling:
    """References as slots, each holding its value as it will stand in the text: f.. this song, g.. the other."""
    told = Telling(language)
    _refer(told, song, "f")
    for kind, texts in (("album", [song.album]), ("release", [song.release])):
        for fact_id, given in zip(song.ids.get(kind, ()), texts, strict=False):
            if isinstance(given, str):
                _quoted(told, fact_id, given, 0)
            elif given is not None:
                told.name(fact_id, forms.month(given, language))
    for fact_id, theme in zip(song.ids.get("theme", ()), song.themes, strict=False):
        told.word(fact_id, lyrics.theme_word(theme, language))
    for fact_id, (line, _) in zip(song.ids.get("quote", ()), song.quotes, strict=False):
        if forms.speakable(line) is not None:
            told.quote(fact_id, line)
            told.slots[fact_id] = _QUOTED[language][1].format(line)
    if other is not None:
        _refer(told, other, "g")
    return told


def _refer(told: Telling, song: Song, letter: str) -> None:
    def ids(kind: str) -> list[str]:
        return [letter + fact_id[1:] for fact_id in song.ids.get(kind, ())]

    for ref in ids("title"):
        _quoted(told, ref, song.title, 0)
    for ref in ids("artist"):
        told.name(ref, song.artist)
    for ref in ids("tempo"):
        told.number(ref, song.tempo, "bpm")
        told.slots[ref] += " BPM"
    for ref in ids("key"):
        told.key(ref, song.key)
    for ref, mood in zip(ids("mood"), song.moods, strict=False):
        told.mood(ref, mood)


def _quoted(told: Telling, slot: str, text: str | None, mark: int) -> None:
    told.title(slot, text)
    if slot in told.slots:
        told.slots[slot] = _QUOTED[told.language][mark].format(told.slots[slot])


def review(
    asker: Asker,
    prompt: Prompt,
    song: Song,
    other: Song | None,
    language: str,
    strangers: Collection[str],
    params: WordParams,
) -> Review | None:
    """A review by the model, or None.

    Args:
        strangers: catalogue names that must not appear unless the sheet has them.
    """
    told = review_references(song, other, language)
    words = "instrumental" if song.language == "instrumental" else "lyrics"
    sections = ["sound", words, "style", *(["beside"] if other is not None else [])]
    most = params.paragraph_max[0 if language == "zh" else 1]
    used: set[str] = set()

    def read(answer: dict[str, Any]) -> tuple[dict[str, str], list[Violation]]:
        used.clear()
        texts: dict[str, str] = {}
        faults: list[Violation] = []
        for section in sections:
            raw = answer.get(section)
            text, wrong = _filled(raw, told.slots, told, 8, most, strangers)
            texts[section], faults = text, faults + wrong
            used.update(n for n in _references(raw) if n[0] == "f")
        return texts, faults

    kinds = {i: kind for kind, ids in song.ids.items() for i in ids}
    kinds |= {"g" + i[1:]: kind for kind, ids in (other.ids if other else {}).items() for i in ids}
    shown = {ref: {"kind": kinds[ref], "value": text} for ref, text in told.slots.items() if ref in kinds}
    data = {"language": language, "genre": song.genre, "sections": sections, "facts": shown}
    texts = attempt(asker, prompt, data, read, params.model_output_tokens)
    if texts is None:
        return None
    headings = [frames.load(language, "reviews")[f"heading.{s}"][0].text for s in sections]
    return Review(headings, [texts[s] for s in sections], sorted(used))


def _references(raw: Any) -> list[str]:
    return _REFERENCE.findall(raw) if isinstance(raw, str) else []


def list_words(
    asker: Asker, prompt: Prompt, told: Telling, past: Collection[str], strangers: Collection[str], params: WordParams
) -> tuple[str, str] | None:
    """(opener, intro) by the model, or None.

    Args:
        past: openers and intros of the nights before; none may come back.
    """
    title, _ = _QUOTED[told.language]
    references = {
        slot: title.format(text) if slot in _TITLE_SLOTS else text
        for slot, text in told.slots.items()
        if slot not in _PRIVATE_SLOTS and not slot.startswith(("a_", "A_"))
    }
    side = 0 if told.language == "zh" else 1
    low, high = params.intro_zh if side == 0 else params.intro_en

    def read(answer: dict[str, Any]) -> tuple[dict[str, str], list[Violation]]:
        opener, wrong = _filled(answer.get("opener"), references, told, 3, params.opener_max[side], strangers)
        intro, more = _filled(answer.get("intro"), references, told, low, high, strangers)
        repeated = [Violation(Fault.REPEAT, text) for text in (opener, intro) if text in past]
        return {"opener": opener, "intro": intro}, wrong + more + repeated

    data = {"language": told.language, "facts": references}
    texts = attempt(asker, prompt, data, read, params.model_output_tokens)
    return None if texts is None else (texts["opener"], texts["intro"])


def _filled(
    raw: Any, references: Mapping[str, str], told: Telling, low: int, high: int, strangers: Collection[str]
) -> tuple[str, list[Violation]]:
    """The filled text and its faults, held against the references it used and no others."""
    if not isinstance(raw, str):
        return "", [Violation(Fault.LENGTH, "missing")]
    text, unknown = fill(" ".join(raw.split()), references, told.language)
    sheet = told.sheet(_references(raw))
    faults = grounding.check(text, sheet, low=low, high=high)
    return text, unknown + faults + grounding.strange_names(text, sheet, strangers)
