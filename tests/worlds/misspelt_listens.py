"""Listens as exports hold them: names of a catalogue under other spellings, and songs that the catalogue lacks."""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass

Names = tuple[str, str]  # artist, title


@dataclass(frozen=True)
class Heard:
    """A listened song.

    Args:
        listener: who heard it.
        artist, title: as the export names them.
        duration_s: as the export tells it; None for most.
        of: number of the catalogue's song that it is; None when it is none.
        spelling: what was done to the names.
    """

    listener: str
    artist: str
    title: str
    duration_s: float | None
    of: int | None
    spelling: str


def _slip(text: str, chance: random.Random) -> str:
    """A letter dropped, doubled or swapped with the next, in a word of five letters and more."""
    words = text.split(" ")
    long = [i for i, w in enumerate(words) if len(w) >= 6 and w.isalpha()]
    if not long:
        return text
    place = chance.choice(long)
    word = words[place]
    at = chance.randrange(1, len(word) - 2)
    slips = (
        word[:at] + word[at + 1 :],
        word[:at] + word[at] + word[at:],
        word[:at] + word[at + 1] + word[at] + word[at + 2 :],
    )
    words[place] = chance.choice(slips)
    return " ".join(words)


def _plain(text: str) -> str:
    return "".join(c for c in text if c.isalnum() or c == " ")


SPELLINGS: dict[str, Callable[[str, str, random.Random], Names]] = {
    "as it is": lambda a, t, _: (a, t),
    "capitals": lambda a, t, r: (a.upper(), t.lower()) if r.random() < 0.5 else (a.lower(), t.upper()),
    "no punctuation": lambda a, t, _: (_plain(a), _plain(t)),
    "decomposed": lambda a, t, _: (unicodedata.normalize("NFD", a), unicodedata.normalize("NFD", t)),
    "curly": lambda a, t, _: (a.replace("'", "’"), t.replace("'", "’").replace("-", "‐")),
    "slip in the title": lambda a, t, r: (a, _slip(t, r)),
    "slip in the artist": lambda a, t, r: (_slip(a, r), t),
    "slips in both": lambda a, t, r: (_slip(a, r), _slip(t, r)),
    "remaster": lambda a, t, r: (a, f"{t} - {r.choice(['2011 Remaster', 'Remastered', 'Remastered 2009'])}"),
    "guest": lambda a, t, r: (a, f"{t} ({r.choice(['feat. ', 'ft. ', 'with '])}Ida Lund)"),
    "guest of the artist": lambda a, t, _: (f"{a} feat. Ida Lund", t),
    "video": lambda a, t, r: (a, f"{t} {r.choice(['(Official Video)', '[Official Audio]', '(Lyric Video)'])}"),
    "numbered": lambda a, t, r: (a, f"0{r.randint(1, 9)} - {t}"),
    "in the title": lambda a, t, r: (r.choice(["Unknown Artist", "musicchannel99", a]), f"{a} - {t}"),
    "other way round": lambda a, t, _: (t, a),
}
OTHERS: dict[str, Callable[[str, str, random.Random], Names]] = {
    "another artist's": lambda a, t, r: (r.choice(["Ida Lund", "Otto Brandt", "Mei Lan", "The Quiet Rooms"]), t),
    "live": lambda a, t, _: (a, f"{t} (Live at Roskilde)"),
    "remix": lambda a, t, _: (a, f"{t} (Otto Brandt Remix)"),
    "another song": lambda a, t, r: (a, r.choice(["Snow on Wires", "Paper Lanterns", "A Room by the Sea"])),
    "another part": lambda a, t, _: (a, f"{t} Part 9"),
    "two songs": lambda a, t, _: (a, f"{t} / Snow on Wires"),
}


def misspelt_listens(
    catalogue: Sequence[tuple[str, str, float | None]], listeners: Sequence[str], seed: int, *, each: int
) -> list[Heard]:
    """``each`` songs of the catalogue under other spellings per listener, and half as many that are none of it."""
    chance = random.Random(seed)
    heard: list[Heard] = []
    for listener in listeners:
        for _ in range(each):
            number = chance.randrange(len(catalogue))
            artist, title, length = catalogue[number]
            name = chance.choice(list(SPELLINGS))
            told = None if length is None or chance.random() < 0.7 else length + chance.uniform(-1, 1)
            heard.append(Heard(listener, *SPELLINGS[name](artist, title, chance), told, number, name))
        for _ in range(each // 2):
            artist, title, _length = chance.choice(catalogue)
            name = chance.choice(list(OTHERS))
            heard.append(Heard(listener, *OTHERS[name](artist, title, chance), None, None, name))
    return heard
