"""The pretrained reader: wiring and refusals, with stand-ins for the networks (no models are shipped)."""

from __future__ import annotations

import json
from types import SimpleNamespace

import numpy as np
import pytest

from features.audio import essentia_quiet
from jobs.tools import pretrained_head
from jobs.tools.emotion_model import open_emotion_model
from schemas.errors import UsageError
from warehouse.media.probe import MediaError


@pytest.fixture
def models(tmp_path):
    folder = tmp_path / "models"
    folder.mkdir()
    for name in (pretrained_head.EMBEDDING, pretrained_head.HEAD):
        (folder / name).write_bytes(b"graph")
    (folder / pretrained_head.MEANING).write_text(json.dumps({"classes": ["valence", "arousal"]}), encoding="utf-8")
    return folder


@pytest.fixture
def networks(monkeypatch):
    """Stand-ins that note what they were asked and answer 7 (valence) and 3 (arousal) on two patches."""
    asked = {}

    def algorithm(kind, answer):
        def make(**options):
            def run(signal):
                asked[kind] = {**options, "shape": np.shape(signal)}
                return answer

            return run

        return make

    fake = SimpleNamespace(
        TensorflowPredictMusiCNN=algorithm("embed", np.zeros((2, 200))),
        TensorflowPredict2D=algorithm("judge", np.array([[8.0, 3.0], [6.0, 3.0]])),
    )
    monkeypatch.setattr(essentia_quiet, "standard", lambda: fake)
    return asked


def test_answers_from_1_to_9_become_the_circumplex(tmp_path, models, networks):
    head = open_emotion_model(tmp_path, {"pretrained": "models"})
    valence, arousal = head.read_samples(np.zeros(44100 * 4, np.float32))
    assert (valence.value, arousal.value) == (0.5, -0.5)
    assert networks["embed"]["shape"] == (16000 * 4,)
    assert networks["judge"]["graphFilename"].endswith("deam-msd-musicnn-2.pb")
    assert "NC" in head.licence


def test_the_order_of_outputs_is_read_from_the_models_own_description(tmp_path, models, networks):
    (models / pretrained_head.MEANING).write_text(json.dumps({"classes": ["arousal", "valence"]}), encoding="utf-8")
    valence, arousal = open_emotion_model(tmp_path, {"pretrained": "models"}).read_samples(np.zeros(44100, np.float32))
    assert (valence.value, arousal.value) == (-0.5, 0.5)


def test_a_track_that_cannot_be_decoded_is_left_to_the_formula(models, networks):
    class Silent:
        def decode(self, audio_path):
            raise MediaError("missing_file", audio_path)

    assert pretrained_head.PretrainedHead(models, Silent()).read_track({"audio_path": "x.mp3"}, {}) is None


def test_missing_files_are_named(tmp_path, models, networks):
    (models / pretrained_head.HEAD).unlink()
    with pytest.raises(UsageError, match="lacks deam-msd-musicnn-2") as refused:
        open_emotion_model(tmp_path, {"pretrained": "models"})
    assert "CC BY-NC-SA" in refused.value.fix


@pytest.mark.parametrize("meaning", ["", "[]", '{"classes": ["happy"]}'])
def test_a_head_of_unknown_meaning_is_refused(tmp_path, models, networks, meaning):
    (models / pretrained_head.MEANING).write_text(meaning, encoding="utf-8")
    with pytest.raises(UsageError, match="does not name valence and arousal"):
        open_emotion_model(tmp_path, {"pretrained": "models"})


def test_an_essentia_without_tensorflow_is_said_so(tmp_path, models, monkeypatch):
    monkeypatch.setattr(essentia_quiet, "standard", SimpleNamespace)
    with pytest.raises(UsageError, match="without TensorFlow"):
        open_emotion_model(tmp_path, {"pretrained": "models"})
