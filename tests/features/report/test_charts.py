"""Chart data: places in 0..1, nothing lost."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from features.report.charts import bars, histogram, place, ticks

_NUMBERS = st.lists(st.floats(-1e6, 1e6), max_size=50)


def test_the_longest_bar_is_one() -> None:
    found = bars([("a", 2.0, "two"), ("b", 8.0, "eight"), ("c", 0.0, "none")])
    assert [(b.label, b.size) for b in found] == [("a", 0.25), ("b", 1.0), ("c", 0.0)]


def test_no_bars_and_empty_bars() -> None:
    assert bars([]) == []
    assert bars([("a", 0.0, "0")])[0].size == 0.0


@given(_NUMBERS)
def test_a_histogram_counts_every_value_once(values: list[float]) -> None:
    found = histogram(values, 0, 10, 5, "x")
    assert sum(int(bar.text.rsplit(": ", 1)[1]) for bar in found) == len(values)
    assert len(found) == 5


def test_values_outside_count_at_the_ends() -> None:
    found = histogram([-5, 0, 10, 99, 5], 0, 10, 5, "BPM")
    assert [bar.text for bar in found] == ["0–2 BPM: 2", "2–4 BPM: 0", "4–6 BPM: 1", "6–8 BPM: 0", "8–10 BPM: 2"]


def test_places_are_clipped() -> None:
    assert [place(v, -1, 1) for v in (-3, -1, 0, 0.5, 1, 3)] == [0, 0, 0.5, 0.75, 1, 1]
    assert [(t.label, t.at) for t in ticks(0, 200, [50, 100])] == [("50", 0.25), ("100", 0.5)]
