"""In which ways a listened song, or a row of the catalogue, may be meant."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from rapidfuzz.distance import OSA

from features.matching.forms import Form, name_form, title_form
from features.matching.versions import Version, version_of
from features.matching.vocabulary import CJK
from features.names.credits import every_name, is_unknown, is_various, parse_credit
from features.names.titles import Title, parse
from schemas.text_files import lexicon

AS_WRITTEN = "names"
_TRACK_NUMBER = re.compile(r"^(?:\d{1,2}[-.]\d{1,2}|\d{1,3})(?:\s*[._)\]-]+\s*|\s+)(?=\S)")
_SURE_NUMBER = re.compile(r"^(?:\d{1,2}-\d{1,2}\b|0\d|\d{1,3}\s*[._)\]-]\s*(?!\d))")
_DASH = re.compile("\\s+[-–—|]\\s+|(?<=[\u3040-\u9fff])\\s?[-–—]\\s?(?=[\u3040-\u9fff])")
_ASIDE = re.compile(
    r"^(?:\((?P<before>[^()]+)\) (?P<last>[^()]{4,})|(?P<first>[^()]{4,}) [(\[](?P<behind>[^()\[\]]+)[)\]])$"
)
_PARTS = frozenset(lexicon("features.matching", "labels")["parts"])
_LABEL = re.compile(r"(?P<before>.*\S(?:\s*[(\[]|\s+[-–—]\s+))(?P<label>[^()\[\]]+?)(?P<behind>[)\]]?)$")
# Words of versions that a slip of the hand is looked for in.
_VERSIONS = (
    "remix",
    "remaster",
    "remastered",
    "acoustic",
    "instrumental",
    "karaoke",
    "extended",
    "version",
    "official",
)
_CHANNEL = re.compile(r"\s*(?:- topic|vevo|\bofficial(?: channel| music)?)$", re.IGNORECASE)
_TWO_SCRIPTS = re.compile(
    r"^(?P<own>[^A-Za-z()（）/]+?)\s*(?:\s|[(（/])\s*(?P<again>[A-Za-zÀ-ɏ][A-Za-zÀ-ɏ'’., -]+)[)）]?$"
)
_LATIN_FIRST = re.compile(r"^(?P<again>[A-Za-zÀ-ɏ][A-Za-zÀ-ɏ'’., -]+?)\s*[\s(（/]\s*(?P<own>[^A-Za-z()（）/]+?)[)）]?$")
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"})
_LATIN_WORD = re.compile(r"[A-Za-zÀ-ɏ][A-Za-zÀ-ɏ.]")


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read an artist and a title.

    Args:
        artists: names that the credit and the title hold, the main one first; none when nobody is named.
        mains: how many of them may be the main artist: the whole credit, its first name; the others are guests.
        title: the base title.
        version: which version of the song it is.
        trust: how far it may be believed: 1 as written, less for a guess.
        how: what was taken to be so (``names``, ``numbered``, ``in_title``, ``swapped``, ``two_scripts``,
            ``without_aside``, ``version_misspelt``, ``whole``,
            ``umlauts``).
    """

    artists: tuple[Form, ...]
    title: Form
    version: Version
    mains: int = 1
    trust: float = 1.0
    how: str = AS_WRITTEN


@lru_cache(maxsize=1 << 17)
def written(artist: str, title: str) -> Reading:
    """The names as they are written."""
    said = parse(title)
    names, mains = _names(artist, said)
    return Reading(names, title_form(said.base), version_of(said), mains)


def without_slips(artist: str, title: str) -> Reading:
    """The names as they are written, with the version that the title names by a slip of the hand."""
    return written(artist, _with_its_version(title) or title)


def guesses(artist: str, title: str, *, swapped: bool) -> Iterator[Reading]:
    """Other ways to read the names, the most plausible first.

    Args:
        swapped: also artist and title in each other's place; asked of listens only.
    """
    if numbered := _TRACK_NUMBER.match(title):
        rest = title[numbered.end() :]
        if _SURE_NUMBER.match(title) or title_form(parse(rest).base).strong:
            yield _guess(artist, rest, 0.95, "numbered")
            yield from _in_title(artist, rest)
    yield from _in_title(artist, title)
    for part in _scripts(parse(title).base):
        yield _guess(artist, title, 0.93, "two_scripts", base=part)
    if bare := _without_aside(parse(title).base):
        yield _guess(artist, title, 0.88, "without_aside", base=bare)
    if mended := _with_its_version(title):
        yield _guess(artist, mended, 0.95, "version_misspelt")
    if parse(title).kinds:  # "Salsa con Carne (remix)", where a service leaves the brackets out
        yield replace(_guess(artist, title, 0.95, "whole", base=title), version=Version())
    if (spelled := (artist.translate(_UMLAUTS), title.translate(_UMLAUTS))) != (artist, title):
        yield _guess(*spelled, 0.97, "umlauts")
    if swapped and not is_unknown(artist):
        yield _swapped(artist, title)


