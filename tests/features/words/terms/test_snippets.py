"""Notes cut into sentences, and which of them stand by themselves."""

from __future__ import annotations

import pytest

from features.words.terms import snippets
from tests.frames import rows

TEXT_EN = (
    "Blue Room Records brought the first album out in 2011. It was recorded by Dr. J. Hall in Oslo. "
    "Two more albums followed, both on the same label. And that was all! Why? unfinished"
)
TEXT_ZH = "蓝房间唱片在2011年发行了第一张专辑。后来他又出了两张。听说过《夜航》的人不少。好听。谁不喜欢这样的声音呢？"


def cut(text: str, language: str) -> list[tuple[str, str | None]]:
    note = {"note_id": "n", "track_id": "t", "kind": "history", "language": language, "text": text, "source": "S",
            "licence": "own"}  # fmt: skip
    return [(row["text"], row["unfit"]) for row in snippets.snippet_rows(rows("notes", [note]))]


def test_an_english_note_is_cut_at_its_stops_but_not_at_abbreviations() -> None:
    assert cut(TEXT_EN, "en") == [
        ("Blue Room Records brought the first album out in 2011.", None),
        ("It was recorded by Dr. J. Hall in Oslo.", "leans"),
        ("Two more albums followed, both on the same label.", None),
        ("And that was all!", "fragment"),
        ("Why?", "fragment"),
        ("unfinished", "fragment"),
    ]


def test_a_chinese_note_is_cut_at_its_stops() -> None:
    assert cut(TEXT_ZH, "zh") == [
        ("蓝房间唱片在2011年发行了第一张专辑。", None),
        ("后来他又出了两张。", "leans"),
        ("听说过《夜航》的人不少。", "quotes"),
        ("好听。", "short"),
        ("谁不喜欢这样的声音呢？", "fragment"),
    ]


@pytest.mark.parametrize(
    ("sentence", "language", "unfit"),
    [
        ("She has been with the label since 2011.", "en", "leans"),
        ("This song came out in the autumn of 2011.", "en", "leans"),
        ("Theatre music was the trade of this band from the start.", "en", None),
        ("Such was the first album of the band.", "en", "leans"),
        ("The album was recorded " + "and recorded " * 15 + "again.", "en", "long"),
        ("The band called the record “Night Flight” in 2011.", "en", "quotes"),
        ("The band (all four) played on the first record.", "en", "quotes"),
        ("The band’s first record came out on Blue Room.", "en", None),
        ("The singer is a devout Christian and plays in the evening.", "en", "private"),
        ("released on Blue Room Records in the year 2011.", "en", "fragment"),
        ("The band goes on and on and on...", "en", "fragment"),
        ("Two  gaps in a line of a note.", "en", "fragment"),
        ("該樂團在2011年發行了第一張專輯。", "zh", "leans"),
        ("这支乐队在2011年发行了第一张专辑。", "zh", "leans"),
        ("乐队" + "一直" * 30 + "在唱。", "zh", "long"),
        ("歌手离婚以后录下了这张专辑里的歌。", "zh", "private"),
    ],
)
def test_what_cannot_stand_by_itself_is_not_cited(sentence: str, language: str, unfit: str | None) -> None:
    assert cut(sentence, language) == [(sentence, unfit)]


def test_each_snippet_stands_in_its_note_and_has_an_id() -> None:
    note = {"note_id": "n7", "artist_id": "a", "kind": "history", "language": "en", "text": TEXT_EN, "source": "S",
            "licence": "own", "url": "https://example.org"}  # fmt: skip
    made = snippets.snippet_rows(rows("notes", [note]))
    assert [row["snippet_id"] for row in made] == [f"n7#{n:02d}" for n in range(1, len(made) + 1)]
    assert all(row["text"] in TEXT_EN and row["artist_id"] == "a" and row["url"] for row in made)
    assert snippets.quoted("A whole sentence.") == "A whole sentence"
    assert snippets.quoted("一句话。") == "一句话"


def test_the_language_is_told_by_script_and_small_words() -> None:
    assert snippets.written_in("Ida Hall is a singer from Oslo, Norway.", "en")
    assert snippets.written_in("爵士三重奏 The Night Owls 的第一张专辑。", "zh")
    assert snippets.written_in("文静桐 composed the music of the song and 月见草音乐 released it.", "en")
    assert not snippets.written_in("Ида Халл певица from the city of Oslo, автор песен", "en")
    assert not snippets.written_in("Ida Hall è una cantante di Oslo e vive in Norvegia.", "en")
    assert not snippets.written_in("The Night Owls released 专辑 in May", "zh")
