"""Weights of a blend: learned where enough is known, the fallback elsewhere."""

from dataclasses import replace

import numpy as np
import pytest

from features.collaborative.blend import BestPart, Blend, Popularity, builders
from features.collaborative.content_profile import ContentProfile
from features.collaborative.fusion import learn, parted
from features.collaborative.item_item import ItemItem
from features.collaborative.params import BlendParams, ItemItemParams
from tests.features.collaborative.small import PARAMS, camps

LEARN = BlendParams(fallback={"good": 1.0, "bad": 3.0}, users_from=8, k=5, depth=20, share=0.3)
PARTS = {"good": lambda: ItemItem(ItemItemParams(50, 1.0)), "bad": Popularity}


def noise(items=24):
    return ContentProfile(np.random.default_rng(7).standard_normal((items, 6)).astype(np.float32))


def test_pairs_are_parted_without_loss_and_always_alike():
    matrix = camps()
    splits = list(parted(matrix, LEARN))
    assert len(splits) == LEARN.draws
    for known, held in splits:
        assert ((known + held) != matrix).nnz == 0
        assert known.multiply(held).nnz == 0
        assert held.nnz / matrix.nnz == pytest.approx(0.3, abs=0.08)
    assert (splits[0][1] != splits[1][1]).nnz > 0
    assert (next(parted(matrix, LEARN))[1] != splits[0][1]).nnz == 0


def test_the_part_that_finds_what_was_held_out_gets_the_weight():
    found = learn(parted(camps(), LEARN), {"good": PARTS["good"], "noise": noise}, LEARN)
    assert found.learned
    assert found.listeners > 100
    assert found.weights["good"] > 0.7
    assert sum(found.weights.values()) == pytest.approx(1.0, abs=1e-3)


def test_the_blend_is_never_below_its_parts_on_what_it_learned_from():
    found = learn(parted(camps(seed=4), LEARN), {**PARTS, "noise": noise}, LEARN)
    assert found.quality["blend"] >= max(v for name, v in found.quality.items() if name != "blend")


def test_too_few_listeners_leave_the_fallback():
    thin = learn(parted(camps(users=5), LEARN), PARTS, LEARN)
    assert not thin.learned
    assert thin.weights == {"bad": 0.75, "good": 0.25}
    assert thin.quality == {}
    none = learn([], PARTS, LEARN)
    assert (none.learned, none.listeners) == (False, 0)


def test_learning_stops_when_enough_listeners_were_judged():
    matrix = camps()
    one = learn(parted(matrix, LEARN), PARTS, replace(LEARN, users=40))
    assert one.listeners == 40
    assert one == learn([next(parted(matrix, LEARN))], PARTS, replace(LEARN, users=40))


def test_a_later_day_may_teach_the_weights():
    matrix = camps()
    known, later = next(parted(matrix, LEARN))
    blend = Blend(PARTS, LEARN).fit_with(matrix, learn([(known, later)], PARTS, LEARN))
    assert blend.fusion.learned
    assert set(blend.parts) == {name for name, weight in blend.fusion.weights.items() if weight > 0}


def test_parts_without_weight_are_not_fitted():
    class Never(Popularity):
        def fit(self, matrix):
            pytest.fail("fitted")

    blend = Blend({**PARTS, "never": Never}, replace(LEARN, users_from=10_000)).fit(camps())
    assert sorted(blend.parts) == ["bad", "good"]


def test_the_default_blend_names_its_parts():
    assert set(builders(PARAMS)) == {"item_item", "item_item_calm", "gfcf", "ease", "als_a"}
    with pytest.raises(KeyError):
        Blend(PARTS, replace(LEARN, fallback={"unknown": 1.0}, users_from=10_000)).fit(camps())


def test_quality_never_passes_one_where_the_catalogue_is_shorter_than_the_list():
    matrix = camps(items=6)
    found = learn(parted(matrix, LEARN), PARTS, replace(LEARN, k=20, depth=150))
    assert found.quality
    assert all(0 <= value <= 1 for value in found.quality.values())


def test_the_best_part_serves_alone_and_the_first_by_name_where_too_little_is_known():
    matrix = camps()
    found = BestPart({"noise": noise, "own": PARTS["good"]}, LEARN).fit(matrix)
    assert list(found.parts) == ["own"]
    assert (found.score(matrix).argmax(axis=1) == PARTS["good"]().fit(matrix).score(matrix).argmax(axis=1)).all()
    few = BestPart({"b": PARTS["good"], "a": PARTS["bad"]}, LEARN).fit(camps(users=5))
    assert list(few.parts) == ["a"]
