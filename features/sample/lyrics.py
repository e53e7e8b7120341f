"""Timed lyrics of a song."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from features.sample.plans import SongPlan
    from features.seeds import Seeds

_FIRST = {
    "zh": ("雨停在你离开的街角", "我把晚风折成信笺", "路灯数着没说的话", "天亮以前再走一遍"),
    "en": (
        "The rain is folding up the street",
        "I kept your letter in my coat",
        "The streetlights hum a tune",
        "And morning is a boat",
    ),
}


def write_lrc(plan: SongPlan, title: str, artist: str, seeds: Seeds) -> str:
    """Lyrics in LRC form: ``[ti:]``, ``[ar:]`` and one ``[mm:ss.xx]`` line per sung line."""
    lines = [f"[ti:{title}]", f"[ar:{artist}]"]
    words = _FIRST[plan.language]
    order = seeds.rng("lyrics", plan.seed_name).permutation(len(words))
    for section in plan.sections:
        if section.name in ("verse", "chorus"):
            for bar in range(0, section.bars, 2):
                start = (section.start_bar + bar) * plan.bar_s
                lines.append(f"[{int(start // 60):02d}:{start % 60:05.2f}]{words[order[bar // 2 % 4]]}")
    return "\n".join(lines) + "\n"
