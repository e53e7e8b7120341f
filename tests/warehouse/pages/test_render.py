"""Pages escape everything, miss nothing silently, and carry the glyphs they need."""

from __future__ import annotations

from pathlib import Path

import pytest
from jinja2 import UndefinedError

from warehouse.pages import render
from warehouse.pages.font import cjk_subset


def test_a_missing_name_is_an_error() -> None:
    with pytest.raises(UndefinedError):
        render("report.html.j2", {"ds": "2026-11-21"})


@pytest.mark.parametrize(("history", "marks"), [("heavy", 1), ("new", 0)])
def test_new_artists_are_marked_but_not_for_newcomers(history: str, marks: int) -> None:
    song = {"rank": 1, "title": "Ember", "artist": "Mara Quill", "discovery": True, "reason": "", "badges": []}
    payload = {"user_id": "u", "history_class": history, "serves_on": "2026-11-22", "opener": "", "intro": "",
               "header": None, "hashtags": [], "notice": None, "songs": [song | {"review": None}]}  # fmt: skip
    words = {"title": "Daily 30", "counted": "1 song", "discovery": "new artist", "review": "Deep review"}
    phone = {"payload": payload, "words": words, "language": "en", "caption": "", "video": None, "poster": None}
    assert render("phone.html.j2", {"phone": phone}).count("✦ new artist") == marks


def test_glyphs_are_cut_to_the_text_and_stable() -> None:
    few, more = cjk_subset("雨夜"), cjk_subset("雨夜电台的声音很远")
    assert few is not None
    assert more is not None
    assert few[:4] == b"wOFF"
    assert len(few) < len(more) < 50_000
    assert cjk_subset("夜雨") == few


def test_latin_pages_carry_no_font() -> None:
    assert cjk_subset("Slow Tide — café") is None


def test_bars_take_their_length_from_the_style_sheet() -> None:
    """It leaves room for the figure beside them; widths set on the bars were cut, and near-equal ones looked equal."""
    folder = Path(render.__code__.co_filename).parent
    assert ".bars dd span { width:calc(var(--size)*" in (folder / "report.css").read_text()
    assert '<span style="--size:' in (folder / "charts.html.j2").read_text()
    assert 'setProperty("--size"' in (folder / "report.js").read_text()


@pytest.mark.parametrize("mark", ["\u202e", "\u2066", "\x1b", "\U000e0041"])
def test_a_page_is_written_in_one_direction_whatever_a_name_holds(mark: str) -> None:
    name = f"Ember{mark}gnp.exe"
    song = {"rank": 1, "title": name, "artist": name, "discovery": True, "reason": name, "badges": [name]}
    payload = {"user_id": name, "history_class": "heavy", "serves_on": "2026-11-22", "opener": name, "intro": name,
               "header": None, "hashtags": [name], "notice": name, "label": {"of": name},
               "songs": [song | {"review": None}]}  # fmt: skip
    words = {"title": "Daily 30", "counted": "1 song", "discovery": "new artist", "review": "Deep review"}
    phone = {"payload": payload, "words": words, "language": "en", "caption": name, "video": None, "poster": None}
    page = render("phone.html.j2", {"phone": phone})
    assert mark not in page
    assert page.count("Ember\ufffdgnp.exe") > 5
