"""The generated pages and pictures say what the code says, and lines keep clear of the words."""

from __future__ import annotations

import re
from itertools import combinations, pairwise
from xml.etree import ElementTree

import pytest

from jobs.commands.docs import layers, made, pages, pictures, svg
from jobs.commands.docs.rooms import ROOT, read_house
from jobs.commands.docs.routes import Drawing, Line, Router, crossings
from jobs.pipeline import PIPELINE
from schemas import TABLES
from schemas.delivery import DELIVERED, required_columns

MADE = made.files()
DIAMOND = {("a", "b"): 1, ("a", "c"): 1, ("b", "d"): 2, ("c", "d"): 1, ("a", "d"): 5}


@pytest.mark.parametrize("name", MADE)
def test_generated_files_have_not_drifted(name: str) -> None:
    assert (made.DOCS / name).read_text(encoding="utf-8") == MADE[name], "run `make docs`"


def test_every_table_and_stage_is_there() -> None:
    tables, stages = pages.tables_page(), pages.stages_page()
    assert all(f"## {name}\n" in tables for name in TABLES)
    assert all(f". {stage.name}\n" in stages for stage in PIPELINE)


def test_the_guide_names_what_a_delivery_must_have() -> None:
    """docs/guide/delivering.md: one row per table, its columns as the contracts require them."""
    page = (ROOT / "docs/guide/delivering.md").read_text(encoding="utf-8")
    for table in DELIVERED:
        if table != "lyrics":
            assert f"| `{table}` | {', '.join(f'`{name}`' for name in required_columns(table))} |" in page


def test_an_arrow_that_a_longer_way_says_is_left_out() -> None:
    assert layers.reduced(DIAMOND) == {("a", "b"), ("a", "c"), ("b", "d"), ("c", "d")}


def test_the_lightest_arrow_of_a_cycle_points_up() -> None:
    grid = layers.arrange(("a", "b", "c"), {("a", "b"): 3, ("b", "c"): 2, ("c", "a"): 1}, columns=2)
    assert grid.up == (("c", "a"),)
    assert [grid.cells[n][0] for n in "abc"] == [0, 1, 2]


def test_every_arrow_points_down_and_no_two_boxes_share_a_cell() -> None:
    grid = layers.arrange(tuple("abcdefg"), {**DIAMOND, ("e", "d"): 1, ("f", "b"): 1}, columns=2)
    assert all(grid.cells[above][0] < grid.cells[below][0] for above, below in grid.down)
    assert len(set(grid.cells.values())) == len(grid.cells) == 7
    assert max(column for _, column in grid.cells.values()) == 1


@pytest.mark.parametrize("picture", ["night", "features", "jobs", "warehouse"])
def test_lines_run_round_boxes_and_never_on_one_another(picture: str) -> None:
    hubs, columns = ("above", 4) if picture == "night" else ("below", 3)
    graph = pictures.night_graph() if picture == "night" else pictures.room_graph(read_house(), picture)
    heights = {n: svg.box_height(svg.wrapped(text, 186)) for n, text in graph.texts.items()}
    grid = layers.arrange(tuple(graph.titles), graph.weights, columns)
    drawing = Router(grid, heights, 186, 26, "above" if hubs == "above" else "below").draw()
    through = [
        (line.points, box)
        for line in drawing.lines
        for box, corner in drawing.corners.items()
        if crossings(line, corner, (186, heights[box]))
    ]
    assert through == []
    assert shared(drawing) == []


def shared(drawing: Drawing) -> list[tuple[str, str]]:
    """Pairs of hubs whose lines run along one another for more than a pixel."""
    return [
        (one.hub, other.hub)
        for one, other in combinations(drawing.lines, 2)
        if (one.hub, one.rises) != (other.hub, other.rises) and overlap(one, other) > 1
    ]


def overlap(one: Line, other: Line) -> float:
    """The longest stretch that two lines have in common, in px."""
    longest = 0.0
    for a, b in pairwise(one.points):
        for c, d in pairwise(other.points):
            for along, across in ((0, 1), (1, 0)):
                if a[across] == b[across] == c[across] == d[across]:
                    low = max(min(a[along], b[along]), min(c[along], d[along]))
                    longest = max(longest, min(max(a[along], b[along]), max(c[along], d[along])) - low)
    return longest


@pytest.mark.parametrize("name", ["images/house.svg", "images/night.svg"])
def test_words_of_a_picture_stay_within_it(name: str) -> None:
    root = ElementTree.fromstring(MADE[name])
    words = root.findall("{http://www.w3.org/2000/svg}text")
    assert len(words) > 50
    for word in words:
        width = len(word.text or "") * float(word.get("font-size", 0)) * 0.6
        assert float(word.get("x", 0)) + width < svg.WIDTH


def test_the_picture_shows_every_room_and_stage() -> None:
    house, night = MADE["images/house.svg"], MADE["images/night.svg"]
    rooms = [r.partition(".")[2].replace(".", "/") for r in read_house().purposes if "." in r]
    assert [r for r in rooms if f">{r}/<" not in house] == []
    assert [s.name for s in PIPELINE if not re.search(rf">{s.name}( ↺)?<", night)] == []
