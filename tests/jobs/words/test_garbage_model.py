"""A model that writes garbage: nothing of it is published, and everybody has words all the same."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from functools import partial
from typing import Any

import polars as pl
import pytest

from features.measurement import MeasurementPolicy
from features.seeds import Seeds
from features.words.claims.proofs import PROOFS
from features.words.model.asking import Ask
from features.words.model.declared import PARTS
from features.words.model.sense import nonsense
from features.words.params import CopyPlanParams, WordParams
from jobs import copy, copy_plan, reviews
from jobs.run.body import apply
from schemas import TABLES
from tests.features.words import world
from tests.worlds.askers import Scripted, data_of

pytestmark = pytest.mark.slow

Garbler = Callable[[random.Random, Ask], Any]
_EN = ("tide", "lamp", "harbour", "slow", "ember", "river", "window", "kettle", "orbit", "gravel", "mellow", "hollow",
       "the", "of", "and", "to", "in", "a", "is", "that", "it", "with", "as", "for", "on", "was")  # fmt: skip
_NAMES = ("Taylor Swift", "周杰伦", "Radiohead", "Mara Quill", "晴天", "格莱美", "Billboard")
_UNITS = ("首", "遍", "BPM", "songs", "%", "分钟", "times", "年")


def _keys(ask: Ask) -> list[str]:
    return list(ask.schema["properties"])


def _size(ask: Ask) -> int:
    return 110 if data_of(ask.user)["language"] == "zh" else 75


def _bytes(draw: random.Random, ask: Ask) -> str:
    return draw.randbytes(draw.randint(0, 400)).decode("utf-8", "replace")


def _json(draw: random.Random, ask: Ask) -> str:
    def value(depth: int) -> Any:
        kind = draw.randrange(6 if depth < 3 else 4)
        plain = (None, draw.random(), draw.choice(_NAMES), bool(draw.randrange(2)))
        if kind < 4:
            return plain[kind]
        if kind == 4:
            return [value(depth + 1) for _ in range(draw.randrange(4))]
        return {draw.choice([*_keys(ask), "x"]): value(depth + 1) for _ in range(draw.randrange(4))}

    return json.dumps(value(0), ensure_ascii=False)


def _letters(draw: random.Random, ask: Ask) -> dict[str, str]:
    """The right keys, random characters of many scripts."""

    def char() -> str:
        return chr(draw.choice([draw.randrange(32, 127), draw.randrange(0x4E00, 0x9FA5), draw.randrange(0xA0, 0x3000)]))

    return {key: "".join(char() for _ in range(_size(ask))) for key in _keys(ask)}


def _salad(draw: random.Random, ask: Ask) -> dict[str, str]:
    """The right keys and language, random words, no reference."""
    if data_of(ask.user)["language"] == "zh":

        def text() -> str:
            return "".join(chr(draw.randrange(0x4E00, 0x9FA5)) for _ in range(_size(ask))) + "。"
    else:

        def text() -> str:
            return " ".join(draw.choice(_EN) for _ in range(_size(ask))) + "."

    return {key: text() for key in _keys(ask)}


def _referring_salad(draw: random.Random, ask: Ask) -> dict[str, str]:
    """Random Han or letters around true references."""
    known = sorted(data_of(ask.user)["facts"])
    zh = data_of(ask.user)["language"] == "zh"

    def piece() -> str:
        if draw.random() < 0.1:
            return "{" + draw.choice(known) + "}"
        if zh:
            return "".join(chr(draw.randrange(0x4E00, 0x9FA5)) for _ in range(8)) + "，"
        return "".join(draw.choice("abcdefghijklmnopqrstuvwxyz") for _ in range(draw.randint(2, 9)))

    return {key: ("" if zh else " ").join(piece() for _ in range(12 if zh else 80)) + ("。" if zh else ".")
            for key in _keys(ask)}  # fmt: skip


def _believes_to_know(draw: random.Random, ask: Ask) -> dict[str, str]:
    """Fluent, with numbers and names of its own."""
    n, name, unit = draw.randint(2, 2020), draw.choice(_NAMES), draw.choice(_UNITS)
    lines = [
        f"{name} 在 {n} {unit}里唱出了这座城市的夜，慢慢听，不用急，歌会在路上等你。",
        f"这是{name}最好的一张专辑里的歌，一共{n}{unit}，每一遍都不一样，值得再听一次。",
        f"With {n} {unit} of it, {name} opens the evening slowly and lets the rest of the day fall away behind you.",
        f"Critics loved how {name} returned in {n}, and the song still sounds like a window left open for the rain.",
    ]
    return {key: draw.choice(lines) * draw.randint(1, 3) for key in _keys(ask)}


def _echoes_prompt(draw: random.Random, ask: Ask) -> Any:
    words = (ask.system + ask.user).split()
    start = draw.randrange(len(words) - 40)
    text = " ".join(words[start : start + draw.randint(12, 75)])
    return draw.choice([ask.system, ask.user, dict.fromkeys(_keys(ask), text), json.loads(ask.user.split("\n")[1])])


def _unknown_references(draw: random.Random, ask: Ask) -> dict[str, str]:
    return {key: " ".join("{f" + str(draw.randrange(60, 999)) + "}" for _ in range(20)) + "." for key in _keys(ask)}


def _claiming_salad(draw: random.Random, ask: Ask) -> dict[str, list[dict[str, Any]]]:
    """Word salad as sentences, each with claims of known relations whose parts are thrown together."""
    known = sorted(data_of(ask.user)["facts"])
    odds = ("", "tempo", "tempo falls", "all", "most", "more", "3", "about 90", "genre", *known[:9])

    def claim() -> dict[str, str]:
        return {"relation": draw.choice(sorted(PROOFS)), **{part: draw.choice(odds) for part in PARTS[1:]}}

    salad = _salad(draw, ask)
    return {key: [{"text": text, "claims": [claim() for _ in range(draw.randrange(4))]}] for key, text in salad.items()}


GARBLERS: tuple[Garbler, ...] = (
    _bytes, _json, _letters, _salad, _referring_salad, _believes_to_know, _echoes_prompt, _unknown_references,
    _claiming_salad,
)  # fmt: skip


@pytest.fixture(scope="module")
def tables() -> dict[str, pl.DataFrame]:
    made = world.catalogue(30)
    return made | world.listeners(made, count=16, length=10) | {"review_history": TABLES["review_history"].empty()}


def _night(tables: dict[str, pl.DataFrame], llm: Scripted | None) -> dict[str, pl.DataFrame]:
    night = dict(tables)
    night |= apply(copy_plan.run, night, llm=llm, params=CopyPlanParams())
    carried = TABLES["reviews"].empty()
    night |= apply(reviews.run, night, llm=llm, params=WordParams(), seeds=Seeds(7), carried=carried)
    return night | apply(
        copy.run, night, policy=MeasurementPolicy(), llm=llm, params=WordParams(), seeds=Seeds(7), night=world.NIGHT
    )


@pytest.mark.parametrize("garble", GARBLERS, ids=lambda g: g.__name__.strip("_"))
def test_no_garbage_is_published_and_everybody_has_words(tables: dict[str, pl.DataFrame], garble: Garbler) -> None:
    draw = random.Random(garble.__name__)
    llm = Scripted(lambda ask: garble(draw, ask))
    made, plain = _night(tables, llm), _night(tables, None)
    asked = made["list_plan"].height + made["review_plan"].height
    assert asked == tables["users"].height + plain["reviews"].height
    assert len(llm.asks) >= asked
    for name in ("list_copy", "reviews", "song_reasons"):
        assert made[name].equals(plain[name])  # word for word what the night without a model publishes
    assert set(made["list_asks"]["outcome"]) == set(made["review_asks"]["outcome"]) == {"builtin"}


def test_the_garblers_answer_in_kind() -> None:
    """Most of them give whole objects with the asked-for keys, so it is the checks that stop them."""
    made = world.catalogue(6)
    night = made | world.listeners(made, count=2, length=4) | {"review_history": TABLES["review_history"].empty()}
    seen: dict[str, int] = {}
    for garble in GARBLERS:
        draw = random.Random(1)
        llm = Scripted(partial(garble, draw))
        out = _night(night, llm)
        faults = {f for rows in (out["list_asks"], out["review_asks"]) for f in rows["faults"].explode().drop_nulls()}
        seen[garble.__name__] = len(faults - {"format", "missing"})
    assert sum(n > 0 for n in seen.values()) >= 6, seen


def test_the_sieve_for_nonsense_lets_the_built_in_writer_pass(tables: dict[str, pl.DataFrame]) -> None:
    made = _night(tables, None)
    texts = [(lang, t) for lang, *both in made["list_copy"].select("language", "opener", "intro").rows() for t in both]
    texts += [
        (lang, t) for lang, paragraphs in made["reviews"].select("language", "paragraphs").rows() for t in paragraphs
    ]
    assert len(texts) > 150
    assert [(text, why) for lang, text in texts if (why := nonsense(text, lang))] == []
