"""The sentences under one song proved: each figure said beside the figure counted again from the night's tables.

The served line and paragraph are read back through the frames they were made of. What a reason says is worked out
again by its proof, what the song and the listener's plays say from facts and affinity; only where every slot says
the same is the sentence proved.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Any

from features.evidence.kind import EvidenceRow
from features.evidence.proof import Bounds, recheck_sql
from features.evidence.registry import KINDS
from features.night import Night
from features.words.writer import frames
from features.words.writer.inputs import BriefTables
from jobs.commands.fact_sheets import brief_of

if TYPE_CHECKING:
    from features.words.facts.slots import Slots
    from warehouse.lake.reader import NightView


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence as served; ``figures``: slot -> (said, counted); ``kind``: of the reason it tells."""

    text: str
    kind: str
    proved: bool
    figures: Mapping[str, tuple[str, str | None]]


def sentences(night: NightView, user: str, rows: Sequence[dict[str, Any]], given: Bounds) -> list[dict[str, Any]]:
    """What the line and the paragraph of one song say of its reasons, each proved or not.

    Args:
        rows: the song's rows of ``evidence``.
    """
    if not rows or not {field.name for field in fields(BriefTables)} <= {*night.tables, "copy_history"}:
        return []  # a night of an older version keeps less than its words are told from
    briefs, order = brief_of(night.frame, user, Night(night.ds))
    track_id = rows[0]["track_id"]
    served = night.frame("song_reasons").filter(user_id=user, track_id=track_id)
    if served.is_empty():
        return []
    texts = {"reasons": served["reason"][0], "paragraphs": served["paragraph"][0]}
    again = _worked_out(night, rows, user, given)
    found = [
        asdict(sentence)
        for row, (holds, numbers) in zip(rows, again, strict=True)
        for sentence in _of_reason(row, holds, briefs.told(order, track_id, _row(row, numbers)), texts)
    ]
    return list({sentence["text"]: sentence for sentence in found}.values())


def _worked_out(
    night: NightView, rows: Sequence[dict[str, Any]], user: str, given: Bounds
) -> list[tuple[bool, tuple[Any, ...]]]:
    """Whether each reason holds, and its three numbers, worked out again."""
    from warehouse.duck import query_night

    answers = query_night(night, [recheck_sql(row, user, night.ds, given) for row in rows])
    return [
        (bool(answer.rows[0][0]), tuple(answer.rows[0][1:])) if answer.rows else (False, (None, None, None))
        for answer in answers
    ]


def _row(row: Mapping[str, Any], numbers: tuple[Any, ...]) -> EvidenceRow:
    value, high, song = (None if n is None else float(n) for n in numbers)
    return EvidenceRow(row["kind"], row["subject"], value, high, song, row["song_text"], row["subject_too"])


def _of_reason(row: Mapping[str, Any], holds: bool, counted: Slots, texts: Mapping[str, str]) -> Iterator[Sentence]:
    """The sentences of the line and the paragraph that tell this reason."""
    for section in {row["kind"], KINDS[row["kind"]].section(EvidenceRow(*(row[n] for n in EvidenceRow._fields)))}:
        for area, name in (("reasons", section), ("paragraphs", f"why.{section}")):
            for frame in frames.load(counted.language, area).get(name, ()):
                said_so = frame.fill(counted.values) if frame.needs <= counted.values.keys() else None
                if said_so is not None and said_so in texts[area]:
                    yield Sentence(said_so, row["kind"], holds, {s: (counted.values[s],) * 2 for s in frame.uses})
                elif (match := _pattern(frame).search(texts[area])) is not None:
                    figures = {slot: (said, counted.values.get(slot)) for slot, said in match.groupdict().items()}
                    same = all(said == known for said, known in figures.values())
                    yield Sentence(match[0], row["kind"], holds and same, figures)


def _pattern(frame: frames.Frame) -> re.Pattern[str]:
    """A frame as a pattern; spaces may part its words where the writer put them."""
    seen: set[str] = set()
    pattern = ""
    for literal, slot in frame.parts:
        pattern += r"\s*".join(map(re.escape, re.split(r"\s+", literal)))
        if slot is not None:
            pattern += rf"\s*(?P<{slot}>.+?)\s*" if slot not in seen else rf"\s*(?P={slot})\s*"
            seen.add(slot)
    return re.compile(pattern)
