"""Parameters of the collaborative models; defaults chosen on validation splits of last.fm's train file."""

from __future__ import annotations

from dataclasses import dataclass, field

from features.collaborative.listeners import UserKnnParams
from schemas.listeners import FACTOR_DIM


@dataclass(frozen=True, slots=True)
class ItemItemParams:
    """Item-item nearest neighbours.

    Args:
        neighbours: most similar items kept per item.
        shrinkage: added to the product of norms under the cosine; of the order of the number
            of listeners (times squared weight) below which a cosine is mostly luck.
        weighting: ``plain`` takes weights as they come, ``bm25`` as BM25 does: saturating,
            discounted for listeners of many items, raised for rare items.
        bm25_k1: weight at which BM25 saturates.
        bm25_b: how far BM25 discounts long histories, 0..1.
        activity_discount: a listener of n items counts n ** -activity_discount.
    """

    neighbours: int = 500
    shrinkage: float = 10.0
    weighting: str = "plain"
    bm25_k1: float = 1.2
    bm25_b: float = 0.75
    activity_discount: float = 0.0

    def __post_init__(self) -> None:
        if self.weighting not in WEIGHTINGS:
            raise ValueError(f"item_item.weighting must be one of {WEIGHTINGS}, not {self.weighting!r}")


WEIGHTINGS = ("plain", "bm25")


@dataclass(frozen=True, slots=True)
class AlsParams:
    """Implicit-feedback ALS (Hu, Koren, Volinsky 2008), finished with frequency-scaled regularisation.

    Args:
        factors: dimension of the space.
        warm_iterations: first sweeps, by ``implicit`` (uniform regularisation).
        own_iterations: sweeps after them, regularised as in Rendle et al. (2021).
        steps: conjugate gradient steps of a row in each of our sweeps.
        alpha: confidence of a cell is 1 + alpha * weight.
        regularisation: lambda; a row with n interactions of N possible is charged
            lambda * (alpha * n + N).
        relative_regularisation: where given, lambda is this over the root of users x items of
            the training matrix: the same value then suits sets of very different size.
        popularity_discount: the weight of an item of n listeners counts n ** -discount (1 on
            average): what everyone plays says less about a listener.
        threads: 0 = all cores; the bytes do not depend on it.
        seed: of the first random factors.
    """

    factors: int = FACTOR_DIM
    warm_iterations: int = 10
    own_iterations: int = 4
    steps: int = 3
    alpha: float = 20.0
    regularisation: float = 0.02
    relative_regularisation: float | None = None
    popularity_discount: float = 0.0
    threads: int = 0
    seed: int = 30


@dataclass(frozen=True, slots=True)
class GraphFilterParams:
    """GF-CF (Shen et al. 2021): linear filter plus ideal low-pass.

    Args:
        rank: singular vectors kept by the low-pass.
        low_pass: weight of the low-pass beside the linear filter.
        power_iterations: of the randomised SVD.
        neighbours: strongest entries kept per item of the linear filter.
        seed: of the first random block of the SVD.
    """

    rank: int = 128
    low_pass: float = 0.3
    power_iterations: int = 12
    neighbours: int = 500
    seed: int = 30


@dataclass(frozen=True, slots=True)
class EaseParams:
    """EASE (Steck 2019).

    Args:
        charge: the ridge penalty is this times the root of the number of interactions: the same value then suits
            sets of very different size.
        most_items: it holds items x items densely (twice 8 bytes while it is fitted); with more items it is left out.
    """

    charge: float = 1.0
    most_items: int = 8000


def _wide(charge: float, factors: int = 128) -> AlsParams:
    """An ALS for the blend: wide, popular items discounted, regularised by the size of the matrix.

    Few sweeps: on sparse sets more of them lose quality again.
    """
    return AlsParams(
        factors=factors,
        warm_iterations=1,
        own_iterations=5,
        alpha=30.0,
        relative_regularisation=charge,
        popularity_discount=0.35,
    )


@dataclass(frozen=True, slots=True)
class BlendParams:
    """The blend and how its weights are learned.

    Its parts are ``item_item``, ``gfcf``, ``ease`` where the items are few enough, and the models
    below. Which ALS suits a set depends on how noisy it is, so they differ in regularisation and
    the learned weights choose.

    Args:
        als: ALS models by name.
        item_item: item-item models by name, besides the plain one.
        fallback: weights where too little is known to learn any.
        share: share of the pairs held out to learn the weights from.
        draws: such splits, at most; fewer once ``users`` listeners have been judged.
        users: listeners judged while learning, at most.
        users_from: listeners with held-out pairs below which the fallback stays.
        depth: candidates per listener while learning, by the mean of the parts.
        k: length of the lists whose recall and nDCG are made best.
        recall_share: how much recall counts beside nDCG, 0..1.
        seed: of the draws of held-out pairs and judged listeners.
    """

    als: dict[str, AlsParams] = field(
        default_factory=lambda: {
            "als_45": _wide(45.0),
            "als_90": _wide(90.0),
            "als_150": _wide(150.0),
        }
    )
    item_item: dict[str, ItemItemParams] = field(
        default_factory=lambda: {"item_item_calm": ItemItemParams(shrinkage=2.0, activity_discount=0.5)}
    )
    fallback: dict[str, float] = field(default_factory=lambda: {"gfcf": 0.5, "als_90": 1.0})
    share: float = 0.1
    draws: int = 3
    users: int = 4000
    users_from: int = 50
    depth: int = 150
    k: int = 20
    recall_share: float = 0.5
    seed: int = 30


@dataclass(frozen=True, slots=True)
class CollaborativeParams:
    """Parameters of the collaborative stage.

    Args:
        popularity_half_life_days: age in days at which a listener counts half in ``popularity``.
        neighbours_out: rows per track in ``cf_neighbours``.
        map_tracks: most heard tracks the content map learns from, at most.
        ridge_penalties: candidates for the penalty of the content map; the best by leave-one-out wins.
        item_item: see :class:`ItemItemParams`.
        als: see :class:`AlsParams`; ``factors`` must be the contract's FACTOR_DIM.
        graph_filter: see :class:`GraphFilterParams`.
        ease: see :class:`EaseParams`.
        user_knn: see :class:`features.collaborative.listeners.UserKnnParams`.
        blend: see :class:`BlendParams`.
        held_days: songs first played in so many last days teach the nightly weights.
        held_depth: the weights find most of them among so many; as many songs as the blend gives a listener.
        held_listeners: listeners the nightly weights are learned from, at most, with all they play.
        prior_listeners: the fallback counts as so many listeners beside those judged: what a few
            hundred discovered is partly chance.
        nightly_fallback: nightly weights where too few listeners found something new.
    """

    popularity_half_life_days: float = 14.0
    map_tracks: int = 50_000
    neighbours_out: int = 50
    ridge_penalties: tuple[float, ...] = (0.1, 1.0, 10.0, 100.0, 1000.0)
    item_item: ItemItemParams = field(default_factory=ItemItemParams)
    als: AlsParams = field(default_factory=AlsParams)
    graph_filter: GraphFilterParams = field(default_factory=GraphFilterParams)
    ease: EaseParams = field(default_factory=EaseParams)
    user_knn: UserKnnParams = field(default_factory=UserKnnParams)
    blend: BlendParams = field(default_factory=BlendParams)
    held_days: int = 3
    held_depth: int = 90
    held_listeners: int = 20_000
    prior_listeners: int = 300
    nightly_fallback: dict[str, float] = field(default_factory=lambda: {"als": 0.8, "item_item": 0.2})
