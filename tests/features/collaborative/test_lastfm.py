"""The default blend on last.fm's public split; no setting was chosen with its test file."""

import os
from pathlib import Path

import pytest

from features.collaborative.params import CollaborativeParams
from features.evaluation.holdout import evaluate
from features.evaluation.pairs import Format, parse
from features.seeds import Seeds

DATA = Path(os.environ.get("DAILY30_TEST_DATA", Path(__file__).parents[4] / "shared" / "data"))
SPLIT = DATA / "listening" / "lastfm_split"


def read(name):
    with (SPLIT / name).open() as lines:
        return parse(lines, Format.PAIRS, name)


@pytest.mark.data
@pytest.mark.slow
@pytest.mark.skipif(not SPLIT.is_dir(), reason="no acceptance data")
def test_the_blend_reaches_recall_284_and_ndcg_225():
    found = evaluate(
        read("data1.txt"), read("test1.txt"), model="blend", k=20, params=CollaborativeParams(), seeds=Seeds(0)
    )
    assert found.recall >= 0.284
    assert found.ndcg >= 0.225
