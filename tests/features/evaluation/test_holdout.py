"""Evaluation on data whose outcome is known."""

import numpy as np
import polars as pl
import pytest

from features.collaborative.params import AlsParams, CollaborativeParams, GraphFilterParams, ItemItemParams
from features.evaluation.holdout import evaluate
from features.seeds import Seeds
from schemas.errors import ContractError

PARAMS = CollaborativeParams(
    als=AlsParams(factors=4, threads=1),
    graph_filter=GraphFilterParams(rank=2),
    item_item=ItemItemParams(neighbours=5, shrinkage=0.1),
)


def pairs(*rows):
    return pl.DataFrame(rows, schema=["user", "item", "weight"], orient="row")


def two_camps():
    """Users of two camps, each of whom lacks one of the camp's six items; the missing ones are the test."""
    train: list[tuple[str, str, float]] = []
    test: list[tuple[str, str, float]] = []
    for user in range(12):
        camp = user % 2
        for item in range(6):
            row = (f"u{user}", f"c{camp}i{item}", 1.0)
            (test if item == (user // 2) % 6 else train).append(row)
    return pairs(*train), pairs(*test)


def judge(train, test, model="item_item", k=1, **more):
    return evaluate(train, test, model=model, k=k, params=PARAMS, seeds=Seeds(0), **more)


@pytest.mark.parametrize("model", ["item_item", "als", "gfcf", "blend"])
def test_every_model_finds_the_missing_item_of_the_camp(model):
    train, test = two_camps()
    found = judge(train, test, model=model)
    assert (found.recall, found.ndcg, found.map) == (1.0, 1.0, 1.0)
    assert (found.users, found.items, found.coverage, found.unknown_items) == (12, 12, 1.0, 0.0)


def test_popularity_cannot_tell_the_camps_apart():
    train, test = two_camps()
    assert judge(train, test, model="popularity").recall <= 0.5


def test_row_order_and_repeated_rows_change_nothing():
    train, test = two_camps()
    again = pl.concat([train, train.head(5)]).sample(fraction=1, shuffle=True, seed=3)
    assert judge(again, test.reverse(), model="blend", k=3) == judge(train, test, model="blend", k=3)


def test_a_user_unknown_to_train_gets_popular_items():
    train = pairs(("a", "x", 1.0), ("b", "x", 1.0), ("c", "y", 1.0))
    assert judge(train, pairs(("new", "x", 1.0))).recall == 1.0
    assert judge(train, pairs(("new", "y", 1.0))).recall == 0.0


def test_an_item_unknown_to_train_counts_as_missed():
    train = pairs(("a", "x", 1.0), ("b", "x", 1.0), ("b", "y", 1.0))
    found = judge(train, pairs(("a", "y", 1.0), ("a", "unheard", 1.0)), k=5)
    assert (found.recall, found.unknown_items) == (0.5, 0.5)


def test_weights_are_used_when_asked_for():
    train = pairs(
        ("a", "x", 9.0), ("b", "x", 900.0), ("b", "y", 900.0), ("b", "z", 0.1), ("c", "z", 5.0), ("c", "x", 1.0)
    )
    assert judge(train, pairs(("a", "y", 1.0)), weighted=True).recall == 1.0


@pytest.mark.parametrize("weight", [0.0, -1.0])
def test_nothing_positive_is_refused(weight):
    lawful, void = pairs(("a", "x", 1.0)), pairs(("a", "x", weight))
    with pytest.raises(ContractError, match="train holds no interaction"):
        judge(void, lawful)
    with pytest.raises(ContractError, match="test holds no interaction"):
        judge(lawful, void)


def test_fewer_items_than_asked_for():
    found = judge(pairs(("a", "x", 1.0), ("b", "y", 1.0)), pairs(("a", "y", 1.0)), model="popularity", k=20)
    assert found.recall == 1.0
    assert np.isfinite(found.gini)
