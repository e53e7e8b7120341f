"""What one text may state: a value for each slot of the writer's frames, and the proof that a checker needs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from features.words.grounding import Day, Sheet, key_id
from features.words.terms import forms, genres
from schemas.vocabulary import DAYPARTS

_VOWELS = "aeiou"
_NAMED_WITH_ONE = "AEFHILMNORSX"  # letters whose names begin with a vowel: an R&B song
Proof = tuple[str, str, tuple[str, ...]]  # (number | quote | name | mood, text, units)


class Slots:
    """Slots and their proofs, filled together, so that no slot can hold what the sheet lacks.

    A value of None (or a name that may not be spoken) leaves the slot unknown, and every
    frame that needs it out of play.
    """

    __slots__ = ("day", "language", "owners", "proofs", "values")

    def __init__(self, language: str, base: Slots | None = None) -> None:
        self.language = language
        self.values: dict[str, str] = dict(base.values) if base else {}
        self.proofs: dict[str, Proof] = dict(base.proofs) if base else {}
        self.owners: dict[str, set[str]] = dict(base.owners) if base else {}
        self.day: Day | None = base.day if base else None

    def sheet(self, used: Iterable[str] | None = None) -> Sheet:
        """The sheet of the slots a text uses, each as often as it uses it; of all of them when None.

        A text is held against what it set out to say: a number that is true of something
        else in the list is still wrong where it stands.
        """
        moods = {text for kind, text, _ in self.proofs.values() if kind == "mood"}
        made = Sheet(
            self.language,
            times=None if used is None else {},
            moods=moods or None,
            day=self.day,
            owners=self.owners,
        )
        for slot in self.proofs if used is None else used:
            proof = self.proofs.get(slot)
            if proof is None:
                continue
            kind, text, units = proof
            if kind == "number":
                made.number(text, *units)
            elif kind == "quote":
                made.quote(text)
            elif kind == "name":
                made.name(text)
        return made

    def text_of(self, slots: Sequence[str]) -> str | None:
        """The text of one slot, or of a band between two; None where one is unknown."""
        if any(slot not in self.values for slot in slots):
            return None
        return "–".join(self.values[slot] for slot in slots)

    def number(self, slot: str, value: float | None, *units: str, least: float | None = None) -> None:
        """A whole number; with ``least``, only from that number on (so that plurals hold)."""
        if value is None or (least is not None and value < least):
            return
        self._put(slot, "number", forms.integer(value), units)

    def share(self, slot: str, value: float | None) -> None:
        """A share [0..1] as whole per cent; under 1 % it is not told."""
        if value is not None and value >= 0.01:
            self._put(slot, "number", forms.percent(value), ("percent",))

    def clock(self, slot: str, seconds: float) -> None:
        """A place in the song, m:ss."""
        self._put(slot, "number", forms.clock(seconds))

    def title(self, slot: str, text: str | None) -> None:
        """A title, to stand in quotation marks."""
        name = forms.speakable(text)
        if name is not None:
            self._put(slot, "quote", name)

    def quote(self, slot: str, line: str) -> None:
        """A line of lyrics, to stand in quotation marks."""
        self._put(slot, "quote", line)

    def name(self, slot: str, text: str | None) -> None:
        """A name that stands bare: an artist, a city, a festival."""
        name = forms.speakable(text)
        if name is not None:
            self._put(slot, "name", name)

    def key(self, slot: str, key: str | None) -> None:
        if key is not None:
            self._put(slot, "name", forms.key_name(key, self.language))

    def catalogue_genre(self, slot: str, genre: str | None) -> None:
        """A genre as the catalogue has it, where the reader's language has a word for it."""
        called, known = genres.called(genre, self.language), genres.find(genre)
        if called is not None:
            self.genre(slot, called, None if known is None else genres.song(known, self.language))

    def genre(self, slot: str, called: str, song: str | None = None) -> None:
        """A genre as it is called; in English ``a_...`` is a song of it with its article, ``many_...`` some of them."""
        self._put(slot, "name", called)
        if self.language == "en":
            known = genres.find(called)
            song = song or (f"{called} song" if known is None else genres.song(known, "en"))
            self._put(f"many_{slot}", "name", genres.songs(called, "en") or f"{called} songs")
            for form, text in self._with_article(slot, song).items():
                self.values[form] = text
                self.proofs[form] = ("name", song, ())

    def word(self, slot: str, text: str | None) -> None:
        """An ordinary word, e.g. a mood; English gets ``a_...`` and ``A_...`` with the article."""
        if text is None:
            return
        self.values[slot] = text
        if self.language == "en":
            self.values.update(self._with_article(slot, text))

    def mood(self, slot: str, mood_id: str | None) -> None:
        word = None if mood_id is None else forms.mood(mood_id, self.language)
        if word is not None:
            self.word(slot, word)
            self.proofs[slot] = ("mood", word, ())

    def daypart(self, slot: str, daypart_id: str | None) -> None:
        """A part of the day, by its id."""
        if daypart_id in DAYPARTS:
            self.word(slot, forms.daypart(daypart_id, self.language))

    def weather(self, slot: str, weather_id: str | None) -> None:
        """The weather of a day, by its id."""
        self.word(slot, forms.weather(weather_id, self.language))

    def scene(self, slot: str, scene_id: str | None) -> None:
        """A scene of an hour, as a sentence takes it up."""
        self.word(slot, forms.time_of(scene_id, self.language))

    def city(self, slot: str, city: str | None) -> None:
        """A city as delivered, in the reader's language where we know it."""
        self.name(slot, forms.city(city, self.language))

    def opens(self, slot: str) -> None:
        """Says nothing, but opens the frames that are guarded by it."""
        self.values[slot] = ""

    def bearer(self, names: Iterable[str | None], tempo: int | None, key: str | None) -> None:
        """Whose tempo and key these are, so that they are not told of another song."""
        values = {str(tempo)} if tempo is not None else set()
        values |= {key_id(key)} if key is not None else set()
        for name in (n for n in map(forms.speakable, names) if n is not None):
            self.owners[name] = self.owners.get(name, set()) | values

    def add(self, other: Slots) -> None:
        """Take everything over from other slots; where both know a value, the other's stands."""
        self.values.update(other.values)
        self.proofs.update(other.proofs)
        for name, values in other.owners.items():
            self.owners[name] = self.owners.get(name, set()) | values

    def copy(self, slot: str, other: Slots) -> None:
        """Take a value and its proof over from other slots, where those know it."""
        if slot in other.values:
            self.values[slot] = other.values[slot]
            if slot in other.proofs:
                self.proofs[slot] = other.proofs[slot]

    def _put(self, slot: str, kind: str, text: str, units: tuple[str, ...] = ()) -> None:
        self.values[slot] = text
        self.proofs[slot] = (kind, text, units)

    @staticmethod
    def _with_article(slot: str, text: str) -> Mapping[str, str]:
        spelt = text[0].isupper() and not text[1:2].islower()  # read letter by letter
        article = "an" if (text[0] in _NAMED_WITH_ONE if spelt else text[0].lower() in _VOWELS) else "a"
        return {f"a_{slot}": f"{article} {text}", f"A_{slot}": f"{article.capitalize()} {text}"}
