"""The card on words: who wrote, why the built-in writer stepped in, what it came to."""

from __future__ import annotations

from features.report.words import words
from tests.frames import rows
from tests.published_night import night_tables


def test_the_card_tells_who_wrote_and_why_a_model_did_not() -> None:
    card = words(night_tables()["copy_usage"])
    (what, written), (also, reviews) = card.kinds
    assert (what, also) == ("openers and intros", "deep reviews")
    assert [(b.label, b.text) for b in written] == [
        ("a model, at once", "12%"), ("a model, after a repair", "12%"),
        ("built-in writer, the model failed", "12%"), ("built-in writer", "62%"),
    ]  # fmt: skip
    assert [b.label for b in reviews] == ["built-in writer"]
    assert card.reasons == [("faults", 1)]
    assert card.asking["asked"] == 3
    assert card.asking["tokens_in"] == 5_000
    assert (card.asking["readings"], card.unread) == (3, 1)


def test_a_night_without_a_model_says_so() -> None:
    card = words(rows("copy_usage", [{"kind": "list", "texts": 2, "not_asked": 2}, {"kind": "review"}]))
    assert card.reasons == []
    assert card.asking["asked"] == 0
