"""A cover for a song that brought no picture: drawn as SVG in the colours of its mood, the same for the same song."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from dataclasses import asdict, dataclass

import numpy as np

from features.headers.palette import RGB, Palette, mix, palette
from features.seeds import Seeds

SIDE = 400
_SEEDS = Seeds(30)
_UNKNOWN = 0.45  # how far from neutral a song's colours may lie of which no mood is known
_BY_GENRE = {
    "guofeng": ("moon", "hills"), "folk": ("hills", "petals"), "ballad": ("moon", "rain"),
    "ambient": ("aurora", "hills"), "lofi": ("rain", "road", "tiles"), "lo-fi": ("rain", "road", "tiles"),
    "jazz": ("tiles", "rain"), "electronic": ("rings", "aurora", "tiles"), "rock": ("rays", "road"),
    "city_pop": ("road", "tiles"), "city pop": ("road", "tiles"), "playful": ("petals", "rays"),
    "bossa_nova": ("petals", "hills"), "waltz": ("hills", "moon"), "rnb": ("rain", "rings"), "pop": ("petals", "rays"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shown:
    """What a cover is drawn from.

    Args:
        valence, arousal: position on the mood plane, [-1, 1]; None where it may not be said.
    """

    track_id: str
    genre: str | None
    valence: float | None
    arousal: float | None


def colours(song: Shown) -> dict[str, str]:
    """The song's palette as ``#rrggbb``: sky, horizon, accent, second, ink, light."""
    return {name: _hex(colour) for name, colour in asdict(_palette(song)).items()}


def cover_svg(song: Shown) -> str:
    """The cover, a square SVG document without text, script or anything from elsewhere."""
    rng, paint = _SEEDS.rng("cover", song.track_id), _palette(song)
    fitting = _BY_GENRE.get(song.genre or "", tuple(MOTIFS))
    body = MOTIFS[fitting[int(rng.integers(len(fitting)))]](paint, rng)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIDE} {SIDE}">'
        f'<defs><linearGradient id="s" x2="0" y2="1"><stop stop-color="{_hex(paint.sky)}"/>'
        f'<stop offset="1" stop-color="{_hex(paint.horizon)}"/></linearGradient>'
        f'<radialGradient id="g"><stop stop-color="{_hex(paint.light)}" stop-opacity=".75"/>'
        f'<stop offset="1" stop-color="{_hex(paint.accent)}" stop-opacity="0"/></radialGradient>'
        f'<linearGradient id="c" x2="0" y2="1"><stop stop-color="{_hex(paint.accent)}" stop-opacity="0"/>'
        f'<stop offset=".7" stop-color="{_hex(paint.second)}" stop-opacity=".55"/>'
        f'<stop offset="1" stop-color="{_hex(paint.light)}" stop-opacity="0"/></linearGradient></defs>'
        f'<rect width="{SIDE}" height="{SIDE}" fill="url(#s)"/>{body}</svg>'
    )


def _palette(song: Shown) -> Palette:
    rng = _SEEDS.rng("colours", song.track_id)
    chance = rng.uniform(-_UNKNOWN, _UNKNOWN, 2)
    valence = chance[0] if song.valence is None else song.valence
    arousal = chance[1] if song.arousal is None else song.arousal
    return palette(float(valence), float(arousal), rng)


def _hex(colour: RGB) -> str:
    return "#" + "".join(f"{round(255 * min(max(part, 0.0), 1.0)):02x}" for part in colour)


def _disc(x: float, y: float, r: float, fill: str, opacity: float = 1.0) -> str:
    return f'<circle cx="{x:.0f}" cy="{y:.0f}" r="{r:.1f}" fill="{fill}" fill-opacity="{opacity:.2f}"/>'


def _rolling(level: float, height: float, rng: np.random.Generator) -> list[tuple[float, float]]:
    """A rolling line from the left edge to the right one."""
    turns, phases = rng.uniform(0.6, 2.6, 3), rng.uniform(0, 2 * math.pi, 3)
    xs = np.linspace(0, SIDE, 21)
    waves = sum(
        np.sin(xs / SIDE * 2 * math.pi * t + p) / (i + 1) for i, (t, p) in enumerate(zip(turns, phases, strict=True))
    )
    return [(float(x), float(level + height * y)) for x, y in zip(xs, waves, strict=True)]


