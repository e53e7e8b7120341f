"""Which encoding a file is in: right or refused, never another text."""

from __future__ import annotations

import random

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.worlds.languages import lines
from warehouse.landing.lyrics.encodings import Decoded, decode, repaired
from warehouse.landing.lyrics.refused import RefusedLyrics

WRITTEN = [
    ("zh", "gbk"), ("zh", "gb18030"), ("zh_hant", "gb18030"), ("zh_hant", "big5"), ("ja", "shift_jis"),
    ("ja", "euc_jp"),
    ("ja", "iso2022_jp"), ("ko", "euc_kr"), ("fr", "cp1252"), ("de", "cp1252"), ("es", "latin_1"), ("ru", "cp1251"),
    ("ru", "koi8_r"), ("zh", "utf-8"), ("zh", "utf-8-sig"), ("zh", "utf-16"), ("zh", "utf-16-le"), ("zh", "utf-16-be"),
    ("ko", "utf-16-be"), ("en", "utf-16-le"), ("fr", "utf-16-le"), ("ja", "utf-32"),
]  # fmt: skip


@pytest.mark.parametrize("count", [3, 10, 30])
@pytest.mark.parametrize(("language", "codec"), WRITTEN)
def test_a_song_is_read_by_its_own_encoding(language: str, codec: str, count: int) -> None:
    rng, right = random.Random(count), 0
    for trial in range(5):
        first = rng.randrange(31 - count)
        stamp = "[00:{:02d}.00]" if trial % 2 else ""
        text = "".join(f"{stamp.format(i)}{line}\n" for i, line in enumerate(lines(language)[first : first + count]))
        data = text.encode(codec, "ignore")
        found = decode(data)
        if isinstance(found, Decoded):
            assert found.text == data.decode(codec), found.encoding
            right += 1
    assert right == 5 if count > 3 else right >= 4, "too many refused"


SELDOM = {
    "cp1253": "Βρέχει όλη νύχτα έξω από το παράθυρο",
    "cp874": "ฝนตกตลอดคืนนอกหน้าต่าง",
    "cp1256": "المطر يهطل طوال الليل",
    "cp1255": "גשם יורד כל הלילה מחוץ לחלון",
    "cp1250": "Déšť padá celou noc za oknem, řeka šumí",
    "mac_roman": lines("fr")[0],
    "johab": "\n".join(lines("ko")[:3]),
    "cp437": "\n".join(lines("de")[:12]),
}


@pytest.mark.parametrize("codec", SELDOM)
def test_a_seldom_table_is_read_right_or_refused(codec: str) -> None:
    found = decode(SELDOM[codec].encode(codec))
    assert isinstance(found, RefusedLyrics) or found.text == SELDOM[codec]


@given(st.binary(min_size=40, max_size=300))
def test_noise_is_refused(data: bytes) -> None:
    noise = bytes(byte | 0x80 for byte in data)
    assume(len(set(noise)) > 10)
    assert isinstance(decode(noise), RefusedLyrics)


def test_a_declared_language_tips_the_scale() -> None:
    short = "夜に駆ける\n".encode("euc_jp")
    told = decode(short, "ja")
    assert isinstance(told, Decoded)
    assert told.text == "夜に駆ける\n"


def test_one_broken_letter_costs_its_line_only() -> None:
    data = "\n".join(lines("zh")).encode("gbk")
    found = decode(data[:100] + b"\xff" + data[100:])
    assert isinstance(found, Decoded)
    read = [line for line in found.text.splitlines() if "\ufffd" not in line]
    assert read == [line for line in lines("zh") if line in read]
    assert len(read) == 29


@pytest.mark.parametrize(
    ("language", "codec", "seen"),
    [("zh", "utf-8", "cp1252"), ("zh", "gbk", "latin_1"), ("ja", "shift_jis", "latin_1"), ("ru", "cp1251", "cp1252")],
)
def test_a_tag_read_by_the_wrong_table_is_read_by_the_right_one(language: str, codec: str, seen: str) -> None:
    text = "\n".join(lines(language)[:6])
    wrong = text.encode(codec).decode("latin_1") if seen == "latin_1" else text.encode(codec).decode(seen, "replace")
    if "\ufffd" not in wrong:
        assert repaired(wrong) == Decoded(text, "utf-8", pytest.approx(1.0, abs=0.05))
    assert repaired(text) == Decoded(text, "utf-8", 1.0)


def test_accents_that_are_right_stay() -> None:
    for language in ("fr", "de", "es"):
        for line in lines(language):
            assert repaired(line) == Decoded(line, "utf-8", pytest.approx(1.0, abs=0.05))


def test_a_text_that_was_misread_for_good_is_refused() -> None:
    lost = "\n".join(lines("zh")).encode().decode("cp1252", "ignore")
    assert isinstance(repaired(lost), RefusedLyrics)
    assert isinstance(decode(lost.encode()), RefusedLyrics)
