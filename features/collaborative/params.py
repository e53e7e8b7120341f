"""Parameters of the collaborative models; defaults chosen on a validation split of last.fm's train file."""

from __future__ import annotations

from dataclasses import dataclass, field

from schemas.listeners import FACTOR_DIM


@dataclass(frozen=True, slots=True)
class ItemItemParams:
    """Item-item nearest neighbours.

    Args:
        neighbours: most similar items kept per item.
        shrinkage: added to the product of norms under the cosine; of the order of the number
            of listeners (times squared weight) below which a cosine is mostly luck.
    """

    neighbours: int = 1000
    shrinkage: float = 10.0


@dataclass(frozen=True, slots=True)
class AlsParams:
    """Implicit-feedback ALS (Hu, Koren, Volinsky 2008), finished with frequency-scaled regularisation.

    Args:
        factors: dimension of the space.
        warm_iterations: fast sweeps by ``implicit`` (conjugate gradient, uniform regularisation).
        exact_iterations: closed-form sweeps after them, regularised as in Rendle et al. (2021).
        alpha: confidence of a cell is 1 + alpha * weight.
        regularisation: lambda; a row with n interactions of N possible is charged
            lambda * (alpha * n + N).
        threads: threads of the warm sweeps, 0 = all cores; the bytes do not depend on it.
        seed: of the first random factors.
    """

    factors: int = FACTOR_DIM
    warm_iterations: int = 10
    exact_iterations: int = 4
    alpha: float = 20.0
    regularisation: float = 0.02
    threads: int = 0
    seed: int = 30


@dataclass(frozen=True, slots=True)
class GraphFilterParams:
    """GF-CF (Shen et al. 2021): linear filter plus ideal low-pass.

    Args:
        rank: singular vectors kept by the low-pass.
        low_pass: weight of the low-pass beside the linear filter.
        power_iterations: of the randomised SVD.
        seed: of its first random block.
    """

    rank: int = 128
    low_pass: float = 0.3
    power_iterations: int = 12
    seed: int = 30


@dataclass(frozen=True, slots=True)
class CollaborativeParams:
    """Everything the collaborative stage can be told.

    Args:
        popularity_half_life_days: age in days at which a listener counts half in ``popularity``.
        neighbours_out: rows per track in ``cf_neighbours``.
        map_tracks: most heard tracks the content map learns from, at most.
        ridge_penalties: candidates for the penalty of the content map; the best by leave-one-out wins.
        item_item: see :class:`ItemItemParams`.
        als: see :class:`AlsParams`; ``factors`` must be the contract's FACTOR_DIM.
        graph_filter: see :class:`GraphFilterParams`.
        blend_weights: weight of each model's standardised score in the blend.
    """

    popularity_half_life_days: float = 14.0
    map_tracks: int = 50_000
    neighbours_out: int = 50
    ridge_penalties: tuple[float, ...] = (0.1, 1.0, 10.0, 100.0, 1000.0)
    item_item: ItemItemParams = field(default_factory=ItemItemParams)
    als: AlsParams = field(default_factory=AlsParams)
    graph_filter: GraphFilterParams = field(default_factory=GraphFilterParams)
    blend_weights: dict[str, float] = field(default_factory=lambda: {"gfcf": 1.0, "als": 1.0})
