"""Whether two versions of one song are the same recording, as far as their labels tell."""

from __future__ import annotations

import re
from dataclasses import dataclass

from features.names.fold import key
from features.names.titles import SAME_RECORDING, Title
from schemas.text_files import lexicon

_NAMED = frozenset(("remix", "live", "other", "alternate", "language", "rerecording", "cover", "medley"))
_TAKES = frozenset(("other", "alternate", "remix"))  # versions that a figure tells apart: take 2, take 3
_LABELS = lexicon("features.matching", "labels")
_SAYS_NOTHING, _LANGUAGES = frozenset(_LABELS["says_nothing"]), _LABELS["languages"]
_SAME, _ONE_UNNAMED, _NEAR = 1.0, 0.95, 0.99


@dataclass(frozen=True, slots=True)
class Version:
    """A version by its label.

    Args:
        kinds: what it is, masterings and lengths of the plain recording left out; empty = the plain recording.
        names: words of its label that name it: a place, a remixer.
        mastering: whether the label names a mastering or a length of the recording.
    """

    kinds: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()
    mastering: bool = False


def version_of(title: Title) -> Version:
    """The version that a title names."""
    if title.label is None:
        return Version()
    kinds = frozenset(title.kinds) - SAME_RECORDING
    said = (_LANGUAGES.get(word, word) for word in key(title.label).split())
    words = [word for word in said if word not in _SAYS_NOTHING]
    if "edit" in title.kinds and not kinds and any(not _is_figure(word) for word in words):
        kinds = frozenset({"remix"})  # an edit by somebody
    if "remaster" in title.kinds:  # its year is that of the mastering, whatever was mastered
        words = [word for word in words if not _is_figure(word) or len(word) != len("2011")]
    names = frozenset(w for w in words if kinds & _TAKES or not _is_figure(w)) if kinds & _NAMED else frozenset()
    return Version(kinds, names, mastering=not kinds)


def version_likeness(one: Version, other: Version, *, agree: bool) -> float:
    """1 = the same version, 0 = another recording.

    Args:
        agree: the lengths agree: an extended version that is no longer is the recording itself.
    """
    kinds = one.kinds ^ other.kinds
    if agree and kinds == {"extended"}:
        return _NEAR
    if kinds and not (kinds == {"acoustic"} and "live" in one.kinds & other.kinds):
        return 0.0
    if not one.kinds:
        return _SAME if one.mastering == other.mastering else _NEAR
    if one.names == other.names:
        return _SAME
    if not one.names or not other.names:
        return _ONE_UNNAMED if "live" in one.kinds else 0.0
    common = len(one.names & other.names)
    least = min(len(one.names), len(other.names))
    return _NEAR if common >= max(1, least / 2) else 0.0


def _is_figure(word: str) -> bool:
    return bool(re.fullmatch(r"\d+(?:th|st|nd|rd|s)?", word))
