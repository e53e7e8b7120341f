"""The night a computation belongs to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True)
class Night:
    """One listening day being closed.

    Args:
        ds: the listening day, in each user's own time zone.
    """

    ds: date

    @property
    def serves_on(self) -> date:
        """The day the lists are served: the day after ``ds``."""
        return self.ds + timedelta(days=1)

    def days_before(self, days: int) -> date:
        """The date ``days`` days before ``ds``."""
        return self.ds - timedelta(days=days)
