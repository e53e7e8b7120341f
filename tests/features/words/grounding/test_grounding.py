"""The checker: clean texts pass, seeded corruptions are caught and typed."""

from __future__ import annotations

import re

import pytest

from features.measurement import MeasurementPolicy
from features.seeds import Seeds
from features.words.grounding import Fault, Sheet, check
from features.words.params import WordParams
from features.words.terms import numerals
from features.words.writer import lists as list_writer
from features.words.writer.inputs import BriefTables
from features.words.writer.list_briefs import ListBriefs
from jobs.run.body import gather
from tests.features.words import world


def sheet(language: str) -> Sheet:
    made = Sheet(language)
    for value in (60, 72, 80):
        made.number(value, "bpm")
    made.number(5, "song")
    made.number(30, "song")
    made.number(41, "percent")
    made.quote("晴天" if language == "zh" else "Rain Check")
    made.name("降D大调" if language == "zh" else "Db major")
    made.name("The Lanterns")
    return made


CLEAN = {
    "zh": "这周你循环了 5 首 60–80 BPM 的歌，《晴天》72 BPM、降D大调，The Lanterns 占了 41%。",
    "en": "You looped 5 songs at 60–80 BPM; “Rain Check” by The Lanterns is at 72 BPM in Db major, 41% of it.",
}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_clean_text_passes(language: str) -> None:
    assert check(CLEAN[language], sheet(language)) == []


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("shift", [-1, 1])
def test_every_number_off_by_one_is_caught(language: str, shift: int) -> None:
    for match in re.finditer(r"\d+", CLEAN[language]):
        wrong = CLEAN[language][: match.start()] + str(int(match[0]) + shift) + CLEAN[language][match.end() :]
        assert Fault.NUMBER in {v.fault for v in check(wrong, sheet(language))}, wrong


@pytest.mark.parametrize(
    ("language", "wrong", "fault"),
    [
        ("zh", CLEAN["zh"].replace("晴天", "雨天"), Fault.TITLE),
        ("en", CLEAN["en"].replace("Rain Check", "Rain Cheque"), Fault.TITLE),
        ("en", CLEAN["en"].replace("The Lanterns", "The Beacons"), Fault.NAME),
        ("zh", CLEAN["zh"].replace("The Lanterns", "The Beacons"), Fault.NAME),
        ("zh", CLEAN["zh"].replace("5 首", "5 天"), Fault.NUMBER),
        ("en", CLEAN["en"].replace("72 BPM", "72 days"), Fault.NUMBER),
        ("zh", "你听了三首歌。", Fault.NUMBER),
        ("zh", "占了百分之三十。", Fault.NUMBER),
        ("zh", "占了三成。", Fault.NUMBER),
        ("en", "You looped twenty-one songs.", Fault.NUMBER),
        ("zh", "这首歌拿过金曲奖。", Fault.CLAIM),
        ("en", "It is an award-winning song.", Fault.CLAIM),
        ("zh", "女生都爱听。", Fault.SENSITIVE),
        ("en", "A song for women.", Fault.SENSITIVE),
        ("zh", "见 https://a.b 。", Fault.MARKUP),
        ("en", "It is <b>good</b>.", Fault.MARKUP),
        ("en", "It leaves {title} open.", Fault.MARKUP),
        ("en", "It sounds 好听 to me.", Fault.LANGUAGE),
        ("zh", "歌很好听 привет。", Fault.LANGUAGE),
        ("zh", "第 4 名。", Fault.NUMBER),
        ("zh", "「晴天的雨」唱得轻。", Fault.TITLE),
        ("en", 'He sings "rain cheque" twice.', Fault.TITLE),
    ],
)  # fmt: skip
def test_corruptions_are_caught(language: str, wrong: str, fault: Fault) -> None:
    assert fault in {v.fault for v in check(wrong, sheet(language))}


def test_length_bounds() -> None:
    assert [v.fault for v in check("短。", sheet("zh"), low=5)] == [Fault.LENGTH]
    assert [v.fault for v in check("one two three", sheet("en"), low=1, high=2)] == [Fault.LENGTH]


def test_names_with_digits_and_braces_are_masked_whole() -> None:
    made = Sheet("zh")
    made.quote("1989 {n} <b>")
    made.name("M83")
    assert check("《1989 {n} <b>》是 M83 的歌。", made) == []
    assert Fault.NAME in {v.fault for v in check("《1989 {n} <b>》是 M84 的歌。", made)}


@pytest.mark.parametrize(
    ("words", "value"), [("三", 3), ("十二", 12), ("二十", 20), ("三百", 300), ("二〇二六", 2026), ("一万二千", 12000)]
)
def test_chinese_numerals(words: str, value: int) -> None:
    assert numerals.chinese_value(words) == value


def test_corruptions_of_written_lists_are_caught() -> None:
    """Numbers off by one and altered titles in the built-in writer's own intros and openers."""
    made = world.catalogue(120)
    tables = made | world.listeners(made, count=110)
    desk = ListBriefs(gather(BriefTables, tables), world.NIGHT, Seeds(7), WordParams(), MeasurementPolicy())
    caught = corrupted = 0
    for order in desk.orders():
        slots, day, draws = order.slots, order.day, order.draws
        for text in (
            list_writer.opener(slots, order.reader, day, {}, draws, WordParams()),
            list_writer.intro(slots, order.reader, order.newcomer, {}, draws, WordParams()),
        ):
            lawful = slots.sheet(text.used)
            assert check(text.text, lawful) == []
            for wrong in corruptions(text.text, lawful):
                corrupted += 1
                caught += bool(check(wrong, lawful))
    assert corrupted >= 500
    assert caught >= 0.97 * corrupted, (caught, corrupted)


def corruptions(text: str, lawful: Sheet) -> list[str]:
    found = []
    for match in re.finditer(r"(?<![\w:.])\d+(?![\w:])", text):
        inside = any(name in text and match[0] in name for name in lawful.quoted | lawful.names)
        if not inside:
            found.append(text[: match.start()] + str(int(match[0]) + 1) + text[match.end() :])
    return found + [text.replace(q, q + "x") for q in sorted(lawful.quoted)]
