"""Whether a listened song is a row of the catalogue: a score of the names, versions and lengths of both."""

from __future__ import annotations

from features.matching.likeness import JOINED, PART, SAME, artist_likeness, title_likeness
from features.matching.params import MatchParams
from features.matching.readings import Reading
from features.matching.versions import version_likeness
from features.matching.vocabulary import Vocabulary

_LENGTHS_DIFFER = 0.95
_ANOTHER_VERSION = 0.85
_HALF_TITLES = frozenset(("two_scripts", "without_aside"))
_BOLD = _HALF_TITLES | {"in_title", "swapped", "whole"}  # guesses: one side may be read so, not both
_FAR_LONGER = 2.0  # of one name, but one twice as long: another piece


class Judge:
    """Scores pairs of readings.

    Args:
        vocabulary: words that are no misspellings of each other.
    """

    def __init__(self, params: MatchParams, vocabulary: Vocabulary) -> None:
        self._params, self._vocabulary = params, vocabulary

    def score(self, ours: Reading, theirs: Reading, our_s: float | None, their_s: float | None) -> float:
        """How sure it is that a listened song (``ours``) is that row (``theirs``), 0..1; 0 = it is not.

        Args:
            our_s, their_s: lengths in seconds, None where unknown.
        """
        agree, differ = self._lengths(our_s, their_s)
        version = version_likeness(ours.version, theirs.version, agree=agree)
        if version == 0.0 and self._params.other_versions:
            version = _ANOTHER_VERSION
        if version == 0.0 or not ours.artists or not theirs.artists:
            return 0.0
        if ours.how in _BOLD and theirs.how in _BOLD:
            return 0.0
        halved = {ours.how, theirs.how} & _HALF_TITLES
        named = not {*ours.artists[: ours.mains]}.isdisjoint(theirs.artists[: theirs.mains])
        title = title_likeness(ours.title, theirs.title, self._vocabulary, sure=agree, named=named)
        if title == 0.0:
            return 0.0
        strong = title >= _LENGTHS_DIFFER and (agree or (ours.title.strong and not differ))
        artist = artist_likeness(ours, theirs, self._vocabulary, strong=strong)
        if halved and (artist < JOINED or differ):
            return 0.0
        score = title * artist * version * ours.trust * theirs.trust
        if not differ:
            guest = not agree and our_s and their_s and ours.artists[0] != theirs.artists[0] and artist == PART
            return 0.0 if guest else score
        shorter = ours.version.mastering or theirs.version.mastering
        exact = title == artist == SAME and set(ours.artists) == set(theirs.artists)
        far = our_s is not None and their_s is not None and max(our_s, their_s) > _FAR_LONGER * min(our_s, their_s)
        return score * _LENGTHS_DIFFER if exact and (shorter or not far) else 0.0

    def _lengths(self, one: float | None, other: float | None) -> tuple[bool, bool]:
        """Whether two lengths speak for the same recording, and whether they speak against it."""
        if not one or not other:
            return False, False
        apart = abs(one - other)
        differ = apart > max(self._params.differ_s, self._params.differ_share * max(one, other))
        return apart <= self._params.agree_s, differ
