"""Line breaks of Chinese and English text in a terminal."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from jobs.cli.flow import Flow, breaks

_WORDS = st.text(st.sampled_from("雨夜电台，。《》 ab-cD 12（）…"), max_size=60)


def _lines(text: str, width: int) -> list[str]:
    ends = [*breaks(text, width), len(text)]
    return [text[start:end].rstrip() for start, end in zip([0, *ends], ends, strict=False)]


def test_chinese_breaks_anywhere_but_before_a_closing_mark() -> None:
    assert _lines("调性上 Bb 大调出现得最多，有 3 首。", 12) == ["调性上 Bb 大", "调出现得最", "多，有 3", "首。"]
    assert _lines("听《雨夜》的人", 4) == ["听", "《雨", "夜》", "的人"]


def test_english_breaks_after_spaces() -> None:
    assert _lines("More by Clara Penrose", 9) == ["More by", "Clara", "Penrose"]
    assert _lines("incomprehensible", 6) == ["incomp", "rehens", "ible"]


@given(_WORDS, st.integers(2, 30))
def test_no_line_is_too_wide_and_nothing_is_lost(text: str, width: int) -> None:
    ends = [0, *breaks(text, width), len(text)]
    assert ends == sorted(ends)
    assert "".join(text[a:b] for a, b in pairwise(ends)) == text
    assert all(cell_len(line) <= width for line in _lines(text, width))


def test_a_long_sentence_is_whole_in_a_narrow_table() -> None:
    sentence = "你留下了《十七岁的天台（精选版）》，别人在它旁边还留了这一首，气息安静。"
    table = Table(box=None, show_header=False)
    table.add_row("9", Flow(Text(sentence)), "85 BPM · F 大调 · 安静")
    console = Console(width=60, record=True)
    with console.capture() as drawn:
        console.print(table)
    middle = "".join(drawn.get().replace("85 BPM · F 大调 · 安静", "").replace("9", "", 1).split())
    assert middle == sentence
