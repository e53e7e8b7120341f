"""Figures for reports: a sheet of panels, bars with intervals."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.axes import Axes

INK, SOFT, PALE = "#1b6ca8", "#e07a3f", "#c9d6df"
Row = tuple[str, float, float, float]
"""Name, mean, ends of its interval."""


class Sheet:
    """A figure of panels, saved when its block ends."""

    def __init__(self, path: Path, rows: int, columns: int, height: float = 3.9) -> None:
        import matplotlib as mpl

        mpl.use("agg")
        mpl.rcParams["svg.hashsalt"] = "daily30"
        from matplotlib import pyplot

        self._path, self._pyplot = path, pyplot
        self._figure, axes = pyplot.subplots(rows, columns, figsize=(6.4 * columns, height * rows), squeeze=False)
        self._panels = list(axes.ravel())

    def __enter__(self) -> list[Axes]:
        return self._panels

    def __exit__(self, *failure: object) -> None:
        self._figure.tight_layout()
        if failure[0] is None:
            plain = {"Date": None} if self._path.suffix == ".svg" else {"Software": None}
            self._figure.savefig(self._path, dpi=130, metadata=plain)
        self._pyplot.close(self._figure)


def bars(panel: Axes, title: str, rows: list[Row], ours: Collection[str] = (), digits: int = 3) -> None:
    """Horizontal bars with intervals, the first row on top; ``ours`` stand out, all where none is named."""
    panel.set_title(title, loc="left", fontsize=11)
    plain(panel)
    if not rows:
        panel.text(0.5, 0.5, "nothing to show yet", ha="center", va="center", transform=panel.transAxes, color="grey")
        panel.set_xticks([])
        panel.set_yticks([])
        return
    places = list(range(len(rows)))[::-1]
    means = [row[1] for row in rows]
    errors = [[mean - row[2] for mean, row in zip(means, rows, strict=True)],
              [row[3] - mean for mean, row in zip(means, rows, strict=True)]]  # fmt: skip
    colours = [INK if row[0] in ours or not ours else PALE for row in rows]
    panel.barh(places, means, xerr=errors, color=colours, height=0.7, ecolor="#444", capsize=2)
    panel.set_yticks(places, [row[0] for row in rows])
    panel.set_xlim(0, max(row[3] for row in rows) * 1.16 or 1)
    for place, row in zip(places, rows, strict=True):
        panel.annotate(
            f"{row[1]:.{digits}f}", (row[3], place), (4, 0), textcoords="offset points", va="center", fontsize=8
        )


def plain(panel: Axes) -> None:
    for side in ("top", "right"):
        panel.spines[side].set_visible(False)
    panel.tick_params(labelsize=9, length=0)
