"""One line per song: why it is in this list, what it is like, and which version it is.

A line is a frame of its evidence; one without a full stop is a core, and a clause on the song itself follows. No name
carries more than a few lines of a list, and what a listener's last nights had comes back only for want of others.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import lru_cache

from features.evidence.kind import EvidenceRow
from features.evidence.registry import KINDS
from features.words import grounding
from features.words.facts.reader import Entry, SongHistory
from features.words.facts.slots import Slots
from features.words.params import WordParams
from features.words.writer import frames
from features.words.writer.frames import Draws, Frame
from features.words.writer.song_slots import Teller
from schemas.text_files import texts

_STEP = 4  # lines of one kind a list bears before the next-strongest reason is told instead
_NAMED = 4  # lines of a list that may lean on one title or person
_WORN_FROM = 2  # lines of a list that may tell one mood or figure of the listener's, while there are others
_RESTS = 7  # nights for which a line stays away
_ANCHORS = frozenset(("subject", "subject_too", "credit", "artist", "guest"))
_FEELINGS = frozenset(("mood", "felt", "also"))
_FIGURES = _FEELINGS | {"plays", "band_plays"}
_OF_THE_DAY = frozenset(("weather_fit", "calmer_days_off", "livelier_days_off"))
_MEASURES = frozenset(("bpm", "key", "genre"))  # which say nothing of what suits a day
_LINE = {language: words["line"] for language, words in texts("features.words.writer", "lines").items()}
_TRIES = 4
_NOTHING: Mapping[str, int] = {}


class Lines:
    """Writes the lines of one bucket."""

    def __init__(self, teller: Teller, params: WordParams) -> None:
        self._teller, self._params = teller, params

    def line(
        self,
        entry: Entry,
        reasons: Sequence[EvidenceRow],
        listed: Slots,
        known: Mapping[str, SongHistory],
        said: dict[str, int],
        draws: Draws,
        used: Mapping[str, int] = _NOTHING,
    ) -> tuple[str, EvidenceRow | None]:
        """The line of one song and the reason it tells.

        A song that is not the plain recording is said to be one: it may stand for another that the listener knows.

        Args:
            known: track id -> what the listener did with it.
            said: frame id, section or name -> uses in this list; updated.
            used: frame id -> nights ago that this listener last had it.
        """
        which = self._which(entry, listed.language, said, draws)
        most = self._params.reason_max[0 if listed.language == "zh" else 1] - grounding.upper(which, listed.language)
        turns = in_turn(reasons, said)
        told: dict[int, Slots] = {}
        for place, fresh in (*((n, True) for n in range(len(turns))), *((n, False) for n in range(len(turns) + 1))):
            reason = turns[place] if place < len(turns) else None
            slots = told.get(place)
            if slots is None:
                slots = told[place] = self._teller.tell(entry.song, reason, listed, known)
            line = _told(section(reason), slots, said, used, draws, most, fresh=fresh)
            if line:
                return line + which, reason
        return frames.load(listed.language, "reasons")["plain"][-1].text + which, None

    def _which(self, entry: Entry, language: str, said: dict[str, int], draws: Draws) -> str:
        """The sentence that names the song's version, as it follows the line; empty for the plain recording."""
        slots = self._teller.own(entry.song, language).values
        frame = least_said(frames.eligible(language, "reasons", "version", frozenset(slots)), said, (), draws)
        if frame is None:
            return ""
        said[frame.id] = said.get(frame.id, 0) + 1
        return ("" if language == "zh" else " ") + frame.fill(slots)


def frame_ids(said: Mapping[str, int]) -> list[str]:
    """The frames behind a list's lines, cores with their clauses too: what the next nights leave out."""
    return sorted(name for name in said if "." in name and " " not in name and not name.startswith("clause"))


def section(reason: EvidenceRow | None) -> str:
    """The section of the sentences that tell a reason."""
    return "plain" if reason is None else KINDS[reason.kind].section(reason)


def in_turn(reasons: Sequence[EvidenceRow], said: Mapping[str, int]) -> list[EvidenceRow]:
    """The strongest reason first, but one whose kind this list has heard often yields to the next."""
    weighed = sorted((said.get(section(r), 0) + _STEP * place, place) for place, r in enumerate(reasons))
    return [reasons[place] for _, place in weighed]


def followed(chosen: Sequence[Frame], slots: Mapping[str, str], language: str) -> str:
    """The line of a whole frame, or of a core and the clause after it."""
    core, *clauses = chosen
    if core.whole:
        return core.fill(slots)
    form = _LINE[language]
    joint = form["joint_again" if form["joint"].strip() in core.text else "joint"]
    pieces = [core.fill(slots), *(piece for clause in clauses for piece in (joint, clause.fill(slots))), form["stop"]]
    return frames.weave(pieces, spaced=language == "zh")


