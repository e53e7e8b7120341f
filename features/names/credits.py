"""A credit such as ``Ann feat. Bob & Cy`` as names and the phrases that join them.

What joins people for certain (``feat.``, ``;``, ``×``, ``、`` between Chinese names) always parts them. What stands
in names as often (``&``, ``,``, ``/``, ``and``, ``with``, ``x``) parts them only where every part is known as an artist
of its own: ``Earth, Wind & Fire`` and ``AC/DC`` stay whole.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from features.names.fold import fold, key
from schemas.text_files import lexicon

_HAN = "\u4e00-\u9fff"
_KANA = re.compile("[\u3040-\u30ff]")
_GUEST = re.compile(  # possessive, so that a full stop is never taken for the guest
    r"\s*[(\[（【]\s*(?:feat\.?+|featuring|ft\.?+|with)\s*+(?=[^\s)\]）】])"
    r"|\s+(?:feat\.?+|featuring|ft\.?+)\s++(?=[^\s)\]）】])",
    re.IGNORECASE,
)
_SURE = re.compile(
    rf"\s*;\s*|\s*；\s*|\s*[×✕]\s*|\s+vs\.?\s+|\s+//\s+|\s+/\s+|(?<=[{_HAN}])\s*[、,，/／&＆+]\s*(?=[{_HAN}])"
    rf"|(?<=[{_HAN}])\s*[、，／]\s*|\s*[、，／]\s*(?=[{_HAN}])|\s*、\s*",
    re.IGNORECASE,
)
_CLOSING = re.compile(r"\s*[)\]）】]\s*$")
_MAYBE = re.compile(
    r"\s*,\s+(?:and|&)\s+|\s+(?:&|and|with|x|\+|y|et|und|presents|pres\.)\s+|\s*[,，]\s*|\s*[/&＆]\s*", re.IGNORECASE
)
_LEXICON = lexicon("features.names", "credits")
_NOBODY, _VARIOUS = (frozenset(map(key, _LEXICON[group]["names"])) for group in ("nobody", "various"))


@dataclass(frozen=True, slots=True)
class Credited:
    """One name of a credit.

    Args:
        name: as written.
        join_phrase: what stands between it and the next name (`` feat. ``), or behind the last.
        featured: True for a guest, behind ``feat.``.
    """

    name: str
    join_phrase: str = ""
    featured: bool = False


Credit = tuple[Credited, ...]


def as_shown(credit: Credit) -> str:
    """The credit in one line, as it was written."""
    return "".join(c.name + c.join_phrase for c in credit)


def parse_credit(text: str, known: Collection[str] = frozenset()) -> Credit:
    """Names and join phrases of a credit; :func:`as_shown` gives the text back, its spaces single.

    Args:
        known: keys (:func:`features.names.fold.key`) of names that are artists of their own. Phrases that
            also stand in names part a credit only where every part is one of them; a whole that is known
            stays whole.
    """
    whole = " ".join(text.split())
    if not whole:
        return ()
    if key(whole) in known:
        return (Credited(whole),)
    main, *guests = _cut(whole, _GUEST)
    credit: list[Credited] = []
    for featured, (part, join) in [(False, main), *((True, guest) for guest in guests)]:
        closing = _CLOSING.search(part) if featured and not re.search(r"[(\[（【]", part) else None
        name = part[: closing.start()] if closing else part
        found = _people(name, known)
        last = replace(found[-1], join_phrase=found[-1].join_phrase + (closing[0] if closing else "") + join)
        credit += [replace(c, featured=featured) for c in (*found[:-1], last)]
    return tuple(credit)


def credit_of_values(values: Sequence[str], shown: str | None = None, known: Collection[str] = frozenset()) -> Credit:
    """The credit of a tag that holds several names, one each.

    Args:
        shown: the credit as the file shows it, if that is another tag: it says how the names are joined,
            where it holds every one of them in their order.
    """
    names = [name for name in (" ".join(v.split()) for v in values) if name]
    if shown and len(names) > 1 and (found := _placed(" ".join(shown.split()), names)):
        return found
    if len(names) < 2:
        return parse_credit(names[0] if names else shown or "", known)
    joins = [", "] * (len(names) - 2) + [" & ", ""]
    joined: list[Credited] = []
    for name, join in zip(names, joins, strict=True):
        *before, last = parse_credit(name, known)
        joined += [*before, replace(last, join_phrase=last.join_phrase + join)]
    return tuple(joined)


def split_sure(people: str) -> list[str]:
    """Names of a list of guests, where commas and ``&`` do part people (``Bob, Cy & Di``), ``Earth, Wind`` or not."""
    parts = re.split(rf"(?:{_SURE.pattern})|(?:\s*,\s*(?:and\s+|&\s*)?)|\s+(?:&|and)\s+", people, flags=re.IGNORECASE)
    return [part for part in (p.strip() for p in parts) if part]


def every_name(text: str) -> list[str]:
    """The whole credit and every name that any join phrase might part from it: for finding, not for telling."""
    whole = " ".join(text.split())
    parts = [name for c in parse_credit(whole) for name, _ in _cut(c.name, _MAYBE)]
    return list(dict.fromkeys(name for name in (whole, *(c.name for c in parse_credit(whole)), *parts) if name))


def is_unknown(name: str | None) -> bool:
    """True for a name that says nobody: nothing, ``Unknown Artist``, ``未知艺术家``."""
    return name is None or not name.strip() or key(name) in _NOBODY


def is_various(name: str | None) -> bool:
    """True for the album artist of a compilation: ``Various Artists``, ``群星``."""
    return name is not None and key(name) in _VARIOUS


def _people(text: str, known: Collection[str]) -> list[Credited]:
    people: list[Credited] = []
    for part, join in _cut(text, _SURE if not _KANA.search(text) else re.compile(r"\s*;\s*|\s*[×✕]\s*|\s+/\s+")):
        maybe = _cut(part, _MAYBE)
        if len(maybe) > 1 and key(part) not in known and all(key(name) in known for name, _ in maybe):
            people += [Credited(*one) for one in maybe[:-1]]
            people.append(Credited(maybe[-1][0], maybe[-1][1] + join))
        else:
            people.append(Credited(part, join))
    return people


def _cut(text: str, at: re.Pattern[str]) -> list[tuple[str, str]]:
    """Parts of a text, each with the phrase behind it; a phrase at an end is part of the name."""
    parts: list[tuple[str, str]] = []
    start = 0
    for found in at.finditer(text):
        if found.start() > start and found.end() < len(text):
            parts.append((text[start : found.start()], found[0]))
            start = found.end()
    return [*parts, (text[start:], "")]


def _placed(shown: str, names: Iterable[str]) -> Credit | None:
    """The names where the shown credit holds them; None when it misses one, or begins with something else."""
    places: list[tuple[int, int]] = []
    start = 0
    low = shown.lower() if len(shown.lower()) == len(shown) else shown
    for name in names:
        at = low.find(name.lower(), start)
        if at < 0:
            return None
        start = at + len(name)
        places.append((at, start))
    if places[0][0] > 0:
        return None
    ends = [*(at for at, _ in places[1:]), len(shown)]
    credit: list[Credited] = []
    featured = False
    for (at, end), following in zip(places, ends, strict=True):
        join = shown[end:following]
        credit.append(Credited(shown[at:end], join, featured))
        featured = featured or bool(_GUEST.search(f"{join}x"))
    return tuple(credit)


def same_name(one: str, other: str) -> bool:
    """True for two spellings of one name: capitals, quotes, hyphens, NFC and NFD; accents count."""
    return fold(one) == fold(other)
