"""Listened songs matched to a catalogue."""

from __future__ import annotations

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from features.matching.listened import matched_aliases
from features.matching.match import match
from features.matching.params import MatchParams
from features.matching.vocabulary import Vocabulary, sounds_of
from tests.features.matching.songs import songs

WORDS = Vocabulary(frozenset(("night", "light", "last", "song")), {"伦": frozenset({"lun"}), "轮": frozenset({"lun"})})


def found(heard: pl.DataFrame, files: pl.DataFrame, params: MatchParams | None = None) -> dict[str, str]:
    return dict(match(heard, files, WORDS, params or MatchParams()).select("alias_id", "track_id").iter_rows())


def test_a_recording_id_goes_before_names() -> None:
    heard = songs("h", [("Ann", "Song", None, "r1")])
    files = songs("f", [("Ann", "Song", None, None), ("A.", "Nameless", None, "r1")])
    assert found(heard, files) == {"h0": "f1"}


def test_of_two_files_of_one_song_the_one_of_the_heard_length() -> None:
    heard = songs("h", [("Ann", "Song", 200.0)])
    files = songs("f", [("Ann", "Song", 260.0), ("Ann", "Song", 201.0), ("Ann", "Song", None)])
    assert found(heard, files) == {"h0": "f1"}


def test_a_live_take_is_the_same_live_take_or_none() -> None:
    heard = songs("h", [("Ann", "Song (Live at Oslo)")])
    studio = ("Ann", "Song")
    assert found(heard, songs("f", [studio])) == {}
    assert found(heard, songs("f", [studio, ("Ann", "Song - Live")])) == {"h0": "f1"}
    assert found(heard, songs("f", [studio, ("Ann", "Song (Live in Rome)")])) == {}


def test_other_versions_count_where_a_home_says_so() -> None:
    heard = songs("h", [("Ann", "Song (Live at Oslo)")])
    every = MatchParams(other_versions=True)
    assert found(heard, songs("f", [("Ann", "Song")]), every) == {"h0": "f0"}
    assert found(heard, songs("f", [("Ann", "Song"), ("Ann", "Song - Live")]), every) == {"h0": "f1"}


def test_a_remaster_is_the_plain_recording_unless_there_is_the_remaster() -> None:
    heard = songs("h", [("Ann", "Song - 2011 Remaster")])
    assert found(heard, songs("f", [("Ann", "Song")])) == {"h0": "f0"}
    assert found(heard, songs("f", [("Ann", "Song"), ("Ann", "Song (Remastered 2011)")])) == {"h0": "f1"}


def test_a_remaster_of_a_remix_is_the_remix() -> None:
    heard = songs("h", [("Ann", "Song (Remix) (Remastered 2011)")])
    assert found(heard, songs("f", [("Ann", "Song (Remix)"), ("Ann", "Song")])) == {"h0": "f0"}
    assert found(heard, songs("f", [("Ann", "Song (Remix 2)")])) == {}


def test_one_word_is_no_slip_for_another_but_a_slip_is() -> None:
    files = songs("f", [("Ann", "Last Light Song")])
    assert found(songs("h", [("Ann", "Last Night Song")]), files) == {}
    assert found(songs("h", [("Ann", "Last Lihgt Song")]), files) == {"h0": "f0"}


def test_a_letter_left_out_or_swapped_is_a_slip_in_every_long_name_but_not_at_its_head() -> None:
    files = songs("f", [("t4ngr4m", "Barbarian King"), ("Ann", "Long Lights"), ("Ryan Adams", "Heaven")])
    slips = [("t4gr4m", "Barbarian King"), ("t4gnr4m", "Barbarian King"), ("Ann", "Long Ligts"), ("Ann", "Lnog Lights")]
    assert found(songs("h", slips), files) == {"h0": "f0", "h1": "f0", "h2": "f1", "h3": "f1"}
    others = [("t4xgr4m", "Barbarian King"), ("Bryan Adams", "Heaven")]
    assert found(songs("h", others), files) == {}


def test_characters_of_one_sound_are_a_slip() -> None:
    files = songs("f", [("周杰伦", "青花瓷")])
    assert found(songs("h", [("周杰轮", "青花瓷")]), files) == {"h0": "f0"}
    assert found(songs("h", [("周杰克", "青花瓷")]), files) == {}


def test_names_in_the_title_are_read_on_one_side_only() -> None:
    files = songs("f", [("Ann", "BWV 1007 - Prelude"), ("Unknown Artist", "Bo - Song")])
    assert found(songs("h", [("Otto", "BWV 1007 - Prelude"), ("Bo", "Song")]), files) == {"h1": "f1"}


def test_nobody_s_song_matches_nothing() -> None:
    files = songs("f", [("Ann", "Song"), (None, "Song"), ("Unknown Artist", "Song")])
    assert found(songs("h", [("Unknown Artist", "Song"), (None, "Song"), ("", "Song")]), files) == {}


def test_other_guests_are_another_recording() -> None:
    files = songs("f", [("Ann feat. Bo", "Song")])
    heard = songs("h", [("Ann feat. Cy", "Song"), ("Ann", "Song"), ("Ann", "Song (feat. Bo)"), ("Bo", "Song")])
    assert found(heard, files) == {"h1": "f0", "h2": "f0", "h3": "f0"}


