"""Three nights by the command line, judged by a checker that shares no code with the pipeline."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from jobs.commands.recheck import bounds, mismatches
from tests.e2e import rules
from tests.e2e.command import well
from tests.e2e.conftest import FIRST_NIGHT, SECOND_NIGHT, THIRD_NIGHT
from tests.e2e.night import Night, current, read_night, served
from tests.e2e.shelf import CORRUPT, FORBIDDEN
from warehouse.lake.reader import Lake

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]
NIGHTS = (FIRST_NIGHT, SECOND_NIGHT, THIRD_NIGHT)


@pytest.fixture(scope="module")
def nights(three_nights: Path) -> dict[str, Night]:
    return {ds: read_night(three_nights, ds) for ds in NIGHTS}


@pytest.mark.parametrize("ds", NIGHTS)
@pytest.mark.parametrize("rule", rules.RULES, ids=lambda rule: rule.__name__)
def test_no_rule_is_broken(nights: dict[str, Night], ds: str, rule: rules.Rule) -> None:
    assert list(rule(nights[ds])) == []


@pytest.mark.parametrize("ds", NIGHTS)
def test_the_rules_bite(nights: dict[str, Night], ds: str) -> None:
    """What would be relaxed away is not: most lists keep every rule about artists, albums and repetition."""
    strict = [
        s for s in nights[ds].tables["list_summaries"] if not set(s["relaxations"]) - {"discovery_share", "disliked"}
    ]
    assert len(strict) >= 0.8 * len(nights[ds].tables["users"])
    played = Counter(p["user_id"] for p in nights[ds].tables["plays"] if p["local_date"] == nights[ds].ds)
    assert len(played) >= 0.8 * len(nights[ds].tables["users"])
    listed = {s["track_id"] for s in nights[ds].tables["daily_lists"]}
    assert listed.isdisjoint(FORBIDDEN)
    assert "s-explicit" in {t["track_id"] for t in nights[ds].tables["tracks"] if t["explicit"]}


def test_later_nights_have_history_to_keep_away_from(nights: dict[str, Night]) -> None:
    third = nights[THIRD_NIGHT]
    assert sorted(str(d) for d in third.earlier) == [FIRST_NIGHT, SECOND_NIGHT]
    yesterday = {(r["user_id"], r["track_id"]) for r in third.earlier[third.ds - timedelta(days=1)]}
    assert len(yesterday) >= 23 * 30


def test_what_was_refused_is_told_with_its_file_and_row(nights: dict[str, Night]) -> None:
    mine = [q for q in nights[FIRST_NIGHT].tables["quarantine"] if q["source_file"] == "plays/shelf.parquet"]
    found = {(q["reason"], q["source_row"]) for q in mine if q["source_row"] > 24 * 9}
    first = 24 * 9 + 1
    assert found == {
        ("null_key", first),
        ("null_key", first + 1),
        ("unknown_user", first + 4),
        ("future_date", first + 5),
    }
    assert all(q["detail"] for q in mine)
    plays = nights[FIRST_NIGHT].by("ingest_counts", "table_name")["plays"]
    assert plays["rows_duplicate"] >= 1
    assert plays["rows_later"] > 0, "two later days lie in the landing"


def test_the_night_goes_on_without_a_corrupt_mp3(nights: dict[str, Night]) -> None:
    failed = nights[FIRST_NIGHT].by("audio_failures", "track_id")
    assert failed[CORRUPT]["reason"] in {"undecodable", "unsupported_format"}
    assert failed[CORRUPT]["audio_path"] == f"{CORRUPT}.mp3"
    assert failed[CORRUPT]["detail"]


def test_apps_and_analysts_see_the_newest_night(three_nights: Path, nights: dict[str, Night]) -> None:
    assert current(three_nights)["ds"] == THIRD_NIGHT
    assert served(three_nights) == nights[THIRD_NIGHT].version
    user = sorted(nights[THIRD_NIGHT].lists)[0]
    shown = well("show", user, "--home", three_nights, "--json").json()
    assert shown["version"] == nights[THIRD_NIGHT].version
    assert len(shown["songs"]) == 30
    explained = well("explain", user, 1, "--home", three_nights, "--json").json()
    assert explained["evidence"]
    assert all(reason["holds"] for reason in explained["evidence"])
    assert {one["verdict"] for one in explained["sentences"]} == {"proved"}
    page = three_nights / "report" / f"ds={THIRD_NIGHT}" / "index.html"
    assert all(song["title"] for song in shown["songs"])
    assert page.stat().st_size > 10_000


def test_what_was_written_is_its_owners_alone(three_nights: Path) -> None:
    """All but the settings and the delivery, which the tests wrote in part."""
    made = [
        p for p in three_nights.rglob("*") if p.name != "daily30.toml" and three_nights / "landing" not in p.parents
    ]
    assert len(made) > 100
    assert [p for p in made if p.stat().st_mode & 0o077] == []


def test_every_reason_of_every_night_is_proved_again(three_nights: Path) -> None:
    for ds in Lake(three_nights).nights():
        assert mismatches(Lake(three_nights).night(ds), bounds(three_nights)) == []


def test_an_older_night_run_again_does_not_take_over(three_nights: Path, nights: dict[str, Night]) -> None:
    again = well("nightly", "--home", three_nights, "--ds", FIRST_NIGHT, "--json").json()
    assert again["complete"]
    assert sum(s["ran"] for s in again["stages"]) == 0
    assert current(three_nights)["ds"] == THIRD_NIGHT
    assert served(three_nights) == nights[THIRD_NIGHT].version


# --- a checker that finds nothing may be blind: each rule must notice a night that breaks it ---------


def _song_of_another(night: Night) -> None:
    first, second = night.tables["daily_lists"][:2]
    second["track_id"] = first["track_id"]


def _one_less(night: Night) -> None:
    night.tables["daily_lists"].pop()


def _all_by_one_guest(night: Night) -> None:
    for song in night.tables["daily_lists"][:3]:
        night.by("tracks", "track_id")[song["track_id"]]["featured_artist_ids"] = ["same guest"]


def _all_of_one_album(night: Night) -> None:
    for song in night.tables["daily_lists"][:3]:
        night.by("tracks", "track_id")[song["track_id"]]["album_id"] = "same album"


def _blocks_a_listed_song(night: Night) -> None:
    song = night.tables["daily_lists"][0]
    row = {"user_id": song["user_id"], "kind": "block_track", "subject_id": song["track_id"]}
    night.tables["feedback"].append(row)


def _withdrawn(night: Night) -> None:
    night.by("tracks", "track_id")[night.tables["daily_lists"][0]["track_id"]]["available"] = False


def _out_in_two_days(night: Night) -> None:
    track = night.by("tracks", "track_id")[night.tables["daily_lists"][0]["track_id"]]
    track["release_date"] = night.ds + timedelta(days=2)


def _elsewhere(night: Night) -> None:
    night.by("tracks", "track_id")[night.tables["daily_lists"][0]["track_id"]]["regions"] = ["AQ"]


def _played_today(night: Night) -> None:
    song = night.tables["daily_lists"][0]
    night.tables["plays"].append({**song, "local_date": night.ds})


def _played_to_death(night: Night) -> None:
    personal = next(s["user_id"] for s in night.tables["list_summaries"] if s["personalised"])
    song = night.per_user("daily_lists")[personal][0]
    night.by("list_summaries", "user_id")[personal]["relaxations"] = []
    night.tables["plays"] += [{**song, "local_date": night.ds - timedelta(days=3)}] * 8


def _listed_13_nights_ago(night: Night) -> None:
    night.earlier[night.ds - timedelta(days=13)] = [night.tables["daily_lists"][0]]


def _relaxed_out_of_order(night: Night) -> None:
    night.tables["list_summaries"][0]["relaxations"] = ["disliked", "album_cap"]


def _opted_out(night: Night) -> None:
    user = next(s["user_id"] for s in night.tables["list_summaries"] if s["personalised"])
    night.by("users", "user_id")[user]["personalised"] = False


def _evidence_of_a_stranger(night: Night) -> None:
    night.tables["evidence"][0]["track_id"] = "nobody listed this"


def _english_review_for_a_chinese_reader(night: Night) -> None:
    track = next(p["songs"][0]["track_id"] for p in night.lists.values() if p["language"] == "zh")
    night.reviews[track, "zh"] = {"paragraphs": ["It never hurries and never stops."], "headings": ["Sound"]}


def _one_hashtag(night: Night) -> None:
    next(iter(night.lists.values()))["hashtags"] = ["#夜"]


def _songs_swapped_when_served(night: Night) -> None:
    songs = next(iter(night.lists.values()))["songs"]
    songs[0], songs[1] = songs[1], songs[0]


def _short_video(night: Night) -> None:
    next(h for h in night.tables["headers"] if h["kind"] == "video")["duration_s"] = 3.0


def _no_header(night: Night) -> None:
    next(iter(night.lists.values()))["header"] = None


def _a_track_lost(night: Night) -> None:
    night.tables["audio_failures"].pop()


def _a_row_lost(night: Night) -> None:
    night.tables["plays"].pop()


BREAKS: list[tuple[Callable[[Night], None], rules.Rule]] = [
    (_song_of_another, rules.thirty_distinct_recordings),
    (_one_less, rules.thirty_distinct_recordings),
    (_all_by_one_guest, rules.artists_capped),
    (_all_of_one_album, rules.albums_capped),
    (_blocks_a_listed_song, rules.nothing_forbidden),
    (_withdrawn, rules.nothing_forbidden),
    (_out_in_two_days, rules.nothing_forbidden),
    (_elsewhere, rules.nothing_forbidden),
    (_played_today, rules.nothing_played_today),
    (_played_to_death, rules.nothing_played_out),
    (_listed_13_nights_ago, rules.nothing_of_the_last_14_nights),
    (_relaxed_out_of_order, rules.relaxations_in_the_stated_order),
    (_opted_out, rules.opted_out_lists_are_not_personal),
    (_evidence_of_a_stranger, rules.every_song_has_evidence),
    (_english_review_for_a_chinese_reader, rules.words_for_every_list),
    (_one_hashtag, rules.words_for_every_list),
    (_songs_swapped_when_served, rules.served_as_computed),
    (_short_video, rules.headers_play),
    (_no_header, rules.headers_play),
    (_a_track_lost, rules.every_track_heard_or_excused),
    (_a_row_lost, rules.accounts_add_up),
]


@pytest.mark.parametrize(("do", "rule"), BREAKS, ids=lambda f: f.__name__.strip("_"))
def test_a_broken_night_is_noticed(three_nights: Path, do: Callable[[Night], None], rule: rules.Rule) -> None:
    night = read_night(three_nights, THIRD_NIGHT)
    do(night)
    assert list(rule(night)) != []
