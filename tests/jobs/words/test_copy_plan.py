"""Who gets words by a model: within the night's tokens, whoever comes first, and nothing paid twice."""

from __future__ import annotations

import json
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from features.measurement import MeasurementPolicy
from features.seeds import Seeds
from features.words.model.asking import Ask
from features.words.params import CopyPlanParams, WordParams
from jobs import copy, copy_plan, copy_usage, reviews
from jobs.run.body import apply
from schemas import TABLES
from schemas.validate import require
from tests.features.words import world
from tests.worlds.askers import Scripted, judged, writes_well

Night = dict[str, pl.DataFrame]
PARAMS = WordParams()


@pytest.fixture(scope="module")
def tables() -> Night:
    made = world.catalogue(40)
    made |= world.listeners(made, count=16, length=12)
    plays = pl.Series("plays_7d", [40 - n % 5 for n in range(16)], dtype=pl.Int32)
    made["taste"] = TABLES["taste"].frame(made["taste"].with_columns(plays))
    return made | {"review_history": TABLES["review_history"].empty()}


def planned(night: Night, llm: Any, **params: Any) -> Night:
    made = apply(copy_plan.run, night, llm=llm, params=CopyPlanParams(**params))
    for name, frame in made.items():
        require(frame, TABLES[name], where="copy_plan")
    return made


def written(night: Night, llm: Any) -> Night:
    """Both stages of words, the lists in two buckets, the later one first."""
    made = apply(reviews.run, night, llm=llm, params=PARAMS, seeds=Seeds(7), carried=TABLES["reviews"].empty())
    ids = night["users"]["user_id"].to_list()
    parts = []
    for side in (1, 0):
        own = {n: f.filter(pl.col("user_id").is_in(ids[side::2])) for n, f in night.items() if "user_id" in f.columns}
        parts.append(
            apply(
                copy.run,
                night | own,
                policy=MeasurementPolicy(),
                llm=llm,
                params=PARAMS,
                seeds=Seeds(7),
                night=world.NIGHT,
            )
        )
    made |= {name: TABLES[name].frame(pl.concat([p[name] for p in parts])) for name in parts[0]}
    for name, frame in made.items():
        require(frame, TABLES[name], where="words")
    return made


class Counting(Scripted):
    """Charges every byte it is sent and all it may answer: the most an endpoint can charge."""

    spent = 0

    def ask_all(self, asks: Any) -> Any:
        for ask in asks:
            sent = len(ask.system.encode()) + len(ask.user.encode()) + 2 * len(json.dumps(dict(ask.schema)))
            self.spent += sent + ask.max_tokens
        return super().ask_all(asks)


def test_without_an_endpoint_nothing_is_planned(tables: Night) -> None:
    made = planned(tables, None)
    assert made["list_plan"].is_empty()
    assert made["review_plan"].is_empty()


def test_the_most_active_and_the_most_heard_come_first(tables: Night) -> None:
    made = planned(tables, Scripted(writes_well, night_tokens=150_000))
    plays = dict(tables["taste"].select("user_id", "plays_7d").iter_rows())
    lists = [plays[user] for user in made["list_plan"].sort("place")["user_id"]]
    assert lists == sorted(tables["taste"]["plays_7d"], reverse=True)[: len(lists)]
    assert 0 < len(lists) < 16
    heard = made["review_plan"].sort("place")["listeners"].to_list()
    pairs = tables["daily_lists"].join(tables["users"], on="user_id").group_by("track_id", "language").len()["len"]
    assert heard == sorted(pairs, reverse=True)[: len(heard)]
    assert heard


@pytest.mark.slow
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ceiling=st.integers(0, 600_000), share=st.floats(0, 1))
def test_what_is_planned_never_costs_more_than_the_ceiling(tables: Night, ceiling: int, share: float) -> None:
    """Even where everything is wrong twice and the endpoint charges a token for every byte."""
    llm = Counting(lambda ask: {"opener": "30 " * 300}, night_tokens=ceiling or 1)
    plan = planned(tables, llm, review_share=share, tokens_per_byte=1.0)
    promised = plan["list_plan"]["tokens"].sum() + plan["review_plan"]["tokens"].sum()
    assert promised <= llm.night_tokens
    written(tables | plan, llm)
    assert llm.spent <= promised


@pytest.mark.slow
@pytest.mark.parametrize("ceiling", [90_000, 250_000, 2_000_000])
def test_nor_does_it_where_a_second_reader_lets_nothing_stand(tables: Night, ceiling: int) -> None:
    """Everything is written well twice, read twice, and every token charged that can be."""
    llm, reader = (Counting(answer, night_tokens=ceiling) for answer in (writes_well, _vetoes))
    llm.reader = reader
    plan = planned(tables, llm, tokens_per_byte=1.0)
    promised = plan["list_plan"]["tokens"].sum() + plan["review_plan"]["tokens"].sum()
    assert 0 < promised <= ceiling
    night = tables | plan | written(tables | plan, llm)
    assert llm.spent + reader.spent <= promised
    assert {len(made.rounds[0]) for made in (llm, reader)} == {night["review_plan"].height}
    for row in apply(copy_usage.run, night)["copy_usage"].iter_rows(named=True):
        assert row["readings"] == row["calls"] == 2 * row["asked"] == 2 * row["fell_back"]
        assert row["sentences_vetoed"] == row["sentences_read"] > 0 or not row["asked"]
        spent = ("tokens_in", "tokens_out", "reader_tokens_in", "reader_tokens_out")
        assert sum(row[name] for name in spent) <= row["tokens_planned"]


