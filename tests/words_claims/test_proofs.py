"""Labelled sentences, each with what it says: what holds is proved, what is false is not."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from features.words.claims.claim import Amount, Claim
from features.words.claims.proofs import PROOFS, holds
from tests.words_claims.labelled import LANGUAGES, Labelled, sentences, worlds

KINDS = ("opener", "intro", "reason", "review", "why")
WRONG = (
    "direction", "order", "quantifier", "novelty", "time", "mood", "cause", "biography", "count", "name", "sound",
    "lyrics", "negation",
)  # fmt: skip


def unproved(item: Labelled, language: str) -> list[Claim]:
    world = worlds(language)[item.world]
    return [claim for claim in item.claims if not holds(claim, world)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_claim_of_a_true_sentence_is_proved(language: str) -> None:
    wrong = {s.id: unproved(s, language) for s in sentences(language) if s.true}
    assert {name: claims for name, claims in wrong.items() if claims} == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_of_a_false_sentence_some_claim_is_not(language: str) -> None:
    assert [s.id for s in sentences(language) if not s.true and not unproved(s, language)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_set_is_half_true_and_wrong_in_every_way(language: str) -> None:
    found = sentences(language)
    assert (len(found), sum(s.true for s in found)) == (300, 150)
    assert {s.about.kind for s in found} == set(KINDS)
    wrong = Counter(s.wrong for s in found if not s.true)
    assert set(wrong) == set(WRONG)
    assert min(wrong.values()) >= 10
    assert all(claim.words in s.text and claim.relation in PROOFS for s in found for claim in s.claims)


def contradicted(claim: Claim) -> list[Claim]:
    """The claim with one thing turned round: its negation, its direction, its number."""
    turned = [replace(claim, negated=not claim.negated)]
    if claim.direction in ("more", "less"):
        turned.append(replace(claim, direction="less" if claim.direction == "more" else "more"))
    if claim.amount is not None and claim.amount.bound == "exactly" and not claim.negated:
        turned.append(replace(claim, amount=Amount(claim.amount.value + 7)))
    return turned


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_turned_round_is_no_longer_proved(language: str) -> None:
    still = []
    for sentence in (s for s in sentences(language) if s.true):
        turned = [other for claim in sentence.claims for other in contradicted(claim)]
        still += [(sentence.id, claim) for claim in turned if holds(claim, worlds(language)[sentence.world])]
    assert still == []


# Annotated before there was a relation for what they say: how danceable a song is, its place among the loops.
INEXACT = {"en": {"enx-019", "enx-040"}, "zh": {"zhx-049"}}


@pytest.mark.parametrize("language", LANGUAGES)
def test_sentences_nobody_had_seen_are_told_apart(language: str) -> None:
    found = sentences(language, "unseen")
    assert (len(found), sum(s.true for s in found)) == (100, 50)
    assert {s.id for s in found if s.true == bool(unproved(s, language))} == INEXACT[language]


def test_a_relation_nobody_knows_is_an_error() -> None:
    world = next(iter(worlds("en").values()))
    with pytest.raises(KeyError):
        holds(Claim("sounds_like_summer", "like summer"), world)