def _ground(line: list[tuple[float, float]], fill: str, opacity: float = 1.0) -> str:
    """Everything under a line, which is drawn smooth: curves through the middles of its parts."""
    path = f"M0 {SIDE}V{line[0][1]:.1f}"
    for (x, y), (to_x, to_y) in itertools.pairwise(line):
        path += f"Q{x:.1f} {y:.1f} {(x + to_x) / 2:.1f} {(y + to_y) / 2:.1f}"
    return f'<path d="{path}L{SIDE} {line[-1][1]:.1f}V{SIDE}Z" fill="{fill}" fill-opacity="{opacity:.2f}"/>'


def _moon(p: Palette, rng: np.random.Generator) -> str:
    x, y, r = rng.uniform(120, 280), rng.uniform(110, 165), rng.uniform(52, 84)
    parts = [_disc(x, y, 2.3 * r, "url(#g)"), _disc(x, y, r, _hex(p.light))]
    for i in range(4):
        fill = _hex(mix(p.horizon, p.ink, 0.2 + 0.22 * i))
        parts.append(_ground(_rolling(245 + 36 * i, 9, rng), fill, 0.85))
    for i in range(7):
        half = r * rng.uniform(0.25, 0.95) * (1 - i / 9)
        at = 268 + 17 * i
        parts.append(
            f'<path d="M{x - half:.0f} {at}H{x + half:.0f}" stroke="{_hex(p.light)}" stroke-width="4" '
            f'stroke-linecap="round" stroke-opacity="{0.7 - 0.08 * i:.2f}"/>'
        )
    return "".join(parts)


def _hills(p: Palette, rng: np.random.Generator) -> str:
    x, y = rng.uniform(90, 310), rng.uniform(120, 190)
    parts = [_disc(x, y, 150, "url(#g)"), _disc(x, y, rng.uniform(38, 66), _hex(p.accent))]
    for i in range(6):
        fill = _hex(mix(mix(p.horizon, p.second, 0.25), p.ink, 0.08 + 0.17 * i))
        parts.append(_ground(_rolling(190 + 38 * i, 26 - 2 * i, rng), fill, 0.93))
    return "".join(parts)


def _rain(p: Palette, rng: np.random.Generator) -> str:
    parts = []
    for _ in range(16):
        fill = _hex((p.accent, p.second, p.light)[int(rng.integers(3))])
        x, y = rng.uniform((0, 120), (400, 400))
        parts.append(_disc(x, y, rng.gamma(4, 9), fill, rng.uniform(0.12, 0.5)))
    for _ in range(46):
        (x, y), length = rng.uniform((-20, -40), (440, 380)), rng.uniform(18, 74)
        wide, seen = rng.uniform(0.8, 2.4), rng.uniform(0.2, 0.7)
        parts.append(
            f'<path d="M{x:.0f} {y:.0f}l{-0.22 * length:.0f} {length:.0f}" stroke="{_hex(p.light)}" '
            f'stroke-width="{wide:.1f}" stroke-linecap="round" stroke-opacity="{seen:.2f}"/>'
        )
    return "".join(parts)


def _rings(p: Palette, rng: np.random.Generator) -> str:
    x, y = rng.uniform(130, 270, 2)
    parts = [_disc(x, y, 190, "url(#g)")]
    for i in range(11):
        tone = _hex(mix((p.accent, p.second, p.light)[i % 3], p.ink, 0.05 * i))
        parts.append(
            f'<circle cx="{x:.0f}" cy="{y:.0f}" r="{20 + 25 * i}" fill="none" stroke="{tone}" '
            f'stroke-width="{rng.uniform(2, 14):.1f}" stroke-opacity="{0.95 - 0.06 * i:.2f}" '
            f'pathLength="100" stroke-dasharray="{rng.uniform(30, 100):.0f} 100" stroke-linecap="round" '
            f'transform="rotate({rng.uniform(0, 360):.0f} {x:.0f} {y:.0f})"/>'
        )
    return "".join(parts) + _disc(x, y, 9, _hex(p.light))


def _rays(p: Palette, rng: np.random.Generator) -> str:
    x, y, count = rng.uniform(80, 320), rng.uniform(240, 330), int(rng.integers(9, 15))
    turn, parts = rng.uniform(0, 360), []
    for i in range(count):
        a = math.radians(turn + 360 * i / count)
        b = a + math.radians(rng.uniform(0.35, 0.6) * 360 / count)
        fill = _hex((p.accent, p.second, p.horizon)[i % 3])
        ends = " ".join(f"{x + 620 * math.cos(t):.0f} {y + 620 * math.sin(t):.0f}" for t in (a, b))
        parts.append(f'<polygon points="{x:.0f} {y:.0f} {ends}" fill="{fill}" fill-opacity=".55"/>')
    return "".join(parts) + _disc(x, y, 60, _hex(p.ink)) + _disc(x, y, 46, _hex(p.light))


