"""Lyrics: valid LRC, on the bars, rhymed, with a repeated chorus that names the song."""

from __future__ import annotations

import re

import pytest

from features.sample.grammar import grammar
from features.sample.lyrics import theme_of, write_lrc
from features.sample.plans import SongPlan, plan_song
from features.sample.styles import STYLES
from features.sample.titles import Titles, with_articles
from features.seeds import Seeds

SEEDS = Seeds(5)
LINE = re.compile(r"\[(\d\d):(\d\d\.\d\d)\](.+)")
SUNG = [
    p for p in (plan_song(f"{s.id}{i}", s.id, SEEDS) for s in STYLES for i in range(6)) if p.language != "instrumental"
]


def lines(plan: SongPlan, title: str = "Paper Harbour") -> list[tuple[float, str]]:
    head, artist, *rest = write_lrc(plan, title, "Somebody", SEEDS).splitlines()
    assert (head, artist) == (f"[ti:{title}]", "[ar:Somebody]")
    found = [LINE.fullmatch(line) for line in rest]
    assert all(found)
    return [(int(m[1]) * 60 + float(m[2]), m[3]) for m in found if m]


@pytest.mark.parametrize("plan", SUNG, ids=[p.seed_name for p in SUNG])
def test_lines_start_on_bars_within_the_song(plan: SongPlan) -> None:
    timed = lines(plan)
    assert len(timed) >= 3
    starts = [t for t, _ in timed]
    assert starts == sorted(set(starts))
    assert starts[-1] < plan.duration_s
    for start in starts:
        assert abs(start / plan.bar_s - round(start / plan.bar_s)) * plan.bar_s < 0.006
    assert all("{" not in text and text == text.strip() for _, text in timed)


def test_the_chorus_comes_twice_and_names_the_song() -> None:
    repeated = 0
    for plan in SUNG:
        chorus = plan.sections[2].start_bar * plan.bar_s - 0.01
        words = [text for t, text in lines(plan) if t >= chorus]
        assert "Paper Harbour" in words[0]
        if len(words) >= 4 and len(words) % 2 == 0:
            half = len(words) // 2
            assert words[:half] == words[half:]
            repeated += 1
    assert repeated >= len(SUNG) // 2


def test_neighbouring_verse_lines_rhyme() -> None:
    plan = next(p for p in SUNG if p.language == "zh" and p.sections[1].bars == 4 and p.bar_s > 2.2)
    groups = {e: g for g, kinds in grammar("zh").endings.items() for pool in kinds.values() for e in pool}
    verse = [text for _, text in lines(plan)][:4]
    found = [next(g for e, g in groups.items() if text.endswith(e)) for text in verse]
    assert found[0] == found[1]
    assert found[2] == found[3]
    assert found[0] != found[2]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_grammar_is_large_and_sound(language) -> None:
    known = grammar(language)
    templates = [template for pool in known.templates.values() for template in pool]
    assert len(set(templates)) >= 120
    for kind in "NPV":
        assert all(t.endswith(f"{{{kind}}}") for t in known.templates[kind])
    assert len(known.themes) >= 12
    for theme in known.themes.values():
        assert -1 <= theme.valence <= 1
        assert -1 <= theme.arousal <= 1
        assert set(theme.words) == {"s", "o", "p", "t", "c"}
        assert min(len(pool) for pool in theme.words.values()) >= 3
    for kinds in known.endings.values():
        assert set(kinds) == {"N", "P", "V"}
        assert min(len(pool) for pool in kinds.values()) >= 5


def test_themes_follow_the_style() -> None:
    old = plan_song("moonlit", "guofeng", SEEDS)
    assert theme_of(old, SEEDS.rng("t")) in grammar("zh").classical


def test_songs_differ() -> None:
    texts = [text for plan in SUNG for text in {t for _, t in lines(plan)}]
    assert len(set(texts)) / len(texts) > 0.9


def test_titles_are_never_given_twice() -> None:
    titles = Titles()
    rng = SEEDS.rng("titles")
    given = [titles.song("guofeng", "zh", rng) for _ in range(400)]
    assert len(set(given)) == 400


def test_articles() -> None:
    assert with_articles("Half a Umbrella and a river") == "Half an Umbrella and a river"
