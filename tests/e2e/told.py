"""What a command told about an error, and what apps and analysts see meanwhile."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.e2e.command import Said
from tests.e2e.night import current, served


def published(home: Path) -> tuple[dict[str, str], str | None]:
    """What apps and analysts see now."""
    return current(home), served(home)


def tells(said: Said, code: int) -> dict[str, Any]:
    """What the JSON error says; code and form are as promised, and it is no traceback."""
    assert said.code == code, said.err
    assert said.out == ""
    assert "Traceback" not in said.err
    told = said.error()
    assert told["exit_code"] == code
    return told
