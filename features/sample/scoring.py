"""Who plays what in a song."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from features.sample.styles import INSTRUMENTS, Groove

if TYPE_CHECKING:
    from features.sample.plans import SongPlan


@dataclass(frozen=True, slots=True)
class Band:
    """The programs and patterns a song uses; None where an instrument stays out."""

    lead: int
    second: int | None
    comp: int
    comp_pattern: str
    pad: int | None
    bass: int | None
    bass_line: str
    groove: Groove


def choose_band(plan: SongPlan) -> Band:
    """The players, drawn by the song's own name through its plan (no stream of chance of its own)."""
    style = plan.style
    turn = plan.tonic * 7 + int(plan.tempo_bpm) * 3 + int(abs(plan.valence) * 1000) + int(abs(plan.arousal) * 1000)
    comp, pattern = style.comps[turn % len(style.comps)]
    leads = [p for p in style.leads if p != comp] or list(style.leads)
    lead = leads[(turn // 3) % len(leads)]
    grooves = style.grooves or (Groove(),)
    # The calmest songs of a style take its sparest groove, which is listed first.
    groove = grooves[0] if plan.arousal < style.arousal[0] - style.arousal[1] else grooves[(turn // 5) % len(grooves)]
    return Band(
        lead=lead,
        second=53 if plan.language != "instrumental" else None,
        comp=comp,
        comp_pattern=pattern,
        pad=style.pads[(turn // 7) % len(style.pads)] if style.pads else None,
        bass=style.basses[(turn // 2) % len(style.basses)] if style.basses else None,
        bass_line=style.bass_lines[(turn // 11) % len(style.bass_lines)],
        groove=groove,
    )


def instruments(plan: SongPlan) -> tuple[str, ...]:
    """Names of the instruments heard, melody first."""
    band = choose_band(plan)
    programs = [band.lead, band.second, band.comp, band.pad, band.bass]
    names = [INSTRUMENTS[p] for p in programs if p is not None]
    if any(getattr(band.groove, drum) for drum in Groove.__dataclass_fields__):
        names.append("drums")
    return tuple(dict.fromkeys(names))
