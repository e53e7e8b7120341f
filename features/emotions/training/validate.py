"""Cross-validation: the model and its rivals on the same folds, and how far expected errors can be trusted.

Within a corpus, groups stay together and the other corpora are always in training. "Unseen" means
that nothing of the corpus was in training at all: what a new catalogue should expect.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from features.emotions.audio_model import Readers, standardise
from features.emotions.training.examples import AXES, LABEL_SPREAD, Doubles, Examples, folds
from features.emotions.training.fit import FitParams, expect_errors, fit, pool, scaling

Rival = Callable[[Doubles, Doubles, Doubles], Doubles]
LEAST_SCORED = 30  # recordings under which a score says nothing


@dataclass(frozen=True, slots=True)
class Answer:
    """What was said of a recording that was not in training.

    Args:
        readers: who said it.
        row: its standardised descriptors [shape=(d,)].
        target: its label, standardised within the corpus.
    """

    corpus: str
    clip: str
    readers: Readers
    row: Doubles
    target: float


def out_of_fold(corpora: Sequence[Examples], axis: str, names: Sequence[str], params: FitParams) -> list[Answer]:
    """One answer per labelled recording of every corpus, each by readers that did not know its group."""
    answers = []
    for corpus in corpora:
        rest = [other for other in corpora if other is not corpus]
        split = split_of(corpus, params)
        targets = corpus.standard(AXES.index(axis))
        for fold in np.unique(split):
            train = [*rest, corpus.take(split != fold)] if (split != fold).any() else rest
            answers += answer(train, corpus.take(split == fold), axis, names, params, targets[split == fold])
    return answers


def split_of(corpus: Examples, params: FitParams) -> NDArray[np.int64]:
    """The folds of a corpus: the same for the model and for every rival."""
    rng = np.random.default_rng([params.seed, zlib.crc32(corpus.name.encode())])
    return folds(corpus.groups, min(params.folds, len(set(corpus.groups))), rng)


def answer(
    train: Sequence[Examples], held: Examples, axis: str, names: Sequence[str], params: FitParams, targets: Doubles
) -> list[Answer]:
    """Answers about ``held`` by readers trained on ``train``."""
    centre, spread = scaling(train)
    readers = fit(pool(train, AXES.index(axis), centre, spread), axis, names, params)
    rows = standardise(held.features, centre, spread)
    known = np.flatnonzero(np.isfinite(targets))
    return [Answer(held.name, str(held.clips[i]), readers, rows[i], float(targets[i])) for i in known]


def score(signs: bool, targets: Doubles, said: Doubles) -> float:
    """Area under the ROC curve for signs, else Spearman's rank correlation (0 for one answer to all)."""
    from scipy.stats import rankdata, spearmanr

    if not signs and np.ptp(said) == 0:
        return 0.0
    if not signs:
        return float(spearmanr(targets, said).statistic)
    positive = targets > 0
    ranks = rankdata(said)[positive]
    plus, minus = int(positive.sum()), int((~positive).sum())
    return float((ranks.sum() - plus * (plus + 1) / 2) / (plus * minus))


def rivals() -> dict[str, Rival]:
    """Ways to answer from (training rows, labels, rows): what the model must beat."""
    return {"majority": _majority, "linear": _linear, "trees": _trees}


def judge_rival(rival: Rival, corpus: Examples, features: Doubles, axis: str, params: FitParams) -> float:
    """Score of a rival by cross-validation within one corpus, on any descriptors [shape=(n, any)]."""
    known = np.isfinite(corpus.labels[:, AXES.index(axis)])
    labels, rows, split = corpus.labels[known, AXES.index(axis)], features[known], split_of(corpus, params)[known]
    predicted = np.zeros(len(labels))
    for fold in np.unique(split):
        train = split != fold
        centre, spread = rows[train].mean(axis=0), np.maximum(rows[train].std(axis=0), 1e-9)
        predicted[~train] = rival(
            standardise(rows[train], centre, spread), labels[train], standardise(rows[~train], centre, spread)
        )
    return score(corpus.signs, labels, predicted)


def _majority(rows: Doubles, labels: Doubles, asked: Doubles) -> Doubles:
    del rows
    return np.full(len(asked), 1.0 if (labels > 0).mean() >= 0.5 else -1.0)


def _linear(rows: Doubles, labels: Doubles, asked: Doubles) -> Doubles:
    from sklearn.linear_model import RidgeCV

    said: Doubles = RidgeCV(np.logspace(0, 4, 9)).fit(rows, labels).predict(asked)
    return said


def _trees(rows: Doubles, labels: Doubles, asked: Doubles) -> Doubles:
    from sklearn.ensemble import ExtraTreesRegressor

    said: Doubles = (
        ExtraTreesRegressor(300, min_samples_leaf=2, max_features=0.3, random_state=0).fit(rows, labels).predict(asked)
    )
    return said


def calibrate(answers: Sequence[Answer]) -> Doubles:
    """Coefficients of the expected error from out-of-fold answers."""
    return expect_errors([a.readers for a in answers], [a.row for a in answers], np.array([a.target for a in answers]))


def expected_and_real(answers: Sequence[Answer], params: FitParams) -> dict[str, tuple[Doubles, Doubles]]:
    """By corpus: expected errors, calibrated on the other half of the folds, and real ones."""
    rng = np.random.default_rng(params.seed)
    half = rng.permutation(len(answers)) % 2
    found: dict[str, list[tuple[float, float]]] = {}
    for side in (0, 1):
        error = calibrate([a for a, h in zip(answers, half, strict=True) if h != side])
        for given, h in zip(answers, half, strict=True):
            if h == side:
                expected = float(np.clip(given.readers.doubts(given.row) @ error, 0.05, 1.0))
                real = abs(LABEL_SPREAD * given.target - given.readers.read(given.row).value)
                found.setdefault(given.corpus, []).append((expected, real))
    return {name: (np.array([e for e, _ in pairs]), np.array([r for _, r in pairs])) for name, pairs in found.items()}


def said(answers: Sequence[Answer], corpus: str) -> tuple[Doubles, Doubles]:
    """Targets and values of one corpus."""
    own = [a for a in answers if a.corpus == corpus]
    return np.array([a.target for a in own]), np.array([a.readers.read(a.row).value for a in own])


def scored(corpora: Sequence[Examples], answers: Mapping[str, Sequence[Answer]]) -> dict[str, dict[str, float]]:
    """Score by corpus and axis, where there are recordings enough."""
    table: dict[str, dict[str, float]] = {}
    for corpus in corpora:
        for axis, given in answers.items():
            targets, values = said(given, corpus.name)
            if len(targets) >= LEAST_SCORED:
                table.setdefault(corpus.name, {})[axis] = score(corpus.signs, targets, values)
    return table
