import pytest

from features.evaluation.pairs import Format, parse
from schemas.errors import ContractError


def test_pairs_with_and_without_weight():
    frame = parse(["u1 a 2.5\n", "\n", "u2\tb\n", "u1 b 3e5"], Format.PAIRS, "f")
    assert frame.rows() == [("u1", "a", 2.5), ("u2", "b", 1.0), ("u1", "b", 3e5)]


def test_lists_may_name_a_user_without_items():
    frame = parse(["u1 a b", "u2", "用户 歌"], Format.LISTS, "f")
    assert frame.rows() == [("u1", "a", 1.0), ("u1", "b", 1.0), ("用户", "歌", 1.0)]


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("u1", "found 1"),
        ("u1 a 1 2", "found 4"),
        ("u1 a many", "'many' is not a number"),
        ("u1 a nan", "not finite"),
        ("u1 a inf", "not finite"),
    ],
)
def test_a_bad_line_is_named(line, complaint):
    with pytest.raises(ContractError, match=r"plays\.txt, line 3") as caught:
        parse(["u0 a", "", line], Format.PAIRS, "plays.txt")
    assert complaint in caught.value.message
    assert "--format lists" in caught.value.fix


@pytest.mark.parametrize("form", Format)
def test_a_file_without_interactions_is_refused(form):
    with pytest.raises(ContractError, match="no interactions"):
        parse(["", "  "], form, "f")
