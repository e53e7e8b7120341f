"""How like two titles are, and how like two artists: 1 = written alike, 0 = two different ones."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rapidfuzz.distance import OSA

from features.matching.forms import Form, sound
from features.matching.readings import Reading
from features.matching.vocabulary import CJK, Vocabulary

SAME, JOINED, SPOKEN, ARTICLE, PART = 1.0, 0.98, 0.97, 0.96, 0.95
OTHER_GUESTS, IN_FULL, MISSPELT, HOMOPHONE, CONTAINED, ROMANISED = 0.75, 0.93, 0.9, 0.9, 0.88, 0.85
_ENSEMBLES = (
    "band", "trio", "quartet", "quintet", "sextet", "orchestra", "ensemble", "choir", "group", "experience", "singers",
)  # fmt: skip
_FURTHER = frozenset(
    (*_ENSEMBLES, "his", "her", "their", "the", "with", "official", "music", "channel", "tv", "records")
)
_NOT_THEMSELVES = frozenset(("tribute", "karaoke", "cover", "covers", "inspired"))
_SHORT_WORD = 7  # letters; of two shorter words with one letter in another's place neither is a slip
_SOUNDS_ALIKE = 5  # letters; a title of one word, of unknown length, is a slip of another only where it sounds the same
# Letters, spaces left out, from which one left out or swapped is a slip: of a name, of a title, of a title where it
# makes another word.
_SLIP_NAME, _SLIP_TITLE, _SLIP_IN_WORDS = 6, 7, 12
# The same where the artist is written alike: no slip of so short a title is at a word's end, where a letter more or
# less is another form of it (``River``, ``Rivers``); one in another's place in a title of one word.
_SLIP_OF_ARTIST, _SWAPPED_IN_WORDS, _REPLACED = 4, 8, 7
_LONG_TITLE = 20  # letters; one letter more or less in so long a title is a slip, also where it makes another word
_EDITS_OF_NO_WORDS = ((4, 1), (6, 2), (11, 3))
_EDITS = ((5, 1), (7, 2), (11, 3))  # letters of the shorter word from which so many edits are a slip


def title_likeness(one: Form, other: Form, vocabulary: Vocabulary, *, sure: bool = False, named: bool = False) -> float:
    """How like two base titles of one artist are.

    Args:
        one: as listened to; other: of the catalogue.
        sure: the lengths agree: a slip may turn one word into another.
        named: the artist is written alike: a short title may be a slip too.
    """
    if exact := _written_alike(one, other):
        return exact
    if not (one.cjk or other.cjk) and (
        _slip_of_title(one, other, vocabulary) or (named and _slip_of_the_artists_title(one, other, vocabulary))
    ):
        return MISSPELT
    if one.numbers != other.numbers:
        return 0.0
    if one.cjk or other.cjk:
        return _like_in_chinese(one, other, vocabulary)
    return MISSPELT if _misspelt(one, other, vocabulary, sure=sure) else 0.0


def artist_likeness(ours: Reading, theirs: Reading, vocabulary: Vocabulary, *, strong: bool) -> float:
    """How like the credits of two readings are: the likest of their names, of which one must be a main artist.

    Other guests on either side, none in common, are another recording.

    Args:
        strong: the titles are alike and long: a name may then be a part of the other, or its initials.
    """
    best, pair = 0.0, (0, 0)
    for i, one in enumerate(ours.artists):
        for j, other in enumerate(theirs.artists):
            if i < ours.mains and j < theirs.mains:
                like = _name_likeness(one, other, vocabulary, strong=strong, long_title=ours.title.strong)
            elif i < ours.mains or j < theirs.mains:
                like = _written_alike(one, other) * PART
            else:
                continue
            if like > best:
                best, pair = like, (i, j)
        if best == SAME:
            break
    others = [[*names[:k], *names[k + 1 :]] for names, k in ((ours.artists, pair[0]), (theirs.artists, pair[1]))]
    common = any(a == b or _slip_of_name(a, b) for a in others[0] for b in others[1])
    return best * OTHER_GUESTS if all(others) and not common else best


def _name_likeness(one: Form, other: Form, vocabulary: Vocabulary, *, strong: bool, long_title: bool) -> float:
    if (exact := _written_alike(one, other)) or sorted(one.words) == sorted(other.words):
        return exact or SAME
    if one.cjk or other.cjk:
        return _like_in_chinese(one, other, vocabulary)
    slip = _slip_of_name(one, other)
    if not slip and one.numbers != other.numbers:
        return 0.0
    if slip or (_misspelt_name(one, other, vocabulary, strong=strong) and (long_title or len(one.joined) > 4)):
        return MISSPELT
    if _in_full(one.words, other.words) or _in_full(other.words, one.words):
        return IN_FULL
    return CONTAINED if _of_one_person(one, other, strong=strong) else 0.0


def _of_one_person(one: Form, other: Form, *, strong: bool) -> bool:
    """Whether one name is a part of the other (``Mozart``), or its family name and initial agree."""
    short, long = sorted((one.words, other.words), key=lambda words: len(set(words)))
    if set(short) < set(long):
        enough = (len(set(short)) > 1 and " ".join(short) in " ".join(long)) or (
            strong and short[-1] == long[-1] and len(short[-1]) >= 5
        )
        return enough and not set(long) & _NOT_THEMSELVES
    alike = len(short) > 1 and len(long) > 1 and short[0][0] == long[0][0] and sound(short[-1]) == sound(long[-1])
    return strong and alike and len(short[-1]) >= 6


def _written_alike(one: Form, other: Form) -> float:
    if one.text == other.text:
        return SAME
    if one.joined == other.joined:
        return JOINED
    if one.bare == other.bare:
        return ARTICLE
    return SPOKEN if one.spoken == other.spoken else 0.0


def _like_in_chinese(one: Form, other: Form, vocabulary: Vocabulary) -> float:
    """Chinese is mistyped by sound or by order; one character more or another is another name."""
    if one.cjk != other.cjk:
        latin, chinese = (other, one) if one.cjk else (one, other)
        return ROMANISED if latin.joined in vocabulary.romanised(chinese.text) else 0.0
    if len(one.joined) == len(other.joined) >= 2 and vocabulary.sound_alike(one.joined, other.joined):
        other_characters = sum(a != b for a, b in zip(one.joined, other.joined, strict=True))
        return HOMOPHONE if other_characters <= max(1, len(one.joined) // 3) else 0.0
    latin_part = CJK.sub("", one.joined) != CJK.sub("", other.joined)
    swapped = OSA.distance(one.joined, other.joined) == 1 and sorted(one.joined) == sorted(other.joined)
    return MISSPELT if swapped and not latin_part and len(one.joined) >= 4 else 0.0


def _misspelt(one: Form, other: Form, vocabulary: Vocabulary, *, sure: bool = False) -> bool:
    """Whether one is the other with a slip or two of the hand; one word more, or another, is no slip."""
    if len(one.words) != len(other.words):
        longer, shorter = (one.words, other.words) if len(one.words) > len(other.words) else (other.words, one.words)
        return not _one_more(longer, shorter) and len(one.joined) >= 8 and OSA.distance(one.joined, other.joined) <= 1
    if len(one.words) == 1 and (not sure or _other_letter(one.text, other.text)):
        return len(one.text) >= _SOUNDS_ALIKE and sound(one.text) == sound(other.text)
    pairs = [(a, b) for a, b in zip(one.words, other.words, strict=True) if a != b]
    if len(pairs) == 1 and OSA.distance(*pairs[0]) == 1:
        short = min(map(len, pairs[0]))
        if len(one.joined) >= _LONG_TITLE or (sure and short >= 2):
            return True
    return len(pairs) <= max(1, len(one.words) // 2) and all(_slip(a, b, vocabulary, sure=sure) for a, b in pairs)


def _misspelt_name(one: Form, other: Form, vocabulary: Vocabulary, *, strong: bool) -> bool:
    """As :func:`_misspelt`, for names.

    A heard name (``one``) that is a word by itself is no slip (``Kings`` for ``Kinks``); of several words each may
    hold one, where it is long or sounds the same, be it a word or not (``Stephens`` for ``Stevens``); where the
    titles are surely alike (``strong``) also a short one (``Del Ray`` for ``Del Rey``).
    """
    if len(one.words) == len(other.words) == 1:
        own = one.text in vocabulary.words or _other_letter(one.text, other.text)
        return _name_slip(one.text, other.text) or (not own and _misspelt_word(one.text, other.text, least=4))
    if len(one.words) != len(other.words):
        return _misspelt(one, other, vocabulary)
    pairs = zip(one.words, other.words, strict=True)
    least = 3 if strong else 5
    return all(a == b or _name_slip(a, b) or _misspelt_word(a, b, least=least) for a, b in pairs)


def _name_slip(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    return long == short + "s" or (len(short) >= 4 and sound(one).removesuffix("e") == sound(other).removesuffix("e"))


def _misspelt_word(one: str, other: str, *, least: int) -> bool:
    short = min(len(one), len(other))
    enough = short >= least or (short >= 4 and sorted(one) == sorted(other))
    return enough and OSA.distance(one, other) <= (1 if short < _SHORT_WORD else 2)


def _slip_of_title(one: Form, other: Form, vocabulary: Vocabulary) -> bool:
    """A letter left out or swapped that makes no other word, or any word in a title so long that it can be no other."""
    digits = ["".join(filter(str.isdigit, form.joined)) for form in (one, other)]
    makes_words = ({*one.words} - {*other.words}) & vocabulary.words
    least = _SLIP_IN_WORDS if makes_words else _SLIP_TITLE
    return digits[0] == digits[1] and _letter_slip(one.joined, other.joined, least=least)


def _slip_of_the_artists_title(one: Form, other: Form, vocabulary: Vocabulary) -> bool:
    """As :func:`_slip_of_title`, of titles by one artist: short ones too, and neighbours swapped into another word."""
    if one.numbers != other.numbers or OSA.distance(one.joined, other.joined) != 1:
        return False
    if sorted(one.joined) == sorted(other.joined) and len(one.joined) >= _SWAPPED_IN_WORDS:
        return True
    if ({*one.words} - {*other.words}) & vocabulary.words or len(one.words) != len(other.words):
        return False
    ((heard, meant),) = ((a, b) for a, b in zip(one.words, other.words, strict=True) if a != b)
    if sorted(heard) != sorted(meant) and (heard.startswith(meant) or meant.startswith(heard)):
        return False
    return _letter_slip(one.joined, other.joined, least=_SLIP_OF_ARTIST) or len(heard) >= _REPLACED


def _slip_of_name(one: Form, other: Form) -> bool:
    return one.joined[0] == other.joined[0] and _letter_slip(one.joined, other.joined, least=_SLIP_NAME)


def _letter_slip(one: str, other: str, *, least: int) -> bool:
    """Whether a letter is left out, doubled or swapped with its neighbour, and so much else is the same."""
    replaced = len(one) == len(other) and sorted(one) != sorted(other)
    return min(len(one), len(other)) >= least and not replaced and OSA.distance(one, other) == 1


def _other_letter(one: str, other: str) -> bool:
    """Whether two short words differ by a letter in another's place (``Dawin``, ``Darin``): no slip of the hand."""
    return len(one) == len(other) < _SHORT_WORD and sorted(one) != sorted(other)


