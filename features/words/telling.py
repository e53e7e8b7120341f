"""What may be told in one text: slots for the frames, and the sheet that proves them."""

from __future__ import annotations

from collections.abc import Mapping

from features.words import forms
from features.words.grounding import Sheet

_VOWELS = "aeiou"


class Telling:
    """Slots and sheet filled together, so that no slot can hold what the sheet lacks.

    A value of None (or a name that may not be spoken) leaves the slot unknown, and every
    frame that needs it out of play.
    """

    __slots__ = ("language", "sheet", "slots")

    def __init__(self, language: str, base: Mapping[str, str] | None = None, sheet: Sheet | None = None) -> None:
        self.language = language
        self.slots: dict[str, str] = dict(base) if base else {}
        self.sheet = sheet if sheet is not None else Sheet(language)

    def number(self, slot: str, value: float | None, *units: str, least: float | None = None) -> None:
        """A whole number; with ``least``, only from that number on (so that plurals hold)."""
        if value is None or (least is not None and value < least):
            return
        self.slots[slot] = self.sheet.number(forms.integer(value), *units)

    def share(self, slot: str, value: float | None) -> None:
        """A share [0..1] as whole per cent; under 1 % it is not told."""
        if value is not None and value >= 0.01:
            self.slots[slot] = self.sheet.number(forms.percent(value), "percent")

    def title(self, slot: str, text: str | None) -> None:
        """A title, to stand in quotation marks."""
        name = forms.speakable(text)
        if name is not None:
            self.slots[slot] = self.sheet.quote(name)

    def quote(self, slot: str, line: str) -> None:
        """A line of lyrics, to stand in quotation marks."""
        self.slots[slot] = self.sheet.quote(line)

    def name(self, slot: str, text: str | None) -> None:
        """A name that stands bare: an artist, a city, a festival."""
        name = forms.speakable(text)
        if name is not None:
            self.slots[slot] = self.sheet.name(name)

    def word(self, slot: str, text: str | None) -> None:
        """An ordinary word, e.g. a mood; English gets ``a_...`` and ``A_...`` with the article."""
        if text is None:
            return
        self.slots[slot] = text
        if self.language == "en":
            article = "an" if text[0].lower() in _VOWELS else "a"
            self.slots[f"a_{slot}"] = f"{article} {text}"
            self.slots[f"A_{slot}"] = f"{article.capitalize()} {text}"

    def mood(self, slot: str, mood_id: str | None) -> None:
        if mood_id is not None:
            self.word(slot, forms.mood(mood_id, self.language))

    def key(self, slot: str, key: str | None) -> None:
        if key is not None:
            self.slots[slot] = self.sheet.name(forms.key_name(key, self.language))
