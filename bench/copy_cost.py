"""What words by a model cost: calls and tokens of a first and a second night, and the same for a million listeners.

    python -m bench.copy_cost [HOME] [--reader] [--price-in .27] [--price-prefix .07] [--price-out 1.10]

HOME is a finished night of the sample; without one a night of 300 listeners and 300 songs is sketched. The model is
our own: it writes well, with references and claims, and never errs, so that what is counted is what the questions and
good answers take; tokens are counted as DeepSeek's documentation estimates them. The second night has the same
listeners and catalogue, and lists that avoid those of the first. Prices are per million tokens, for you to put in.
With --reader a second reader of our own reads every text and finds that all of it follows.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import polars as pl

import jobs.lists
from features.lists.params import ListParams
from features.measurement import MeasurementPolicy
from features.night import Night
from features.seeds import Seeds
from features.words.params import CopyPlanParams, WordParams
from jobs import copy, copy_plan, copy_usage, prompts, reviews
from jobs.pipeline import STAGES
from jobs.run.body import apply
from schemas import TABLES
from tests.worlds.askers import Scripted, guessed_tokens, judged, writes_well
from tests.worlds.night import night
from warehouse.lake.reader import Lake

SEEDS = Seeds(30)
Tables = dict[str, pl.DataFrame]
_OTHERS = ("evidence", "facts", "list_summaries", "daily_lists")


@dataclass(frozen=True)
class Prices:
    """Money per million tokens: of prompts, of prompts from the endpoint's cache, of answers."""

    tokens_in: float
    prefix: float
    tokens_out: float

    def of(self, tokens_in: float, prefix: float, tokens_out: float) -> float:
        """``prefix`` of ``tokens_in`` come from the endpoint's cache."""
        return ((tokens_in - prefix) * self.tokens_in + prefix * self.prefix + tokens_out * self.tokens_out) / 1e6


def words(tables: Tables, ds: Night, reader: bool) -> Tables:
    """The stages of the words of one night, each listener and review by the model."""
    llm = Scripted(writes_well, night_tokens=10**12)
    llm.reader = Scripted(lambda ask: judged(ask.user, lambda _: True)) if reader else None
    made = dict(tables)
    made |= apply(copy_plan.run, made, llm=llm, params=CopyPlanParams())
    carried = TABLES["reviews"].empty()
    made |= apply(reviews.run, made, llm=llm, params=WordParams(), seeds=SEEDS, carried=carried)
    made |= apply(copy.run, made, policy=MeasurementPolicy(), llm=llm, params=WordParams(), seeds=SEEDS, night=ds)
    return made | apply(copy_usage.run, made)


def night_of(home: Path | None) -> tuple[Tables, Night]:
    """The newest night of a home, or a sketched one, up to its lists and facts."""
    if home is None:
        sketched, ds = night(5, users=300, songs=300)
        tables = {name: TABLES[name].empty() for name in TABLES if name not in sketched} | sketched
    else:
        view = Lake(home).night()
        ds = Night(view.ds)
        tables = {name: view.frame(name) for name in {*STAGES["lists"].reads, *_OTHERS} - {"history"}}
    none = ("history", "review_history", "copy_history", "snippets")
    return tables | {name: TABLES[name].empty() for name in none}, ds


def nights(home: Path | None, reader: bool) -> tuple[Tables, Tables]:
    """The words of that night and of the one after."""
    tables, ds = night_of(home)
    first = words(tables, ds, reader)
    later = Night(ds.ds + timedelta(days=1))
    dated = pl.lit(ds.ds)
    tables["history"] = TABLES["history"].frame(first["daily_lists"].with_columns(ds=dated))
    tables["copy_history"] = TABLES["copy_history"].frame(first["list_copy"].with_columns(ds=dated))
    tables["review_history"] = TABLES["review_history"].frame(first["reviews"])
    made = apply(jobs.lists.run, tables, policy=MeasurementPolicy(), params=ListParams(), night=later, seeds=SEEDS)
    return first, words(tables | made, later, reader)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("home", type=Path, nargs="?")
    parser.add_argument("--reader", action="store_true")
    parser.add_argument("--price-in", type=float, default=0.27)
    parser.add_argument("--price-prefix", type=float, default=0.07)
    parser.add_argument("--price-out", type=float, default=1.10)
    given = parser.parse_args()
    prices = Prices(given.price_in, given.price_prefix, given.price_out)
    static = {kind: guessed_tokens(prompts.load(kind).text) for kind in ("list", "review", "reader")}
    print("night   kind    texts  asked  kept  calls  repaired  fell back  in/text  static  out/text  planned/text")
    for place, made in zip(("first", "second"), nights(given.home, given.reader), strict=True):
        songs = made["daily_lists"]["track_id"].n_unique()
        for row in made["copy_usage"].iter_rows(named=True):
            each = max(1, row["asked"])
            print(f"{place:<8}{row['kind']:<8}{row['texts']:>5}{row['asked']:>7}{row['kept']:>6}{row['calls']:>7}"
                  f"{row['repaired']:>10}{row['fell_back']:>11}{row['tokens_in'] / each:>9.0f}{static[row['kind']]:>8}"
                  f"{row['tokens_out'] / each:>10.0f}{row['tokens_planned'] / each:>14.0f}")  # fmt: skip
        users, sums = made["users"].height, made["copy_usage"].sum()
        calls, into, out = (int(sums[name].item()) for name in ("calls", "tokens_in", "tokens_out"))
        prefix = sum(static[r["kind"]] * r["calls"] for r in made["copy_usage"].iter_rows(named=True))
        thousand = 1000 / max(1, users)
        print(f"        {songs} songs in {users} lists; per 1,000 listeners: {calls * thousand:,.0f} calls, "
              f"{into * thousand:,.0f} tokens in ({prefix * thousand:,.0f} of them static), {out * thousand:,.0f} out, "
              f"{prices.of(into, prefix, out) * thousand:.2f} at these prices")  # fmt: skip
        if given.reader:
            read, into, out = (int(sums[n].item()) for n in ("readings", "reader_tokens_in", "reader_tokens_out"))
            print(f"        second reader: {read * thousand:,.0f} readings, {into * thousand:,.0f} tokens in "
                  f"({static['reader'] * read * thousand:,.0f} of them static), {out * thousand:,.0f} out, "
                  f"{prices.of(into, static['reader'] * read, out) * thousand:.2f} at these prices")  # fmt: skip


if __name__ == "__main__":
    main()
