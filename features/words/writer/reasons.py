"""One line per song: why it is in this list, what it is like, and which version it is.

A line is a frame of its evidence; one without a full stop is a core that goes on from a lead, what the song is like. No
name carries more than a few lines of a list, a figure is told once, and what a listener's last nights had comes back
only for want of others.
"""

from __future__ import annotations

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
_WORN_FROM = 2  # lines of a list that may tell one mood of the listener's, while there are others
_RESTS = 7  # nights for which a line stays away
_MOST = {"weather_fit": 1, "calmer_days_off": 1, "livelier_days_off": 1, "looped_tempo": 1, "tempo_band": 0,
         "same_pace": 1, "key_match": 0, "hour_habit": 2, "daypart_mood": 2, "loved_tracks_together": 5}  # fmt: skip
"""Section -> lines of a list that may tell it while a song has another reason."""
_ANCHORS = frozenset(("subject", "subject_too", "credit", "artist", "guest"))
_FEELINGS = frozenset(("mood", "felt", "also"))
_FIGURES = frozenset(("plays", "likes", "looped", "low", "s_plays", "s_loops"))
_OF_THE_SONG = frozenset(("heard_before", "resting"))  # whose figures are the song's own
_WHOSE = {"artist_rotation": "artist", "featured_artist": "guest", "liked_artist": "artist"}
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
        told: dict[EvidenceRow | None, Slots] = {}
        for reason, fresh in _tries(in_turn(_first_meetings(entry, reasons, said), said), said):
            slots = told.get(reason)
            if slots is None:
                slots = told[reason] = self._teller.tell(entry.song, reason, listed, known)
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
    """The frames behind a list's lines, cores with their leads too: what the next nights leave out."""
    return sorted(name for name in said if "." in name and " " not in name and not name.startswith("lead"))


def section(reason: EvidenceRow | None) -> str:
    """The section of the sentences that tell a reason."""
    return "plain" if reason is None else KINDS[reason.kind].section(reason)


def in_turn(reasons: Sequence[EvidenceRow], said: Mapping[str, int]) -> list[EvidenceRow]:
    """The strongest reason first, but one whose kind this list has heard often yields to the next."""
    weighed = sorted((said.get(section(r), 0) + _STEP * place, place) for place, r in enumerate(reasons))
    return [reasons[place] for _, place in weighed]


def _first_meetings(entry: Entry, reasons: Sequence[EvidenceRow], said: dict[str, int]) -> Sequence[EvidenceRow]:
    """The reasons, without that an artist is new where an earlier song of the list was theirs."""
    if entry.artist_id is None:
        return reasons
    met = f"met {entry.artist_id}"
    said[met] = said.get(met, 0) + 1
    return reasons if said[met] == 1 else [reason for reason in reasons if reason.kind != "discovery"]


def _tries(turns: Sequence[EvidenceRow], said: Mapping[str, int]) -> Iterator[tuple[EvidenceRow | None, bool]]:
    """The reasons in the order they are tried, each with whether its line must be fresh; at last the song alone."""
    spent = [r for r in turns if said.get(section(r), 0) >= _MOST.get(section(r), len(said) + 1)]
    rested = [r for r in turns if r not in spent]
    yield from ((reason, True) for reason in rested)
    yield from ((reason, False) for reason in (*rested, *spent, None))


def followed(chosen: Sequence[Frame], slots: Mapping[str, str], language: str) -> str:
    """The line of a whole frame, or of a core and the lead before it."""
    core, *before = chosen
    if core.whole:
        return core.fill(slots)
    form = _LINE[language]["led" if before else "alone"]
    return frames.stopped(form.format(core=core.fill(slots), lead="".join(lead.fill(slots) for lead in before)))


def ends(language: str) -> tuple[str, ...]:
    """What follows the last word of a core."""
    return (_LINE[language]["alone"].removeprefix("{core}"),)


def leads(core: Frame, slots: Slots) -> tuple[Frame, ...]:
    """The leads that may stand before a core: of what it has not said itself; none before a whole frame."""
    return _leads(core, slots.language, frozenset(slots.values))


def alone(core: Frame) -> bool:
    """Whether a core may begin a line: one that begins with a small letter may not."""
    return not core.text[0].islower()


@lru_cache(maxsize=65536)
def _leads(core: Frame, language: str, known: frozenset[str]) -> tuple[Frame, ...]:
    if core.whole:
        return ()
    kind = core.id.partition(".")[0]
    taken = core.bare | (_FEELINGS if core.bare & _FEELINGS else frozenset())
    unsaid = {"wordless"} if kind == "same_lyricist" else set[str]()  # who wrote its words says that it has some
    every = frames.eligible(language, "reasons", "lead", known)
    return tuple(lead for lead in every if not lead.bare & taken and not lead.needs & unsaid)


