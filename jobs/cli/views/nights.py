"""How judged nights are shown: tables for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from jobs.cli.figures import Row, Sheet, bars
from jobs.cli.views.evaluation import plain_table

_OWN = 0  # features.evaluation.afterwards.OWN, which is not imported for a table
_LONGEST, _WEEK = 30, 7
_OURS = ("lists", "ranking without rules")
_TITLES = {"new": "Songs first heard then", "all": "All songs played then"}


def draw(found: Mapping[str, Any]) -> RenderableType:
    """New songs and all songs apart: week and day, places, groups of listeners, what accuracy does not see."""
    nights = found["nights"]
    first, last = nights[0], nights[-1]
    head = Text(f"{len(nights)} nights, {first} to {last}, judged by what was played until {found['until']}: ", "bold")
    parts: list[RenderableType] = [
        head.append(f"{found['listeners']:,} listeners, means with 95 % intervals", "default")
    ]
    for songs, title in _TITLES.items():
        parts += [_week(found, songs, title), Text(), _groups(found, songs), Text()]
        if songs == "new":
            parts += [_own(found), Text()]
        parts += [_beyond(found, songs), Text()]
    parts.append(Text(f"{found['seconds']:.1f} s, {found['peak_memory_mb']:,.0f} MB", style="dim"))
    return Group(*parts)


def _week(found: Mapping[str, Any], songs: str, title: str) -> Table:
    rival = found["rivals"][songs]
    names = ("nDCG", "over", "recall", "hit", "@10", "@5", "day: nDCG", "recall")
    told = f"30 places, 7 days; nDCG of 10 and 5 places; the day after. over: nDCG less that of {rival}"
    table = plain_table(f"{title}: {told}", "", names)
    for row in _rows(found, songs, _WEEK, _LONGEST):

        def at(days: int, places: int, row: Mapping[str, Any] = row) -> Mapping[str, Any]:
            return _rows(found, songs, days, places, system=row["system"])[0]

        table.add_row(
            row["system"],
            _mean(row["ndcg"]), _mean(row["over"]), _mean(row["recall"]), _mean(row["share"]),
            *(f"{at(_WEEK, places)['ndcg']['mean']:.4f}" for places in (10, 5)),
            *(_mean(at(1, _LONGEST)[metric]) if _rows(found, songs, 1, _LONGEST, system=row["system"]) else "—"
              for metric in ("ndcg", "recall")),
        )  # fmt: skip
    return table


def _own(found: Mapping[str, Any]) -> Table:
    rows = _rows(found, "new", _WEEK, _OWN)
    places = f"{rows[0]['offered']:.1f}" if rows else "no"
    title = f"Hits in the first {places} new songs, as many as a list has; over: less those of {found['rivals']['new']}"
    table = plain_table(title, "", ("hits", "over", "share of places"))
    for row in rows:
        table.add_row(row["system"], _mean(row["hits"]), _mean(row["over"]), _mean(row["share"]))
    return table


def _groups(found: Mapping[str, Any], songs: str) -> Table:
    groups = list(dict.fromkeys(row["group"] for row in found["standings"]))
    counts = {group: _rows(found, songs, _WEEK, _LONGEST, group) for group in groups}
    shown = [group for group in groups if counts[group]]
    table = plain_table("nDCG@30 by listeners", "", [f"{group} ({counts[group][0]['listeners']:,})" for group in shown])
    for row in _rows(found, songs, _WEEK, _LONGEST):
        own = [next(r for r in counts[group] if r["system"] == row["system"]) for group in shown]
        table.add_row(row["system"], *(_mean(r["ndcg"]) for r in own))
    return table


def _beyond(found: Mapping[str, Any], songs: str) -> Table:
    names = ("covered", "Gini", "novelty bits", "heard before", "as the night before")
    table = plain_table("Beyond accuracy", "", names)
    for row in found["beyond"]:
        if row["songs"] == songs:
            overlap = "—" if row["overlap"] is None else f"{row['overlap']:.2f}"
            shares = (row["coverage"], row["gini"], row["novelty"], row["heard"])
            table.add_row(row["system"], *(f"{value:.2f}" for value in shares), overlap)
    return table


def _rows(
    found: Mapping[str, Any], songs: str, days: int, places: int, group: str = "all", system: str | None = None
) -> list[Mapping[str, Any]]:
    wanted = {"songs": songs, "days": days, "places": places, "group": group}
    if system is not None:
        wanted["system"] = system
    return [row for row in found["standings"] if all(row[name] == value for name, value in wanted.items())]


def _mean(value: Mapping[str, float] | None) -> Text:
    """A mean over its interval."""
    if value is None:
        return Text("—")
    shown = Text(_short(value["mean"]))
    return shown.append(f"\n{_short(value['low'])} {_short(value['high'])}", style="dim")


def _short(share: float) -> str:
    """A figure in a narrow cell: .0438, -.0021, 1.250."""
    return f"{share:.4f}".replace("0.", ".", 1) if abs(share) < 1 else f"{share:.3f}"


def plot(found: Mapping[str, Any], path: Path) -> None:
    """nDCG of new songs and of all, hits at the list's own places, and the lists by group beside their rival."""
    everyone = {songs: _rows(found, songs, _WEEK, _LONGEST) for songs in _TITLES}
    with Sheet(path, 2, 2, height=4.6) as panels:
        bars(panels[0], "nDCG@30, songs first heard in the week", _bars(everyone["new"], "ndcg"), _OURS, 4)
        bars(panels[1], "nDCG@30, all songs of the week", _bars(everyone["all"], "ndcg"), _OURS)
        own = _rows(found, "new", _WEEK, _OWN)
        title = f"Hits in the first {own[0]['offered']:.1f} new songs, as many as a list has" if own else "No list"
        bars(panels[2], title, _bars(own, "hits"), _OURS)
        by_group = _by_group(found)
        ours = [row[0] for row in by_group if row[0].endswith(_OURS[1])]
        bars(panels[3], "nDCG@30, songs first heard in the week, by listeners", by_group, ours, 4)


def _bars(rows: Sequence[Mapping[str, Any]], metric: str) -> list[Row]:
    return [(row["system"], row[metric]["mean"], row[metric]["low"], row[metric]["high"]) for row in rows]


def _by_group(found: Mapping[str, Any]) -> list[Row]:
    """Our ranking and its rival in every group of listeners."""
    shown = (found["rivals"]["new"], *_OURS[1:])
    rows = [r for r in found["standings"] if (r["songs"], r["days"], r["places"]) == ("new", _WEEK, _LONGEST)]
    named = [{**r, "system": f"{r['group']}: {r['system']}"} for r in rows if r["system"] in shown]
    return _bars([r for r in named if not r["group"].startswith("all")], "ndcg")
