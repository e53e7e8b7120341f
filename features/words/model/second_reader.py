"""A second reader: a model that says of each sentence whether it follows from what its writer was shown.

It can only take away. It reads what code has let stand, and what it says does not follow falls as if code had refused
it; an answer that can't be read, or none, takes nothing away. Titles and names it sees as references, as the writer
does.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from features.words.model.asking import Answer, Ask, Asker, Why
from features.words.model.prompts import Prompt, most_tokens, object_schema, shown

OPEN, CLOSE = "<sentences>", "</sentences>"
_TEXT_CAP = 1500  # bytes that the sentences of one text may take, their claims included
_CAP = 600  # characters of one sentence
_ROW = object_schema({"sentence": {"type": "integer"}, "follows": {"type": "boolean"}})
SCHEMA: Mapping[str, Any] = object_schema({"verdicts": {"type": "array", "items": _ROW}})

Place = tuple[str, int]
"""Where a sentence stands: the key of its text, and its number in it from 0."""


@dataclass(frozen=True, slots=True)
class Told:
    """A sentence as the reader sees it.

    Args:
        proved: the claims it declares, all of them proved by code.
    """

    text: str
    proved: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class SecondReading:
    """What the reader said of one text.

    Args:
        follows: whether a sentence follows; empty where there is no usable answer.
    """

    answer: Answer
    follows: Mapping[Place, bool] = field(default_factory=dict)

    @property
    def why_none(self) -> Why | None:
        """Why there is no verdict; None where there is."""
        return None if self.follows else self.answer.why or Why.UNREADABLE

    @property
    def vetoed(self) -> list[Place]:
        """The sentences that do not follow."""
        return [place for place, follows in self.follows.items() if not follows]


@dataclass(frozen=True, slots=True)
class SecondReader:
    """Asks an endpoint for verdicts, all sentences of a text in one question.

    Args:
        answer_tokens: most tokens one answer may have.
    """

    asker: Asker
    prompt: Prompt
    answer_tokens: int

    @property
    def name(self) -> str:
        """Model and prompt: with others a text would be read anew."""
        return f"{self.asker.name} / prompt {self.prompt.version}"

    def read(self, texts: Sequence[tuple[str, Mapping[Place, Told]]]) -> list[SecondReading]:
        """A reading per text, in their order; what does not fit into its question stays unread.

        Args:
            texts: the data that the writer was shown, delimited, and the sentences to be judged.
        """
        asks = [self.ask(data, sentences) for data, sentences in texts]
        sent = [ask for ask in asks if ask is not None]
        answers = iter(self.asker.ask_all(sent) if sent else [])
        return [
            SecondReading(Answer(None)) if ask is None else _reading(next(answers), list(sentences))
            for ask, (_, sentences) in zip(asks, texts, strict=True)
        ]

    def ask(self, data: str, sentences: Mapping[Place, Told]) -> Ask | None:
        """The question about these sentences; None where they are too long, even without their claims."""
        cap = _TEXT_CAP * len({key for key, _ in sentences})
        for block in (_block(sentences.values(), claims) for claims in (True, False)):
            if len(block.encode()) <= cap:
                return Ask(self.prompt.text, f"{data}\n{OPEN}\n{block}\n{CLOSE}", self.answer_tokens, SCHEMA)
        return None

    def most_tokens(self, ask: Ask, tokens_per_byte: float) -> int:
        """Most tokens that reading the answer to an ask can cost, and its repair's."""
        room = len(ask.user.encode()) + _TEXT_CAP * len(ask.schema["properties"]) + len(OPEN + CLOSE) + 3
        return most_tokens(Ask(self.prompt.text, "x" * room, self.answer_tokens, SCHEMA), tokens_per_byte)


def _block(sentences: Iterable[Told], claims: bool) -> str:
    rows = [
        {"sentence": number, "text": shown(told.text, _CAP, braces=True)}
        | ({"proved": [shown(claim) for claim in told.proved]} if claims and told.proved else {})
        for number, told in enumerate(sentences, 1)
    ]
    return json.dumps(rows, ensure_ascii=False)


def _reading(answer: Answer, places: Sequence[Place]) -> SecondReading:
    """An answer is used where it judges every sentence once, and nothing else."""
    rows = (answer.found or {}).get("verdicts")
    if set(answer.found or ()) != {"verdicts"} or not isinstance(rows, list):
        return SecondReading(answer)
    told = [(row.get("sentence"), row.get("follows")) for row in rows if isinstance(row, dict) and len(row) == 2]
    follows = {number: word for number, word in told if type(number) is int and type(word) is bool}
    if len(rows) != len(places) or sorted(follows) != list(range(1, len(places) + 1)):
        return SecondReading(answer)
    return SecondReading(answer, {place: follows[number] for number, place in enumerate(places, 1)})
