"""The errors daily30 raises on purpose; each knows its exit code and says what to do.

A message names the table, file or setting, the first offending rows, and the fix.
"""

from __future__ import annotations


class Daily30Error(Exception):
    """Base of every error we raise on purpose.

    Args:
        message: what is wrong, naming row and file.
        fix: what the reader can do about it, one sentence.
    """

    exit_code = 1

    def __init__(self, message: str, fix: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.fix = fix

    def __reduce__(self) -> tuple[type[Daily30Error], tuple[str, ...]]:
        return (type(self), (self.message, self.fix))  # survives the way back from a worker

    def __str__(self) -> str:
        return f"{self.message}\n  fix: {self.fix}" if self.fix else self.message


class UsageError(Daily30Error):
    """Wrong arguments or settings, or a home that cannot be used."""

    exit_code = 2


class ContractError(Daily30Error):
    """Data that breaks its contract."""

    exit_code = 3


class DamagedFile(ContractError):
    """A file of the lake that is gone, or no longer what was written.

    Args:
        path: of the file, relative to the lake.
    """

    def __init__(self, message: str, fix: str = "", path: str = "") -> None:
        super().__init__(message, fix)
        self.path = path

    def __reduce__(self) -> tuple[type[Daily30Error], tuple[str, ...]]:
        return (type(self), (self.message, self.fix, self.path))


class AuditRefused(Daily30Error):
    """The audit found a reason not to publish; the serving store is unchanged."""

    exit_code = 4


class Locked(Daily30Error):
    """Another run holds this date."""

    exit_code = 5


class OutsideServiceError(Daily30Error):
    """A service or resource outside daily30 (endpoint, store, disk) failed."""

    exit_code = 6


class ContractDeclarationError(Exception):
    """A table or column is declared wrongly: a bug of ours, found at import."""
