"""What may be set of the read API."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ServeSettings:
    """Settings section ``[serve]``.

    Args:
        host: address to listen at; ``0.0.0.0`` for all of the machine's.
        port: to listen at; 0 for any that is free.
        suggest_users: tell who asks for an unknown user which ids are like it; false where that tells too much.
    """

    host: str = "127.0.0.1"
    port: int = 8030
    suggest_users: bool = True

    def __post_init__(self) -> None:
        if not 0 <= self.port <= 65535:
            raise ValueError(f"there is no port {self.port}; set port to a number from 0 to 65535")
