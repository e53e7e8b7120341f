"""Made-up fact sheets and clean texts over them: the evaluation set of the words.

Texts lie in ``tests/worlds/copy_set/clean.<language>.txt`` with references in braces; a seed draws the
songs and days they are filled with, so that no figure rests on one sheet.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from features.words.grounding import Day, Sheet, key_id
from features.words.terms import forms
from schemas.vocabulary import KEYS, MODES, MOOD_IDS

HERE = Path(__file__).with_name("copy_set")
TITLES = {
    "zh": ("晴窗", "晚风里", "旧车站", "雨季来信", "渡口", "1999 的夏天", "不必说", "半山灯", "Seven Lamps", "慢慢亮"),
    "en": ("Rain Check", "Paper Boats", "Seven Lamps", "Halfway House", "1999", "Slow Water", "The Long Way Round",
           "Kites", "Nobody’s Garden", "After the Ferry"),
}  # fmt: skip
ARTISTS = {
    "zh": ("沈遇", "林栖", "北岸", "许一舟", "The Lanterns", "顾念之", "Mara Quill", "晚钟", "周予", "灰雀"),
    "en": ("The Lanterns", "Mara Quill", "Ada Fenn", "North Pier", "Jonah Vale", "Little Owls", "Ines Calder",
           "Sable Coast", "Tom Harrow", "Wren"),
}  # fmt: skip
LINES = {
    "zh": (
        "我在旧屋檐下等一场雨", "月亮替我把路灯关上", "你说再见的时候风很轻", "把明天折成一只纸船",
        "谁还记得巷口那盏灯", "海把我们的脚印带走",
    ),
    "en": (
        "I keep a lamp for you in the hall", "the moon walks me home again", "we said goodbye in a kind wind",
        "fold tomorrow into a paper boat", "who remembers the light on the corner", "the sea took our footprints in",
    ),
}  # fmt: skip
ALBUMS = {"zh": ("窗边集", "渡", "慢车", "回声"), "en": ("Window Seat", "Ferry", "Slow Train", "Echoes of Home")}
GENRES = {"zh": ("民谣", "爵士", "城市流行", "低保真"), "en": ("folk", "jazz", "city pop", "lo-fi")}
THEMES = {"zh": ("雨", "归家", "告别", "思念", "海"), "en": ("rain", "coming home", "farewell", "longing", "the sea")}
PEOPLE = {"zh": ("陆川", "叶知秋", "何遇"), "en": ("Dana Okonjo", "Marlow Grey", "Pia Lund")}
LABELS = {"zh": ("北岸唱片", "慢山"), "en": ("North Pier Records", "Slow Hill")}
CITIES = {"zh": ("上海", "成都", "北京"), "en": ("London", "Chengdu", "Toronto")}
FESTIVALS = {"zh": ("中秋节", "元宵节", "圣诞节"), "en": ("Christmas", "the Lantern Festival", "Thanksgiving")}
WEATHERS = {"rain": ("雨", "rain"), "snow": ("雪", "snow"), "wind": ("风", "wind"), "fog": ("雾", "fog")}
UNITS = {
    "bpm": "bpm", "obpm": "bpm", "diff": "bpm", "low": "bpm", "high": "bpm", "slow": "bpm", "fast": "bpm",
    "first_bpm": "bpm", "last_bpm": "bpm", "songs": "song", "artists": "artist", "minutes": "minute", "loops": "song",
    "loop_plays": "play", "artist_plays": "play", "share": "percent", "rest_days": "day", "key_n": "song",
    "mood_n": "song", "genre_n": "song", "new": "song", "zh_n": "song", "en_n": "song",
}  # fmt: skip
QUOTED = ("title", "otitle", "first", "last", "loop", "rest", "album", "quote", "quote2")
WORDS = ("mood", "mood2", "omood", "theme", "theme2", "weather", "weekday", "a_mood")
_BELOW_TWENTY = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
)
_DECADES = "twenty thirty forty fifty sixty seventy eighty ninety"
_SLOT = re.compile(r"\{(\w+)(:c)?\}")


@dataclass(frozen=True, slots=True)
class Case:
    """A clean text before and after filling, with its sheet."""

    language: str
    kind: str
    template: str
    values: Mapping[str, str]
    day: Day

    def text(self, template: str | None = None, **changed: str) -> str:
        """The filled text; ``changed`` values are the corruptions."""
        values = {**self.values, **changed}
        return _SLOT.sub(lambda m: _worded(values[m[1]], self.language, m[2]), template or self.template)

    def used(self) -> list[str]:
        """The slots of the text, as often as they stand in it."""
        return [name for name, _ in _SLOT.findall(self.template)]

    def sheet(self) -> Sheet:
        """What the text may say: the references it used, the day, the song's moods and whose figures they are."""
        sheet = Sheet(self.language, times={}, day=self.day)
        for slot in self.used():
            value = self.values[slot]
            if slot in UNITS:
                sheet.number(value, UNITS[slot])
            elif slot == "at":
                sheet.number(value)
            elif slot in QUOTED:
                sheet.quote(value)
            elif slot not in WORDS:
                sheet.name(value)
        for slot in ("mood", "mood2", "omood"):
            sheet.mood(self.values[slot])
        for title, artist, bpm, key in (("title", "artist", "bpm", "key_id"), ("otitle", "oartist", "obpm", "okey_id")):
            for owner in (title, artist):
                sheet.owned(self.values[owner], self.values[bpm], self.values[key])
        return sheet


