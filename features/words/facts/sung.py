"""Facts of a song's words: what they speak of, how they are built, which lines may be quoted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import polars as pl

from features.measurement import MeasurementPolicy
from features.reading import readable
from features.words.facts.slot_registry import slot_id
from features.words.params import FactParams
from features.words.terms import forms, stanzas
from features.words.terms import lyrics as words

_SCHEMA = {
    "track_id": pl.String, "fact_id": pl.String, "kind": pl.String, "value": pl.Float64, "text": pl.String,
    "subject": pl.String, "unit": pl.String, "at_s": pl.Float32, "confidence": pl.Float32, "assertable": pl.Boolean,
    "source_table": pl.String,
}  # fmt: skip
_BETWEEN = 2  # stretches around the refrain whose first lines are kept, all or none


class _Fact(NamedTuple):
    """One fact of a song's words."""

    kind: str
    place: int = 0
    text: str | None = None
    value: float | None = None
    unit: str | None = None
    at_s: float | None = None
    confidence: float = 1.0


class _Lines:
    """Lines as sung, empty ones left out, each with when it is sung (None: not timed)."""

    def __init__(self, lines: Sequence[str], starts: Sequence[float], params: FactParams) -> None:
        timed = len(starts) == len(lines)
        kept = [(forms.clean(line), starts[i] if timed else None) for i, line in enumerate(lines) if forms.clean(line)]
        self.said, self.starts, self._params = [line for line, _ in kept], [at for _, at in kept], params

    def quoted(self, kind: str, at: int, place: int = 0, value: float | None = None) -> _Fact:
        """A line as a fact; without its words where they may not be quoted."""
        line = self.said[at]
        may = words.quotable(line, self._params) and forms.speakable(line) is not None
        unit = None if value is None else "times"
        return _Fact(kind, place, line if may else None, value, unit, self.starts[at] if may else None)


def sung_rows(lyrics: pl.DataFrame, params: FactParams, policy: MeasurementPolicy) -> pl.DataFrame:
    """Rows of ``facts`` of songs with words."""
    cells: dict[str, list[object]] = {name: [] for name in _SCHEMA}
    for track_id, lines, starts, told in lyrics.select("track_id", "lines", "line_start_s", "language").iter_rows():
        for fact in _facts(lines, starts, told, params):
            said = fact.kind != "theme" or policy.row_may_say("theme", {"theme_confidence": fact.confidence})
            number = slot_id("song", fact.kind, fact.place)
            row = (track_id, number, fact.kind, fact.value, fact.text, None, fact.unit, fact.at_s, fact.confidence,
                   said, "lyrics")  # fmt: skip
            for name, cell in zip(_SCHEMA, row, strict=True):
                cells[name].append(cell)
    return pl.DataFrame(cells, schema=_SCHEMA)


def _facts(lines: Sequence[str], starts: Sequence[float], told: str | None, params: FactParams) -> Iterator[_Fact]:
    read = readable(lines, told)
    for place, (theme, hits, confidence) in enumerate(words.themes(read, params)):
        yield _Fact("theme", place, theme, hits, "lines", confidence=confidence)
    for place, quote in enumerate(words.quotes(lines, starts, params)):
        yield _Fact("quote", place, quote.text, at_s=quote.at_s)
    yield from _form(_Lines(lines, starts, params))
    whole = len(read) == len(lines) and all(forms.speakable(line) for line in lines if forms.clean(line))
    speaks = stanzas.person(read) if whole else None  # that nobody says I is told of words that are read to the last
    if speaks is not None:
        yield _Fact("person", text=speaks)


def _form(lines: _Lines) -> Iterator[_Fact]:
    """What comes back in the words, and how they begin and end; a line that may not be quoted is no fact."""
    form = stanzas.form(lines.said)
    if form is None:
        return
    yield _Fact("lines", value=form.lines, unit="lines")
    if form.refrain:
        yield lines.quoted("refrain", lines.said.index(form.refrain[0]), value=form.returns)
        yield _Fact("refrain_lines", value=len(form.refrain), unit="lines")
    found = [lines.quoted("often", form.often[0], value=form.often[1])] if form.often else []
    found += [lines.quoted("first_line", 0), lines.quoted("last_line", form.lines - 1)]
    yield from (fact for fact in found if fact.text is not None)
    before = [lines.quoted("between", at, place) for place, at in enumerate(form.between[:_BETWEEN])]
    if len(before) == _BETWEEN and all(fact.text is not None for fact in before):
        yield from before
