"""Three servers that write a night's words: random garbage, an obedient liar who declares what he says, a good writer.

The liar puts true and false sentences into a good answer, each with its claim, and false ones that declare nothing.
What he says is told by the words it is said in, so that what is published of it can be counted.
"""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from pydantic import SecretStr

from features.measurement import MeasurementPolicy
from features.seeds import Seeds
from features.words.model.asking import Ask
from features.words.params import CopyPlanParams, WordParams
from jobs import copy, copy_plan, reviews
from jobs.clients.llm.client import open_llm
from jobs.run.body import apply
from schemas import TABLES
from tests.features.words import world
from tests.jobs.words.test_garbage_model import GARBLERS
from tests.worlds.askers import Said, data_of, well_written
from tests.worlds.endpoint import Reply, said, serving

pytestmark = pytest.mark.slow

# kind -> language -> words by which a sentence of the liar's is known again
WORDS = {
    "true": {"zh": "这一点不假", "en": "as it should be"},
    "false": {"zh": "信不信由你", "en": "of all things"},
    "silent": {"zh": "真是这样", "en": "and no mistake"},
}


@lru_cache(maxsize=1)
def tables() -> dict[str, pl.DataFrame]:
    made = world.catalogue(48)
    return made | world.listeners(made) | {"review_history": TABLES["review_history"].empty()}


def written(home: Path, answer: Any, **settings: Any) -> dict[str, pl.DataFrame]:
    """The words of 24 listeners by the server's answers, over HTTP."""
    with serving(answer) as endpoint:
        return written_at(endpoint.url, home, **settings)


def written_at(url: str, home: Path, **settings: Any) -> dict[str, pl.DataFrame]:
    """The same by a server that runs."""
    given = {"base_url": url, "api_key": SecretStr("k"), "model": "m", "night_tokens": 10**8, **settings}
    llm = open_llm(home, {"timeout_s": 20.0, "rest_s": 0.05, "concurrency": 1, **given}, ds=world.NIGHT.ds)
    assert llm is not None
    made = dict(tables())
    made |= apply(copy_plan.run, made, llm=llm, params=CopyPlanParams())
    words = {"llm": llm, "params": WordParams(), "seeds": Seeds(7)}
    made |= apply(reviews.run, made, **words, carried=TABLES["reviews"].empty())
    made |= apply(copy.run, made, **words, policy=MeasurementPolicy(), night=world.NIGHT)
    llm.close()
    return made


def texts(made: Mapping[str, pl.DataFrame]) -> Iterator[tuple[str, str]]:
    """(writer, text) of openers, intros and paragraphs."""
    for writer, *both in made["list_copy"].select("writer", "opener", "intro").iter_rows():
        yield from ((writer, text) for text in both)
    for writer, paragraphs in made["reviews"].select("writer", "paragraphs").iter_rows():
        yield from ((writer, text) for text in paragraphs)


def outcomes(made: Mapping[str, pl.DataFrame]) -> Counter[tuple[str, str]]:
    return Counter(
        (kind, outcome) for kind in ("list", "review") for outcome in made[f"{kind}_asks"]["outcome"].to_list()
    )


Lie = tuple[str, str, list[dict[str, str]]]  # kind, text without its end, claims


def tempos(data: Mapping[str, Any]) -> Iterator[Lie]:
    """Which of two songs is faster, where the data tell."""
    language, facts, of_list = data["language"], data["facts"], "sections" not in data
    one, other, *shown = ("l26", "l22", "l27", "l24") if of_list else ("g01", "f01", "g12", "f12")
    speeds = [int(facts[ref].partition(" = ")[2].split()[0]) for ref in shown if ref in facts]
    if len(speeds) < 2 or speeds[0] == speeds[1]:
        return
    claim = {"relation": "compares", "subject": one, "object": other, "of": "tempo"}
    who = {"zh": ("最后一首", "第一首") if of_list else ("那一首", "这一首"),
           "en": ("The last one", "the first") if of_list else ("The other one", "this")}[language]  # fmt: skip
    for kind, up in (("true", speeds[0] > speeds[1]), *((kind, speeds[0] < speeds[1]) for kind in ("false", "silent"))):
        text = {"zh": f"{who[0]}比{who[1]}{'快' if up else '慢'}",
                "en": f"{who[0]} is {'faster' if up else 'slower'} than {who[1]}"}[language]  # fmt: skip
        yield kind, text, [{**claim, "direction": "more" if up else "less"}] if kind != "silent" else []


