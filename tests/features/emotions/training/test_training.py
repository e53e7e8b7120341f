"""Training and judging on made-up corpora whose truth is known."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.audio.emotion_descriptors import NAMES
from features.emotions.audio_model import from_arrays
from features.emotions.training import fit, validate
from features.emotions.training.examples import AXES, Examples, folds

PARAMS = fit.FitParams(trees=20, folds=4)
ARTISTS = 12


def corpus(name="made", n=96, *, signs=False, noise=0.2, shift=0.0, seed=1):
    """Valence follows the third above the tonic, arousal the onset rate; the rest is chance."""
    rng = np.random.default_rng(seed)
    features = rng.normal(size=(n, len(NAMES))) + shift
    truth = np.column_stack([features[:, NAMES.index("third")], features[:, NAMES.index("onset_rate_log")]]) - shift
    labels = truth + noise * rng.normal(size=truth.shape)
    groups = np.array([f"artist {i % ARTISTS}" for i in range(n)])
    clips = np.array([f"{name} {i}" for i in range(n)])
    return Examples(name, signs, 1.0, features, np.sign(labels) if signs else 5 + 2 * labels, groups, clips)


def test_what_was_put_in_is_found_again_on_unseen_groups():
    answers = {axis: validate.out_of_fold([corpus()], axis, NAMES, PARAMS) for axis in ("valence", "arousal")}
    found = validate.scored([corpus()], answers)["made"]
    assert found["valence"] > 0.5
    assert found["arousal"] > 0.4


def test_every_recording_is_answered_once_by_readers_that_did_not_know_its_group():
    made = corpus(n=36)
    answers = validate.out_of_fold([made], "valence", NAMES, PARAMS)
    assert sorted(a.clip for a in answers) == sorted(made.clips)
    group_of = dict(zip(made.clips, made.groups, strict=True))
    readers: dict[str, set[int]] = {}
    for given_ in answers:
        readers.setdefault(group_of[given_.clip], set()).add(id(given_.readers))
    assert all(len(who) == 1 for who in readers.values())


def test_chance_labels_score_as_chance():
    rng = np.random.default_rng(3)
    made = corpus()
    chance = Examples("chance", True, 1.0, made.features, rng.choice([-1.0, 1.0], (96, 2)), made.groups, made.clips)
    answers = validate.out_of_fold([chance], "valence", NAMES, PARAMS)
    assert 0.3 < validate.score(True, *validate.said(answers, "chance")) < 0.7


def test_corpora_of_other_scale_and_level_help_each_other():
    corpora = [corpus("a", 48), corpus("b", 48, signs=True, seed=2), corpus("c", 48, shift=0.5, seed=3)]
    answers = {"valence": validate.out_of_fold(corpora, "valence", NAMES, PARAMS)}
    assert all(scores["valence"] > 0.4 for scores in validate.scored(corpora, answers).values())


def test_unlabelled_axes_are_left_out():
    made = corpus()
    made.labels[::2, 0] = np.nan
    assert len(validate.out_of_fold([made], "valence", NAMES, PARAMS)) == 48
    assert len(fit.pool([made], 0, *fit.scaling([made])).targets) == 48


def test_expected_errors_grow_where_real_errors_do():
    made = corpus(n=192, noise=0.0)
    strange = np.abs(made.features).mean(axis=1)
    rng = np.random.default_rng(5)
    noisy = made.labels + (strange > np.median(strange))[:, None] * rng.normal(0, 6, (192, 2))
    uneven = Examples("uneven", False, 1.0, made.features, noisy, made.groups, made.clips)
    answers = validate.out_of_fold([uneven], "valence", NAMES, PARAMS)
    expected, real = validate.expected_and_real(answers, PARAMS)["uneven"]
    assert expected.mean() == pytest.approx(real.mean(), rel=0.25)
    half = expected > np.median(expected)
    assert real[half].mean() > real[~half].mean()


def test_flattened_trees_answer_as_scikit_learn():
    from sklearn.ensemble import ExtraTreesRegressor

    rng = np.random.default_rng(7)
    rows = rng.normal(size=(80, 5)).astype(np.float32)
    grown = ExtraTreesRegressor(12, random_state=1).fit(rows, rows[:, 0] * rows[:, 1])
    flat = fit.flatten([tree.tree_ for tree in grown.estimators_])
    asked = rng.normal(size=(50, 5)).astype(np.float32)
    assert [flat.each(row).mean() for row in asked] == pytest.approx(grown.predict(asked), abs=1e-6)
    lone = fit.flatten([ExtraTreesRegressor(1).fit(rows, np.ones(80)).estimators_[0].tree_])
    assert lone.each(rows[0]).tolist() == [1.0]


def test_the_same_data_give_the_same_weights_that_read_as_they_were_fitted():
    def weights():
        made = [corpus(n=48)]
        centre, spread = fit.scaling(made)
        readers = {a: fit.fit(fit.pool(made, i, centre, spread), a, NAMES, PARAMS) for i, a in enumerate(AXES)}
        return fit.arrays(readers, centre, spread), readers, centre, spread

    (one, readers, centre, spread), (two, *_) = weights(), weights()
    assert all(np.array_equal(one[key], two[key]) for key in one)
    stored = one | {"name": np.array("x"), "licence": np.array("y"), "descriptors": np.array(NAMES)}
    row = corpus(seed=9).features[0]
    fitted = readers["valence"].read(np.clip((row - centre) / spread, -3, 3)).value
    assert from_arrays(stored).read(row)[0].value == pytest.approx(fitted, abs=0.01)


@given(st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=60), st.integers(1, 9), st.integers(0, 99))
def test_folds_keep_groups_whole(groups, count, seed):
    found = folds(np.array(groups), count, np.random.default_rng(seed))
    assert len(found) == len(groups)
    assert set(found) <= set(range(count))
    assert all(len(set(found[np.array(groups) == g])) == 1 for g in set(groups))


@pytest.mark.parametrize(("said", "expected"), [([1, 2, 3, 4], 1.0), ([4, 3, 2, 1], 0.0), ([1, 1, 1, 1], 0.5)])
def test_the_area_under_the_curve(said, expected):
    assert validate.score(True, np.array([-1, -1, 1, 1]), np.array(said, float)) == expected
