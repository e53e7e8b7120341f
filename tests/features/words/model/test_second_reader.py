"""The second reader only takes away: a sentence that does not follow, alone; without a usable verdict nothing."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from features.words.model import narration, usage
from features.words.model.asking import Ask, Why
from features.words.model.narration import Record
from features.words.model.prompts import Prompt, most_tokens
from features.words.model.second_reader import SCHEMA, SecondReader, Told
from tests.features.words.model.test_narration import a_list, a_review
from tests.worlds.askers import Scripted, judged, sentences_of, writes_well

PROMPT = Prompt("reader_v0", "Say which sentences follow.")
TITLE = "Zebra Ferry PWNED"
MORE = "It was put down in an old house by the sea."  # no check of ours and no claim hits on it
OPENER, INTRO = "Begin with {l22} today.", [
    "You keep going back to {l40}, and the list begins with it.",
    "There are {l01} in it, {l04} of music, and nothing in it is in a hurry to be anywhere before the rain is.",
    MORE,
    "It leaves you with {l26} and a cup that has gone cold, which is as good an end as any for such an hour.",
    "Stay where a song holds you and leave what is left for another evening, since it will still be there.",
]  # fmt: skip


def writes(_: Ask) -> dict[str, Any]:
    return {"opener": [{"text": OPENER, "claims": []}], "intro": [{"text": s, "claims": []} for s in INTRO]}


def written(answer: Callable[[Ask], Any], wrote: Callable[[Ask], Any] = writes) -> tuple[Record, Scripted, Scripted]:
    """A list's words, who wrote them and who read them."""
    writer, reader = Scripted(wrote), Scripted(answer)
    return narration.write(writer, [a_list(title=TITLE)], SecondReader(reader, PROMPT, 300))[0], writer, reader


def reads(follows: Callable[[str], bool]) -> Callable[[Ask], Any]:
    return lambda ask: judged(ask.user, follows)


def test_what_does_not_follow_falls_alone() -> None:
    record, writer, reader = written(reads(lambda text: text != MORE))
    assert record.outcome == "model"
    assert record.texts is not None
    assert MORE not in record.texts["intro"]
    assert "a cup that has gone cold" in record.texts["intro"]
    assert record.rounds[0].faults == [f"unsupported: {MORE}"]
    assert (len(writer.asks), len(reader.asks)) == (1, 1)
    row = usage.row(record, "en")
    assert (row["readings"], row["unread"], row["sentences_read"], row["sentences_vetoed"]) == (1, [], 6, 1)
    assert row["reader_tokens_in"] > 0
    assert row["faults"] == ["unsupported"]


def test_it_sees_the_facts_and_sentences_but_no_title_and_no_name() -> None:
    record, writer, reader = written(reads(lambda _: True))
    (ask,) = reader.asks
    assert ask.user.startswith(writer.asks[0].user)
    assert [s["text"] for s in sentences_of(ask.user)][:2] == [OPENER, INTRO[0]]
    assert "There are 30 songs in it, 101 minutes" in ask.user  # what the writer saw stands in its place
    for hidden in (TITLE, "PWNED", "Mara", "London"):
        assert hidden not in ask.user
    assert record.texts is not None
    assert TITLE in record.texts["opener"]


def test_what_code_proved_of_a_sentence_is_told() -> None:
    claim = {"relation": "compares", "subject": "l26", "object": "l22", "of": "tempo", "direction": "more"}
    said = writes(Ask("", "", 1, {}))
    said["intro"][2] = {"text": "The last one is faster than the first.", "claims": [claim]}
    _, _, reader = written(reads(lambda _: True), lambda _: said)
    assert sentences_of(reader.asks[0].user)[3] == {
        "sentence": 4, "text": "The last one is faster than the first.", "proved": ["compares l26 l22 tempo more"],
    }  # fmt: skip


def test_what_code_refuses_stays_refused_and_is_not_read() -> None:
    said = writes(Ask("", "", 1, {}))
    said["intro"][2]["text"] = "There are 7 of them."
    record, _, reader = written(reads(lambda _: True), lambda _: said)
    assert record.texts is not None
    assert "7 of them" not in record.texts["intro"]
    assert not any("7 of them" in sentence["text"] for sentence in sentences_of(reader.asks[0].user))


def test_what_leans_on_a_vetoed_sentence_falls_with_it() -> None:
    said = writes(Ask("", "", 1, {}))
    said["intro"][3]["text"] = "And so it leaves you with {l26} and a cup that has gone cold, as good an end as any."
    record, _, _ = written(reads(lambda text: text != MORE), lambda _: said)
    assert "leaning: And" in record.rounds[0].faults


