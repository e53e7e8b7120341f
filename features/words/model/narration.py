"""Texts by a language model, in two rounds over many: it narrates with references, code fills and checks.

The model never sees a user id and never supplies a number, a name or a quotation: it writes
``{f12}``, and what stands there afterwards comes from the facts. A sentence that fails the checks falls
alone; where what is left makes no text, or a relation was said and not declared, all is asked once more with the
faults named. What fails twice is left to the built-in writer. A second reader, where there is one, reads what stands
and may let sentences of it fall. Every step of a text is kept in its :class:`Record`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from features.words.model.answers import Reading
from features.words.model.asking import Answer, Ask, Asker, Why
from features.words.model.prompts import repair
from features.words.model.requests import TextRequest
from features.words.model.second_reader import Place, SecondReader, SecondReading

UNREADABLE = "format: one JSON object was asked for"
FAULTY = "faults"  # a reason to fall back beside those of Why: twice something ungrounded


@dataclass(frozen=True, slots=True)
class Round:
    """One question, its answer, and how that was read.

    Args:
        second: what the second reader said; None where it was not asked.
    """

    ask: Ask
    answer: Answer
    reading: Reading
    second: SecondReading | None = None

    @property
    def faults(self) -> list[str]:
        """What was wrong with it."""
        return self.reading.faults


@dataclass(slots=True)
class Record:
    """How one text came about.

    Args:
        rounds: what was asked and answered, one or two.
        texts: the finished texts by key; None where the built-in writer has to write.
        used: references in them, in order.
    """

    text_request: TextRequest
    rounds: list[Round] = field(default_factory=list)
    texts: dict[str, str] | None = None
    used: list[str] = field(default_factory=list)

    @property
    def outcome(self) -> str:
        """``model``, ``repaired`` or ``builtin``."""
        if self.texts is None:
            return "builtin"
        return "model" if len(self.rounds) == 1 else "repaired"

    @property
    def fell_back(self) -> str | None:
        """Why the built-in writer has to write: a :class:`Why`, or ``faults``."""
        if self.texts is not None or not self.rounds:
            return None
        why = self.rounds[-1].answer.why
        return FAULTY if why is None else str(why)


def write(asker: Asker, commissions: Sequence[TextRequest], reader: SecondReader | None = None) -> list[Record]:
    """A record per text_request, in their order; earlier ones are served first."""
    records = [Record(text_request) for text_request in commissions]
    _ask(asker, reader, records, [record.text_request.ask for record in records])
    again = [record for record in records if _mendable(record.rounds[-1])]
    _ask(asker, reader, again, [repair(record.text_request.ask, record.rounds[-1].faults) for record in again])
    return records


def _mendable(first: Round) -> bool:
    """Whether naming the faults may help: something came that makes no text, or says what it did not declare."""
    came = first.answer.why in (None, Why.UNREADABLE)
    return came and (not first.reading.stands or first.reading.gives_back)


def _ask(asker: Asker, reader: SecondReader | None, records: Sequence[Record], asks: Sequence[Ask]) -> None:
    """One round: the answers are read, and kept; what stands of the later one is taken."""
    answers = asker.ask_all(asks) if asks else []
    for record, ask, answer in zip(records, asks, answers, strict=True):
        record.rounds.append(Round(ask, answer, _read(record.text_request, answer)))
    if reader is not None:
        _read_again(reader, [record for record in records if record.rounds[-1].reading.stands])
    for record in records:
        if (reading := record.rounds[-1].reading).stands:
            record.texts, record.used = reading.texts, reading.used


def _read_again(reader: SecondReader, records: Sequence[Record]) -> None:
    """The second reader on the last answers, which stand: what it vetoes falls as what code refuses."""
    texts = [(r.text_request.ask.user, r.text_request.told(r.rounds[-1].reading)) for r in records]
    for record, second in zip(records, reader.read(texts), strict=True):
        made = record.rounds[-1]
        vetoed = second.vetoed
        reading = _read(record.text_request, made.answer, vetoed) if vetoed else made.reading
        record.rounds[-1] = replace(made, reading=reading, second=second)


def _read(text_request: TextRequest, answer: Answer, vetoed: Sequence[Place] = ()) -> Reading:
    if answer.found is None:
        return Reading(faults=[UNREADABLE] if answer.why in (None, Why.UNREADABLE) else [])
    return text_request.read(answer.found, vetoed)
