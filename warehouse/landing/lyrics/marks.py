"""What a line is when it is not sung: a part's name, a credit, a notice, an advertisement; and who sings it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from schemas.text_files import lexicon

_MARKS = lexicon("warehouse.landing.lyrics", "marks")


def _any(*listed: str) -> str:
    """One alternation of the regular expressions listed one per line, the longest first."""
    alternatives = [p for text in listed for line in text.splitlines() if (p := line.strip())]
    return "(?:" + "|".join(sorted(dict.fromkeys(alternatives), key=lambda p: -len(p))) + ")"


_I = re.IGNORECASE
_PART = rf"(?:repeat|back to)?\s*{_any(_MARKS['sections'])}"
_NUMBER = r"\s*(?:[#-]?\s*(?:\d{1,2}|[IVX]{1,4}|[A-D]|[一二三四五]))?\s*(?:[x×*]\s*\d{1,2})?"
_BARE_PART = re.compile(rf"^{_PART}{_NUMBER}\s*[:：]?$", _I)
_BRACKETED_PART = re.compile(
    rf"^[\[［【(（<]\s*({_PART}{_NUMBER})\s*(?:[:：,\-–—|][^\]］】)）>]{{0,80}})?[\]］】)）>]\s*[:：]?", _I
)
_BRACKETED = re.compile(r"^[\[［【]([^\]］】]{1,80})[\]］】]$")
_ROLES = {name: re.compile(_any(listed), _I) for name, listed in _MARKS["roles"].items()}
_ROLE = _any(*_MARKS["roles"].values())
_ROLES_BEFORE_COLON = rf"{_ROLE}(?:\s*(?:[/&、,，·+|]|and|\s)\s*{_ROLE}){{0,3}}"
_CREDIT = re.compile(
    rf"[\[【(（]?\b({_ROLES_BEFORE_COLON})\s*[)）]?\s*[:：]\s*(.*?)(?=\s+{_ROLES_BEFORE_COLON}\s*[:：]|$)", _I
)
_STARTS_AS_CREDIT = re.compile(rf"^[\[【(（*\s]*{_ROLES_BEFORE_COLON}\s*[)）]?\s*[:：]", _I)
_BARE_CREDIT = re.compile(
    r"^(?:[作填]?[词詞曲]|[编編]曲|[制製]作人?|[监監][制製]|演唱|原唱|翻唱|混音|[录錄]音|作詞|작사|작곡|편곡)(?:\s*[/·]\s*\w+)?"
    r"(?:\s+|\s*[-–—]\s*)\S.{0,40}$"
)  # fmt: skip
_DONE = (
    "(?:lyrics|words|music|written|produced|composed|arranged|performed|recorded|mixed|mastered|sung|translated|published|"
    "engineered|programmed|released)"
)
_BY = re.compile(
    rf"^[(\[]?(?:(?:all )?(?:lyrics|words|music|song|track)s? )?(?:(?:&|and|/) ?)?{_DONE}(?: (?:&|and|/) {_DONE})?"
    " by:? ([\"'“A-Z\u3040-\u9fff].*)$",
    _I,
)
_DASHED_CREDIT = re.compile(rf"^{_ROLES_BEFORE_COLON}\s+[-–—]\s+\S", _I)
_LOOSE_CREDIT = re.compile(
    r"^[^:：]{0,24}(?:[词詞曲鼓]|吉他|录音|錄音|混音|母带|母帶|[制製]作|[监監][制製]|[编編]|贝斯|貝斯|[弦管]乐|和[声聲]|出品|[统統]筹?|"
    r"工程|[发發]行|[键鍵][盘盤]|[钢鋼]琴|提琴|studio|engineer|guitar|producer|record|mix)[^:：。，？！]{0,16}[:：]\s*\S",
    _I,
)  # fmt: skip
_ORNAMENTS = " *~=#_♪-–—"
_LONGEST_CREDIT = 500
# Looked for first, for most lines are sung and the long patterns cost time.
_MAY_BE_CREDIT = re.compile(r"[:：]|\bby\b|\s[-–—]\s|^[作填词詞曲编編制製监監演原翻混录錄작편]", _I)
_MAY_BE_NOTICE = re.compile("音[乐樂]|[词詞]|instr|lyric|word|vocal|インスト|가사|연주|инстр|unfortun|尚未", _I)
_LINES = {name: re.compile(_any(_MARKS["lines"][name]), _I) for name in ("instrumental", "missing", "advertisement")}
_SINGER = _any(_MARKS["lines"]["singers"])
_SINGERS = rf"{_SINGER}(?:\s*[/&+、,和]\s*{_SINGER})*"
_SUNG_BY = re.compile(rf"^[\[【(（]?\s*{_SINGERS}\s*[\]】)）]?\s*[:：]\s*", _I)
_SUNG_BY_BRACKETED = re.compile(rf"^[\[【(（]\s*{_SINGERS}\s*[\]】)）]\s*[:：]?\s*(?=\S)")
_TIMES = re.compile(r"\s*(?:[\[(（【]\s*(?:[x×*]\s*\d{1,2}|\d{1,2}\s*[x×]|bis)\s*[\])）】]|\s[x×]\s?\d{1,2})\s*$", _I)
_REPLACED_OR_ASKED = re.compile(r"\ufffd|^[\s?？]*\?{3,}[\s?？]*$|锟斤拷|烫烫烫")


def unreadable(text: str) -> bool:
    """Whether a line lost its letters before it came here."""
    return _REPLACED_OR_ASKED.search(text) is not None


def part(text: str) -> tuple[str, str] | None:
    """Name of a part of the song and what is sung behind it on the line; None when the line names none."""
    text = text.strip(_ORNAMENTS) or text
    bracketed = _BRACKETED_PART.match(text)
    if bracketed:
        return bracketed[1].strip(), text[bracketed.end() :].strip()
    return (text.rstrip(":： "), "") if _BARE_PART.match(text) else None


def annotation(text: str) -> str | None:
    """What stands in square brackets over a whole line: a name, an instrument; nobody sings it."""
    found = _BRACKETED.match(text)
    return found[1].strip() if found else None


def is_credit(text: str, *, at_edge: bool) -> bool:
    """Whether a line says who made the song.

    Args:
        at_edge: no line has been sung yet, or none follows: there less must be said to be a credit.
    """
    if len(text) > _LONGEST_CREDIT or not _MAY_BE_CREDIT.search(text):
        return False
    if _STARTS_AS_CREDIT.match(text):
        return True
    return at_edge and any(p.match(text) for p in (_BARE_CREDIT, _BY, _DASHED_CREDIT, _LOOSE_CREDIT))


def credits(text: str) -> dict[str, str]:
    """Names by ``lyricist``, ``composer``, ``arranger``, ``producer``, as far as a credit line tells."""
    told: dict[str, str] = {}
    for found in _CREDIT.finditer(text[:_LONGEST_CREDIT]):
        names = found[2].strip(" \t/,，、;；.)）】]")
        whole = found[1].strip()
        for role in (*re.split(r"\s*[/&、,，·+|]\s*|\s+(?:and\s+)?", whole), whole):
            for name, pattern in _ROLES.items():
                if names and pattern.fullmatch(role):
                    for one in ("lyricist", "composer") if name == "both" else (name,):
                        told.setdefault(one, names)
    told.pop("other", None)
    return told


def is_instrumental(text: str) -> bool:
    """Whether a line is the notice that nobody sings."""
    return _whole("instrumental", text)


def is_missing(text: str) -> bool:
    """Whether a line is the notice that the words are not known."""
    return _whole("missing", text)


def is_advertisement(text: str) -> bool:
    """Whether a line is a lyric site's or a typist's own."""
    return _LINES["advertisement"].search(text) is not None


def without_singer(text: str, names: Iterable[str]) -> str:
    """The line without the mark of who sings it (``男：``, ``A:``, ``(合)``, an artist's name) and how often."""
    bare = _SUNG_BY.sub("", text, count=1)
    bare = _SUNG_BY_BRACKETED.sub("", bare, count=1)
    head, colon, rest = bare.replace("：", ":", 1).partition(":")
    if colon and folded(head) and folded(head) in {folded(n) for n in names}:
        bare = rest
    return _TIMES.sub("", bare).strip()


def folded(text: str) -> str:
    """Letters and digits only, for comparing."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text).casefold())


def _whole(kind: str, text: str) -> bool:
    if not _MAY_BE_NOTICE.search(text):
        return False
    spaced = re.sub(r"[\W_]+", " ", text).strip()
    return any(_LINES[kind].fullmatch(form) for form in (spaced, spaced.replace(" ", "")))
