"""``daily30 train emotions``: hear labelled recordings, judge by cross-validation, write weights."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from features.audio.emotion_descriptors import NAMES, emotion_descriptors
from features.emotions.training import validate
from features.emotions.training.examples import AXES, Examples
from features.emotions.training.fit import FitParams, arrays, fit, pool, scaling
from jobs.commands.train.corpora import Corpus
from schemas.errors import UsageError
from warehouse.media.decode import AudioFiles, MediaError

WEAK = ("scenes",)  # hints of use, not of listeners: for measuring only
Hear = Callable[[NDArray[np.float32]], Sequence[float]]
Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Trained:
    """What a training run found.

    Args:
        weights: arrays of the weights file.
        scores: by corpus and axis; ``unseen`` when nothing of the corpus was in training.
        answers: out-of-fold answers by axis.
        errors: expected and real errors by axis and corpus.
    """

    weights: dict[str, NDArray[Any]]
    scores: dict[str, dict[str, float]]
    unseen: dict[str, dict[str, float]]
    answers: dict[str, list[validate.Answer]]
    errors: dict[str, dict[str, tuple[NDArray[np.float64], NDArray[np.float64]]]]


def hear(corpus: Corpus, cache: Path, tell: Tell, what: str = "emotion", listen: Hear | None = None) -> Examples:
    """Descriptors of every recording of a corpus; what was heard before is read from ``cache``.

    Recordings that cannot be decoded are told and left out.
    """
    listen = listen or emotion_descriptors
    heard, kept = [], []
    folder = cache / what / corpus.name
    folder.mkdir(parents=True, exist_ok=True)
    with AudioFiles(corpus.clips[0].path.parent) as files:
        for clip in corpus.clips:
            version = zlib.crc32(f"{clip.path.stat().st_size}|{what}|{'|'.join(NAMES)}".encode())
            known = folder / f"{clip.path.name}.{version:08x}.npy"
            if not known.is_file():
                try:
                    samples = files.decode(clip.path.name).samples
                except MediaError as error:
                    tell(f"{clip.path.name}: {error}")
                    continue
                np.save(known, np.array(listen(np.ascontiguousarray(samples.mean(axis=0)))))
            heard.append(np.load(known, allow_pickle=False))
            kept.append(clip)
    return Examples(
        name=corpus.name,
        signs=corpus.signs,
        weight=1.0,
        features=np.array(heard),
        labels=np.array([(c.valence, c.arousal) for c in kept]),
        groups=np.array([c.group for c in kept]),
        clips=np.array([c.path.name for c in kept]),
    )


def train(examples: Sequence[Examples], params: FitParams, tell: Tell) -> Trained:
    """Judge and fit; weak corpora are only measured."""
    taught = [e for e in examples if e.name not in WEAK]
    if not taught:
        raise UsageError("only weak labels were found", fix="add recordings that listeners have labelled.")
    centre, spread = scaling(taught)
    answers: dict[str, list[validate.Answer]] = {}
    readers, unseen, errors = {}, {}, {}
    for axis in AXES:
        tell(f"{axis}: cross-validation over {len(taught)} corpora")
        answers[axis] = validate.out_of_fold(taught, axis, NAMES, params)
        errors[axis] = validate.expected_and_real(answers[axis], params)
        data = pool(taught, AXES.index(axis), centre, spread)
        readers[axis] = fit(data, axis, NAMES, params, validate.calibrate(answers[axis]))
        unseen[axis] = [given for held in examples for given in _unseen(held, taught, axis, params)]
    return Trained(
        weights=arrays(readers, centre, spread) | {"descriptors": np.array(NAMES)},
        scores=validate.scored(taught, answers),
        unseen=validate.scored(examples, unseen),
        answers=answers,
        errors=errors,
    )


def _unseen(held: Examples, taught: Sequence[Examples], axis: str, params: FitParams) -> list[validate.Answer]:
    """Answers about a corpus by readers that saw nothing of it; none where it is the only one."""
    rest = [t for t in taught if t is not held]
    targets = held.standard(AXES.index(axis))
    return validate.answer(rest, held, axis, NAMES, params, targets) if rest else []
