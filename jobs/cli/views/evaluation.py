"""How evaluations are shown: tables for people, plots for reports."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from jobs.cli.figures import PALE, SOFT, Row, Sheet, bars, plain

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_FILE = ("recall", "ndcg", "map", "coverage", "gini", "novelty", "diversity", "unknown_items")
_ACCURACY = {"recall": "recall", "ndcg": "nDCG", "map": "MAP", "recall_new": "recall of new"}
_BEYOND = {
    "novelty": "novelty bits", "diversity": "diverse", "calibration": "mix KL nats", "heard": "heard before",
    "repeats": "repeats",
}  # fmt: skip
_LISTS = "daily lists"


def draw_file(result: Mapping[str, Any]) -> Table:
    """One model on two files."""
    title = f"{result['model']}: top {result['k']} for {result['users']:,} users of {result['items']:,} items"
    table = Table("metric", "value", "95 % interval", title=title, title_justify="left")
    for name in _FILE:
        interval = result.get(f"{name}_interval")
        table.add_row(
            name,
            "—" if result[name] is None else f"{result[name]:.4f}",
            f"{interval[0]:.4f} - {interval[1]:.4f}" if interval else "",
        )
    table.add_row("seconds", f"{result['seconds']:.1f}")
    table.add_row("peak memory", f"{result['peak_memory_mb']:,.0f} MB")
    return table


def draw_home(result: Mapping[str, Any]) -> RenderableType:
    """Every split of a home: systems, groups of listeners, sources; then past nights side by side."""
    parts: list[RenderableType] = []
    for trial in result["trials"]:
        if not trial["served"]:
            parts += [_heading(trial, result["k"]), _systems(trial), _by_group(trial), _sources(trial)]
    if served := [trial for trial in result["trials"] if trial["served"]]:
        parts.append(_nights(served))
    if not parts:
        parts.append(Text("Nobody played anything on the days to predict.", style="yellow"))
    parts.append(Text(f"{result['seconds']:.1f} s, {result['peak_memory_mb']:,.0f} MB", style="dim"))
    return Group(*parts)


def _heading(trial: Mapping[str, Any], k: int) -> Text:
    first, last = trial["tested"]
    days = str(first) if first == last else f"{first} to {last}"
    line = Text(f"Learned from plays until {trial['train_until']}, predicting {days}: ", style="bold")
    return line.append(f"top {k} for {trial['users']:,} listeners, means with 95 % intervals", style="default")


def _systems(trial: Mapping[str, Any]) -> RenderableType:
    rows = [s for s in trial["results_by_group"] if s["group"] == "all"]
    return _tables("Systems, all listeners", rows, "system")


def _by_group(trial: Mapping[str, Any]) -> RenderableType:
    rows = [s for s in trial["results_by_group"] if s["system"] == _LISTS]
    return _tables("Daily lists, by history of the listener", rows, "group")


def _tables(title: str, rows: Sequence[Mapping[str, Any]], label: str) -> RenderableType:
    """Accuracy with its intervals, and under it what accuracy does not see."""
    first = plain_table(title, label, ("listeners", *_ACCURACY.values()))
    for row in rows:
        first.add_row(row[label], f"{row['users']:,}", *(_mean(row["metrics"].get(n), True) for n in _ACCURACY))
    second = plain_table(None, label, (*_BEYOND.values(), "covered", "Gini"))
    for row in rows:
        cells = [_mean(row["metrics"].get(name), False) for name in _BEYOND]
        second.add_row(row[label], *cells, f"{row['coverage']:.2f}", f"{row['gini']:.2f}")
    return Group(first, second, Text())


def plain_table(title: str | None, label: str, columns: Iterable[str]) -> Table:
    """A table without lines: ``label`` over its first column, figures in the others, to the right."""
    table = Table(
        title=title, title_justify="left", title_style="bold", box=None, header_style="cyan", padding=(0, 1, 0, 0)
    )
    table.add_column(label, no_wrap=True)
    for name in columns:
        table.add_column(name, justify="right")
    return table


def _mean(value: Mapping[str, float] | None, interval: bool) -> Text:
    if value is None:
        return Text("—")
    if not interval:
        return Text(f"{value['mean']:.2f}")
    shown = Text(f"{value['mean']:.3f}")
    return shown.append(f"\n{_short(value['low'])}–{_short(value['high'])}", style="dim")


def _short(share: float) -> str:
    """A share in a narrow cell: .438."""
    return f"{share:.3f}".removeprefix("0")


def _sources(trial: Mapping[str, Any]) -> Table:
    title = "Candidates, by source: how many, and how much of the predicted days they hold"
    names = ("candidates", "per listener", "only here", "recall", "recall only here", "recall of new", "played")
    table = plain_table(title, "source", names)
    for row in trial["sources"]:
        shares = (row["unique_share"], row["recall"], row["recall_only"], row["recall_new"], row["hit_share"])
        cells = ["—" if x is None else f"{x:.3f}" for x in shares]
        table.add_row(row["source"], f"{row['candidates']:,}", f"{row['per_user']:.1f}", *cells)
    return table


def _nights(served: Iterable[Mapping[str, Any]]) -> RenderableType:
    rows = _past(served)
    return _tables("Lists as served on past nights, against the day they were served on", rows, "night")


def _past(trials: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """SystemResult of the lists of each past night."""
    found = [(t, s) for t in trials if t["served"] for s in t["results_by_group"]]
    return [{**s, "night": str(t["train_until"])} for t, s in found if (s["system"], s["group"]) == (_LISTS, "all")]


def plot_file(result: Mapping[str, Any], path: Path) -> None:
    """Recall, nDCG and MAP of one model, with intervals."""
    names = ("recall", "ndcg", "map")
    with Sheet(path, 1, 1) as panels:
        title = f"{result['model']}: top {result['k']}, {result['users']:,} users"
        bars(panels[0], title, [(_ACCURACY[n], result[n], *result[f"{n}_interval"]) for n in names])


def plot_home(result: Mapping[str, Any], path: Path) -> None:
    """nDCG by system and by group, recall by source; past nights, or recall of what was new while there are none."""
    trials = result["trials"]
    with Sheet(path, 2, 2) as panels:
        k, past = result["k"], _past(trials)
        first = next((t for t in trials if not t["served"]), None)
        everyone = [s for s in first["results_by_group"] if s["group"] == "all"] if first else []
        mine = [s for s in first["results_by_group"] if s["system"] == _LISTS] if first else []
        bars(panels[0], f"nDCG@{k}, all listeners", _rows(everyone, "system", "ndcg"), (_LISTS,))
        bars(panels[1], f"nDCG@{k} of the daily lists, by history", _rows(mine, "group", "ndcg"))
        _stacked(panels[2], first["sources"] if first else [])
        if past:
            bars(panels[3], f"nDCG@{k} of past nights' lists, as served", _rows(past, "night", "ndcg"))
        else:
            bars(
                panels[3],
                f"Recall@{k} of songs new to the listener",
                _rows(everyone, "system", "recall_new"),
                (_LISTS,),
            )


def _rows(rows: Iterable[Mapping[str, Any]], label: str, metric: str) -> list[Row]:
    found = [(row[label], row["metrics"][metric]) for row in rows if metric in row["metrics"]]
    return [(name, m["mean"], m["low"], m["high"]) for name, m in found]


def _stacked(panel: Axes, sources: list[Mapping[str, Any]]) -> None:
    """Recall by source; the part that no other source finds stands out."""
    panel.set_title("Recall of the predicted days, by candidate source", loc="left", fontsize=11)
    plain(panel)
    places = list(range(len(sources)))[::-1]
    only = [row["recall_only"] for row in sources]
    panel.barh(places, [row["recall"] for row in sources], color=PALE, height=0.7, label="found by others too")
    panel.barh(places, only, color=SOFT, height=0.7, label="found only here")
    panel.set_yticks(places, [row["source"] for row in sources])
    panel.set_xlim(0, max((row["recall"] for row in sources), default=1) * 1.16 or 1)
    for place, row in zip(places, sources, strict=True):
        at = (row["recall"], place)
        panel.annotate(f"{row['recall']:.3f}", at, (4, 0), textcoords="offset points", va="center", fontsize=8)
    panel.legend(loc="center right", bbox_to_anchor=(1, 0.48), fontsize=8, frameon=False)
