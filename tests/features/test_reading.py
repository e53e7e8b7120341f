"""Only what is Chinese or English is looked up as such."""

from __future__ import annotations

import pytest

from features.reading import readable

LINES = ["雨落在旧屋檐", "die Nacht war lang", "雨が降る", "我爱你 baby", "비가 와"]


@pytest.mark.parametrize(
    ("language", "read"),
    [
        ("zh", LINES),
        ("en", LINES),
        ("other", []),
        ("instrumental", []),
        (None, ["雨落在旧屋檐"]),
    ],
)
def test_lines_of_a_language_we_read(language: str | None, read: list[str]) -> None:
    assert readable(LINES, language) == read
    assert readable(None, language) == []
