"""Our ranking metrics equal those of ir-measures (trec_eval) on any list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import ir_measures
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ir_measures import AP, R, nDCG

from features.evaluation import ranking

ITEMS = 12
LISTS = st.lists(st.permutations(range(ITEMS)), min_size=1, max_size=5)
LENGTHS = st.integers(1, ITEMS)
GRADES = st.lists(st.integers(0, 4), min_size=ITEMS, max_size=ITEMS).filter(any)


def _theirs(
    measure: ir_measures.Measure, lists: Sequence[Sequence[int]], grades: Sequence[Sequence[int]]
) -> Mapping[str, float]:
    """The measure of each user, whose items stand in the given order."""
    qrels = [
        ir_measures.Qrel(f"u{user}", f"i{item}", grade)
        for user, own in enumerate(grades)
        for item, grade in enumerate(own)
    ]
    run = [
        ir_measures.ScoredDoc(f"u{user}", f"i{item}", float(-rank))
        for user, own in enumerate(lists)
        for rank, item in enumerate(own)
    ]
    return {found.query_id: found.value for found in ir_measures.iter_calc([measure], qrels, run)}


def _drawn(data: st.DataObject) -> tuple[list[list[int]], list[list[int]], int]:
    lists = data.draw(LISTS)
    grades = data.draw(st.lists(GRADES, min_size=len(lists), max_size=len(lists)))
    k = data.draw(LENGTHS)
    return [list(own[:k]) for own in lists], grades, k


@given(st.data())
def test_binary_metrics_equal_ir_measures(data: st.DataObject) -> None:
    lists, grades, k = _drawn(data)
    hits = np.array([[own[item] > 0 for item in chosen] for chosen, own in zip(lists, grades, strict=True)])
    relevant = np.array([sum(grade > 0 for grade in own) for own in grades])
    binary = [[int(grade > 0) for grade in own] for own in grades]
    users = [f"u{user}" for user in range(len(lists))]
    recall, ndcg, precision = (_theirs(measure, lists, binary) for measure in (R @ k, nDCG @ k, AP @ k))
    assert ranking.recall(hits, relevant).tolist() == pytest.approx([recall[u] for u in users])
    assert ranking.ndcg(hits, relevant).tolist() == pytest.approx([ndcg[u] for u in users])
    # trec_eval divides by all relevant items, we by those that k ranks can hold
    reachable = np.minimum(relevant, k) / relevant
    ours = ranking.average_precision(hits, relevant) * reachable
    assert ours.tolist() == pytest.approx([precision[u] for u in users])


@given(st.data())
def test_graded_ndcg_equals_ir_measures(data: st.DataObject) -> None:
    lists, grades, k = _drawn(data)
    gains = np.array([[own[item] for item in chosen] for chosen, own in zip(lists, grades, strict=True)], dtype=float)
    ideal = np.array([sorted(own, reverse=True)[:k] for own in grades], dtype=float)
    theirs = _theirs(nDCG @ k, lists, grades)
    assert ranking.graded_ndcg(gains, ideal).tolist() == pytest.approx([theirs[f"u{u}"] for u in range(len(lists))])
