"""Ids that lazy code confuses: alike but for a sign, a case or a form of Unicode; too long, hidden, climbing."""

HOSTILE_IDS = (
    "foo", "_foo_", "-foo-", "Foo", "FOO", "foo ", " foo", "a.b", "a-b", "a b", "a/b", "a\\b", "a%2Fb", "a:b", "a|b",
    "part 1", "part-1", "part_1", "😀", "😁", "👩‍🚀", "caf\u00e9", "cafe\u0301", "ﬁ", "fi", "名字", "名 字",
    ".hidden", "..",
    "../x", "/etc/passwd", "con", "a\u200bb", "ab", "0", "00", "null", "None", "x" * 300, "x" * 299 + "y", "歌" * 300,
    "'; DROP TABLE lists; --", "*", "?", "[a]", "a*", "en", "t en", "t",
)  # fmt: skip
