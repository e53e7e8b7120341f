"""A listener's own paragraph under a song: why it was chosen, how it sits beside a song they know.

One to three sentences from evidence rows, from what the listener did with other songs, and from
comparison facts. What cannot be grounded is left out, and so is a reason that the line above or two
paragraphs of the list have told, unless nothing else can be said.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from features.evidence.kind import EvidenceRow
from features.words import grounding
from features.words.facts.reader import Entry, Reader, SongHistory
from features.words.facts.slots import Slots
from features.words.facts.songs import Song
from features.words.grounding import Sheet
from features.words.params import WordParams
from features.words.terms import forms, lyrics
from features.words.writer import frames
from features.words.writer.companions import Bond, Pairing, alike, pair
from features.words.writer.frames import Draws, Frame
from features.words.writer.reasons import in_turn, least_said, section
from features.words.writer.song_slots import LOOPED, OFTEN, Teller, familiar

_TOLD_TWICE = frozenset({"other", "subject", "subject_too"})  # slots that may stand in one sentence each
_REPEATED = 0.6  # what naming a song once more costs, in families in which two songs are alike
_QUIET = 3  # one song in three ends with a sentence about itself
_WORN_FROM = 2  # paragraphs of a list that may tell one reason of one subject
_FIGURES = frozenset({"tempo_band", "looped_tempo", "key_match"})  # kinds that tell a figure, for want of all else
_DRY = frozenset({"key.near", "key.far"})  # bonds that tell a listener nothing
_UNPLAYED = frozenset({"discovery", "unheard"})  # kinds that say the same: nothing of it was played


@dataclass(slots=True)
class _Draft:
    """Sentences so far with the frames of each, and the slots behind them."""

    slots: Slots
    sentences: list[str] = field(default_factory=list)
    frames: list[list[Frame]] = field(default_factory=list)

    @property
    def uses(self) -> tuple[str, ...]:
        """Slots told so far, in order."""
        return tuple(slot for each in self.frames for frame in each for slot in frame.uses)

    def text(self) -> str:
        return ("" if self.slots.language == "zh" else " ").join(self.sentences)

    def part(self, place: int) -> tuple[str, Sheet]:
        """One sentence and the sheet of the slots it uses."""
        uses = [slot for frame in self.frames[place] for slot in frame.uses]
        return self.sentences[place], self.slots.sheet(uses)

    def keep(self, places: Iterable[int]) -> None:
        """Leave out all other sentences."""
        kept = list(places)
        self.sentences = [self.sentences[i] for i in kept]
        self.frames = [self.frames[i] for i in kept]

    def take(self, sentence: str, used: list[Frame]) -> None:
        self.sentences.append(sentence)
        self.frames.append(used)


class Paragraphs:
    """Writes the paragraphs of one bucket; what two songs have to do with each other is worked out once."""

    def __init__(self, songs: Mapping[str, Song], teller: Teller, params: WordParams) -> None:
        self._songs, self._teller, self._params = songs, teller, params
        self._alike: dict[tuple[str, str], int] = {}

    def write(
        self,
        entry: Entry,
        reasons: Sequence[EvidenceRow],
        told_already: EvidenceRow | None,
        before: Song | None,
        listed: Slots,
        reader: Reader,
        said: dict[str, int],
        draws: Draws,
    ) -> str:
        """The paragraph of one song.

        Args:
            reasons: its evidence, strongest first.
            told_already: the reason that its line tells; another one is preferred.
            before: the song before it in the list.
            said: frame id, section or companion -> uses in this list's paragraphs; updated.
        """
        known = reader.known if reader.personalised else {}
        fresh, worn = _parted(reasons, told_already, said)
        draft = self._why(entry.song, fresh, listed, known, said, draws)
        unsaid = not draft.sentences
        beside = self._beside(draft, entry.song, before, told_already, known, said, draws)
        if unsaid or not beside or draws.index(_QUIET) == 0:
            self._own(draft, entry.song, said, draws)
        if not draft.sentences:
            draft = self._why(entry.song, [*worn, None], listed, known, said, draws)
        return self._checked(draft, said)

    def _checked(self, draft: _Draft, said: dict[str, int]) -> str:
        """The text as far as it holds up: sentences that do not are left out, then the last while it is too long."""
        most = self._params.personal_max[0 if draft.slots.language == "zh" else 1]
        if grounding.check(draft.text(), draft.slots.sheet(draft.uses), high=most):
            draft.keep([i for i in range(len(draft.sentences)) if not grounding.check(*draft.part(i), high=most)])
            while draft.sentences and grounding.check(draft.text(), draft.slots.sheet(draft.uses), high=most):
                draft.keep(range(len(draft.sentences) - 1))
        for frame in (f for each in draft.frames for f in each):
            said[frame.id] = said.get(frame.id, 0) + 1
        return draft.text()

    def _why(
        self,
        song: Song,
        reasons: Sequence[EvidenceRow | None],
        listed: Slots,
        known: Mapping[str, SongHistory],
        said: dict[str, int],
        draws: Draws,
    ) -> _Draft:
        """The first reason that can be told, or nothing."""
        for reason in reasons:
            draft = _Draft(self._teller.tell(song, reason, listed, known))
            if self._add(draft, f"why.{section(reason)}", said, draws):
                for key in (section(reason), _told(reason)):
                    said[key] = said.get(key, 0) + 1
                return draft
        return _Draft(self._teller.tell(song, None, listed, known))

    def _beside(
        self,
        draft: _Draft,
        song: Song,
        before: Song | None,
        told_already: EvidenceRow | None,
        known: Mapping[str, SongHistory],
        said: dict[str, int],
        draws: Draws,
    ) -> bool:
        """Add the sentence on a song the listener knows, or else on the song before; whether it was added."""
        other = self._companion(draft, song, told_already, known, said)
        if other is None:
            other = before
        if other is None or other.title is None or other.track_id == song.track_id:
            return False
        pairing = pair(song, other, draft.slots.language)
        slots = Slots(draft.slots.language, draft.slots)
        slots.add(pairing.slots)
        for slot in draft.uses:  # what is told already stays as it was told
            slots.copy(slot, draft.slots)
        familiar(slots, "o", known.get(other.track_id))
        bonds = _chosen(pairing, draft, draws)
        if not bonds or "other" not in slots.values:
            return False
        draft.slots = slots
        if not self._joined(draft, [opening(slots, other is before)], bonds, said, draws):
            return False
        said[other.track_id] = said.get(other.track_id, 0) + 1
        return True

    def _companion(
        self,
        draft: _Draft,
        song: Song,
        told_already: EvidenceRow | None,
        known: Mapping[str, SongHistory],
        said: Mapping[str, int],
    ) -> Song | None:
        """The known song that has most to do with this one, one named seldom so far preferred."""
        uses = draft.uses
        named = {None, *(draft.slots.values.get(slot) for slot in _TOLD_TWICE if slot in uses)}
        spoken = () if told_already is None else (told_already.subject, told_already.subject_too)
        best, found = 0.5, None
        for track_id, what in known.items():
            other = self._songs.get(track_id)
            if other is None or track_id == song.track_id or forms.speakable(other.title) in named:
                continue
            if not (what.liked or what.plays >= OFTEN or what.plays_7d >= LOOPED):
                continue
            closeness = 0.4 if what.plays_7d >= LOOPED else 0.2 * what.liked
            repeated = _REPEATED * (said.get(track_id, 0) + (track_id in spoken))
            score = self._strength(song, other) + closeness - repeated
            if score > best:
                best, found = score, other
        return found

    def _strength(self, song: Song, other: Song) -> int:
        key = (song.track_id, other.track_id)
        found = self._alike.get(key)
        if found is None:
            found = self._alike[key] = alike(song, other)
        return found

    def _joined(
        self, draft: _Draft, openings: Sequence[str], bonds: Sequence[Bond], said: dict[str, int], draws: Draws
    ) -> bool:
        """One sentence of an opening and a clause per bond."""
        before = set(draft.uses) - _TOLD_TWICE
        chosen: list[Frame] = []
        for name in (*openings, *(b.section for b in bonds)):
            taken = {slot for f in chosen for slot in f.uses} | before
            pool = [f for f in self._pool(name, draft.slots) if not taken & (set(f.uses) - {"other"})]
            frame = least_said(pool, said, (), draws)
            if frame is not None:
                chosen.append(frame)
            elif not chosen:
                return False
        if len(chosen) < 2:
            return False
        draft.take(frames.joined(chosen, draft.slots.values, draft.slots.language), chosen)
        return True

    def _own(self, draft: _Draft, song: Song, said: dict[str, int], draws: Draws) -> None:
        """Add what is to be heard in the song itself."""
        draft.slots = Slots(draft.slots.language, draft.slots)
        sections = of_itself(draft.slots, song)
        if sections:
            self._add(draft, sections[draws.index(len(sections))], said, draws)

    def _add(self, draft: _Draft, name: str, said: dict[str, int], draws: Draws) -> bool:
        """Add one sentence of a section; whether there was one."""
        frame = least_said(self._pool(name, draft.slots), said, (), draws)
        if frame is None:
            return False
        draft.take(frame.fill(draft.slots.values), [frame])
        return True

    def _pool(self, name: str, slots: Slots) -> tuple[Frame, ...]:
        return frames.eligible(slots.language, "paragraphs", name, frozenset(slots.values))


def _parted(
    reasons: Sequence[EvidenceRow], told_already: EvidenceRow | None, said: Mapping[str, int]
) -> tuple[list[EvidenceRow], list[EvidenceRow]]:
    """The reasons in turn: those that are news here, and those that the line or other paragraphs have told."""
    news, told = list[EvidenceRow](), list[EvidenceRow]()
    for reason in in_turn(reasons, said):
        again = told_already is not None and _same(reason, told_already)
        worn = again or reason.kind in _FIGURES or said.get(_told(reason), 0) >= _WORN_FROM
        (told if worn else news).append(reason)
    return news, told


def _same(reason: EvidenceRow, told: EvidenceRow) -> bool:
    """Whether two reasons say the same, or of the same subject."""
    return reason is told or {reason.kind, told.kind} <= _UNPLAYED or reason.subject == told.subject is not None


def _told(reason: EvidenceRow | None) -> str:
    """A reason with its subject, as it is counted."""
    return f"told {section(reason)} {'' if reason is None else reason.subject}"


def opening(slots: Slots, is_before: bool) -> str:
    """The section that opens a sentence on another song: by what the listener did with it, or as the one before."""
    if is_before:
        return "open.before"
    if "o_loops" in slots.values:
        return "open.loop"
    return "open.liked" if "o_liked" in slots.values else "open.plays"


def _chosen(pairing: Pairing, draft: _Draft, draws: Draws) -> list[Bond]:
    """Two bonds of different kinds, the first more than a tempo or a key, alike where it can be; else none."""
    uses = set(draft.uses)
    dull = {"mood"} if {"felt", "mood"} & uses else set()
    if "credit" in uses:  # whoever made both has been named already
        dull.add("people")
    bonds = [b for b in pairing.bonds if b.family not in dull and b.section not in _DRY]
    felt = [b for b in bonds if b.family not in ("key", "tempo")]
    strong = [b for b in felt if b.strong]
    if not felt:
        return []
    first = strong[draws.index(len(strong))] if strong else felt[0]
    rest = [b for b in bonds if b.family != first.family and {b.family, first.family} != {"mood", "feel"}]
    return [first, rest[draws.index(len(rest))]] if rest else [first]


def of_itself(slots: Slots, song: Song) -> list[str]:
    """Sections on the song itself, and their slots."""
    sections = []
    quote = next(((line, at) for line, at in song.quotes if at is not None and at >= 1), None)
    if quote is not None and forms.speakable(quote[0]) == quote[0]:
        slots.quote("quote", quote[0])
        slots.clock("at", float(quote[1] or 0))
        sections.append("own.quote")
    if song.energy_shape is not None:
        sections.append(f"own.shape.{song.energy_shape}")
    if song.voice == "instrumental":
        sections.append("own.voice.instrumental")
    if song.metre == 3:
        sections.append("own.metre")
    if song.themes:
        slots.word("theme", lyrics.theme_word(song.themes[0], slots.language))
        sections.append("own.theme")
    return sections