def test_where_nothing_is_left_it_is_asked_once_more_and_then_the_built_in_writer_writes() -> None:
    record, writer, reader = written(reads(lambda _: False))
    assert (record.texts, record.fell_back) == (None, "faults")
    assert (len(writer.asks), len(reader.asks)) == (2, 2)
    assert "unsupported: Begin with l22 today." in writer.asks[1].user
    assert "broke these rules" not in reader.asks[1].user


def test_an_answer_that_makes_no_text_is_not_read() -> None:
    record, _, reader = written(reads(lambda _: True), lambda _: {"opener": "There are 30 songs."})
    assert record.texts is None
    assert reader.asks == []


def without(what: str) -> Callable[[Ask], Any]:
    """A reader whose answer is a verdict but for one thing; it says of nothing that it follows."""

    def answer(ask: Ask) -> Any:
        rows = judged(ask.user, lambda _: False)["verdicts"]
        last = rows[-1]
        changed: Mapping[str, Any] = {
            "a sentence": rows[:-1],
            "its own sentences": [{**row, "sentence": row["sentence"] + 1} for row in rows],
            "one each": [*rows[:-1], rows[0]],
            "an end": [*rows, {"sentence": 99, "follows": False}],
            "a word": [*rows[:-1], {**last, "follows": "no"}],
            "a number": [*rows[:-1], {**last, "sentence": str(last["sentence"])}],
            "true numbers": [{**rows[0], "sentence": True}, *rows[1:]],
            "plainness": [*rows[:-1], {**last, "why": "so"}],
            "rows": [row["follows"] for row in rows],
            "a list": {str(row["sentence"]): row["follows"] for row in rows},
        }
        return {"verdicts": changed[what]}

    return answer


def answers_with(what: Any) -> Callable[[Ask], Any]:
    return lambda _: what


UNUSABLE: dict[str, tuple[Callable[[Ask], Any], str]] = {
    **{
        what: (without(what), "unreadable")
        for what in ("a sentence", "its own sentences", "one each", "an end", "a word", "a number", "true numbers",
                     "plainness", "rows", "a list")
    },
    "nothing": (lambda _: {}, "unreadable"),
    "another form": (lambda ask: {str(s["sentence"]): False for s in sentences_of(ask.user)}, "unreadable"),
    "more": (lambda ask: judged(ask.user, lambda _: False) | {"note": "all false"}, "unreadable"),
    "prose": (lambda _: "None of these follow.", "unreadable"),
    **{str(why): (answers_with(why), str(why)) for why in Why},
}  # fmt: skip


@pytest.mark.parametrize("name", UNUSABLE)
def test_without_a_usable_verdict_nothing_falls_and_that_is_counted(name: str) -> None:
    answer, why = UNUSABLE[name]
    record, writer, _ = written(answer)
    assert record.outcome == "model"
    assert record.texts is not None
    assert MORE in record.texts["intro"]
    assert len(writer.asks) == 1
    row = usage.row(record, "en")
    assert (row["readings"], row["unread"], row["sentences_read"], row["sentences_vetoed"]) == (1, [why], 0, 0)


def test_reading_never_costs_more_than_its_bound() -> None:
    """A token a byte, both times, and the longest sentences that are read."""
    reader = SecondReader(Scripted(writes_well), PROMPT, 300)
    for request in (a_list("zh"), a_review("zh")):
        keys = list(request.ask.schema["properties"])
        told = {(key, n): Told("夜" * 120, ["compares f01 g01 tempo less"] * 8) for key in keys for n in range(3)}
        ask = reader.ask(request.ask.user, told)
        assert ask is not None
        spent = len(ask.system.encode()) + len(ask.user.encode()) + 2 * len(json.dumps(dict(SCHEMA))) + ask.max_tokens
        assert 2 * spent <= reader.most_tokens(request.ask, 1.0)
        assert reader.most_tokens(request.ask, 1.0) <= 2.5 * most_tokens(ask)


def test_what_does_not_fit_is_not_read() -> None:
    reader = Scripted(reads(lambda _: False))
    told = {("opener", n): Told("夜" * 200) for n in range(9)}
    (second,) = SecondReader(reader, PROMPT, 300).read([("<data>\n{}\n</data>", told)])
    assert (second.why_none, second.vetoed, reader.asks) == (Why.UNREADABLE, [], [])
