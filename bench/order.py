"""How good is the order: against the exact optimum on lists of nine, and beside random order.

python -m bench.order --home HOME [--plot docs/images/order.png]
python -m bench.order --sketch 7
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

import numpy as np

from bench.lists import of_home
from bench.measure import SEEDS
from features.lists import build
from features.lists.inputs import ListInputs
from features.lists.params import ListParams
from features.lists.sequencing import Lists, costs, order, path_length, shortest
from features.lists.songs import Floats, Ints
from features.measurement import MeasurementPolicy
from jobs.run.body import gather
from tests.worlds.sketch import Sketch, sketch

_SMALL = 9


def exact(distance: Floats) -> Floats:
    """Length of each list's best path, by dynamic programming over subsets (Held and Karp 1962).

    Args:
        distance: as :func:`features.lists.sequencing.costs` returns it [shape=(lists, n + 2, n + 2)].
    """
    count, n = len(distance), distance.shape[1] - 2
    best = np.full((count, 1 << n, n), np.inf)
    for last in range(n):
        best[:, 1 << last, last] = distance[:, n, last]
    for subset in range(1, 1 << n):
        for last in range(n):
            before = subset & ~(1 << last)
            if subset >> last & 1 and before:
                best[:, subset, last] = (best[:, before] + distance[:, :n, last]).min(axis=1)
    shortest_path: Floats = (best[:, -1] + distance[:, :n, n + 1]).min(axis=1)
    return shortest_path


def served(app: Sketch) -> Lists:
    """All full lists of a night, songs best score first."""
    params = ListParams()
    made = build.bucket(gather(ListInputs, app.tables), params, MeasurementPolicy(), app.night)
    found = build.assemble(made, params, SEEDS)
    full = found.songs == params.songs
    pairs = np.take_along_axis(found.pairs[full], np.argsort(found.place[full], axis=1), axis=1)
    return build.order_inputs(pairs, made)


def taken(lists: Lists, columns: Ints) -> Lists:
    """Some songs of each list [columns: shape=(lists, m)]."""
    m = columns.shape[1]
    rows = np.arange(len(columns))[:, None]
    return Lists(
        **{name: getattr(lists, name)[rows, columns] for name in Lists.__slots__ if name != "score_rank"},
        score_rank=np.broadcast_to(np.arange(m) / (m - 1), columns.shape),
    )


def small(lists: Lists, rng: np.random.Generator) -> Lists:
    """Nine random songs of each list, best score first."""
    lots = rng.random(lists.tempo.shape)
    return taken(lists, np.sort(np.argsort(lots, axis=1)[:, :_SMALL], axis=1))


def steps(lists: Lists, paths: Ints) -> tuple[Floats, Floats]:
    """Octaves of tempo (folded) and steps on the circle of fifths between neighbours, where both are known."""
    tempo = np.log2(np.take_along_axis(lists.tempo, paths, axis=1))
    octaves = np.abs(np.diff(tempo, axis=1))
    octaves = np.abs(octaves - np.round(octaves))
    key = np.take_along_axis(lists.key, paths, axis=1)
    place = (key % 12 + 3 * (key // 12)) % 12 * 7 % 12
    apart = np.abs(np.diff(place, axis=1))
    fifths = np.minimum(apart, 12 - apart)[(key[:, 1:] >= 0) & (key[:, :-1] >= 0)]
    return octaves[~np.isnan(octaves)], fifths.astype(np.float64)


def felt(lists: Lists, paths: Ints) -> tuple[float, float, float]:
    """(mean step of tempo in BPM, share of lists with a step over ``jump_bpm``, mean step of energy)."""
    bpm = np.abs(np.diff(np.take_along_axis(lists.tempo, paths, axis=1), axis=1))
    energy = np.abs(np.diff(np.take_along_axis(lists.energy, paths, axis=1), axis=1))
    jumps = (bpm > ListParams().order.jump_bpm).any(axis=1)
    return float(np.nanmean(bpm)), float(jumps.mean()), float(np.nanmean(energy))


def nearest(lists: Lists) -> Ints:
    """The tour that always goes on to the nearest song left, from the best one; places by score do not count."""
    distance = costs(lists, replace(ListParams().order, decline=0.0))
    count, n = lists.tempo.shape
    rows, left = np.arange(count), np.ones((count, n), dtype=bool)
    path = np.zeros((count, n), dtype=np.int64)
    for place in range(1, n):
        left[rows, path[:, place - 1]] = False
        path[:, place] = np.where(left, distance[rows, path[:, place - 1], :n], np.inf).argmin(axis=1)
    return path


def plot(lists: Lists, paths: Ints, random: Ints, path: Path) -> None:
    """Shares of tempo and key steps, served beside random order."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, (left, right) = pyplot.subplots(1, 2, figsize=(9, 3.2), layout="constrained")
    ours, theirs = steps(lists, paths), steps(lists, random)
    edges = np.linspace(0, 0.5, 11)
    for values, label, colour in ((ours, "served", "#2a6f97"), (theirs, "random order", "#c9c9c9")):
        share = np.histogram(values[0], edges)[0] / len(values[0])
        offset = 0.011 if label == "served" else 0.034
        left.bar(edges[:-1] + offset, 100 * share, 0.022, label=label, color=colour)
        share = np.bincount(values[1].astype(int), minlength=7) / len(values[1])
        right.bar(np.arange(7) + (-0.2 if label == "served" else 0.2), 100 * share, 0.4, label=label, color=colour)
    left.set(title="Tempo between neighbours", xlabel="octaves apart, double and half time folded", ylabel="% of steps")
    right.set(title="Key between neighbours", xlabel="steps on the circle of fifths")
    for axes in (left, right):
        axes.spines[["top", "right"]].set_visible(False)
    left.legend(frameon=False)
    figure.savefig(path, dpi=150, metadata={"Software": None})