def _swapped(artist: str, title: str) -> Reading:
    """The names in each other's place; a version stands with the title."""
    said = parse(artist)
    return Reading((name_form(title),), title_form(said.base), version_of(said), 1, 0.88, "swapped")


def _guess(artist: str, title: str, trust: float, how: str, base: str | None = None) -> Reading:
    said = parse(title)
    names, mains = _names(artist, said)
    return Reading(names, title_form(said.base if base is None else base), version_of(said), mains, trust, how)


def _in_title(artist: str, title: str) -> Iterator[Reading]:
    """``Artist - Title`` as the title, also behind the artist's own name, and ``Title - Artist``."""
    for dash in _DASH.finditer(title):
        before, after = title[: dash.start()].strip(), title[dash.end() :].strip()
        if before and after:
            yield _guess(before, after, 0.95, "in_title")
            if name_form(after).text == name_form(artist).text:
                yield _guess(artist, before, 0.95, "in_title")


def _scripts(base: str) -> list[str]:
    """The Chinese, Japanese or Korean half of a title that says it again in Latin letters."""
    halves = _TWO_SCRIPTS.match(base) or _LATIN_FIRST.match(base)
    if not halves or not CJK.search(halves["own"]) or _tells_a_part(halves["again"]):
        return []
    return [halves["own"].strip()]


def _without_aside(base: str) -> str:
    """``(I Can't Get No) Satisfaction`` and ``Running Up That Hill (A Deal with God)`` without what is in brackets.

    Only where the brackets hold several words, of which none tells of a part or a recording.
    """
    aside = _ASIDE.match(base)
    if not aside:
        return ""
    said = aside["before"] or aside["behind"]
    if len(title_form(said).words) < 2 or _tells_a_part(said):
        return ""
    return str(aside["first"] or aside["last"]).strip()


def _with_its_version(title: str) -> str:
    """``Airship (remx)`` with the version that it names by a slip of the hand; empty where there is none."""
    found = _LABEL.match(title)
    if not found:
        return ""
    words = found["label"].split()
    mended = [next((v for v in _VERSIONS if _is_slip(word.casefold(), v)), word) for word in words]
    return "" if mended == words else found["before"] + " ".join(mended) + found["behind"]


def _is_slip(word: str, version: str) -> bool:
    return (
        (word[:1] == version[0] or len(word) >= 7)
        and len(word) >= 4
        and OSA.distance(word, version, score_cutoff=1) == 1
    )


def _tells_a_part(text: str) -> bool:
    said = title_form(text)
    return bool(said.numbers or _PARTS & set(said.words))


@lru_cache(maxsize=1 << 17)
def _credited(artist: str) -> tuple[tuple[Form, ...], tuple[Form, ...]]:
    """Forms of the names that may be a credit's main artist, and of the others; names in two scripts also apart."""
    if is_unknown(artist) or is_various(artist):
        return (), ()
    clean = _CHANNEL.sub("", artist).strip() or artist
    first, *others = parse_credit(clean)
    guests = [*every_name(first.name)[1:], *(name for other in others for name in every_name(other.name))]
    return _forms([first.name, clean]), _forms(guests)


def _forms(names: Iterable[str]) -> tuple[Form, ...]:
    told = [*names]
    told += [part for name in told if CJK.search(name) and _LATIN_WORD.search(name) for part in _apart(name)]
    return tuple(dict.fromkeys(form for form in map(name_form, told) if form.text))


def _apart(name: str) -> list[str]:
    """``周杰伦 Jay Chou`` -> ``周杰伦``, ``Jay Chou``."""
    latin = " ".join(re.findall(r"[A-Za-zÀ-ɏ][A-Za-zÀ-ɏ'’. -]*", name))
    other = re.sub(r"[A-Za-zÀ-ɏ'’. -]+", " ", name)
    return [part for part in (other.strip(" ()（）[]"), latin.strip()) if part]


def _names(artist: str, said: Title) -> tuple[tuple[Form, ...], int]:
    """Names of a credit and a title, and how many of them may be the main artist."""
    mains, guests = _credited(artist)
    guests = (*guests, *map(name_form, said.featured))
    return tuple(dict.fromkeys((*mains, *guests))), len(mains)
