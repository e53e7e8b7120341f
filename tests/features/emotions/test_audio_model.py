"""The trained model: what is shipped, how it is asked, what it may not do."""

from __future__ import annotations

import io
import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.audio.emotion_descriptors import NAMES
from features.emotions import theory
from features.emotions.audio_model import load, shipped
from jobs.tools.emotion_model import open_emotion_model
from schemas.errors import UsageError

ROWS = st.lists(st.floats(-60, 60), min_size=len(NAMES), max_size=len(NAMES))


def middling(**changes):
    """The average training recording, some descriptors moved by so many deviations."""
    model = shipped()
    row = model.centre.copy()
    for name, deviations in changes.items():
        at = NAMES.index(name)
        row[at] += deviations * model.spread[at]
    return row


def test_the_shipped_weights_fit_the_descriptors_and_name_their_licence():
    model = shipped()
    assert model.descriptors == NAMES
    assert model.name.startswith("daily30-emotions-")
    assert "non-commercial" in model.licence
    assert set(theory.AROUSAL) | set(theory.VALENCE) <= set(NAMES)


@given(ROWS)
@settings(max_examples=60, deadline=None)
def test_any_descriptors_are_answered_within_bounds(row):
    for reading in shipped().read(row):
        assert -1 <= reading.value <= 1
        assert 0 < reading.error <= 1
    assert shipped().read(row) == shipped().read(list(row))


def test_density_raises_arousal_and_major_raises_valence():
    busy = {n: s * 1.5 for n, s in theory.AROUSAL.items()}
    calm = {n: -d for n, d in busy.items()}
    assert shipped().read(middling(**busy))[1].value > 0.4 > -0.4 > shipped().read(middling(**calm))[1].value
    bright = {n: s * 1.5 for n, s in theory.VALENCE.items()}
    sad = {n: -d for n, d in bright.items()}
    assert shipped().read(middling(**bright))[0].value > 0.25 > -0.25 > shipped().read(middling(**sad))[0].value


def test_an_answer_about_nothing_in_particular_expects_to_be_more_wrong_than_a_clear_one():
    clear = middling(**{n: s * 1.5 for n, s in theory.AROUSAL.items()})
    assert shipped().read(clear)[1].error < shipped().read(middling())[1].error


def test_without_a_setting_the_shipped_model_and_with_none_the_formula(tmp_path):
    assert open_emotion_model(tmp_path, {}) is shipped()
    assert open_emotion_model(tmp_path, {"weights": "none"}) is None


@pytest.mark.parametrize("content", [b"", b"not an archive", "pickle", "other"])
def test_a_file_that_holds_no_model_is_refused_and_never_executed(tmp_path, content):
    if isinstance(content, str):
        held = io.BytesIO()
        array = np.array([{"a": 1}], dtype=object) if content == "pickle" else np.array(json.dumps({}))
        np.savez(held, name=array, allow_pickle=True)
        content = held.getvalue()
    (tmp_path / "w.npz").write_bytes(content)
    with pytest.raises(UsageError, match="holds no emotion model"):
        open_emotion_model(tmp_path, {"weights": "w.npz"})
    with pytest.raises(UsageError):
        open_emotion_model(tmp_path, {"weights": "absent.npz"})


def test_weights_survive_the_way_through_a_file(tmp_path):
    from importlib.resources import files

    copied = tmp_path / "w.npz"
    copied.write_bytes(files("features.emotions").joinpath("weights.npz").read_bytes())
    assert load(copied).read(middling(level_db=1)) == shipped().read(middling(level_db=1))
