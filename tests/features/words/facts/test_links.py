"""Links between songs of a catalogue."""

from __future__ import annotations

from datetime import date

from features.words.facts.links import links
from tests.frames import rows


def _track(n: int, artist: str, label: str | None, title: str | None = None) -> dict[str, object]:
    return {"track_id": f"t{n}", "title": title or f"Song {n}", "artist_id": artist, "label": label,
            "release_date": date(2020, 1, n + 1)}  # fmt: skip


def test_the_nearest_release_by_another_artist_is_linked() -> None:
    made = links(rows("tracks", [_track(0, "a", "L"), _track(1, "a", "L"), _track(2, "b", "L"), _track(3, "c", "M")]))
    found = {t: (s, n) for t, s, n in made.select("track_id", "subject", "count").iter_rows()}
    assert found == {"t0": ("t2", 2), "t1": ("t2", 2), "t2": ("t1", 2)}


def test_a_blank_label_and_a_version_of_the_same_title_link_nothing() -> None:
    assert links(rows("tracks", [_track(0, "a", " "), _track(1, "b", " ")])).is_empty()
    assert links(rows("tracks", [_track(0, "a", "L", "One"), _track(1, "b", "L", "One")])).is_empty()


def test_another_version_of_the_same_song_is_no_link_and_counts_once() -> None:
    made = links(rows("tracks", [_track(0, "a", "L", "One"), _track(1, "a", "L", "One (Live)"), _track(2, "a", "L")]))
    assert made.select("track_id", "subject", "count").rows() == [("t0", "t2", 1), ("t1", "t2", 1), ("t2", "t1", 1)]


def test_the_order_of_the_rows_does_not_matter() -> None:
    tracks = rows("tracks", [_track(n, f"a{n % 3}", "L" if n % 2 else "M") for n in range(20)])
    assert links(tracks.sample(fraction=1.0, shuffle=True, seed=3)).equals(links(tracks))


def test_an_empty_catalogue() -> None:
    assert links(rows("tracks", [])).is_empty()