def _trust_and_rest(lists: Lists, paths: Ints) -> tuple[float, float]:
    first, last = paths[:, :1], paths[:, -1:]
    opens = np.take_along_axis(lists.trust, first, axis=1).mean()
    return float(opens), float(np.nanmean(np.take_along_axis(lists.arousal, last, axis=1)))


def report(lists: Lists, rng: np.random.Generator, image: Path | None) -> None:
    params = ListParams().order
    few = small(lists, rng)
    distance = costs(few, params)
    excess = path_length(distance, shortest(distance)) / exact(distance) - 1
    print(f"{len(excess)} lists of {_SMALL}: above the optimum by {excess.mean():.2%} on average, "
          f"{np.quantile(excess, 0.95):.2%} at the 95 % quantile, {excess.max():.2%} at most; "
          f"{(excess < 1e-6).mean():.0%} optimal")  # fmt: skip
    paths = order(lists, params)
    random = np.argsort(rng.random(lists.tempo.shape), axis=1)
    for name, order_of in (
        ("served", paths), ("nearest", nearest(lists)), ("random", random), ("by score", np.sort(paths, axis=1))
    ):  # fmt: skip
        octaves, fifths = steps(lists, order_of)
        artists = np.take_along_axis(lists.artists[:, :, 0], order_of, axis=1)
        opens, ends = _trust_and_rest(lists, order_of)
        bpm, jumps, energy = felt(lists, order_of)
        beside = int((artists[:, 1:] == artists[:, :-1]).sum())
        length = path_length(costs(lists, params), order_of).mean()
        print(f"  {name:<9} cost {length:6.2f}; a step: {octaves.mean():.3f} octaves, {bpm:.1f} BPM, "
              f"{fifths.mean():.2f} fifths, {energy:.3f} energy; "
              f"{jumps:.0%} of lists with a step over {params.jump_bpm:.0f} BPM; "
              f"{beside} artists beside themselves; first song's trust {opens:.2f}, "
              f"last one's arousal {ends:.2f}")  # fmt: skip
    if image:
        plot(lists, paths, random, image)
        print(f"  plotted to {image}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", type=Path)
    parser.add_argument("--sketch", type=int, default=7)
    parser.add_argument("--plot", type=Path)
    given = parser.parse_args()
    app = of_home(given.home) if given.home else sketch(given.sketch)
    report(served(app), np.random.default_rng(30), given.plot)


if __name__ == "__main__":
    main()
