"""A listener's own parameters, what is everybody's held fixed: latent taste, weights of content, patience.

Given the rest, a listener's loss is that of the whole model over their own occasions, with the
same ridge penalties. It is convex in what is the listener's own, so a few Newton steps end at the
one minimum, whoever else there is. The alternation of alternating least squares, with the
likelihood of the choice model in the place of squares.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from features.choice.model import ridge
from features.choice.occasions import Occasions
from features.choice.params import ChoiceParams
from features.choice.shared import Shared
from features.days import DESIGN, KINDS

_STEPS = 25  # Newton steps; about four are enough
_CLOSE = 1e-3  # gain of a step below which it is the last, as a share of the loss
_UNUSABLE = -1e9


@dataclass(frozen=True, slots=True)
class Own:
    """What is a listener's own.

    Args:
        latent: p(u) [shape=(factors,)]; taste: w(u); day_off: what is their own on days off [shape=(contents,)].
        patience: less of it, more skips.
    """

    latent: np.ndarray
    taste: np.ndarray
    day_off: np.ndarray
    patience: float

    @classmethod
    def none(cls, shared: Shared) -> Own:
        """Of a listener of whom no choice is known."""
        return cls(np.zeros(shared.factors), np.zeros(shared.contents), np.zeros(shared.contents), 0.0)

    def vector(self, shared: Shared, kind: int) -> np.ndarray:
        """p(u), w(u) + shift(u, d) and 1, on a day of this kind [shape=(factors + contents + 1,)]."""
        shift = DESIGN[kind] @ shared.days + DESIGN[kind, 0] * self.day_off
        return np.concatenate([self.latent, self.taste + shift, [1.0]])


def fold_in(given: Occasions, shared: Shared, params: ChoiceParams) -> Own:
    """The likeliest own parameters of one listener.

    Args:
        given: the listener's, satiation faded by what is everybody's memory.
    """
    case = _Case.of(given, shared)
    charge = _charges(case.rows.shape[1] + 1, shared, params)
    own = np.zeros(len(charge))
    here = _At.of(own, charge, case)
    for _ in range(_STEPS):
        slope, curve = _slopes(here, charge, case)
        step = np.linalg.solve(curve, slope)
        while (moved := _At.of(own - step, charge, case)).loss > here.loss:  # too far: half the way
            step /= 2
        own, gain, here = own - step, here.loss - moved.loss, moved
        if gain <= _CLOSE * here.loss:
            break
    latent, taste, day_off, patience = np.split(own, np.cumsum([shared.factors, shared.contents, case.day_offs]))
    return Own(latent, taste, day_off if case.day_offs else np.zeros(shared.contents), float(patience[0]))


def _charges(count: int, shared: Shared, params: ChoiceParams) -> np.ndarray:
    """Ridge penalty of each own parameter, as in the fit of all."""
    by = params.penalties
    latent, taste = [by.listener] * shared.factors, [by.content_taste] * shared.contents
    day_offs = [float(ridge(np.array(shared.own)))] * (count - shared.factors - shared.contents - 1)
    return np.array([*latent, *taste, *day_offs, by.bias])


@dataclass(frozen=True, slots=True)
class _Case:
    """A listener's occasions as an affine function of what is their own.

    Args:
        rows: what own parameters but patience weigh in a song on a kind of day [shape=(songs and kinds, own), float32].
        at: row of each song shown; usable: whether it could be chosen [shape=(occasions, 1 + alternatives)].
        rest: liking by everybody's part; beside: utility beside liking, both of each song shown.
        scale: of liking in utility [shape=(occasions,)].
        slope, fixed: the skip's, of liking and patience; what else speaks against it [shape=(occasions,)].
        skipped, weight: [shape=(occasions,)].
        day_offs: own parameters of days off; 0 where there are none.
    """

    rows: np.ndarray
    at: np.ndarray
    usable: np.ndarray
    rest: np.ndarray
    beside: np.ndarray
    scale: np.ndarray
    slope: float
    fixed: np.ndarray
    skipped: np.ndarray
    weight: np.ndarray
    day_offs: int

    @classmethod
    def of(cls, given: Occasions, shared: Shared) -> _Case:
        terms, kind = shared.terms, given.kind & shared.kinds
        codes, at = np.unique(given.tracks * KINDS + kind[:, None], return_inverse=True)
        track, day = np.divmod(codes, KINDS)
        vectors = shared.tracks[track]
        content = vectors[:, shared.factors : -1]
        rows = [vectors[:, :-1]] + ([DESIGN[day, :1] * content] if shared.own > 0 else [])
        base = vectors[:, -1] + ((DESIGN[day] @ shared.days) * content).sum(axis=1)
        at = at.reshape(given.tracks.shape)
        tired = terms["satiation"] * given.satiation.astype(np.float64)
        known = terms["habit"] * given.habit - tired
        return cls(
            rows=np.hstack(rows),
            at=at,
            usable=given.usable,
            rest=base.astype(np.float64)[at],
            beside=np.where(given.first[:, None], shared.exposure[given.tracks], known),
            scale=np.where(given.first, terms["first_scale"], 1.0),
            slope=terms["skip_slope"],
            fixed=-terms["skip_slope"] * tired[:, 0] - terms["skip_offset"],
            skipped=given.skipped.astype(np.float64),
            weight=given.weight.astype(np.float64),
            day_offs=shared.contents if shared.own > 0 else 0,
        )

    def utility(self, own: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Of every song shown; and how much speaks against the skip of the one chosen."""
        liking = (self.rows @ own[:-1].astype(np.float32)).astype(np.float64)[self.at] + self.rest
        utility = np.where(self.usable, self.scale[:, None] * liking + self.beside, _UNUSABLE)
        return utility, self.slope * (liking[:, 0] + own[-1]) + self.fixed


