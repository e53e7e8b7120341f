"""In which ways a listened song, or a row of the catalogue, may be meant."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from features.matching.forms import Form, name_form, title_form
from features.matching.versions import Version, version_of
from features.matching.vocabulary import CJK
from features.names.credits import every_name, is_unknown, is_various
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
_CHANNEL = re.compile(r"\s*(?:- topic|vevo|\bofficial(?: channel| music)?)$", re.IGNORECASE)
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"})
_LATIN_WORD = re.compile(r"[A-Za-zÀ-ɏ][A-Za-zÀ-ɏ.]")


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read an artist and a title.

    Args:
        artists: names that the credit and the title hold, the main one first; none when nobody is named.
        title: the base title.
        version: which version of the song it is.
        trust: how far it may be believed: 1 as written, less for a guess.
        how: what was taken to be so (``names``, ``numbered``, ``in_title``, ``swapped``, ``two_scripts``,
            ``without_aside``, ``umlauts``).
    """

    artists: tuple[Form, ...]
    title: Form
    version: Version
    trust: float = 1.0
    how: str = AS_WRITTEN


@lru_cache(maxsize=1 << 17)
def written(artist: str, title: str) -> Reading:
    """The names as they are written."""
    said = parse(title)
    return Reading(_names(artist, said), title_form(said.base), version_of(said))


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
    if (spelled := (artist.translate(_UMLAUTS), title.translate(_UMLAUTS))) != (artist, title):
        yield _guess(*spelled, 0.97, "umlauts")
    if swapped and not is_unknown(artist):
        yield _swapped(artist, title)


def _swapped(artist: str, title: str) -> Reading:
    """The names in each other's place; a version stands with the title."""
    said = parse(artist)
    return Reading((name_form(title),), title_form(said.base), version_of(said), 0.88, "swapped")


def _guess(artist: str, title: str, trust: float, how: str, base: str | None = None) -> Reading:
    said = parse(title)
    return Reading(_names(artist, said), title_form(said.base if base is None else base), version_of(said), trust, how)


def _in_title(artist: str, title: str) -> Iterator[Reading]:
    """``Artist - Title`` as the title, also behind the artist's own name, and ``Title - Artist``."""
    for dash in _DASH.finditer(title):
        before, after = title[: dash.start()].strip(), title[dash.end() :].strip()
        if before and after:
            yield _guess(before, after, 0.95, "in_title")
            if name_form(after).text == name_form(artist).text:
                yield _guess(artist, before, 0.95, "in_title")


def _scripts(base: str) -> list[str]:
    """The Chinese, Japanese or Korean part of a title in two scripts, or the part before a bracket."""
    if not (CJK.search(base) and _LATIN_WORD.search(base)):
        return []
    parts = [part.strip(" -–—|/()[]（）【】") for part in re.split(r"[A-Za-zÀ-ɏ][A-Za-zÀ-ɏ'’. -]*", base)]
    held = [part for part in parts if CJK.search(part)]
    return held if len(held) == 1 and len(held[0]) >= 2 else []


def _without_aside(base: str) -> str:
    """``(I Can't Get No) Satisfaction`` and ``Running Up That Hill (A Deal with God)`` without what is in brackets.

    Only where the brackets hold several words, of which none tells of a part or a recording.
    """
    aside = _ASIDE.match(base)
    if not aside:
        return ""
    said = title_form(aside["before"] or aside["behind"])
    if len(said.words) < 2 or said.numbers or _PARTS & set(said.words):
        return ""
    return str(aside["first"] or aside["last"]).strip()


@lru_cache(maxsize=1 << 17)
def _credited(artist: str) -> tuple[Form, ...]:
    """Forms of every name of a credit, the whole first; names in two scripts also apart."""
    if is_unknown(artist) or is_various(artist):
        return ()
    names = every_name(_CHANNEL.sub("", artist).strip() or artist)
    apart = [part for name in names if CJK.search(name) and _LATIN_WORD.search(name) for part in _apart(name)]
    forms = (name_form(name) for name in (*names, *apart))
    return tuple(dict.fromkeys(form for form in forms if form.text))


def _apart(name: str) -> list[str]:
    """``周杰伦 Jay Chou`` -> ``周杰伦``, ``Jay Chou``."""
    latin = " ".join(re.findall(r"[A-Za-zÀ-ɏ][A-Za-zÀ-ɏ'’. -]*", name))
    other = re.sub(r"[A-Za-zÀ-ɏ'’. -]+", " ", name)
    return [part for part in (other.strip(" ()（）[]"), latin.strip()) if part]


def _names(artist: str, said: Title) -> tuple[Form, ...]:
    guests = [name_form(name) for name in said.featured]
    return tuple(dict.fromkeys((*_credited(artist), *guests)))
