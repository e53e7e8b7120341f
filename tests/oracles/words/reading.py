"""Reads numbers, quotations, keys and Latin words out of a text, character by character."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

_PAIRS = {"《": "》", "「": "」", "“": "”", "『": "』"}
_DIGIT = dict(zip("零一二三四五六七八九", range(10), strict=True)) | {"〇": 0, "两": 2}
_TEN = {"十": 10, "百": 100, "千": 1000, "万": 10_000}
# Words before or behind a numeral in characters that make it an idiom, or a plain "one".
_NO_COUNT = (
    "一 十分 百分百 万一 千万 四周 四季 四下 四处 八度 三拍 两头 两边 两样 两种 两面 两件 三角 两拍 三小节 "
    "两小节 五声 七弦 "
    "千山 百转 三步 三两 两三 四面 八方 十足 百听 万物 两端 两旁 两层 两手 三分之 四分之 二胡 两股 两条 两封 "
    "两个 两间 两句 两段 两处 两根 两人 两首 三拍子 二拍 四拍 三下 两岸 两把 两道 两张 两扇"
)
_MEASURES = {
    "zh": (
        ("每分钟", None), ("BPM", "tempo"), ("拍", "tempo"), ("%", "share"), ("首", "songs"), ("支", "songs"),
        ("曲", "songs"), ("遍", "plays"), ("次", "plays"), ("回", "plays"), ("天", "days"), ("晚", "days"),
        ("位", "artists"), ("名", "rank"), ("分钟", "minutes"), ("年", "year"), ("月", "month"), ("秒", "seconds"),
        ("行", "lines"), ("分", "clock"), ("小时", "hours"),
    ),
    "en": (
        ("bpm", "tempo"), ("beats", "tempo"), ("%", "share"), ("percent", "share"), ("per cent", "share"),
        ("songs", "songs"), ("song", "songs"), ("tracks", "songs"), ("instrumentals", "songs"), ("plays", "plays"),
        ("times", "plays"), ("days", "days"), ("day", "days"), ("artists", "artists"), ("minutes", "minutes"),
        ("minute", "minutes"), ("seconds", "seconds"), ("second", "seconds"), ("years", "years"), ("hours", "hours"),
        ("lines", "lines"), ("of the lines", "lines"),
    ),
}  # fmt: skip
_BELOW_TWENTY = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
)
_DECADES = "twenty thirty forty fifty sixty seventy eighty ninety"
_EN = {word: n for n, word in enumerate(_BELOW_TWENTY.split())}
_EN |= {word: 10 * n for n, word in enumerate(_DECADES.split(), 2)}


@dataclass(frozen=True)
class Number:
    """A number of a text: its value (or m:ss), what it measures as far as the next word tells, where it stands."""

    value: float | str
    measure: str | None
    at: int


def quotations(text: str) -> list[tuple[str, str]]:
    """(opening mark, inside) of every quotation."""
    found, i = [], 0
    while i < len(text):
        close = _PAIRS.get(text[i])
        end = text.find(close, i + 1) if close else -1
        if close and end < 0:
            found.append((text[i], text[i + 1 :]))
            break
        if close:
            found.append((text[i], text[i + 1 : end]))
            i = end
        i += 1
    return found


def unquoted(text: str) -> str:
    """The text with quotations blanked, lengths kept."""
    out, i = list(text), 0
    while i < len(text):
        close = _PAIRS.get(text[i])
        end = text.find(close, i + 1) if close else -1
        if end > 0:
            out[i : end + 1] = "|" * (end + 1 - i)
            i = end
        i += 1
    return "".join(out)


def numbers(text: str, language: str) -> list[Number]:
    """Numbers in digits; in Chinese characters before a measure; in English words before a measure."""
    found = _digits(text, language)
    return found + (_characters(text) if language == "zh" else _words(text))


def _digits(text: str, language: str) -> list[Number]:
    found, i = [], 0
    while i < len(text):
        if not text[i].isdigit():
            i += 1
            continue
        j = i
        while j < len(text) and (
            text[j].isdigit() or (text[j] in ".:," and j + 1 < len(text) and text[j + 1].isdigit())
        ):
            j += 1
        said = unicodedata.normalize("NFKC", text[i:j]).replace(",", "")
        rank = text[:i].rstrip().endswith("第") or text[:i].lower().endswith("number ")
        measure = "rank" if rank else _measure(text[j:], language)
        found.append(Number(said if ":" in said else float(said), measure, i))
        i = j
    return found


def _measure(rest: str, language: str) -> str | None:
    """The measure that follows, across the second half of a range such as 60–80 BPM."""
    rest = rest.lstrip()
    if rest[:1] in "–—-~至到与对和" or rest[:3] in ("to ", "and"):
        k = 3 if rest[:3] in ("to ", "and") else 1
        tail = rest[k:].lstrip()
        if tail[:1].isdigit():
            while tail[:1].isdigit() or tail[:1] == ".":
                tail = tail[1:]
            rest = tail.lstrip()
    low = rest if language == "zh" else rest.lower()
    return next((kind for word, kind in _MEASURES[language] if low.startswith(word)), None)


def _characters(text: str) -> list[Number]:
    found, i = [], 0
    while i < len(text):
        j = i
        while j < len(text) and (text[j] in _DIGIT or text[j] in _TEN):
            j += 1
        if j > i:
            run = text[i:j]
            percent = text[:i].endswith("百分之") or (text[:i].endswith("百分") and run.startswith("之"))
            measure = "share" if percent else _measure(text[j:], "zh")
            idiom = (
                any(text.startswith(word, i) for word in _NO_COUNT.split())
                or text[i - 1 : i] in ("第", "周", "每", "像")
                or run == "一"
            )
            if (measure or len(run) > 1) and not (idiom and not percent):
                found.append(Number(float(chinese(run)), measure, i))
        i = max(j, i + 1)
    return found


def chinese(run: str) -> int:
    """'一百二十八' -> 128, read from the greatest scale down."""
    for sign in "万千百十":
        if sign in run:
            head, _, tail = run.partition(sign)
            return (chinese(head) if head else 1) * _TEN[sign] + (
                chinese(tail.lstrip("零")) if tail.lstrip("零") else 0
            )
    return int("".join(str(_DIGIT[c]) for c in run))


def _words(text: str) -> list[Number]:
    found, low, at = [], text.lower(), 0
    words = low.replace("-", " ").split(" ")
    for place, word in enumerate(words):
        value = _EN.get(word)
        before = words[place - 1] if place else ""
        if value is not None and value > 1 and before not in _EN and before not in ("the", "these", "both", "of", "or"):
            after = words[place + 1 : place + 2]
            if value >= 20 and after and 0 < _EN.get(after[0], 0) < 10:
                value, after = value + _EN[after[0]], words[place + 2 : place + 3]
            measure = _measure(after[0], "en") if after else None
            if measure not in (None, "tempo", "seconds") or (value > 12 and measure):
                found.append(Number(float(value), measure, at))
        at += len(word) + 1
    return found


def latin_words(text: str) -> list[tuple[int, str]]:
    """Runs of Latin letters with their places."""
    found, i = [], 0
    while i < len(text):
        j = i
        while j < len(text) and ("LATIN" in unicodedata.name(text[j], "") or (text[j] in "'’&-" and j > i)):
            j += 1
        if j > i:
            found.append((i, text[i:j]))
        i = max(j, i + 1)
    return found


def keys(text: str, language: str) -> list[tuple[int, str]]:
    """(pitch class, mode) of every key a text names."""
    found = []
    scale = dict(zip("CDEFGAB", (0, 2, 4, 5, 7, 9, 11), strict=True))
    for sign, mode in (
        (("大调", "major"), ("小调", "minor")) if language == "zh" else ((" major", "major"), (" minor", "minor"))
    ):
        start = text.find(sign)
        while start >= 0:
            head = text[:start].rstrip()
            shift = {"#": 1, "♯": 1, "b": -1, "♭": -1}.get(head[-1:], 0)
            head = head[:-1] if shift else head
            if head[-1:] in scale and head[-1:] and (language == "zh" or not head[-2:-1].isalpha()):
                shift += {"升": 1, "降": -1}.get(head[-2:-1], 0)
                found.append(((scale[head[-1]] + shift) % 12, mode))
            start = text.find(sign, start + 1)
    return found