def _vetoes(ask: Ask) -> Any:
    return judged(ask.user, lambda _: False)


def test_another_second_reader_or_none_writes_kept_reviews_anew(tables: Night) -> None:
    def reading(name: str) -> Scripted:
        llm = Scripted(writes_well)
        llm.reader = Scripted(lambda ask: judged(ask.user, lambda _: True))
        llm.reader.name = name
        return llm

    first = written(tables | planned(tables, reading("careful")), reading("careful"))
    later = tables | {"review_history": first["reviews"]}
    assert set(planned(later, reading("careful"))["review_plan"]["action"]) == {"keep"}
    assert set(planned(later, reading("another"))["review_plan"]["action"]) == {"write"}
    assert set(planned(later, Scripted(writes_well))["review_plan"]["action"]) == {"write"}


def test_what_one_kind_leaves_the_other_takes(tables: Night) -> None:
    whole = planned(tables, Scripted(writes_well), review_share=0.0)
    assert whole["list_plan"].height == 16  # every list fits ...
    pairs = tables["daily_lists"].join(tables["users"], on="user_id").select("track_id", "language").unique()
    assert whole["review_plan"].height == pairs.height  # ... and so does every review
    reviews_first = planned(tables, Scripted(writes_well, night_tokens=200_000), review_share=1.0)
    assert reviews_first["list_plan"].height <= 1
    assert reviews_first["review_plan"].height > 10
    lists_first = planned(tables, Scripted(writes_well, night_tokens=150_000), review_share=0.0)
    assert lists_first["list_plan"].height >= 12
    assert lists_first["review_plan"].height <= 1


def test_the_plan_and_the_words_do_not_hang_on_order_or_buckets(tables: Night) -> None:
    llm = Scripted(writes_well, night_tokens=250_000)
    shuffled = {name: frame.sample(fraction=1.0, shuffle=True, seed=3) for name, frame in tables.items()}
    plan, again = planned(tables, llm), planned(shuffled, llm)
    for name, frame in plan.items():
        key = list(TABLES[name].key)
        assert frame.sort(key).equals(again[name].sort(key))
    whole = apply(
        copy.run, tables | plan, policy=MeasurementPolicy(), llm=llm, params=PARAMS, seeds=Seeds(7), night=world.NIGHT
    )
    halves = written(tables | plan, llm)
    for name in ("list_copy", "list_asks", "song_reasons"):
        key = list(TABLES[name].key)
        assert whole[name].sort(key).equals(halves[name].sort(key))


def test_a_review_is_asked_once_and_kept_while_its_facts_stay(tables: Night) -> None:
    llm = Scripted(writes_well)
    first = written(tables | planned(tables, llm), llm)
    asked = len([a for a in llm.asks if "sections" in a.user])
    assert asked == first["reviews"].height == first["review_asks"].height
    later = tables | {"review_history": first["reviews"]}
    plan = planned(later, llm)
    assert set(plan["review_plan"]["action"]) == {"keep"}
    assert plan["review_plan"]["tokens"].sum() == 0
    silent = Scripted(lambda ask: pytest.fail("asked again"))
    made = apply(
        reviews.run,
        later | plan,
        llm=silent,
        params=PARAMS,
        seeds=Seeds(7),
        carried=TABLES["reviews"].empty(),
    )
    assert made["reviews"].equals(first["reviews"])


def test_another_model_or_other_facts_write_anew(tables: Night) -> None:
    llm = Scripted(writes_well)
    first = written(tables | planned(tables, llm), llm)
    other = Scripted(writes_well)
    other.name = "another"
    later = tables | {"review_history": first["reviews"]}
    assert set(planned(later, other)["review_plan"]["action"]) == {"write"}
    tempo = pl.when(pl.col("kind") == "tempo").then(pl.col("value") + 1).otherwise(pl.col("value"))
    plan = planned(later | {"facts": tables["facts"].with_columns(value=tempo)}, llm)
    assert plan["review_plan"].filter(pl.col("action") == "write").height > 0


def test_the_account_adds_up(tables: Night) -> None:
    def often_wrong(ask: Ask) -> Any:
        size = len(ask.user) % 3
        return {"opener": "7"} if size == 0 or (size == 1 and "broke these" not in ask.user) else writes_well(ask)

    llm = Scripted(often_wrong, night_tokens=900_000)
    plan = planned(tables, llm)
    night = tables | plan | written(tables | plan, llm)
    usage = apply(copy_usage.run, night)["copy_usage"]
    require(usage, TABLES["copy_usage"], where="copy_usage")
    for row in usage.iter_rows(named=True):
        assert row["asked"] == row["by_model"] + row["repaired"] + row["fell_back"]
        assert row["texts"] == row["by_model"] + row["repaired"] + row["kept"] + row["fell_back"] + row["not_asked"]
        assert row["fell_back"] == sum(n for name, n in row.items() if name.startswith("fell_back_"))
        assert row["tokens_in"] + row["tokens_out"] <= row["tokens_planned"] <= llm.night_tokens
    assert usage["calls"].sum() == len(llm.asks)
    assert usage["repaired"].sum() > 0
    assert usage["fell_back_faults"].sum() > 0
