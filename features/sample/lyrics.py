"""Timed lyrics: a grammar of line templates, themes chosen by mood, rhymed verses and a repeated chorus."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from features.sample.grammar import grammar
from features.sample.titles import with_articles

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np

    from features.sample.plans import Section, SongPlan
    from features.seeds import Seeds

_LINE_S = 2.2  # what it takes to sing a line without haste


def write_lrc(plan: SongPlan, title: str, artist: str, seeds: Seeds) -> str:
    """Lyrics in LRC form: ``[ti:]``, ``[ar:]`` and one ``[mm:ss.xx]`` line per sung line.

    Lines start on bars of verse and chorus, one or two bars apart.
    """
    rng = seeds.rng("lyrics", plan.seed_name)
    bars_per_line = max(1, math.ceil(_LINE_S / plan.bar_s))
    writer = _Writer(plan, title, rng)
    lines = [f"[ti:{title}]", f"[ar:{artist}]"]
    for section in plan.sections:
        count = section.bars // bars_per_line
        words = {"verse": writer.verse, "chorus": writer.chorus}.get(section.name)
        if words is None:
            continue
        for index, text in enumerate(words(count)):
            lines.append(_stamp(plan, section, index * bars_per_line) + text)
    return "\n".join(lines) + "\n"


def theme_of(plan: SongPlan, rng: np.random.Generator) -> str:
    """A theme near the song's mood; classical ones for 古风."""
    known = grammar(plan.language)
    names = sorted(known.themes)
    if plan.style.id == "guofeng":
        classical = grammar("zh").classical
        names = [n for n in names if n in classical]
    weights = []
    for theme in (known.themes[name] for name in names):
        distance = (theme.valence - plan.valence) ** 2 + (theme.arousal - plan.arousal) ** 2
        weights.append(math.exp(-4 * distance))
    return names[int(rng.choice(len(names), p=[w / sum(weights) for w in weights]))]


class _Writer:
    """Writes one song's lines and never the same template twice in a song."""

    def __init__(self, plan: SongPlan, title: str, rng: np.random.Generator) -> None:
        self._grammar = grammar(plan.language)
        self._english = plan.language == "en"
        self._title = title
        self._rng = rng
        self._words = self._grammar.themes[theme_of(plan, rng)].words
        self._groups = [str(g) for g in rng.permutation(sorted(self._grammar.endings))]
        self._used: set[str] = set()

    def verse(self, count: int) -> list[str]:
        """Couplets: neighbouring lines rhyme, each pair in a group of its own."""
        return [self._line(self._groups[1 + i // 2 % 4]) for i in range(count)]

    def chorus(self, count: int) -> list[str]:
        """A block that opens with the title, sung twice where there is room; all lines rhyme."""
        group = self._groups[0]
        length = count // 2 if count >= 4 and count % 2 == 0 else count
        block = [self._hook(group), *(self._line(group) for _ in range(length - 1))][:length]
        return (block * 2)[:count]

    def _hook(self, group: str) -> str:
        return self._fill(self._pick(self._grammar.hooks), group)

    def _line(self, group: str) -> str:
        kind = ("N", "P", "V")[int(self._rng.integers(3))]
        templates = self._grammar.templates[kind]
        fresh = [t for t in templates if t not in self._used]
        template = self._pick(fresh or templates)
        self._used.add(template)
        return self._fill(template, group)

    def _fill(self, template: str, group: str) -> str:
        endings = self._grammar.endings[group]
        chosen = {kind: self._new(endings[kind]) for kind in ("N", "P", "V") if f"{{{kind}}}" in template}
        for slot in ("s", "o", "p", "t", "c"):
            if f"{{{slot}}}" in template:
                chosen[slot] = self._pick(self._words[slot])
        if "{t}" in template and self._english and not template.startswith("{t}"):
            chosen["t"] = chosen["t"][0].lower() + chosen["t"][1:]
        for second in ("s", "c"):
            others = tuple(w for w in self._words[second] if w != chosen.get(second))
            chosen[f"{second}2"] = self._pick(others)
        text = template.format(title=self._title, **chosen)
        return with_articles(text) if self._english else text

    def _new(self, pool: Sequence[str]) -> str:
        """An ending not yet used in this song, while there are any."""
        ending = self._pick(tuple(e for e in pool if e not in self._used) or pool)
        self._used.add(ending)
        return ending

    def _pick(self, pool: Sequence[str]) -> str:
        return pool[int(self._rng.integers(len(pool)))]


def _stamp(plan: SongPlan, section: Section, bar: int) -> str:
    hundredths = round((section.start_bar + bar) * plan.bar_s * 100)
    return f"[{hundredths // 6000:02d}:{hundredths // 100 % 60:02d}.{hundredths % 100:02d}]"