def _worded(value: str, language: str, spelled: str) -> str:
    return spell(int(value), language) if spelled else value


def spell(value: int, language: str) -> str:
    """A number up to 199 in words: 128 -> 一百二十八, one hundred and twenty-eight."""
    if language == "zh":
        digits = "零一二三四五六七八九"
        hundreds, rest = divmod(value, 100)
        tens, ones = divmod(rest, 10)
        head = digits[hundreds] + "百" if hundreds else ""
        middle = (digits[tens] if tens > 1 or hundreds else "") + "十" if tens else ("零" if hundreds and ones else "")
        return (head + middle + (digits[ones] if ones else "")) or digits[0]
    below, decades = _BELOW_TWENTY.split(), _DECADES.split()
    if value >= 100:
        rest = value % 100
        return f"{below[value // 100]} hundred" + (f" and {spell(rest, language)}" if rest else "")
    if value < 20:
        return below[value]
    return decades[value // 10 - 2] + (f"-{below[value % 10]}" if value % 10 else "")


def templates(language: str) -> list[tuple[str, str]]:
    """(kind, template) of every clean text."""
    found, kind = [], ""
    for line in (HERE / f"clean.{language}.txt").read_text("utf-8").splitlines():
        if line.startswith("["):
            kind = line.strip("[]")
        elif line and not line.startswith(";"):
            found.append((kind, line))
    return found


def entries(name: str) -> list[str]:
    """Lines of a list of the set, comments left out."""
    return [x for x in (HERE / name).read_text("utf-8").splitlines() if x and not x.startswith(";")]


def draw(language: str, rng: random.Random) -> tuple[dict[str, str], Day]:
    """Values of every slot, true together, and the day."""
    side = 0 if language == "zh" else 1
    pick = rng.sample
    title, otitle, first, last, loop, rest = pick(TITLES[language], 6)
    artist, oartist = pick(ARTISTS[language], 2)
    key, okey = pick([f"{k} {m}" for k in KEYS for m in MODES], 2)
    moods = [forms.mood(m, language) or "" for m in pick(MOOD_IDS, 3)]
    bpm, diff, low = rng.randint(62, 118), rng.randint(5, 30), rng.randint(64, 80)
    weekday, weather = rng.randrange(7), rng.choice(sorted(WEATHERS))
    counts = {n: str(rng.randint(3, 12)) for n in ("key_n", "mood_n", "genre_n", "new", "loops", "en_n")}
    values = {
        "title": title, "otitle": otitle, "first": first, "last": last, "loop": loop, "rest": rest,
        "artist": artist, "oartist": oartist, "album": rng.choice(ALBUMS[language]),
        "key": forms.key_name(key, language), "okey": forms.key_name(okey, language),
        "key_id": key_id(key), "okey_id": key_id(okey),
        "mood": moods[0], "mood2": moods[1], "omood": moods[2],
        "a_mood": f"{'an' if moods[0][0] in 'aeiou' else 'a'} {moods[0]}",
        "quote": LINES[language][0], "quote2": LINES[language][1],
        "bpm": str(bpm), "diff": str(diff), "obpm": str(bpm + diff), "at": forms.clock(rng.randint(20, 200)),
        "length": f"{rng.randint(2, 5)} 分 {rng.randint(10, 59)} 秒" if side == 0
        else f"{rng.randint(2, 5)} minutes and {rng.randint(10, 59)} seconds",
        "theme": rng.choice(THEMES[language]), "theme2": rng.choice(THEMES[language]),
        "genre": rng.choice(GENRES[language]), "label": rng.choice(LABELS[language]),
        "date": "2024 年 5 月" if side == 0 else "May 2024",
        "songs": "30", "artists": str(rng.randint(18, 29)), "minutes": str(rng.randint(95, 130)),
        "low": str(low), "high": str(low + rng.randint(15, 30)), "slow": str(low - 7), "fast": str(low + 55),
        "first_bpm": str(low + 3), "last_bpm": str(low - 2), "zh_n": str(rng.randint(13, 17)),
        "loop_plays": str(rng.randint(5, 28)), "artist_plays": str(rng.randint(6, 41)),
        "share": str(rng.randint(21, 64)), "rest_days": str(rng.randint(16, 88)), "city": rng.choice(CITIES[language]),
        "weekday": forms.weekday(weekday, language), "festival": rng.choice(FESTIVALS[language]),
        "weather": WEATHERS[weather][side],
    }  # fmt: skip
    values["quote"], values["quote2"] = pick(LINES[language], 2)
    values["lyricist"], values["composer"] = pick(PEOPLE[language], 2)
    return {**values, **counts}, Day(weekday, weather)


def cases(language: str, rounds: int = 2, seed: int = 20261122) -> Iterator[Case]:
    """Every clean text of a language, ``rounds`` times over different sheets."""
    for turn in range(rounds):
        rng = random.Random(f"{seed}/{language}/{turn}")
        for kind, template in templates(language):
            values, day = draw(language, rng)
            yield Case(language, kind, template, values, day)
