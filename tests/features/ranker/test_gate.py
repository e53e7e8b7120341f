"""The ranker learns what is true, and serves only when it is better."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
import polars as pl
import pytest

from features.lists.params import ListParams
from features.ranker import learn
from features.ranker.examples import examples
from features.ranker.gate import BASELINES, judge, ndcg
from features.ranker.inputs import RankerInputs
from features.ranker.learn import fit_linear, fit_offsets, fit_trees
from features.ranker.params import RankerParams
from features.ranker.scorer import FEATURES, Ranker, of_row, of_settings
from features.ranker.tables import tonight
from features.ranker.weights import Weights
from schemas import TABLES
from schemas.validate import check
from tests.features.ranker.world import NIGHT, TRUE, nights, shuffled
from tests.frames import rows

PARAMS = ListParams()
NOTHING = TABLES["ranker_history"].empty()
NO_REPLAY = TABLES["ranking_replay"].empty()
RNG = np.random.default_rng


def run(history, plays, before=NOTHING, params=PARAMS, replay=NO_REPLAY):
    given = RankerInputs(history, replay, before, plays)
    return tonight(given, params.weights, params.ranker, NIGHT, RNG(1))


@pytest.fixture(scope="module")
def past():
    return nights()


def trial(out, name):
    return out["ranker_trials"].row(by_predicate=pl.col("contender") == name, named=True)


def test_a_first_night_serves_the_settings():
    out = run(TABLES["ranking_history"].empty(), TABLES["plays"].empty())
    assert out["ranker"]["kind"].to_list() == ["settings"]
    assert "1000 needed" in trial(out, "gate")["reason"]
    for name, frame in out.items():
        assert check(frame, TABLES[name]) == []


def test_of_many_listeners_a_share_is_logged():
    played = rows("plays", [{"user_id": f"u{n}", "track_id": "t"} for n in range(8)])
    few = replace(PARAMS, ranker=replace(PARAMS.ranker, logged_listeners=2))
    nothing = TABLES["ranking_history"].empty()
    assert run(nothing, played, params=few)["ranker"]["logged_share"].to_list() == [0.25]
    assert run(nothing, played)["ranker"]["logged_share"].to_list() == [1.0]
    assert run(nothing, played.clear())["ranker"]["logged_share"].to_list() == [1.0]


def test_a_better_ranker_is_promoted(past):
    """The settings rank by energy hardly at all; past nights say that it matters."""
    out = run(*past)
    assert out["ranker"]["kind"].item() in ("linear", "trees")
    assert out["ranker"]["learnt_until"].item() == NIGHT.days_before(2)
    assert out["ranker_trials"]["serves"].sum() == 1
    assert trial(out, "serving")["reason"] == "replaced"
    assert trial(out, "linear")["ndcg"] > trial(out, "serving")["ndcg"]
    for name, frame in out.items():
        assert check(frame, TABLES[name]) == []


def test_a_worse_ranker_is_refused_and_the_last_good_one_stays(past):
    """Past nights whose plays were shuffled teach nonsense; the last night shows it."""
    history, plays = past
    last = pl.col("local_date") == NIGHT.ds
    early = plays.filter(~last)
    nonsense = early.with_columns(track_id=pl.concat_str(pl.col("track_id").str.head(2), _scrambled(early)))
    good = of_row(_served(history, plays), PARAMS.weights)
    out = run(history, pl.concat([nonsense, plays.filter(last)]).unique(), before=_past(good))
    assert out["ranker"]["kind"].item() == "linear"
    assert out["ranker"]["weights"].item().to_list() == pytest.approx(good.weights.tolist(), rel=1e-6)
    assert trial(out, "serving")["serves"]
    assert trial(out, "linear")["reason"].startswith("does not beat serving")
    assert trial(out, "trees")["reason"].startswith("does not beat serving")


def _scrambled(plays):
    rng = RNG(8)
    return pl.Series([f"{t:03d}" for t in rng.integers(0, 40, plays.height)])


def _served(history, plays):
    return run(history, plays, params=ListParams(ranker=RankerParams(trees=1, leaves=2, leaf_pairs=10**6)))["ranker"]


def _past(ranker):
    row = {
        "ds": [NIGHT.days_before(1)], "kind": ["linear"], "features": [list(FEATURES)],
        "weights": [ranker.weights.tolist()], "trees": [None], "learnt_until": [NIGHT.days_before(3)],
    }  # fmt: skip
    return TABLES["ranker_history"].frame(pl.DataFrame(row, schema=TABLES["ranker_history"].schema()))


def test_trees_serve_where_the_truth_is_not_linear():
    history, plays = nights(count=6, users=80, nonlinear=True)
    out = run(history, plays, params=ListParams(ranker=RankerParams(trees=80, leaf_pairs=50)))
    assert out["ranker"]["kind"].item() == "trees"
    ranker = of_row(out["ranker"], PARAMS.weights)
    x = np.full((2, len(FEATURES)), 0.4)
    x[1, [FEATURES.index("tempo"), FEATURES.index("mood")]] = 0.8
    low, high = ranker.score(x)
    assert high > low + 1


def test_the_judging_day_teaches_nothing(past):
    """Other plays on ds change the verdict's figures, never the weights."""
    history, plays = past
    last = pl.col("local_date") == NIGHT.ds
    given = examples(history, plays, FEATURES, NIGHT)
    other = examples(history, plays.filter(~last), FEATURES, NIGHT)
    yesterday = given.night.max()
    before, alone = given.where(given.night < yesterday), other.where(other.night < yesterday)
    assert before.features.tobytes() == alone.features.tobytes()
    assert before.played.tobytes() == alone.played.tobytes()


