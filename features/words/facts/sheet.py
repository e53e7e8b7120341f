"""Numbered facts as people and models read them: what, value, unit, source, confidence, and whether it may be said."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of a sheet.

    Args:
        ref: what a text refers to it by: its id in the slot registry: ``f12`` (this song), ``g12`` (the
            other song), ``c03`` (their comparison), ``l01`` (a list).
        kind: stable name of what it is about.
        what: the same in words of the sheet's language.
        text: the value as it stands in a sentence of that language.
        value: the number behind it; None where it is no number.
        unit: unit of the number (BPM, s, song, play, day, percent, ...).
        source: table it was computed from.
        confidence: 0..1.
        assertable: False for what is only known: too weak to be asserted, or private.
    """

    ref: str
    kind: str
    what: str
    text: str
    value: float | None = None
    unit: str | None = None
    source: str = ""
    confidence: float = 1.0
    assertable: bool = True
