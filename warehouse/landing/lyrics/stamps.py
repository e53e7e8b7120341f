"""Time stamps of lyrics: ``[mm:ss.xx]`` and all that players take for one."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

_INSIDE = r"\s{0,3}([-+−]?)\s{0,3}(\d{1,3})[:：](\d{1,2})(?:[:：](\d{1,2}))?(?:[.,:：．。](\d{1,6}))?\s{0,3}"
LINE_STAMP = re.compile(rf"[\[［【]{_INSIDE}[\]］】]")
WORD_STAMP = re.compile(rf"<{_INSIDE}>")
_OFFSET = re.compile(r"^\s*([-+−]?)\s*(\d+(?:[.,]\d+)?)\s*(ms|msec|毫秒|s|sec|seconds?|秒)?\s*$", re.IGNORECASE)
_LONGEST_OFFSET = 30  # characters
_FURTHEST_S = 300.0
_TOO_QUICK_S = 0.6  # no song has a line every half second: its stamps are hours, minutes and seconds


@dataclass(frozen=True, slots=True)
class Stamp:
    """A stamp as written: up to three numbers and a fraction.

    Args:
        third: seconds of ``h:mm:ss`` or hundredths of ``mm:ss:xx``; which of both, the whole file tells.
    """

    negative: bool
    first: int
    second: int
    third: str | None
    fraction: str | None

    @staticmethod
    def of(found: re.Match[str]) -> Stamp:
        """The stamp of a match of :data:`LINE_STAMP` or :data:`WORD_STAMP`."""
        sign, first, second, third, fraction = found.groups()
        return Stamp(sign in ("-", "−"), int(first), int(second), third, fraction)

    def seconds(self, *, hours: bool) -> float:
        """Seconds from the start of the song.

        Args:
            hours: three numbers without a fraction are h:mm:ss, not mm:ss:xx.
        """
        first, second, fraction = self.first, self.second, self.fraction
        if self.third is not None and (fraction is not None or hours):
            whole = first * 3600 + second * 60 + int(self.third)
        else:
            whole, fraction = first * 60 + second, fraction if self.third is None else self.third
        value = whole + (float(f"0.{fraction}") if fraction else 0.0)
        return -value if self.negative else value


def has_hours(stamps: Iterable[Stamp]) -> bool:
    """Whether the three numbers of a file's stamps are hours, minutes and seconds.

    They are where some carry a fraction as well, or where read as hundredths the song would be over in no time.
    """
    three = [s for s in stamps if s.third is not None]
    if any(s.fraction is not None for s in three):
        return True
    bare = [s for s in three if s.fraction is None]
    if len(bare) < 3 or any(int(s.third or 0) > 59 for s in bare):
        return False
    starts = sorted({s.seconds(hours=False) for s in bare})
    return len(starts) > 2 and (starts[-1] - starts[0]) / (len(starts) - 1) < _TOO_QUICK_S


def offset_s(text: str) -> float:
    """Seconds by which an ``[offset:]`` tag shows lyrics earlier: milliseconds unless it names another unit."""
    found = _OFFSET.match(text[:_LONGEST_OFFSET])
    if not found:
        return 0.0
    sign, number, unit = found.groups()
    value = float(number.replace(",", "."))
    if not (unit or "ms").lower().startswith(("s", "秒")):
        value /= 1000
    return -value if sign in ("-", "−") else value


def shifted(starts: list[float], by_s: float) -> list[float]:
    """Starts moved ``by_s`` earlier, none before zero; unmoved where nobody means it.

    That is by more than five minutes, or so far that half of the lines would come before the song.
    """
    moved = [start - by_s for start in starts]
    early = sum(m < 0 <= s for m, s in zip(moved, starts, strict=True))
    if abs(by_s) > _FURTHEST_S or early * 2 > len(starts):
        moved = starts
    return [round(max(0.0, start), 3) for start in moved]
