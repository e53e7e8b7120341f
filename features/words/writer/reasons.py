"""One line per song: why it is in this list, from its strongest evidence, and which version it is."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from features.evidence.kind import EvidenceRow
from features.evidence.registry import KINDS
from features.words import grounding
from features.words.facts.reader import Entry, SongHistory
from features.words.facts.slots import Slots
from features.words.params import WordParams
from features.words.writer import frames
from features.words.writer.frames import Draws
from features.words.writer.song_slots import Teller

_STEP = 4  # lines of one kind a list bears before the next-strongest reason is told instead


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
    ) -> tuple[str, EvidenceRow | None]:
        """The line of one song and the reason it tells; the frame least used in this list so far wins.

        A song that is not the plain recording is said to be one: it may stand for another that the listener knows.

        Args:
            known: track id -> what the listener did with it.
            said: frame id or section -> uses in this list; updated.
        """
        which = self._which(entry, listed.language, said, draws)
        most = self._params.reason_max[0 if listed.language == "zh" else 1] - grounding.upper(which, listed.language)
        for reason in (*in_turn(reasons, said), None):
            slots = self._teller.tell(entry.song, reason, listed, known)
            pool = frames.eligible(listed.language, "reasons", section(reason), frozenset(slots.values))
            refused: set[str] = set()
            for _ in range(4):
                frame = least_said(pool, said, refused, draws)
                if frame is None:
                    break
                text = frame.fill(slots.values)
                if not grounding.check(text, slots.sheet(frame.uses), high=most):
                    for name in (frame.id, section(reason)):
                        said[name] = said.get(name, 0) + 1
                    return text + which, reason
                refused.add(frame.id)
        return frames.load(listed.language, "reasons")["plain"][-1].text + which, None

    def _which(self, entry: Entry, language: str, said: dict[str, int], draws: Draws) -> str:
        """The sentence that names the song's version, as it follows the line; empty for the plain recording."""
        slots = self._teller.own(entry.song, language).values
        frame = least_said(frames.eligible(language, "reasons", "version", frozenset(slots)), said, (), draws)
        if frame is None:
            return ""
        said[frame.id] = said.get(frame.id, 0) + 1
        return ("" if language == "zh" else " ") + frame.fill(slots)


def section(reason: EvidenceRow | None) -> str:
    """The section of the sentences that tell a reason."""
    return "plain" if reason is None else KINDS[reason.kind].section(reason)


def in_turn(reasons: Sequence[EvidenceRow], said: Mapping[str, int]) -> list[EvidenceRow]:
    """The strongest reason first, but one whose kind this list has heard often yields to the next."""
    weighed = sorted((said.get(section(r), 0) + _STEP * place, place) for place, r in enumerate(reasons))
    return [reasons[place] for _, place in weighed]


def least_said(
    pool: Sequence[frames.Frame], said: Mapping[str, int], refused: Collection[str], draws: Draws
) -> frames.Frame | None:
    """A frame said least in this list; one that tells nothing in particular only for want of others."""
    fewest, least, tells = 0, list[frames.Frame](), False
    for frame in pool:
        if frame.id in refused or (tells and not frame.uses):
            continue
        times = said.get(frame.id, 0)
        if not least or times < fewest or (frame.uses and not tells):
            fewest, least, tells = times, [frame], bool(frame.uses)
        elif times == fewest:
            least.append(frame)
    return least[draws.index(len(least))] if least else None
