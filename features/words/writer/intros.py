"""The built-in writer of intros: what the reader has been playing and what today has of it, a key song on the way,
where the pace goes from the first song to the last; more only where that is too short.

Each part is a sentence that the reader has not had in fourteen nights; a part that has none left is left out. What the
opener has told is not told again, what is kept follows what was said first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from features.words import grounding
from features.words.facts.reader import Reader
from features.words.facts.slots import Slots
from features.words.params import WordParams
from features.words.writer import frames
from features.words.writer.frames import Draws, Frame
from features.words.writer.written import Written, written

GROUPS: dict[str, tuple[str, ...]] = {
    "hello": ("l_new_listener",),
    "own": ("pk_loop", "pk_artist", "pk_genre", "pk_mood"),
    "played": ("p_loop", "p_artist", "p_genre", "p_mood", "p_daypart"),
    "kept": ("k_loop", "k_names", "k_new"),
    "list": ("l_mood", "l_genre", "l_lang", "l_fresh"),
    "open": ("l_open",),
    "first": ("l_first",),
    "marks": ("m_kin", "m_new", "m_rest", "m_top"),
    "road": ("l_road", "l_ends", "l_path", "l_last"),
    "close": ("l_close",),
}
"""Sections by the part of the plan they stand in, the parts in the order they are read."""
_PLACES = tuple(GROUPS)
_SPOKEN = {"loop": ("p_loop", "pk_loop", "m_kin"), "artist": ("p_artist", "pk_artist"), "mood": ("l_mood",),
           "genre": ("l_genre",), "new_song": ("m_new",), "new": ("k_new",), "rest": ("m_rest",)}  # fmt: skip
_AGAIN = {"pk_genre": "l_genre", "pk_mood": "l_mood"}  # what would count again what was told of the listener's plays
_TITLES = {"m_kin": ("kin",), "m_new": ("new_song",), "m_rest": ("rest",), "m_top": ("top",), "pk_loop": ("kin",),
           "pk_artist": ("artist_song",), "pk_genre": ("ugenre_song",), "pk_mood": ("umood_song",),
           "l_mood": ("mood_song", "mood2_song"), "l_genre": ("genre_song", "genre2_song"),
           "l_fresh": ("fresh_song",)}  # fmt: skip
_TRIES = 6
_JOIN = {"zh": "", "en": " "}


def intro(
    slots: Slots,
    reader: Reader,
    newcomer: bool,
    used: Mapping[str, int],
    draws: Draws,
    params: WordParams,
    opened: Sequence[str] = (),
) -> Written:
    """An intro within the lawful length that holds up.

    Args:
        used: frame id -> nights ago it was last used.
        opened: slots that the opener above it has told already.
    """
    low, high = params.intro_zh if slots.language == "zh" else params.intro_en
    for _ in range(_TRIES):
        made = _Draft(slots, used, opened, low, high, draws).write(reader.personalised, newcomer)
        if not grounding.check(made.text, slots.sheet(made.used), low=low, high=high):
            return made
    return _plainest(slots, low)


class _Draft:
    """An intro in the making: frames by the part they stand in and, of key songs, their place in the list."""

    def __init__(
        self, slots: Slots, used: Mapping[str, int], opened: Sequence[str], low: int, high: int, draws: Draws
    ) -> None:
        self._slots, self._used, self._draws = slots, used, draws
        self._low, self._high = low, high
        self._known = frozenset(slots.values)
        self._begun = "first" in opened
        self._shut = {section for slot in opened for section in _SPOKEN.get(slot, ())}
        self._said: dict[str, Frame] = {}
        self._again: list[Frame] = []
        self._low_size = self._high_size = 0

    def write(self, personal: bool, newcomer: bool) -> Written:
        """The parts in order of weight, then what fills up to the least length."""
        if personal:
            rich = self._take_one("own") or self._take_one("played")
            self._shut |= {_AGAIN[told] for told in self._said if rich and told in _AGAIN}
        elif newcomer and self._draws.index(2):
            self._take_one("hello")
        if not self._take(["l_path", "l_last"] if self._begun else ["l_road", "l_ends"]) and not self._begun:
            self._take(["l_first"])
            self._take(["l_last"])
        self._take_one("marks")
        self._fill(("marks", "list", "kept", "played", "open") if personal else ("list", "marks", "open"))
        return written(*self._in_order())

    def _fill(self, groups: Sequence[str]) -> None:
        """Up to the least length: fresh sentences of other themes, then any theme once more, then tired ones."""
        while self._low_size < self._low and any(map(self._take_one, groups)):
            pass
        if self._low_size < self._low:
            self._take(["l_close"])
        self._shut.clear()
        for tired in (False, True):
            while self._low_size < self._low and any(self._once_more(g, tired=tired) for g in (*groups, "close")):
                pass

    def _take_one(self, group: str) -> bool:
        """Add a sentence of one of the group's themes, whichever the draw finds first."""
        sections = list(GROUPS[group])
        while sections:
            if self._take([sections.pop(self._draws.index(len(sections)))]):
                return True
        return False

    def _take(self, sections: Sequence[str]) -> bool:
        """Add a fresh sentence of the first of these sections that has one which fits."""
        for section in sections:
            if section in self._shut or section in self._said or self._named(section):
                continue
            told = frozenset[str]().union(*(frame.bare for frame in self._said.values()))
            fresh = [f for f in self._frames(section) if f.id not in self._used and (not f.bare or f.bare - told)]
            for _ in range(min(3, len(fresh))):
                frame = fresh.pop(self._draws.index(len(fresh)))
                if self._fits(frame):
                    self._said[section] = frame
                    return True
        return False

    def _once_more(self, group: str, *, tired: bool) -> bool:
        """Add another sentence of a theme that has spoken, if it tells more; a tired one only when asked to."""
        taken = {*self._said.values(), *self._again}
        told = frozenset[str]().union(*(frame.bare for frame in taken))
        for section in (section for section in GROUPS[group] if not self._named(section)):
            left = [f for f in self._frames(section) if f not in taken and (tired or f.id not in self._used)]
            left = [f for f in left if not f.bare or f.bare - told]
            frame = frames.pick(left, self._draws, self._used, ())
            if frame is not None and self._fits(frame):
                self._again.append(frame)
                return True
        return False

    def _named(self, section: str) -> bool:
        """Whether a key song of a section is one that is named already."""
        titles = [self._slots.values[slot] for slot in _TITLES.get(section, ()) if slot in self._slots.values]
        named = [self._slots.values.get(slot) for slot in ("first", "last", "loop")]
        named += [self._slots.values.get(slot) for mark in self._said for slot in _TITLES.get(mark, ())]
        return any(title in named for title in titles)

    def _frames(self, section: str) -> tuple[Frame, ...]:
        return frames.eligible(self._slots.language, "intros", section, self._known)

    def _fits(self, frame: Frame) -> bool:
        piece = frame.fill(self._slots.values)
        size = grounding.upper(piece, self._slots.language)
        if self._high_size + size > self._high:
            return False
        self._high_size += size
        self._low_size += grounding.length(piece, self._slots.language)
        return True

    def _in_order(self) -> tuple[list[Frame], Slots, str]:
        """The frames in the order of the plan, key songs in that of the list."""
        everything = [*self._said.values(), *self._again]
        chosen = sorted(everything, key=lambda frame: self._place(frame.id.partition(".")[0]))
        text = _JOIN[self._slots.language].join(frame.fill(self._slots.values) for frame in chosen)
        return chosen, self._slots, text

    def _place(self, section: str) -> tuple[int, int]:
        part = next(n for n, group in enumerate(_PLACES) if section in GROUPS[group])
        place = section.removeprefix("m_") if section in GROUPS["marks"] else ""
        return part, int(self._slots.values.get(f"{place}_place", "0"))


def _plainest(slots: Slots, low: int) -> Written:
    """A text of frames without names, when every richer one failed."""
    chosen: list[Frame] = []
    join, known = _JOIN[slots.language], frozenset({"songs", "rest_songs", "artists"} & slots.values.keys())
    text = ""
    for section in ("l_open", "l_close"):
        for frame in frames.eligible(slots.language, "intros", section, known):
            if grounding.length(text, slots.language) < low:
                chosen.append(frame)
                text = join.join(f.fill(slots.values) for f in chosen)
    return written(chosen, slots, text)
