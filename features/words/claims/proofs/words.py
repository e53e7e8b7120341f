"""Lyrics, themes, readings and delivered notes."""

from __future__ import annotations

import re
from itertools import pairwise

from features.words.claims.claim import Claim
from features.words.claims.world import Line, World

_FOLDED = re.compile(r"[\W_]+")
_PAUSE_S = 20.0  # from one line to the next: a section that then begins again is sung another time
_NEAR = ".{0,24}"  # what may stand between two pieces told of a note


def folded(text: str) -> str:
    """Letters and digits only, in lower case."""
    return _FOLDED.sub("", text.lower())


def quotes(claim: Claim, world: World) -> bool | None:
    """``object`` stands in the subject's lyric, as a whole line, a part of one or lines in a row."""
    lines = world.lines.get(claim.subject or "")
    if not lines or not claim.object:
        return None
    own = folded(claim.object)
    return bool(own) and (own in folded("".join(line.text for line in lines)))


def placed(claim: Claim, world: World) -> bool | None:
    """The line ``object`` is sung at ``amount`` s, or in section ``of`` ("section", name), first ("place", "first") or
    last.
    """
    lines = world.lines.get(claim.subject or "")
    if not lines or not claim.object:
        return None
    own = folded(claim.object)
    at = [i for i, line in enumerate(lines) if own in folded(line.text)]
    if not at:
        return False
    if claim.amount is not None:
        times = [t for i in at if (t := lines[i].at_s) is not None]
        return any(claim.amount.fits(t, near=1.0) for t in times) if times else None
    if claim.of is None:
        return True
    name, told = claim.of
    if name == "section":
        return any(str(told) in (lines[i].section or "") for i in at)
    return (0 in at) if told == "first" else (len(lines) - 1 in at)


def comes_back(claim: Claim, world: World) -> bool | None:
    """A line (``object``) or a section (``of`` ("section", "chorus")) is sung ``amount`` times; without one: more than
    once.
    """
    lines = world.lines.get(claim.subject or "")
    if not lines:
        return None
    if claim.of is not None:
        count = _times(lines, str(claim.of[1]))
    else:
        own = folded(claim.object or "")
        count = sum(own in folded(line.text) for line in lines)
    if count is None:
        return None
    return count > 1 if claim.amount is None else claim.amount.fits(count)


def _times(lines: tuple[Line, ...], section: str) -> int | None:
    """How often a section is sung; one sung twice in a row is as long as two of its first."""
    runs = _runs(lines)
    own = [len(run) for run in runs if (run[0].section or "").startswith(section)]
    return sum(max(1, round(length / own[0])) for length in own) if runs else None


def mentions(claim: Claim, world: World) -> bool | None:
    """The words of ``object`` (parted by ``|``) stand in the subject's lyric, unquoted and in any order; ``of``
    ("order", "sung"): in that order; ("order", "near"): all within a line or two in a row.
    """
    lines = world.lines.get(claim.subject or "")
    told = [folded(part) for part in (claim.object or "").split("|")]
    if not lines or not all(told):
        return None
    whole = folded("".join(line.text for line in lines))
    if claim.of is None:
        return all(part in whole for part in told)
    if claim.of[1] == "near":
        pairs = [folded(line.text + after.text) for line, after in pairwise((*lines, lines[-1]))]
        return any(all(part in pair for part in told) for pair in pairs)
    at = 0
    for part in told:
        at = whole.find(part, at) + 1
        if not at:
            return False
    return True


def section_order(claim: Claim, world: World) -> bool | None:
    """The section ``of`` ("section", "chorus") opens (``object`` "start") or ends ("end") the lyric, or follows right
    upon the section ``object``, there for the ``amount``-th time where that is told.
    """
    runs = _runs(world.lines.get(claim.subject or "", ()))
    if not runs or claim.of is None or not claim.object:
        return None
    names, section = [run[0].section or "" for run in runs], str(claim.of[1])
    if claim.object in ("start", "end"):
        return names[0 if claim.object == "start" else -1].startswith(section)
    for i in range(1, len(runs)):
        if names[i].startswith(section) and names[i - 1].startswith(claim.object):
            earlier = tuple(line for run in runs[:i] for line in run)
            if claim.amount is None or claim.amount.fits((_times(earlier, section) or 0) + 1):
                return True
    return False


def section_lines(claim: Claim, world: World) -> bool | None:
    """The section ``of`` ("section", "bridge") has ``amount`` lines, those sung twice counted twice or once."""
    runs = _runs(world.lines.get(claim.subject or "", ()))
    if not runs or claim.of is None or claim.amount is None:
        return None
    own = next((run for run in runs if (run[0].section or "").startswith(str(claim.of[1]))), None)
    if own is None:
        return False
    return claim.amount.fits(len(own)) or claim.amount.fits(len({line.text for line in own}))


def _runs(lines: tuple[Line, ...]) -> list[tuple[Line, ...]]:
    """The lyric cut where its section changes, and where its first line comes again after a pause; empty where no line
    carries a section.
    """
    if all(line.section is None for line in lines):
        return []
    runs: list[list[Line]] = []
    for line in lines:
        begins = not runs or line.section != runs[-1][0].section
        again = not begins and line.text == runs[-1][0].text and _pause(runs[-1][-1], line) >= _PAUSE_S
        if begins or again:
            runs.append([])
        runs[-1].append(line)
    return [tuple(run) for run in runs]


def _pause(line: Line, after: Line) -> float:
    """Seconds from the start of one line to that of the next; 0 where unknown."""
    return 0.0 if line.at_s is None or after.at_s is None else after.at_s - line.at_s


def speaks_as(claim: Claim, world: World) -> bool | None:
    """The words speak as first, second or third person; ``of`` ("person", name)."""
    found = world.person.get(claim.subject or "")
    return None if found is None or claim.of is None else found in str(claim.of[1]).split("|")


def theme(claim: Claim, world: World) -> bool | None:
    """The words are of ``object`` (themes parted by ``|``)."""
    song = world.songs.get(claim.subject or "")
    if song is None or not song.themes or claim.object is None:
        return None
    return bool(set(song.themes) & set(claim.object.split("|")))


def reading(claim: Claim, world: World) -> bool | None:
    """A reading that is marked as one: lawful where the words of the song are known."""
    song = world.songs.get(claim.subject or "")
    return bool(world.lines.get(claim.subject or "") or (song is not None and song.themes))


def noted(claim: Claim, world: World) -> bool | None:
    """A delivered note on the song or its artist says the words of ``object`` (parted by ``|``) in that order and near
    each other, and is from ``of`` ("source", name) where that is told.
    """
    song = world.songs.get(claim.subject or "")
    own = [folded(part) for part in (claim.object or "").split("|")]
    source = folded(str(claim.of[1])) if claim.of is not None else ""
    for note in world.notes:
        about = note.about == claim.subject or (song is not None and note.about == song.artist)
        if about and all(own) and source in folded(note.source) and re.search(_NEAR.join(own), folded(note.text)):
            return True
    return None


def outside(_claim: Claim, _world: World) -> bool | None:
    """What no relation expresses and nothing known can bear out: a childhood, a feeling, an instrument."""
    return None


PROOFS = {
    "quotes": quotes, "placed": placed, "comes_back": comes_back, "speaks_as": speaks_as, "theme": theme,
    "reading": reading, "noted": noted, "mentions": mentions, "section_order": section_order,
    "section_lines": section_lines, "outside": outside,
}  # fmt: skip
