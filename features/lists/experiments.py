"""Experiments: who is in which arm, by a salted hash of the user id and nothing else.

The same user, salt and experiment always give the same bucket, on any machine and in any
order; buckets of two experiments are independent, so that many may run side by side.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
BUCKETS = 1000
TREATED, CONTROL = "treated", "control"


@dataclass(frozen=True, slots=True)
class Experiment:
    """One setting of the lists changed for a share of the users.

    Args:
        name: unique; buckets of another name are drawn anew.
        setting: the parameter of ListParams that is changed.
        value: what treated users get instead.
        share: of the buckets that is treated, 0..1; 0 only logs the buckets.
    """

    name: str
    setting: Literal["calibration", "new_songs", "open_share"]
    value: float
    share: float = 0.0

    def arms(self, users: Iterable[str], salt: str) -> tuple[Ints, list[str]]:
        """Bucket and arm of each user."""
        numbers = buckets(users, self.name, salt)
        return numbers, np.where(self._treated(numbers), TREATED, CONTROL).tolist()

    def values(self, users: Iterable[str], salt: str, usual: Floats) -> Floats:
        """The setting of each user: ``usual`` in the control arm."""
        return np.where(self._treated(buckets(users, self.name, salt)), self.value, usual)

    def _treated(self, numbers: Ints) -> np.ndarray:
        return numbers < round(self.share * BUCKETS)


def buckets(users: Iterable[str], experiment: str, salt: str) -> Ints:
    """Bucket of each user, 0 to BUCKETS - 1, uniform [shape=(users,)]."""
    keyed = hashlib.blake2b(digest_size=8, key=hashlib.blake2b(f"{salt}\x1f{experiment}".encode()).digest()[:32])
    numbers = []
    for user in users:
        mine = keyed.copy()
        mine.update(user.encode())
        numbers.append(int.from_bytes(mine.digest(), "big") * BUCKETS >> 64)
    return np.array(numbers, dtype=np.int64)


def per_user(setting: str, usual: float, users: list[str], experiments: Iterable[Experiment], salt: str) -> Floats:
    """A setting for each user, as the running experiments say; later ones win [shape=(users,)]."""
    values = np.full(len(users), float(usual))
    for experiment in experiments:
        if experiment.setting == setting and experiment.share > 0:
            values = experiment.values(users, salt, values)
    return values
