"""How fast and how varied is the built-in writer, on fifteen nights of the sample without its audio.

    python -m bench.writing                        300 listeners, 300 songs, seed 7
    python -m bench.writing --users 1000 --seed 8
    python -m bench.writing --home HOME            the newest night of a sample home, told fifteen times

Speed is told per second of processor time: of one process, then of two at once. Openers, hashtags and intros are
timed from a listener's rows to the finished row, their grounding check included; so are
the reasons and paragraphs of thirty songs each. distinct-n is the share of different
n-grams (characters in Chinese, words in English) among all of them, names, numbers and
titles taken out; reuse is the share of sentence frames that a listener had within the
fourteen nights before.
"""

from __future__ import annotations

import argparse
import re
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, fields
from datetime import timedelta
from multiprocessing import get_context
from pathlib import Path

import polars as pl

import jobs.facts
import jobs.lists
from features.lists.params import ListParams
from features.measurement import MeasurementPolicy
from features.night import Night
from features.seeds import Seeds
from features.words.facts.songs import songs
from features.words.params import FactParams, WordParams
from features.words.writer import list_briefs, review_briefs
from features.words.writer.inputs import BriefTables
from jobs.run.body import apply, gather
from schemas import TABLES
from tests.worlds.sketch import Tables, sketch
from warehouse.lake.reader import Lake

SEEDS = Seeds(30)
NIGHTS = 14
_READS = tuple(field.name for field in fields(BriefTables))
_VALUES = re.compile(r"《[^》]*》|“[^”]*”|「[^」]*」|[0-9]+(?:[–:][0-9]+)?%?")


@dataclass(frozen=True)
class World:
    """The tables that words are made of, and the night they are for."""

    tables: Tables
    night: Night


def of_sketch(seed: int, users: int, songs_: int) -> World:
    """A night of the sketch, its lists and facts."""
    app = sketch(seed, users, songs_)
    tables = app.tables | apply(
        jobs.lists.run, app.tables, policy=MeasurementPolicy(), params=ListParams(), night=app.night, seeds=SEEDS
    )
    return World(_with_facts(tables), app.night)


def of_lake(home: Path) -> World:
    """The newest finished night of a home."""
    night = Lake(home).night()
    names = {*_READS, "audio_features", "lyrics", "neighbours"} - {"facts", "copy_history"}
    return World(_with_facts({n: night.frame(n) for n in names}), Night(night.ds))


def _with_facts(tables: Tables) -> Tables:
    tables = {"lyrics": TABLES["lyrics"].empty(), "copy_history": TABLES["copy_history"].empty()} | tables
    tables |= jobs.facts.links(tracks=tables["tracks"])
    return tables | apply(jobs.facts.run, tables, policy=MeasurementPolicy(), params=FactParams())


def opened(world: World) -> list_briefs.ListBriefs:
    """What the words of one night are made of."""
    tables = gather(BriefTables, world.tables)
    return list_briefs.ListBriefs(tables, world.night, SEEDS, WordParams(), MeasurementPolicy())


def fifteen_nights(world: World) -> tuple[World, pl.DataFrame]:
    """The last of fifteen nights with the history before it, and every night's words."""
    history, said = TABLES["copy_history"].empty(), []
    for ago in range(NIGHTS, -1, -1):
        night = Night(world.night.ds - timedelta(days=ago))
        world_then = World(world.tables | {"copy_history": history}, night)
        at = opened(world_then)
        made = TABLES["list_copy"].frame([at.list_copy(order) for order in at.orders()])
        said.append(made.with_columns(ds=pl.lit(night.ds)))
        if ago:
            history = pl.concat([history, TABLES["copy_history"].frame(said[-1])])
    return World(world.tables | {"copy_history": history}, world.night), pl.concat(said)