def _told(
    name: str, slots: Slots, said: dict[str, int], used: Mapping[str, int], draws: Draws, most: int, *, fresh: bool
) -> str:
    """A line that holds up, noted in ``said``; with ``fresh``, of a core that neither list nor last nights had."""
    pool = [
        frame
        for frame in frames.eligible(slots.language, "reasons", name, frozenset(slots.values))
        if not (fresh and (frame.id in said or not frame.uses or _rests(frame.id, used)))
        and not (fresh and _worn(frame, name, slots, said))
        and all(said.get(_name(slots.values[slot]), 0) < _NAMED for slot in _ANCHORS & frame.bare)
    ]
    for _ in range(_TRIES):
        core = _longest_rested(pool, name, slots, said, used, draws)
        if core is None:
            break
        pool.remove(core)
        for chosen in _with_lead(core, name, slots, said, used, draws):
            text = followed(chosen, slots.values, slots.language)
            if not grounding.check(text, slots.sheet([s for f in chosen for s in f.uses]), high=most):
                _count(chosen, name, slots, said)
                return text
    return ""


def _with_lead(
    core: Frame, name: str, slots: Slots, said: Mapping[str, int], used: Mapping[str, int], draws: Draws
) -> Iterator[list[Frame]]:
    """A core with the lead least said so far that it did not have lately, and the core alone where it may be: first
    where every lead is worn.
    """
    least: list[Frame] = []
    fewest = (True, True, True, 0)
    for lead in leads(core, slots):
        worn, rests = _worn(lead, name, slots, said), _rests(f"{core.id}+{lead.id}", used)
        times = (worn, not lead.needs, rests, said.get(lead.id, 0))
        if not least or times < fewest:
            fewest, least = times, [lead]
        elif times == fewest:
            least.append(lead)
    lone = [[core]] if alone(core) else []
    led = [[core, least[draws.index(len(least))]]] if least else []
    yield from (*lone, *led) if fewest[0] else (*led, *lone)


def _longest_rested(
    pool: Sequence[Frame], name: str, slots: Slots, said: Mapping[str, int], used: Mapping[str, int], draws: Draws
) -> Frame | None:
    """A frame of the pool that tells no worn figure and is no sentence lately told whole, said least in this list, then
    longest ago; one that tells nothing only for want of others.
    """
    least: list[Frame] = []
    fewest = (True, True, True, 0, 0)
    for frame in pool:
        worn = _worn(frame, name, slots, said)
        again = frame.whole and (frame.id in said or _rests(frame.id, used))
        times = (not frame.uses, worn, again, said.get(frame.id, 0), -used.get(frame.id, _RESTS + 1))
        if not least or times < fewest:
            fewest, least = times, [frame]
        elif times == fewest:
            least.append(frame)
    return least[draws.index(len(least))] if least else None


def _count(chosen: Sequence[Frame], name: str, slots: Slots, said: dict[str, int]) -> None:
    """Note what a line has said: its frames, their pair, its section, every name and mood it leans on, every figure."""
    pair = ["+".join(frame.id for frame in chosen)] if len(chosen) > 1 else []
    leant = {_name(slots.values[slot]) for frame in chosen for slot in (_ANCHORS | _FEELINGS) & frame.bare}
    figures = {figure for frame in chosen for figure in _figures(frame, name, slots)}
    for key in (*(frame.id for frame in chosen), *pair, name, *leant, *figures):
        said[key] = said.get(key, 0) + 1


def _name(text: str) -> str:
    """A name that lines lean on, as it is counted."""
    return f"name {text}"


def _figures(frame: Frame, name: str, slots: Slots) -> Iterator[str]:
    """The figures of a frame that could come back in other lines, as they are counted: each with whose it is."""
    for slot in _FIGURES & frame.bare if name not in _OF_THE_SONG else ():
        whose = "subject" if slot.startswith("s_") else _WHOSE.get(name, "")
        yield f"figure {slot} {slots.values[slot]} {slots.values.get(whose, name)}"


def _worn(frame: Frame, name: str, slots: Slots, said: Mapping[str, int]) -> bool:
    """Whether it tells a figure that the list has told, or a mood that it has told often enough."""
    felt = any(said.get(_name(slots.values[slot]), 0) >= _WORN_FROM for slot in _FEELINGS & frame.bare)
    return felt or any(figure in said for figure in _figures(frame, name, slots))


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
