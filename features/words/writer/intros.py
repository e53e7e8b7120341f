"""The built-in writer of intros: four to six sentences on the logic of a list, each from another theme.

A shape says in which order themes take the floor; within a theme the sentence is one the
reader has not had in fourteen nights, and themes with much left unsaid are drawn more often,
so that none runs dry before the others.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import accumulate

from features.words import grounding
from features.words.facts.reader import Reader
from features.words.facts.slots import Slots
from features.words.params import WordParams
from features.words.writer import frames
from features.words.writer.frames import Draws, Frame
from features.words.writer.written import Written, written

GROUPS: dict[str, tuple[str, ...]] = {
    "own": ("p_tempo", "p_loop", "p_artist", "p_genre", "p_mood", "p_daypart", "p_plays"),
    "news": ("p_why", "p_answer", "p_discovery", "p_resting"),
    "list": ("l_tempo", "l_mood", "l_genre", "l_lang", "l_fresh", "l_key"),
    "arc": ("l_arc",),
    "open": ("l_open",),
    "hello": ("l_new_listener",),
    "close": ("l_close",),
}
_OWN_SHAPES = (
    ("own", "news", "list", "news"), ("own", "list", "news", "arc"), ("own", "own", "list", "news"),
    ("own", "news", "own", "list"), ("open", "own", "news", "list"), ("own", "list", "own", "arc"),
    ("own", "arc", "news", "list"), ("list", "own", "news", "arc"), ("own", "list", "list", "news"),
    ("open", "own", "list", "arc"),
)  # fmt: skip
_COMMON_SHAPES = (
    ("open", "list", "list", "arc"), ("open", "arc", "list", "list"), ("list", "open", "list", "arc"),
    ("open", "list", "arc", "list"), ("list", "list", "open", "arc"),
)  # fmt: skip
_SPOKEN = {
    "loop": "p_loop", "artist": "p_artist", "first": "l_arc", "rest": "p_resting", "new_song": "p_discovery",
    "new": "p_discovery", "mood": "l_mood", "genre": "l_genre",
}  # fmt: skip
_TRIES = 6
_CLOSE = {"zh": 14, "en": 10}  # what a closing sentence brings at least, about [characters, words]
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
        made = _Draft(slots, used, opened, low, high, draws).write(_shape(reader, newcomer, draws), reader.personalised)
        if not grounding.check(made.text, slots.sheet(made.used), low=low, high=high):
            return made
    return _plainest(slots, low)


def _shape(reader: Reader, newcomer: bool, draws: Draws) -> tuple[str, ...]:
    if reader.personalised:
        return _OWN_SHAPES[draws.index(len(_OWN_SHAPES))]
    shape = _COMMON_SHAPES[draws.index(len(_COMMON_SHAPES))]
    return ("hello", *(g for g in shape if g != "open")) if newcomer and draws.index(2) else shape


class _Draft:
    """An intro in the making."""

    def __init__(
        self, slots: Slots, used: Mapping[str, int], opened: Sequence[str], low: int, high: int, draws: Draws
    ) -> None:
        self._slots, self._used, self._draws = slots, used, draws
        self._low, self._high = low, high
        self._aim = low + draws.index(1 + (high - low) // 3)
        self._known = frozenset(slots.values)
        self._shut = {_SPOKEN[slot] for slot in opened if slot in _SPOKEN}
        self._themes: set[str] = set()
        self._taken: set[str] = set()
        self._fresh: dict[str, list[Frame]] = {}
        self.chosen: list[Frame] = []
        self._pieces: list[str] = []
        self._low_size = self._high_size = 0

    def write(self, shape: Sequence[str], personal: bool) -> Written:
        """Walk the shape, close where there is room, then fill up to the least length."""
        for group in shape:
            if self._high_size < self._aim:
                self._take(group)
        groups = ("own", "news", "list", "arc", "open") if personal else ("list", "arc", "open")
        if self._low_size + _CLOSE[self._slots.language] < self._low:
            self._fill(groups)
        if self._high_size < self._aim or self._draws.index(2):
            self._take("close")
        self._fill(groups)
        self._shut.clear()
        for tired in (False, True):
            self._fill(groups, tired=tired)
            self._themes.clear()  # a theme may speak twice before a sentence comes back
            self._fill(groups, tired=tired)
        return written(self.chosen, self._slots, _JOIN[self._slots.language].join(self._pieces))

    def _fill(self, groups: Sequence[str], *, tired: bool = False) -> None:
        while self._low_size < self._low and any(self._take(g, tired=tired) for g in groups):
            pass

    def _take(self, group: str, *, tired: bool = False) -> bool:
        """Add a sentence of one of the group's themes; a tired one only when asked to."""
        open_to = [
            (section, fit)
            for section in GROUPS[group]
            if section not in self._shut and section[2:] not in self._themes and (fit := self._left(section, tired))
        ]
        while open_to:
            section, fit = open_to.pop(self._weighed([len(fit) for _, fit in open_to]))
            for _ in range(2):
                frame = frames.pick(fit, self._draws, self._used, ()) if tired else fit[self._draws.index(len(fit))]
                if frame is not None and self._add(frame):
                    self._themes.add(section[2:])
                    return True
        return False

    def _left(self, section: str, tired: bool) -> list[Frame]:
        """Frames of a theme that this text does not have yet, and, unless tired ones will do, no night before had."""
        pool = frames.eligible(self._slots.language, "intros", section, self._known)
        if tired:
            return [f for f in pool if f.id not in self._taken]
        fresh = self._fresh.get(section)
        if fresh is None:
            fresh = self._fresh[section] = [f for f in pool if f.id not in self._used]
        return [f for f in fresh if f.id not in self._taken] if self._taken else fresh

    def _weighed(self, weights: Sequence[int]) -> int:
        at = self._draws.index(sum(weights))
        return next(i for i, edge in enumerate(accumulate(weights)) if at < edge)

    def _add(self, frame: Frame) -> bool:
        piece = frame.fill(self._slots.values)
        size = grounding.upper(piece, self._slots.language)
        if self._high_size + size > self._high:
            return False
        self._high_size += size
        self._low_size += grounding.length(piece, self._slots.language)
        self.chosen.append(frame)
        self._taken.add(frame.id)
        self._pieces.append(piece)
        return True


def _plainest(slots: Slots, low: int) -> Written:
    """A text of frames without names, when every richer one failed."""
    chosen: list[Frame] = []
    join, known = _JOIN[slots.language], frozenset({"songs", "rest_songs"} & slots.values.keys())
    text = ""
    for section in ("l_open", "l_close"):
        for frame in frames.eligible(slots.language, "intros", section, known):
            if grounding.length(text, slots.language) < low:
                chosen.append(frame)
                text = join.join(f.fill(slots.values) for f in chosen)
    return written(chosen, slots, text)
