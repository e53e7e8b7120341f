"""The tool ``emotion_model``: who reads valence and arousal out of the sound."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

from features.audio.emotion_descriptors import NAMES
from features.emotions.audio_model import load, shipped
from features.emotions.describe import SoundReader
from jobs.run.sections import parsed
from schemas.errors import UsageError

NONE = "none"


@dataclass(frozen=True, slots=True)
class EmotionModelSettings:
    """Settings section ``[emotion_model]``.

    Args:
        weights: a file that ``daily30 train emotions`` wrote, relative to home; without it the
            weights that come with daily30 (research data, see ``docs/models/emotions.md``); ``"none"``
            leaves the sound to the hand-set formula, which holds no fitted weights.
        pretrained: a folder of Essentia-TensorFlow models, relative to home, heard instead;
            see :mod:`jobs.tools.pretrained_head` for files and licence.
    """

    weights: str | None = None
    pretrained: str | None = None


def open_emotion_model(home: Path, settings: Mapping[str, Any], **_: Any) -> SoundReader | None:
    """The reader of the section ``[emotion_model]``; None for the formula."""
    wanted: EmotionModelSettings = parsed(EmotionModelSettings, "emotion_model", settings)
    if wanted.pretrained is not None:
        from jobs.tools.pretrained_head import PretrainedHead
        from warehouse.media.decode import open_audio_files

        return PretrainedHead(home / wanted.pretrained, open_audio_files(home))
    if wanted.weights is None:
        return shipped()
    if wanted.weights.lower() == NONE:
        return None
    path = home / wanted.weights
    fix = "write one with `daily30 train emotions --data DIR --out FILE`, or leave the setting out."
    try:
        model = load(path)
    except (OSError, EOFError, ValueError, KeyError, BadZipFile) as error:
        raise UsageError(f"emotion_model.weights: {path} holds no emotion model ({error})", fix=fix) from None
    if model.descriptors != NAMES:
        raise UsageError(f"emotion_model.weights: {path} was trained on other descriptors", fix=fix)
    return model
