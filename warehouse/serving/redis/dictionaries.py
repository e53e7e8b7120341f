"""What the rows of a version share, kept by who reads them."""

from __future__ import annotations

import zstandard

from warehouse.serving.redis.server import Server

_KEPT = 64  # those of some versions, three tables each


class Dictionaries:
    """Dictionaries by the number that zstd has given them, which is made of what they hold; threads may share this."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._kept: dict[int, zstandard.ZstdCompressionDict] = {}

    def of(self, version: int, table: str, number: int) -> zstandard.ZstdCompressionDict | None:
        """The dictionary of that number, asked for where it is not known yet; None where it is not there."""
        found = self._kept.get(number)
        if found is None:
            with self._server.asked(f"what the rows of {table} share") as client:
                data = client.hget(self._server.key(version, "dictionaries"), table)
            if data is None:
                return None
            found = zstandard.ZstdCompressionDict(bytes(data))  # type: ignore[arg-type]
            if found.dict_id() != number:
                return None
            if len(self._kept) >= _KEPT:
                self._kept.clear()
            self._kept[number] = found
        return found