def _one_more(longer: Sequence[str], shorter: Sequence[str]) -> bool:
    """Whether the longer holds every word of the shorter, in order."""
    rest = iter(longer)
    return all(word in rest for word in shorter)


def _slip(one: str, other: str, vocabulary: Vocabulary, *, sure: bool) -> bool:
    short, long = sorted((one, other), key=len)
    if long == short + "s" and len(short) >= 4:
        return True
    if sound(one) == sound(other) and len(short) >= 3:
        return True
    if one in vocabulary.words and other in vocabulary.words and not sure:
        return False
    edits = _EDITS if {one, other} & vocabulary.words else _EDITS_OF_NO_WORDS
    allowed = max((number for letters, number in edits if len(short) >= letters), default=0)
    return OSA.distance(one, other) <= allowed


def _in_full(short: Sequence[str], long: Sequence[str]) -> bool:
    """Whether the longer name is the shorter with initials spelled out, or with its band (``Miles Davis Quintet``)."""
    rest = long[len(short) :]
    if rest and tuple(long[: len(short)]) == tuple(short) and not set(short) <= _FURTHER:
        return set(rest) <= _FURTHER
    if len(short) < 2 or short[-1] != long[-1] or len(short) > len(long):
        return False
    initials = short[:-1] if len(short) > 2 else [*re.sub(r"[^a-z]", "", short[0])] if len(short[0]) <= 3 else []
    firsts = [word[0] for word in long[:-1]]
    return bool(initials) and all(len(i) == 1 for i in initials) and list(initials) == firsts[: len(initials)]
