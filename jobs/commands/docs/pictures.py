"""The two pictures of the guide: the house (rooms and who imports whom) and the night (stages and what flows)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from jobs.commands.docs import svg
from jobs.commands.docs.layers import Arrow, arrange, reduced
from jobs.commands.docs.rooms import ROOT, House, purpose, read_house
from jobs.commands.docs.routes import Drawing, Point, Router
from jobs.pipeline import PIPELINE
from jobs.run.stage import LOOKBACKS, Stage

_EDGE, _GAP, _HEAD = 14.0, 30.0, 58.0  # px: round the picture, between floors, a floor's heading
_BOX, _SIDE = 186.0, 18.0  # px: width of a box, margins beside the boxes of a single column
_TINTS = {"dags": "#efe9f7", "jobs": "#e6eff8", "features": "#e8f3ea", "warehouse": "#faf0e0", "schemas": "#f0f1f3"}
_SPLIT_EDGES = {"track_id": "#2f855a", "user_id": "#2b6cb0", None: "#a0aec0"}


@dataclass(frozen=True, slots=True)
class Graph:
    """Boxes by name, each with a title, a text and the colour of its edge; arrows with their weight."""

    titles: Mapping[str, str]
    texts: Mapping[str, str]
    weights: Mapping[Arrow, int]
    edges: Mapping[str, str]


def diagram(
    graph: Graph, at: Point, columns: int, width: float, gutter: float, hubs: Literal["above", "below"]
) -> tuple[list[str], Drawing]:
    """A graph drawn at a corner, and where everything came to lie."""
    lines = {name: svg.wrapped(words, width) for name, words in graph.texts.items()}
    heights = {name: svg.box_height(found) for name, found in lines.items()}
    grid = arrange(tuple(graph.titles), graph.weights, columns)
    drawing = Router(grid, heights, width, gutter, hubs).draw(at[1], at[0])
    boxes = [
        svg.box(corner, (width, heights[n]), graph.titles[n], lines[n], edge=graph.edges.get(n, "#cbd2d9"))
        for n, corner in drawing.corners.items()
    ]
    return [*svg.arrows(drawing), *boxes], drawing


def room_graph(house: House, folder: str) -> Graph:
    """The rooms of a folder; modules that lie in the folder itself are a room only where bodies of stages live."""
    rooms, imports = house.within(folder)
    shown = [room for room in rooms if room != folder or folder == "jobs"]
    titles = {room: f"{room.removeprefix(f'{folder}.').replace('.', '/')}/" for room in shown}
    titles |= {"jobs": "jobs/*.py"} if "jobs" in shown else {}
    texts = {room: house.purposes[room] for room in shown}
    texts |= {"jobs": "The pipeline list and the bodies of its stages, one module each"} if "jobs" in shown else {}
    return Graph(titles, texts, {pair: n for pair, n in imports.items() if {*pair} <= {*shown}}, {})


def house_picture(house: House | None = None) -> str:
    """Floors from dags to schemas, their rooms, and arrows from who imports to what is imported."""
    house = house or read_house()
    parts: list[str] = []
    frames: dict[str, tuple[Point, Point]] = {}
    inner = svg.WIDTH - 2 * _EDGE
    side = _BOX + 2 * _SIDE
    floors = (
        (("dags", 1, inner),),
        (("jobs", 4, inner),),
        (("features", 3, inner - side - 8), ("warehouse", 1, side)),
        (("schemas", 1, inner),),
    )
    y = _EDGE
    for floor in floors:
        x, depth = _EDGE, 0.0
        drawn = []
        for folder, columns, width in floor:
            rooms, height = _floor(house, folder, (x, y), columns, width)
            drawn.append((folder, x, width, rooms))
            x, depth = x + width + 8, max(depth, height)
        for folder, left, width, rooms in drawn:
            frames[folder] = ((left, y), (width, depth))
            parts += [svg.frame((left, y), (width, depth), _TINTS[folder]), *_heading(folder, (left, y), width), *rooms]
        y += depth + _GAP
    parts += _between_floors(reduced(house.between()), frames)
    words = "An arrow leads from who imports to what is imported; what other arrows say already is left out. "
    parts.append(svg.text((_EDGE + 4, y - 10), f"{words}Dashed: against the current."))
    return svg.page(parts, y + 4, "The rooms of daily30 and who imports whom")


def _floor(house: House, folder: str, at: Point, columns: int, width: float) -> tuple[list[str], float]:
    """The rooms of a folder within its frame, and the frame's height."""
    graph = room_graph(house, folder)
    if not graph.titles:
        return [], _HEAD - 12
    gutter = (width - columns * _BOX) / (columns + 1)
    parts, drawing = diagram(graph, (at[0], at[1] + _HEAD), columns, _BOX, gutter, "below")
    return parts, _HEAD + drawing.height + 12


def _heading(folder: str, at: Point, width: float) -> list[str]:
    lines = svg.wrapped(purpose(ROOT / folder / "__init__.py"), width)[:2]
    return [
        svg.text((at[0] + 12, at[1] + 21), f"{folder}/", size=15, fill=svg.INK, bold=True),
        *(svg.text((at[0] + 12, at[1] + 37 + 13 * i), line, size=11) for i, line in enumerate(lines)),
    ]


def _between_floors(arrows: set[Arrow], frames: Mapping[str, tuple[Point, Point]]) -> list[str]:
    """Short thick arrows between floors that lie over one another."""
    parts = []
    for above, below in sorted(arrows):
        (left, top), (width, height) = frames[above]
        (other, end), (breadth, _) = frames[below]
        x = (max(left, other) + min(left + width, other + breadth)) / 2
        parts.append(svg.floor_arrow((x, top + height), (x, end)))
    return parts


def night_graph(stages: Sequence[Stage] = PIPELINE) -> Graph:
    """Stages, and arrows from the one that makes a table to the one that reads it the same night."""
    makers = {table: stage.name for stage in stages for table in stage.writes}
    flows = [(makers[table], stage.name) for stage in stages for table in stage.reads if table in makers]
    backs = {stage.name for stage in stages if any(table in LOOKBACKS for table in stage.reads)}
    return Graph(
        {s.name: f"{s.name}{' ↺' if s.name in backs else ''}" for s in stages},
        {s.name: s.doc.rstrip(".") for s in stages},
        {flow: flows.count(flow) for flow in flows},
        {s.name: _SPLIT_EDGES[s.split] for s in stages},
    )


def night_picture() -> str:
    """Stages from top to bottom in the order of their data."""
    gutter = (svg.WIDTH - 4 * _BOX) / 5
    parts, drawing = diagram(night_graph(), (0, 44), 4, _BOX, gutter, "above")
    legend = (
        (_SPLIT_EDGES["track_id"], "bucket by bucket of tracks"),
        (_SPLIT_EDGES["user_id"], "bucket by bucket of users"),
        (_SPLIT_EDGES[None], "sees everything"),
    )
    keys = [svg.key((gutter + 180 * i, 24), hue, words) for i, (hue, words) in enumerate(legend)]
    keys.append(svg.text((gutter + 540, 28), "↺ reads earlier nights too", size=11))
    return svg.page([*keys, *parts], 44 + drawing.height + _EDGE, "The stages of a night and what flows between them")