@dataclass(frozen=True, slots=True)
class _At:
    """The loss where the own parameters are ``own``.

    Args:
        loss: negative log-likelihood of choices and skips, and the penalties.
        raised: exp(utility), on the scale of each occasion's greatest [shape=(occasions, 1 + alternatives)];
        whole: its sum on each occasion. against: how much speaks against the skip [shape=(occasions,)].
    """

    own: np.ndarray
    loss: float
    raised: np.ndarray
    whole: np.ndarray
    against: np.ndarray

    @classmethod
    def of(cls, own: np.ndarray, charge: np.ndarray, case: _Case) -> _At:
        utility, against = case.utility(own)
        top = utility.max(axis=1)
        raised = np.exp(utility - top[:, None])
        whole = raised.sum(axis=1)
        choice = top + np.log(whole) - utility[:, 0]
        skip = np.logaddexp(0, against) - against * (1 - case.skipped)
        return cls(own, float(case.weight @ (choice + skip) + charge @ (own * own)), raised, whole, against)


def _slopes(here: _At, charge: np.ndarray, case: _Case) -> tuple[np.ndarray, np.ndarray]:
    """Gradient and curvature of the loss."""
    share, against = here.raised / here.whole[:, None], here.against
    rows, heard = case.rows, case.rows[case.at[:, 0]]
    pulled = (case.weight * case.scale)[:, None] * share
    spread = np.bincount(case.at.ravel(), (pulled * case.scale[:, None]).ravel(), len(rows)).astype(np.float32)
    mean = np.matmul(share[:, None].astype(np.float32), rows[case.at])[:, 0]
    mean *= (np.sqrt(case.weight) * case.scale)[:, None].astype(np.float32)
    stays = 1 / (1 + np.exp(-against))
    missed = case.weight * case.slope * (stays - 1 + case.skipped)
    pulled[:, 0] -= case.weight * case.scale - missed
    pull = np.bincount(case.at.ravel(), pulled.ravel(), len(rows)).astype(np.float32)
    doubt = case.weight * case.slope**2 * stays * (1 - stays)
    weighed = heard * np.sqrt(doubt)[:, None].astype(np.float32)
    curve = np.diag(2 * charge)
    curve[:-1, :-1] += (rows * spread[:, None]).T @ rows - mean.T @ mean + weighed.T @ weighed
    curve[-1, :-1] = curve[:-1, -1] = doubt @ heard
    curve[-1, -1] += doubt.sum()
    return 2 * charge * here.own + np.append(pull @ rows, missed.sum()), curve