def test_empty_tables_match_nothing() -> None:
    none, some = songs("x", []), songs("f", [("Ann", "Song")])
    assert match(none, some, WORDS, MatchParams()).is_empty()
    assert match(some, none, WORDS, MatchParams()).is_empty()


def test_scores_are_shares_and_ids_come_in_order() -> None:
    heard = songs("h", [("Ann", "Song"), ("Anne Lind", "Last Lihgt"), ("Song", "Ann")])
    rows = match(heard, songs("f", [("Ann", "Song"), ("Anne Lind", "Last Light")]), WORDS, MatchParams())
    assert rows["alias_id"].to_list() == ["h0", "h1", "h2"]
    assert rows["how"].to_list() == ["names", "spelling", "swapped"]
    assert rows["score"].is_between(MatchParams().min_score, 1).all()


_ARTISTS = st.sampled_from(["Ann", "Ann Lind", "Ann feat. Bo", "Bo", "周杰伦", "Unknown Artist", ""])
_TITLES = st.sampled_from(
    ["Song", "Sogn of Rain", "Song of Rain", "Song (Live)", "Song - 2011 Remaster", "Ann - Song", "青花瓷"]
)
_ROWS = st.lists(st.tuples(_ARTISTS, _TITLES, st.sampled_from([None, 100.0, 200.0])), min_size=1, max_size=6)


@settings(max_examples=60, deadline=None)
@given(_ROWS, _ROWS, st.randoms(use_true_random=False))
def test_order_of_rows_does_not_matter(ours, theirs, order) -> None:
    heard, files = songs("h", ours), songs("f", theirs)
    once = found(heard, files)
    for table in (heard, files):
        rows = list(range(table.height))
        order.shuffle(rows)
        if table is heard:
            heard = table[rows]
        else:
            files = table[rows]
    assert found(heard, files) == once


@settings(max_examples=60, deadline=None)
@given(_ROWS, _ROWS)
def test_each_song_is_judged_by_itself(ours, theirs) -> None:
    heard, files = songs("h", ours), songs("f", theirs)
    alone = {k: v for n in range(heard.height) for k, v in found(heard[n], files).items()}
    assert found(heard, files) == alone


def test_sounds_of_characters_are_read_from_the_dictionary() -> None:
    lines = [
        "# comment",
        "傳 传 [chuan2] /to pass on/",
        "傳 传 [zhuan4] /biography/",
        "女 女 [nu:3] /woman/",
        "一下 一下 [yi1 xia4] /x/",
    ]
    assert sounds_of(lines) == {"传": {"chuan", "zhuan"}, "女": {"nv"}}


def test_of_one_artist_a_slip_in_a_short_title_is_a_slip() -> None:
    files = songs("f", [("Viktor Kraus", "Options"), ("Ann", "All of Us"), ("Ann", "Revelation"), ("Cy", "Main Menu")])
    slips = [("Viktor Kraus", "Opions"), ("Ann", "All f Us"), ("Ann", "Revelatoin"), ("Ann", "Revelatian")]
    assert found(songs("h", slips), files) == {"h0": "f0", "h1": "f1", "h2": "f2", "h3": "f2"}
    assert found(songs("h", [("Cy", "Mani Menu")]), files) == {"h0": "f3"}


def test_of_one_artist_another_form_number_or_word_is_no_slip() -> None:
    files = songs("f", [("Ann", "River"), ("Ann", "We Can"), ("Ann", "Song 12"), ("Ann", "Nigh"), ("Ann", "Boy")])
    others = [("Ann", "Rivers"), ("Ann", "We Cant"), ("Ann", "Song 21"), ("Ann", "Night"), ("Ann", "Bay")]
    assert found(songs("h", others), files) == {}


def test_a_version_by_a_slip_or_without_its_brackets_is_that_version() -> None:
    files = songs("f", [("Ann", "Airship (remix)"), ("Ann", "Airship")])
    heard = [("Ann", "Airship (remx)"), ("Ann", "Airship Remix"), ("Ann", "Airship (Rmastered 2011)")]
    assert found(songs("h", heard), files) == {"h0": "f0", "h1": "f0", "h2": "f1"}
    assert (
        found(songs("h", [("Ann", "Song (Live at Rome Hall)")]), songs("f", [("Ann", "Song (Live at Home Hall)")]))
        == {}
    )


def test_a_guest_by_a_slip_is_that_guest() -> None:
    files = songs("f", [("Ann; Tobias Frei", "Forest Prophecy")])
    assert found(songs("h", [("Ann; Toibas Frei", "Forest Prophecy")]), files) == {"h0": "f0"}
    assert found(songs("h", [("Ann; Mary Frei", "Forest Prophecy")]), files) == {}


def test_of_songs_that_only_listens_name_masterings_and_slips_in_their_labels_are_one() -> None:
    names = ["Boss (Remastered 2011)", "Boss", "BOSS - 2009 Rmaster", "Boss [Offiical Audio]", "Boss (Live)"]
    tracks = songs("h", [("Ann", name) for name in names])
    tracks = tracks.with_columns(source_file=pl.lit("tracks/listens-ann.parquet"), source_row=pl.int_range(pl.len()))
    none = pl.DataFrame(schema={"alias_id": pl.String, "track_id": pl.String, "method": pl.String})
    found = matched_aliases(tracks, none, WORDS, MatchParams())
    assert found.select("alias_id", "track_id").rows() == [("h0", "h1"), ("h2", "h1"), ("h3", "h1")]