def test_habit_is_explained_and_not_learnt(past):
    """The weights of what is true come back although plays follow habit as much."""
    given = examples(past[0], past[1], FEATURES, NIGHT)
    weights = dict(zip(FEATURES, fit_linear(given, np.zeros(len(FEATURES)), RankerParams(ridge=1e-6)), strict=True))
    # Three songs a list are played, not one with replacement: all weights come back somewhat smaller.
    assert 0.75 * TRUE["liking"] < weights["liking"] <= TRUE["liking"]
    assert weights["energy"] / weights["liking"] == pytest.approx(TRUE["energy"] / TRUE["liking"], rel=0.15)
    assert abs(weights["genre"]) < 0.4
    score = given.features[:, [FEATURES.index(n) for n in TRUE]] @ np.array(list(TRUE.values()))
    beside = fit_offsets(score, given)
    assert beside[0] == pytest.approx(0.85, abs=0.15)
    assert beside[1] / beside[0] == pytest.approx(0.8, abs=0.15)


def test_known_and_new_songs_are_never_in_one_list(past):
    given = examples(past[0], past[1], FEATURES, NIGHT)
    known = given.offsets[:, 0] > 0
    counts = np.bincount(given.group, known)
    assert set(counts / given.sizes) == {0.0, 1.0}
    assert (np.bincount(given.group, given.played) > 0).all()


def test_the_order_of_rows_does_not_matter(past):
    history, plays = past
    one, two = run(history, plays), run(shuffled(history), shuffled(plays))
    for name in one:
        assert one[name].equals(two[name])


def test_ndcg_of_a_worked_list():
    history, plays = nights(count=1, users=1, tracks=8)
    given = examples(history, plays, FEATURES, NIGHT)
    assert ndcg(given.played, given) == pytest.approx([1, 1])
    upside_down = ndcg(-given.played, given)
    best = sum(1 / np.log2(np.arange(2, 5)))
    assert upside_down[0] == pytest.approx(sum(1 / np.log2(np.array([2, 3, 4]) + 1)) / best)


def test_an_equal_contender_does_not_replace_the_serving_one(past):
    given = examples(past[0], past[1], FEATURES, NIGHT)
    last = given.where(given.night == given.night.max())
    serving = of_settings(Weights())
    both, popular = serving.score(last.features), last.features[:, FEATURES.index("popular")]
    scores = {"serving": both, "linear": both} | dict.fromkeys(BASELINES, popular)
    verdicts = {t.contender: t for t in judge(scores, last, RankerParams(), RNG(0))}
    assert verdicts["serving"].serves
    assert verdicts["linear"].reason.startswith("does not beat serving")


def test_a_ranker_learnt_on_other_features_is_not_used():
    ranker = _past(Ranker("linear", np.ones(len(FEATURES))))
    renamed = ranker.with_columns(features=pl.Series([[*FEATURES[:-1], "another"]]))
    assert of_row(renamed, Weights()).kind == "settings"


def test_nights_logged_with_other_features_teach_nothing(past):
    """After an upgrade the lake still holds logs of fewer features."""
    history, plays = past
    oldest = history["ds"].min()
    fewer = pl.when(pl.col("ds") == oldest).then(pl.col("features").list.head(3)).otherwise("features")
    found = examples(history.with_columns(features=fewer), plays, FEATURES, NIGHT)
    left = examples(history.filter(pl.col("ds") > oldest), plays, FEATURES, NIGHT)
    assert found.features.tobytes() == left.features.tobytes()
    assert check(history.with_columns(features=fewer), TABLES["ranking_history"]) == []


def test_trees_are_text_that_scores_the_same_again(past):
    given = examples(past[0], past[1], FEATURES, NIGHT)
    score = given.features.sum(axis=1)
    text = fit_trees(given, score, RankerParams())
    assert text == fit_trees(given, score, RankerParams())
    ranker = Ranker("trees", np.zeros(len(FEATURES)), text)
    some = given.features[:50]
    assert ranker.score(some)[7] == pytest.approx(ranker.score(some[7:8])[0], abs=0)
    assert learn.fit_offsets(score, given).shape == (5,)


def test_plays_skipped_or_after_ds_are_no_labels():
    history, plays = nights(count=2, users=3)
    skipped = plays.with_columns(skipped=pl.lit(True))
    assert len(examples(history, skipped, FEATURES, NIGHT).played) == 0
    late = plays.with_columns(local_date=pl.col("local_date") + timedelta(days=10))
    assert len(examples(history, late, FEATURES, NIGHT).played) == 0