def speeds(world: World, seconds: float = 3.0) -> dict[str, float]:
    """Lists a second for words and for reasons, reviews a second, and seconds to open the list_briefs."""
    began = time.perf_counter()
    at = opened(world)
    open_s = time.perf_counter() - began
    rates = {"desk opened [s]": open_s}
    rates["openers, hashtags and intros [lists/s]"] = _rate(
        lambda: sum(1 for order in at.orders() if at.list_copy(order)), seconds
    )
    orders = list(at.orders())
    rates["30 reasons and paragraphs [lists/s]"] = _rate(
        lambda: sum(1 for order in orders if at.song_reasons(order)[0]), seconds
    )
    briefs = _briefs(world)
    rates["reviews [/s]"] = _rate(
        lambda: sum(1 for brief in briefs if review_briefs.builtin(brief, SEEDS, WordParams())),
        seconds,
    )
    return rates


def _rate(work: Callable[[], int], seconds: float) -> float:
    """Pieces of work a second of processor time, so that other work on the machine does not count."""
    work()  # frames and look-ups load on first use
    done, began = 0, time.process_time()
    while (spent := time.process_time() - began) < seconds:
        done += work()
    return done / spent


def _briefs(world: World) -> list[review_briefs.ReviewBrief]:
    wanted = review_briefs.needed(world.tables["daily_lists"], world.tables["users"])
    near = review_briefs.beside(world.tables["neighbours"], world.tables["tracks"], wanted["track_id"])
    known = songs(world.tables["facts"], [*wanted["track_id"], *near.values()])
    return [
        review_briefs.ReviewBrief(known[track], known.get(near.get(track, "")), language, "k", listeners)
        for track, language, listeners in wanted.iter_rows()
    ]


def variety(said: pl.DataFrame) -> Iterator[tuple[str, str, float]]:
    """(language, measure, value) over all nights."""
    for language in ("zh", "en"):
        rows = said.filter(pl.col("language") == language)
        if rows.is_empty():
            continue
        for column in ("opener", "intro"):
            texts = [_VALUES.sub("", text) for text in rows[column]]
            yield language, f"different {column}s", rows[column].n_unique() / rows.height
            for n in (1, 2, 3, 4):
                grams = [g for text in texts for g in _grams(text, n, language)]
                yield language, f"{column} distinct-{n}", len(set(grams)) / max(1, len(grams))
        yield language, "frames", float(rows["frame_ids"].explode().n_unique())
        yield language, "frames reused within 14 nights", _reuse(rows)


def _grams(text: str, n: int, language: str) -> list[tuple[str, ...]]:
    units = text.replace(" ", "") if language == "zh" else text.lower().split()
    return [tuple(units[i : i + n]) for i in range(len(units) - n + 1)]


def _reuse(rows: pl.DataFrame) -> float:
    again = total = 0
    for _, nights in rows.sort("user_id", "ds").group_by("user_id", maintain_order=True):
        before: list[set[str]] = []
        for ids in nights["frame_ids"].to_list():
            seen = set().union(*before[-NIGHTS:])
            again += sum(i in seen for i in ids)
            total += len(ids)
            before.append(set(ids))
    return again / max(1, total)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", type=Path)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--users", type=int, default=300)
    parser.add_argument("--songs", type=int, default=300)
    given = parser.parse_args()
    world = of_lake(given.home) if given.home else of_sketch(given.seed, given.users, given.songs)
    world, said = fifteen_nights(world)
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        alone = pool.submit(speeds, world).result()
        both = [f.result() for f in [pool.submit(speeds, world) for _ in range(2)]]
    print(f"{'':<44}{'one core':>12}{'two cores':>14}")
    for name, rate in alone.items():
        together = max(r[name] for r in both) if name.endswith("[s]") else sum(r[name] for r in both)
        print(f"{name:<44}{rate:>12.2f}{together:>14.2f}")
    print(f"\n{'over fifteen nights':<44}{'zh':>12}{'en':>14}")
    found = {(measure, language): value for language, measure, value in variety(said)}
    for measure in dict.fromkeys(m for m, _ in found):
        cells = (found.get((measure, language), float("nan")) for language in ("zh", "en"))
        print(f"{measure:<44}" + "".join(f"{c:>{w}.4g}" for c, w in zip(cells, (12, 14), strict=True)))


if __name__ == "__main__":
    main()
