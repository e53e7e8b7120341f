"""Language models for tests: one that writes well, deterministically, and some that do not."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from features.words.model.asking import Answer, Ask, Asker, Why

# Sentences with the references they need; a good writer uses those whose references it was given.
_SENTENCES = json.loads(Path(__file__).with_name("good_sentences.json").read_text("utf-8"))


def data_of(user: str) -> dict[str, Any]:
    """The data of a question, from its user message."""
    found = re.search(r"<data>\n(.*?)\n</data>", user, re.S)
    assert found is not None
    return json.loads(found[1])


def sentences_of(user: str) -> list[dict[str, Any]]:
    """The sentences that a second reader is to judge, from its user message."""
    found = re.search(r"<sentences>\n(.*?)\n</sentences>", user, re.S)
    assert found is not None
    return list(json.loads(found[1]))


def judged(user: str, follows: Callable[[str], bool]) -> dict[str, Any]:
    """A second reader's answer, by the words of each sentence."""
    return {"verdicts": [{"sentence": s["sentence"], "follows": follows(s["text"])} for s in sentences_of(user)]}


Said = dict[str, Any]  # a sentence with its claims


def well_written(user: str) -> dict[str, list[Said]]:
    """A good answer: facts by reference, relations declared, lawful lengths; the words vary with the data."""
    data = data_of(user)
    language, known = data["language"], set(data["facts"])
    draw = random.Random(user)
    if "sections" in data:
        book = _SENTENCES["review"][language]
        return {key: [s for s in map(_said, book[key]) if _needs(s) <= known] for key in data["sections"]}
    book = {part: [_said(sentence) for sentence in _SENTENCES["list"][language][part]] for part in ("opener", "intro")}
    openers = [s for s in book["opener"] if _needs(s) <= known]
    middle = [_led(sentence, language, draw) for sentence in draw.sample(book["intro"], len(book["intro"]))]
    return {"opener": [_led(draw.choice(openers), language, draw)], "intro": _within(middle, data["facts"], language)}


def saying(answer: Mapping[str, Sequence[Said]], before: str, after: str) -> dict[str, list[Said]]:
    """The answer with words before and after every sentence."""
    return {key: [{**s, "text": f"{before}{s['text']}{after}"} for s in said] for key, said in answer.items()}


def _said(sentence: str | Said) -> Said:
    return {"text": sentence, "claims": []} if isinstance(sentence, str) else sentence


def _led(sentence: Said, language: str, draw: random.Random) -> Said:
    """Mostly with a few words before it, so that nights differ as they do with a real writer."""
    if draw.random() < 0.2:
        return sentence
    text = sentence["text"]
    return {**sentence, "text": draw.choice(_SENTENCES["leads"][language]) + text[0].lower() + text[1:]}


def _needs(sentence: Said) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", sentence["text"]))


def _within(sentences: Sequence[Said], facts: dict[str, str], language: str) -> list[Said]:
    """Sentences up to a length that is lawful when the values stand in them, unseen titles guessed."""
    values = {ref: means.partition(" = ")[2] or "《七个字的歌名》" for ref, means in facts.items()}
    chosen: list[Said] = []
    size = 0
    telling = [s for s in sentences if _needs(s) and _needs(s) <= facts.keys()]
    for sentence in [*telling[:3], *(s for s in sentences if not _needs(s)), *telling[3:]]:
        if size < (95 if language == "zh" else 65):
            chosen.append(sentence)
            filled = re.sub(r"\{(\w+)\}", lambda m: values[m[1]], sentence["text"])
            size += len(filled) if language == "zh" else len(filled.split())
    return chosen


def writes_well(ask: Ask) -> dict[str, list[Said]]:
    """A good answer to an ask."""
    return well_written(ask.user)


class Scripted:
    """An asker that answers by a function of the ask; keeps what it was asked, round by round."""

    name = "scripted"
    night_tokens = 10_000_000
    listener_secret = ""
    reader: Asker | None = None
    reader_tokens = 600

    def __init__(self, answer: Callable[[Ask], Any], night_tokens: int | None = None) -> None:
        self._answer = answer
        self.rounds: list[list[Ask]] = []
        self.night_tokens = night_tokens or self.night_tokens

    @property
    def asks(self) -> list[Ask]:
        return [ask for asks in self.rounds for ask in asks]

    def ask_all(self, asks: Sequence[Ask]) -> list[Answer]:
        self.rounds.append(list(asks))
        return [self._one(ask) for ask in asks]

    def _one(self, ask: Ask) -> Answer:
        """The function may give an object, a text as it came, or a reason for none."""
        made = self._answer(ask)
        if isinstance(made, Why):
            return Answer(None, made)
        raw = made if isinstance(made, str) else json.dumps(made, ensure_ascii=False)
        tokens_in, tokens_out = guessed_tokens(ask.system + ask.user), guessed_tokens(raw)
        try:
            found = json.loads(raw)
        except ValueError:
            found = None
        if not isinstance(found, dict):
            return Answer(None, Why.UNREADABLE, raw, tokens_in, tokens_out)
        return Answer(found, None, raw, tokens_in, tokens_out)


_HAN = re.compile("[\u2e80-\uffef]")


def guessed_tokens(text: str) -> int:
    """Tokens as DeepSeek's documentation estimates them: .6 a Chinese character, .3 any other."""
    han = len(_HAN.findall(text))
    return round(0.6 * han + 0.3 * (len(text) - han))
