"""How a second reader agrees with people who labelled sentences: true ones it keeps, false ones it stops.

A folder holds ``worlds_*.jsonl``, each row all that is known when a text is read, with an ``id``, and any other
``*.jsonl``, each row a sentence: ``id``, ``world``, ``kind`` (opener, review, …), ``text``, ``true``, and ``wrong``,
which names what is wrong with a false one. The sentences of a world are asked in questions of a few, neighbours never
together: beside its false twin a true sentence would be told by comparing.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from features.words.model.prompts import delimited
from features.words.model.second_reader import SecondReader, SecondReading, Told
from schemas.errors import UsageError

_EACH = 8  # sentences of one question, about as many as a list's words have
_CAP = 600  # characters of any one string of a world
_LIKE = "name a folder like tests/words_claims."
_FIELDS = ("id", "world", "kind", "text", "true", "wrong")


@dataclass(frozen=True, slots=True)
class Labelled:
    """One sentence and what people say of it; ``file`` is the set it belongs to."""

    id: str
    world: str
    kind: str
    text: str
    true: bool
    wrong: str | None
    file: str


@dataclass(frozen=True, slots=True)
class Group:
    """Sentences that have something in common.

    Args:
        by: file, kind or wrong; all for all of them.
        true, kept: true sentences, and those of them that would be published.
        false, stopped: false sentences, and those of them that would fall.
        unread: of both, those without a verdict, which are published.
    """

    by: str
    name: str
    true: int
    kept: int
    false: int
    stopped: int
    unread: int


@dataclass(frozen=True, slots=True)
class Agreement:
    """What a reader came to.

    Args:
        questions: asked, or to be asked.
        most_tokens: what they can cost at most, a token a byte.
        no_verdict: why -> questions without a usable answer.
        astray: ids of true sentences that fell and of false ones that were kept.
    """

    reader: str
    questions: int
    most_tokens: int
    asked: bool
    tokens_in: int
    tokens_out: int
    no_verdict: Mapping[str, int]
    groups: Sequence[Group]
    astray: Sequence[str]


def agreement(folder: Path, reader: SecondReader, *, send: bool) -> Agreement:
    """The reader on the folder's sentences.

    Args:
        send: whether to ask; else only the questions are counted.
    """
    worlds, sentences = _read(folder)
    texts = [(worlds[some[0].world], {(one.id, 0): Told(one.text) for one in some}) for some in _questions(sentences)]
    asks = [ask for data, told in texts if (ask := reader.ask(data, told)) is not None]
    readings = reader.read(texts) if send else []
    follows = {place[0]: verdict for reading in readings for place, verdict in reading.follows.items()}
    return Agreement(
        reader=reader.name,
        questions=len(asks),
        most_tokens=sum(len(ask.system.encode()) + len(ask.user.encode()) + ask.max_tokens for ask in asks),
        asked=send,
        tokens_in=sum(reading.answer.tokens_in for reading in readings),
        tokens_out=sum(reading.answer.tokens_out for reading in readings),
        no_verdict=_counted(readings),
        groups=list(_groups(sentences, follows)) if send else [],
        astray=[one.id for one in sentences if follows.get(one.id, one.true) != one.true],
    )


def _read(folder: Path) -> tuple[dict[str, str], list[Labelled]]:
    """World -> its data as a question has them, and the sentences by file."""
    worlds: dict[str, str] = {}
    sentences: list[Labelled] = []
    try:
        for path in sorted(folder.glob("*.jsonl")):
            rows = [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
            if path.stem.startswith("worlds_"):
                worlds |= {row["id"]: delimited(row, _CAP) for row in rows}
            else:
                sentences += [Labelled(**{name: row[name] for name in _FIELDS}, file=path.stem) for row in rows]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UsageError(f"cannot read {folder}: {error}", fix=_LIKE) from None
    if not sentences or not {one.world for one in sentences} <= worlds.keys():
        raise UsageError(f"{folder} has no sentences whose worlds it has", fix=_LIKE)
    return worlds, sentences


def _questions(sentences: Iterable[Labelled]) -> list[list[Labelled]]:
    found: list[list[Labelled]] = []
    for _, of_world in groupby(sentences, key=lambda one: (one.file, one.world)):
        some = list(of_world)
        parts = -(-len(some) // _EACH) | 1  # odd, or all of a question were true where true and false ones alternate
        found += [some[part::parts] for part in range(parts)]
    return found


def _counted(readings: Iterable[SecondReading]) -> dict[str, int]:
    whys = sorted(str(reading.why_none) for reading in readings if reading.why_none is not None)
    return {why: len(list(same)) for why, same in groupby(whys)}


def _groups(sentences: Sequence[Labelled], follows: Mapping[str, bool]) -> Iterable[Group]:
    yield _group("all", "all", sentences, follows)
    for by in ("file", "kind", "wrong"):
        names: dict[Any, list[Labelled]] = {}
        for one in sentences:
            names.setdefault(getattr(one, by), []).append(one)
        yield from (_group(by, name, names[name], follows) for name in sorted(name for name in names if name))


def _group(by: str, name: str, sentences: Sequence[Labelled], follows: Mapping[str, bool]) -> Group:
    true = [one.id for one in sentences if one.true]
    false = [one.id for one in sentences if not one.true]
    return Group(
        by,
        name,
        true=len(true),
        kept=sum(follows.get(sentence, True) for sentence in true),
        false=len(false),
        stopped=sum(not follows.get(sentence, True) for sentence in false),
        unread=sum(one.id not in follows for one in sentences),
    )