def novelties(data: Mapping[str, Any]) -> Iterator[Lie]:
    """How many songs are by artists new to the listener."""
    if "l53" not in data["facts"]:
        return
    zh = data["language"] == "zh"
    true = "{l53}来自你没听过的人" if zh else "Of these, {l53} come from people you have never heard"
    yield "true", true, [{"relation": "counted", "of": "new_artist", "amount": "l53"}]
    false = "每一首都来自你没听过的人" if zh else "Every song comes from people you have never heard"
    yield "false", false, [{"relation": "share", "object": "all", "of": "new_artist"}]
    yield "silent", false, []


def shapes(data: Mapping[str, Any]) -> Iterator[Lie]:
    """Where the energy of a song goes."""
    shape = data.get("notes", {}).get("energy over time")
    if shape not in ("rises", "falls"):
        return
    for kind, up in (("true", shape == "rises"), ("false", shape == "falls"), ("silent", shape == "falls")):
        text = {"zh": f"这首歌的能量一路往{'上' if up else '下'}",
                "en": f"The energy {'rises' if up else 'falls'} through this song"}[data["language"]]  # fmt: skip
        claim = {"relation": "is_a", "subject": "f01", "of": f"energy_shape {'rises' if up else 'falls'}"}
        yield kind, text, [claim] if kind != "silent" else []


def lies(data: Mapping[str, Any]) -> list[tuple[str, Said]]:
    """True sentences and false ones, those that declare nothing last, each with its kind."""
    language = data["language"]
    comma, end = ("，", "。") if language == "zh" else (", ", ".")
    return [
        (kind, {"text": f"{text}{comma}{WORDS[kind][language]}{end}", "claims": claims})
        for kind, text, claims in (*tempos(data), *novelties(data), *shapes(data))
    ]


class Liar:
    """A server that lies as told; counts what it said the first time it was asked."""

    def __init__(self) -> None:
        self.told: Counter[str] = Counter()

    def __call__(self, request: dict[str, Any], _number: int) -> Reply:
        user = request["messages"][1]["content"]
        answer, again = well_written(user), "broke these rules" in user
        key = "intro" if "intro" in answer else "beside"
        if answer.get(key):
            put = lies(data_of(user))
            self.told.update(() if again else (kind for kind, _ in put))
            answer[key][1:1] = [sentence for _, sentence in put]
        return said(json.dumps(answer, ensure_ascii=False))


def published(made: Mapping[str, pl.DataFrame], kind: str) -> int:
    return sum(text.count(words) for _, text in texts(made) for words in WORDS[kind].values())


def test_of_a_liar_the_true_sentences_are_published_and_no_false_one(tmp_path: Path) -> None:
    liar = Liar()
    made = written(tmp_path, liar)
    assert liar.told["false"] > 50
    assert {kind: published(made, kind) for kind in ("false", "silent")} == {"false": 0, "silent": 0}
    assert published(made, "true") >= 0.9 * liar.told["true"], (published(made, "true"), liar.told)
    found = outcomes(made)
    by_model = sum(count for (_, outcome), count in found.items() if outcome != "builtin")
    assert by_model >= 0.9 * sum(found.values()), found


def test_a_good_writer_is_published(tmp_path: Path) -> None:
    made = written(
        tmp_path,
        lambda request, _: said(json.dumps(well_written(request["messages"][1]["content"]), ensure_ascii=False)),
    )
    found = outcomes(made)
    assert found["list", "model"] >= 0.9 * made["list_asks"].height, found
    assert found["review", "model"] == made["review_asks"].height, found


def test_of_garbage_nothing_is_published(tmp_path: Path) -> None:
    draw = random.Random(3)

    def garbage(request: dict[str, Any], _: int) -> Reply:
        system, user = (message["content"] for message in request["messages"][:2])
        schema = request["response_format"]["json_schema"]["schema"]
        made = draw.choice(GARBLERS)(draw, Ask(system, user.partition("\nYour last answer")[0], 1, schema))
        return said(made if isinstance(made, str) else json.dumps(made, ensure_ascii=False))

    made = written(tmp_path, garbage)
    assert {outcome for _, outcome in outcomes(made)} == {"builtin"}
    assert {writer for writer, _ in texts(made)} == {"builtin"}
