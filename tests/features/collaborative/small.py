"""Small matrices and small models."""

import numpy as np
from scipy.sparse import csr_array

from features.collaborative.params import AlsParams, BlendParams, CollaborativeParams, GraphFilterParams

SMALL = AlsParams(factors=5, threads=1, warm_iterations=3, own_iterations=2)
PARAMS = CollaborativeParams(
    als=SMALL,
    graph_filter=GraphFilterParams(rank=3, power_iterations=2),
    blend=BlendParams(als={"als_a": SMALL}, fallback={"gfcf": 1.0, "als_a": 1.0}, users_from=8, draws=1),
)


def random_matrix(users=30, items=20, density=0.2, seed=0):
    rng = np.random.default_rng(seed)
    dense = np.where(rng.random((users, items)) < density, rng.random((users, items)) * 3 + 0.1, 0)
    return csr_array(dense.astype(np.float32))


def camps(users=60, items=24, camps=3, seed=0):
    """Listeners of one camp each; most of what they play is their camp's."""
    rng = np.random.default_rng(seed)
    own = np.arange(users)[:, None] % camps == np.arange(items)[None, :] % camps
    played = rng.random((users, items)) < np.where(own, 0.7, 0.03)
    return csr_array(played.astype(np.float32))
