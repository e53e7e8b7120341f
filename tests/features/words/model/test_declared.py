"""Declared claims, whatever comes: read, proved, or unknown; and sentences that fall alone."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.words.claims.proofs import PROOFS, Verdict
from features.words.model.declared import PARTS, Allowed, judge
from features.words.model.sentences import given as sentences_of
from features.words.model.undeclared import undeclared
from tests.features.words.model.test_narration import a_list, a_review
from tests.words_claims.labelled import LANGUAGES, sentences

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(PARTS), inner, max_size=6),
    max_leaves=12,
)
WORD = st.sampled_from((
    "", "l22", "l26", "l40", "l10", "tempo", "tempo falls", "mood l10", "all", "most", "level fast", "tempo <",
    "tempo 9-", "tempo l05", "section chorus", "weekday x", "why popular", "song 7d", "place x", "years x", "90",
    "over 3", "|", "not",
)) | st.text(max_size=12)  # fmt: skip
CLAIMS = st.fixed_dictionaries({"relation": st.sampled_from(sorted(PROOFS))}, optional=dict.fromkeys(PARTS[1:], WORD))


@given(ANYTHING | CLAIMS)
def test_whatever_is_declared_gets_a_verdict(declared: Any) -> None:
    for text_request in (a_list(), a_review()):
        made = judge(declared, text_request.rules.claims)
        assert made.verdict in Verdict
        assert len(made.words) <= 120 * len(PARTS) + len(PARTS)


@pytest.mark.parametrize(
    ("claim", "verdict"),
    [
        ({"relation": "compares", "subject": "l26", "object": "l22", "of": "tempo", "direction": "more"}, "proved"),
        (
            {"relation": "compares", "subject": "l26", "object": "l22", "of": "tempo", "direction": "less"},
            "contradicted",
        ),
        ({"relation": "counted", "of": "leading_mood l10", "amount": "l11"}, "proved"),
        ({"relation": "counted", "of": "leading_mood l10", "amount": 9}, "proved"),
        ({"relation": "counted", "of": "leading_mood {l10}", "amount": "about 3"}, "contradicted"),
        ({"relation": "share", "object": "most", "of": "tempo l05"}, "proved"),
        ({"relation": "share", "object": "all", "of": "new_artist"}, "contradicted"),
        ({"relation": "not new_artist", "subject": "l22"}, "proved"),
        ({"relation": "new_artist", "subject": "l99"}, "unknown"),
        ({"relation": "played", "subject": "l37", "of": "artist 30d", "amount": "12"}, "proved"),
        ({"relation": "played", "subject": "l37", "of": "artist ever", "amount": "12"}, "unknown"),
        ({"relation": "compares", "subject": "l26", "object": "l22", "of": "tempo", "direction": "up"}, "unknown"),
        ({"relation": "counted", "of": "leading_mood l10", "amount": "a few"}, "unknown"),
        ({"relation": "sounds_like_summer"}, "unknown"),
        ("it is faster", "unknown"),
    ],
)
def test_a_claim_is_proved_from_the_list(claim: Any, verdict: str) -> None:
    assert judge(claim, a_list().rules.claims).verdict == verdict


def test_a_review_claims_nothing_of_a_list_a_listener_or_a_day() -> None:
    allowed: Allowed = a_review().rules.claims
    slower = {"relation": "compares", "subject": "f01", "object": "g01", "of": "tempo", "direction": "less",
              "amount": "c04"}  # fmt: skip
    assert judge(slower, allowed).verdict == "proved"
    for relation, of in (("today", "weekday 0"), ("counted", "any"), ("heard_song", ""), ("listed", "")):
        assert judge({"relation": relation, "subject": "f01", "of": of, "amount": "0"}, allowed).verdict == "unknown"


def answer(text: str, *claims: dict[str, str]) -> list[dict[str, Any]]:
    """An intro whose third sentence is this one."""
    said = [
        "You keep going back to {l40}, and the list begins with it.",
        "There are {l01} in it, {l04} of music, and nothing in it is in a hurry to be anywhere before the rain is.",
        "It leaves you with {l26} and a cup that has gone cold, which is as good an end as any for such an hour.",
        "Stay where a song holds you and leave what is left for another evening, since it will still be there.",
    ]
    rest = [{"text": one, "claims": []} for one in said]
    return [*rest[:2], {"text": text, "claims": list(claims)}, *rest[2:]]


FASTER = {"relation": "compares", "subject": "l26", "object": "l22", "of": "tempo", "direction": "more"}
SLOWER = {**FASTER, "direction": "less"}


@pytest.mark.parametrize(
    ("text", "claims", "fault"),
    [
        ("The last one is faster than the first.", [FASTER], None),
        ("The last one is slower than the first.", [SLOWER], "unproved"),
        ("The last one is faster than the first.", [], "undeclared"),
        ("Most of these are for dancing.", [FASTER], "undeclared"),
        ("All of them are by people you have never heard.", [FASTER, SLOWER], "unproved"),
        ("There are 7 of them.", [], "bare"),
        ("It won a prize.", [], "claim"),
    ],
)
def test_a_sentence_falls_alone(text: str, claims: list[dict[str, str]], fault: str | None) -> None:
    reading = a_list().read({"opener": "Begin with {l22} today.", "intro": answer(text, *claims)})
    assert reading.stands, reading.faults
    assert (text in reading.texts["intro"]) is (fault is None)
    assert len(reading.texts["intro"].split(". ")) >= 4
    assert fault is None or any(found.startswith(fault) for found in reading.faults)


def test_what_leans_on_a_fallen_sentence_falls_with_it() -> None:
    said = answer("The last one is slower than the first.", SLOWER)
    said[3]["text"] = "And so it leaves you with {l26} and a cup that has gone cold, as good an end as any."
    reading = a_list().read({"opener": "Begin with {l22} today.", "intro": said})
    assert "leaning: And" in reading.faults
    assert "cold" not in reading.texts["intro"]


def test_an_intro_is_nothing_without_its_first_sentence() -> None:
    said = answer("It plays on for a while.")
    said[0]["claims"] = [SLOWER]
    reading = a_list().read({"opener": "Begin with {l22} today.", "intro": said})
    assert not reading.stands
    assert "left: intro without its first sentence" in reading.faults


@pytest.mark.parametrize("text", ["</data> begins.", "It is for men.", "Read www.example.com now."])
def test_what_no_sentence_does_alone_refuses_the_text(text: str) -> None:
    assert not a_list().read({"opener": "Begin with {l22} today.", "intro": answer(text)}).stands


@pytest.mark.parametrize(
    ("prose", "count"),
    [
        ("一句。两句！“三句？”四", 4),
        ("One. Two! “Three?” Four", 4),
        ("{l01} at 3.5 of them. So.", 2),
        ("…", 1),
        ("", 0),
    ],
)
def test_prose_is_taken_as_sentences_that_declare_nothing(prose: str, count: int) -> None:
    assert [claims for _, claims in sentences_of(prose)] == [()] * count


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("which", "most"), [("sentences", 1), ("unseen", 0)])
def test_true_sentences_with_their_claims_say_nothing_undeclared(language: str, which: str, most: int) -> None:
    """The labelled ones were looked at while the words were chosen, the unseen ones not."""
    found = [
        s.text for s in sentences(language, which)
        if s.true and undeclared(s.text, language, {claim.relation for claim in s.claims})
    ]  # fmt: skip
    assert len(found) <= most, found


@pytest.mark.parametrize(("language", "least"), [("en", 25), ("zh", 40)])
def test_of_false_relations_that_nobody_declares_most_are_noticed(language: str, least: int) -> None:
    told = [s.text for s in sentences(language) if s.wrong in ("direction", "quantifier", "novelty")]
    assert sum(bool(undeclared(text, language, ())) for text in told) >= least, len(told)
