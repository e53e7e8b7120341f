"""A pretrained reader of valence and arousal: MusiCNN and its regression head, by Essentia-TensorFlow.

Neither the package ``essentia-tensorflow`` nor the models come with daily30. The models (Alonso-Jiménez,
Bogdanov, Pons and Serra, ICASSP 2020; essentia.upf.edu/models) are licensed CC BY-NC-SA 4.0: non-commercial,
share alike, name the authors. Put these into one folder and name it in ``emotion_model.pretrained``:

- ``msd-musicnn-1.pb``: embeddings;
- ``deam-msd-musicnn-2.pb`` and ``.json``: the head and what its outputs mean, on a scale from 1 to 9.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from features.emotions.audio_model import Reading
from schemas.errors import UsageError
from warehouse.media.decode import AudioFiles, MediaError

EMBEDDING, HEAD, MEANING = "msd-musicnn-1.pb", "deam-msd-musicnn-2.pb", "deam-msd-musicnn-2.json"
RATE_HZ = 16000
MIDDLE, HALF_SCALE = 5.0, 4.0  # answers are 1 to 9
ERROR = 0.30  # assumed on both axes, not calibrated by us
_FIX = "fetch the models from essentia.upf.edu/models (CC BY-NC-SA 4.0), or leave the setting out."


class PretrainedHead:
    """Hears each track anew; a costlier ear than :class:`features.emotions.audio_model.EmotionModel`.

    Args:
        models: folder of the three files.
        audio_files: where the tracks' audio lies.
    """

    name = "essentia-deam-msd-musicnn-2"
    licence = "CC BY-NC-SA 4.0"

    def __init__(self, models: Path, audio_files: AudioFiles) -> None:
        missing = [name for name in (EMBEDDING, HEAD, MEANING) if not (models / name).is_file()]
        if missing:
            raise UsageError(f"emotion_model.pretrained: {models} lacks {', '.join(missing)}", fix=_FIX)
        self._classes = _classes(models / MEANING)
        self._audio = audio_files
        self._embed, self._judge = _algorithms(models)

    def read_track(self, track: Mapping[str, Any], features: Mapping[str, Any]) -> tuple[Reading, Reading] | None:
        """Valence and arousal of a track's audio; None when it cannot be decoded."""
        del features
        try:
            samples = self._audio.decode(track["audio_path"]).samples
        except MediaError:
            return None
        return self.read_samples(samples.mean(axis=0))

    def read_samples(self, mono: NDArray[np.float32]) -> tuple[Reading, Reading]:
        """Valence and arousal of a mono signal at 44.1 kHz [shape=(n,)]: the mean over its patches."""
        from scipy.signal import resample_poly

        heard = resample_poly(mono, 160, 441).astype(np.float32)
        answers = np.asarray(self._judge(self._embed(heard)), dtype=np.float64).mean(axis=0)
        scaled = np.clip((answers - MIDDLE) / HALF_SCALE, -1, 1)
        valence, arousal = (float(scaled[self._classes.index(axis)]) for axis in ("valence", "arousal"))
        return Reading(valence, ERROR), Reading(arousal, ERROR)

    def close(self) -> None:
        """End the decoder."""
        self._audio.close()


def _classes(meaning: Path) -> list[str]:
    """Which output is which axis, from the file that comes with the head."""
    try:
        classes = [str(name).lower() for name in json.loads(meaning.read_text(encoding="utf-8"))["classes"]]
    except (ValueError, KeyError, TypeError):
        classes = []
    if set(classes) != {"valence", "arousal"}:
        raise UsageError(f"emotion_model.pretrained: {meaning} does not name valence and arousal", fix=_FIX)
    return classes


def _algorithms(models: Path) -> tuple[Any, Any]:
    from features.audio.essentia_quiet import standard

    es = standard()
    if not hasattr(es, "TensorflowPredictMusiCNN"):
        fix = "install essentia-tensorflow in place of essentia, or leave the setting out."
        raise UsageError("emotion_model.pretrained: this Essentia is built without TensorFlow", fix=fix)
    embed = es.TensorflowPredictMusiCNN(graphFilename=str(models / EMBEDDING), output="model/dense/BiasAdd")
    return embed, es.TensorflowPredict2D(graphFilename=str(models / HEAD), output="model/Identity")