def _road(p: Palette, rng: np.random.Generator) -> str:
    x, level, r = rng.uniform(150, 250), rng.uniform(220, 255), rng.uniform(74, 104)
    parts = [_disc(x, level - 30, 1.9 * r, "url(#g)"), _disc(x, level - 30, r, _hex(p.accent))]
    behind = _hex(mix(p.sky, p.horizon, 0.75))
    for i in range(5):
        at, thick = level - 30 + r * (0.05 + 0.2 * i), 3 + 2.4 * i
        parts.append(f'<rect x="{x - r:.0f}" y="{at:.0f}" width="{2 * r:.0f}" height="{thick:.0f}" fill="{behind}"/>')
    parts.append(f'<rect y="{level:.0f}" width="{SIDE}" height="{SIDE}" fill="{_hex(p.ink)}"/>')
    line = f'stroke="{_hex(p.second)}" stroke-opacity=".8" stroke-width="2"'
    parts += [f'<path d="M{x:.0f} {level:.0f}L{x + 130 * i:.0f} {SIDE}" {line}/>' for i in range(-6, 7)]
    parts += [f'<path d="M0 {level + (SIDE - level) * (i / 6) ** 2:.0f}H{SIDE}" {line}/>' for i in range(7)]
    return "".join(parts)


def _aurora(p: Palette, rng: np.random.Generator) -> str:
    stars = rng.uniform((0, 0, 0.4), (400, 300, 2.6), (50, 3))
    parts = [_disc(x, y, r, _hex(p.light), 0.9) for x, y, r in stars]
    for i in range(3):
        top = _rolling(60 + 45 * i, 22, rng)
        foot = [(x, y + 190 - 20 * i) for x, y in _rolling(60 + 45 * i, 22, rng)]
        points = " ".join(f"{x:.0f} {y:.0f}" for x, y in (*top, *reversed(foot)))
        parts.append(f'<polygon points="{points}" fill="url(#c)" fill-opacity=".9"/>')
    parts += [_ground(_rolling(315 + 30 * i, 16, rng), _hex(mix(p.sky, p.ink, 0.5 + 0.5 * i))) for i in range(2)]
    return "".join(parts)


def _petals(p: Palette, rng: np.random.Generator) -> str:
    x, y = rng.uniform(150, 250, 2)
    parts = [_disc(x, y, 210, "url(#g)")]
    for ring, (count, reach) in enumerate(((12, 150), (9, 104), (6, 62))):
        fill, turn = _hex((p.second, p.accent, p.light)[ring]), rng.uniform(0, 90)
        parts += [
            f'<ellipse cx="{x:.0f}" cy="{y - reach * 0.6:.0f}" rx="{reach * 0.24:.0f}" ry="{reach * 0.6:.0f}" '
            f'fill="{fill}" fill-opacity=".62" transform="rotate({turn + 360 * i / count:.0f} {x:.0f} {y:.0f})"/>'
            for i in range(count)
        ]
    return "".join(parts) + _disc(x, y, 22, _hex(p.ink))


def _tiles(p: Palette, rng: np.random.Generator) -> str:
    size, parts = SIDE // 4, []
    tones = [_hex(c) for c in (p.sky, p.horizon, p.accent, p.second, p.ink, p.light)]
    for i in range(16):
        x, y = size * (i % 4), size * (i // 4)
        ground, figure = rng.choice(6, 2, replace=False)
        turn = 90 * int(rng.integers(4))
        shape = (
            f"M{x} {y}h{size}a{size} {size} 0 0 1 {-size} {size}z",
            f"M{x} {y}h{size}v{size}z",
            f"M{x} {y + size / 2}a{size / 2} {size / 2} 0 0 1 {size} 0z",
        )[int(rng.integers(3))]
        parts.append(
            f'<rect x="{x}" y="{y}" width="{size}" height="{size}" fill="{tones[ground]}"/><path d="{shape}" '
            f'fill="{tones[figure]}" transform="rotate({turn} {x + size / 2:.0f} {y + size / 2:.0f})"/>'
        )
    return "".join(parts)


MOTIFS: dict[str, Callable[[Palette, np.random.Generator], str]] = {
    "moon": _moon,
    "hills": _hills,
    "rain": _rain,
    "rings": _rings,
    "rays": _rays,
    "road": _road,
    "aurora": _aurora,
    "petals": _petals,
    "tiles": _tiles,
}
