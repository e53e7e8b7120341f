"""Parameters of the ranker and of its gate."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RankerParams:
    """Parameters of the ranker stage.

    Args:
        plays_from: plays of logged candidates on past nights below which nothing is learnt.
        logged_listeners: about as many listeners' candidates are logged of a night, evenly drawn from all who ever
            played; more would teach little and cost memory by the night.
        held_days: days, the last of a replayed night's, that judge what was learnt on those before.
        replay_gain: gain over the serving ranker and the sources needed on a replayed night, as a share of their
            nDCG: it is one night, and what is played is not all that is loved.
        ridge: charge per squared distance of a weight from the serving one, per play.
        habit: how far the share of new songs goes from the ranking's own to that of what people play, 0..1.
        trees, leaves, learning_rate, leaf_pairs: of LambdaMART.
        margin: least gain of nDCG over the serving ranker.
        draws: bootstrap draws of lists behind the interval of the gain.
    """

    plays_from: int = 1000
    logged_listeners: int = 1000
    held_days: int = 7
    replay_gain: float = 0.05
    ridge: float = 0.0002
    habit: float = 0.5
    trees: int = 30
    leaves: int = 8
    learning_rate: float = 0.05
    leaf_pairs: int = 200
    margin: float = 0.001
    draws: int = 500