def ends(language: str) -> tuple[str, ...]:
    """What may follow the last word of a core: the joint to its clause, or the stop."""
    form = _LINE[language]
    return form["joint"], form["joint_again"], form["stop"]


def clauses(core: Frame, slots: Slots) -> tuple[Frame, ...]:
    """The clauses that may follow a core: of what it has not said itself; none after a whole frame."""
    return _clauses(core, slots.language, frozenset(slots.values))


@lru_cache(maxsize=65536)
def _clauses(core: Frame, language: str, known: frozenset[str]) -> tuple[Frame, ...]:
    if core.whole:
        return ()
    name = "clause.it" if re.search(_LINE[language]["names_song"], core.text) else "clause"
    taken = core.bare | _FEELINGS if core.bare & _FEELINGS else core.bare
    taken |= _MEASURES if core.id.partition(".")[0] in _OF_THE_DAY else frozenset()
    return tuple(clause for clause in frames.eligible(language, "reasons", name, known) if not clause.bare & taken)


def _told(
    name: str, slots: Slots, said: dict[str, int], used: Mapping[str, int], draws: Draws, most: int, *, fresh: bool
) -> str:
    """A line that holds up, noted in ``said``; with ``fresh``, of a core that neither list nor last nights had."""
    pool = [
        frame
        for frame in frames.eligible(slots.language, "reasons", name, frozenset(slots.values))
        if not (fresh and (frame.id in said or not frame.uses or _rests(frame.id, used) or _worn(frame, slots, said)))
        and all(said.get(_name(slots.values[slot]), 0) < _NAMED for slot in _ANCHORS & frame.bare)
    ]
    for _ in range(_TRIES):
        core = _longest_rested(pool, said, used, draws)
        if core is None:
            break
        pool.remove(core)
        for chosen in _with_clause(core, slots, said, used, draws):
            text = followed(chosen, slots.values, slots.language)
            if not grounding.check(text, slots.sheet([s for f in chosen for s in f.uses]), high=most):
                _count(chosen, name, slots, said)
                return text
    return ""


def _with_clause(
    core: Frame, slots: Slots, said: Mapping[str, int], used: Mapping[str, int], draws: Draws
) -> Iterator[list[Frame]]:
    """A core with the clause least said so far that it did not have lately, then the core alone."""
    least: list[Frame] = []
    fewest = (True, True, 0)
    for clause in clauses(core, slots):
        times = (_worn(clause, slots, said), _rests(f"{core.id}+{clause.id}", used), said.get(clause.id, 0))
        if not least or times < fewest:
            fewest, least = times, [clause]
        elif times == fewest:
            least.append(clause)
    if least:
        yield [core, least[draws.index(len(least))]]
    yield [core]


def _longest_rested(
    pool: Sequence[Frame], said: Mapping[str, int], used: Mapping[str, int], draws: Draws
) -> Frame | None:
    """A frame of the pool said least in this list, then longest ago; one that tells nothing only for want of others."""
    least: list[Frame] = []
    fewest = (True, 0, 0)
    for frame in pool:
        times = (not frame.uses, said.get(frame.id, 0), -used.get(frame.id, _RESTS + 1))
        if not least or times < fewest:
            fewest, least = times, [frame]
        elif times == fewest:
            least.append(frame)
    return least[draws.index(len(least))] if least else None


def _count(chosen: Sequence[Frame], name: str, slots: Slots, said: dict[str, int]) -> None:
    """Note what a line has said: its frames, their pair, its section, and every name it leans on."""
    pair = ["+".join(frame.id for frame in chosen)] if len(chosen) > 1 else []
    leant = {_name(slots.values[slot]) for frame in chosen for slot in (_ANCHORS | _FIGURES) & frame.bare}
    for key in (*(frame.id for frame in chosen), *pair, name, *leant):
        said[key] = said.get(key, 0) + 1


def _name(text: str) -> str:
    """A name that lines lean on, as it is counted."""
    return f"name {text}"


def _worn(frame: Frame, slots: Slots, said: Mapping[str, int]) -> bool:
    """Whether it tells a mood or a figure of the listener's that the list has told often enough."""
    return any(said.get(_name(slots.values[slot]), 0) >= _WORN_FROM for slot in _FIGURES & frame.bare)


def _rests(frame_id: str, used: Mapping[str, int]) -> bool:
    return used.get(frame_id, _RESTS + 1) <= _RESTS


def least_said(pool: Sequence[Frame], said: Mapping[str, int], refused: Collection[str], draws: Draws) -> Frame | None:
    """A frame said least in this list; one that tells nothing in particular only for want of others."""
    fewest, least, tells = 0, list[Frame](), False
    for frame in pool:
        if frame.id in refused or (tells and not frame.uses):
            continue
        times = said.get(frame.id, 0)
        if not least or times < fewest or (frame.uses and not tells):
            fewest, least, tells = times, [frame], bool(frame.uses)
        elif times == fewest:
            least.append(frame)
    return least[draws.index(len(least))] if least else None
