"""A night made under other rules than the usual ones passes its audit: the audit is handed the rules in force."""

from __future__ import annotations

import random
from pathlib import Path

import polars as pl
import pytest

from features.audit.findings import Finding, NightTables
from features.audit.lists import LIST_CHECKS
from features.audit.params import AuditRules
from features.audit.sharing import SHARING_CHECKS
from features.seeds import Seeds
from jobs.pipeline import STAGES
from jobs.run.body import apply, load
from jobs.run.settings import Settings, load_settings
from schemas import TABLES
from tests.features.lists.world import World, world

pytestmark = pytest.mark.slow

Tables = dict[str, pl.DataFrame]
# Of each setting some values that a host might want; three or more of them are changed at once.
_WANTED: dict[str, tuple[float, ...]] = {
    "lists.songs": (12, 20, 25),
    "lists.artist_cap": (1, 3, 5),
    "lists.artist_cap_raised_by": (0, 2),
    "lists.album_cap": (1, 4),
    "lists.discovery_least": (0.0, 0.2),
    "lists.discovery_most": (0.3, 0.9),
    "lists.fresh_days": (7, 90),
    "lists.resting_days": (3, 30),
    "lists.reasons": (1, 6),
    "lists.calibration": (0.0, 0.8),
    "lists.new_songs": (0, 3),
    "lists.open_share": (0.0, 1.0),
    "taste.light_from": (1, 30),
    "taste.half_life_days": (3.0, 40.0),
    "measurements.tempo_used_from": (0.0, 0.9),
    "measurements.tempo_said_from": (0.1, 0.95),
    "measurements.key_said_from": (0.1, 0.95),
    "measurements.mood_used_from": (0.0, 0.7),
}


@pytest.fixture(scope="module")
def small() -> World:
    return world(5, users=20, songs=150, artists=9, plays=50)


def _settings(home: Path, changed: dict[str, float]) -> Settings:
    sections: dict[str, list[str]] = {}
    for path, value in changed.items():
        section, _, name = path.partition(".")
        sections.setdefault(section, []).append(f"{name} = {value}")
    home.mkdir(exist_ok=True)
    text = "\n".join(f"[{section}]\n" + "\n".join(lines) for section, lines in sections.items())
    (home / "daily30.toml").write_text(text)
    return load_settings(home, environ={})


def _night(made: World, settings: Settings) -> Tables:
    tables = dict(made.tables)
    for name in ("taste", "candidates", "lists"):
        given = {"night": made.night, "seeds": Seeds(30), **settings.params_of(STAGES[name])}
        tables |= apply(load(STAGES[name].run), tables | given)
    return tables


def _refused(tables: Tables, made: World, settings: Settings) -> list[Finding]:
    """What stops the night, by the checks of lists and listeners under the rules that the audit is handed."""
    handed = settings.params_of(STAGES["audit"])
    rules = AuditRules(handed["params"], handed["list_rules"], handed["taste_rules"])
    reads = {name: tables.get(name, TABLES[name].empty()) for name in STAGES["audit"].reads}
    night = NightTables(ds=made.night.ds, serves_on=made.night.serves_on, **reads)
    found = [check(night, rules) for check in (*LIST_CHECKS, *SHARING_CHECKS)]
    return [finding for finding in found if finding.severity == "stop" and not finding.passed]


def _most_of_an_artist(tables: Tables) -> int:
    credits = pl.concat_list("artist_id", pl.col("featured_artist_ids").fill_null([])).list.unique()
    songs = tables["daily_lists"].join(tables["tracks"].select("track_id", "featured_artist_ids"), on="track_id")
    return int(songs.select("user_id", a=credits).explode("a").group_by("user_id", "a").len()["len"].max() or 0)


def test_another_artist_cap_is_no_reason_to_refuse_the_night(small: World, tmp_path: Path) -> None:
    """The audit once copied the list rules' defaults: with a cap of three it refused what the lists rightly held."""
    settings = _settings(tmp_path, {"lists.artist_cap": 3})
    tables = _night(small, settings)
    assert _most_of_an_artist(tables) >= 4
    assert _refused(tables, small, settings) == []


def test_the_audit_still_refuses_what_breaks_the_rules_in_force(small: World, tmp_path: Path) -> None:
    lists = _night(small, _settings(tmp_path, {"lists.artist_cap": 5, "lists.songs": 25}))
    refused = _refused(lists, small, _settings(tmp_path, {"lists.artist_cap": 1, "lists.songs": 20}))
    assert {"artist_cap", "full_lists"} <= {finding.check for finding in refused}


def test_what_is_fresh_or_rests_is_the_same_to_candidates_and_lists(small: World, tmp_path: Path) -> None:
    def proposed(changed: dict[str, float]) -> dict[str, int]:
        candidates = _night(small, _settings(tmp_path, changed))["candidates"]
        return dict(candidates.group_by("source").len().iter_rows())

    few = proposed({"lists.fresh_days": 7, "lists.resting_days": 35})
    many = proposed({"lists.fresh_days": 900, "lists.resting_days": 3})
    assert few["fresh"] < many["fresh"]
    assert few.get("resting", 0) < many["resting"]


@pytest.mark.parametrize("seed", range(8))
def test_settings_changed_at_random_give_a_night_that_passes(small: World, tmp_path: Path, seed: int) -> None:
    draws = random.Random(seed)
    names = draws.sample(sorted(_WANTED), draws.randint(3, 7))
    changed = {name: draws.choice(_WANTED[name]) for name in names}
    settings = _settings(tmp_path, changed)
    assert [(f.check, f.detail) for f in _refused(_night(small, settings), small, settings)] == [], changed
