"""Texts in two languages say the same things under the same keys."""

from __future__ import annotations

import ast
import re
import string
import tomllib
from pathlib import Path

import pytest

from schemas.text_files import LANGUAGES, texts
from schemas.vocabulary import MOOD_IDS, MOOD_NAMES, SCENE_NAMES

ROOT = Path(__file__).parents[2]
ROOMS = ("schemas", "features", "warehouse", "jobs", "dags")
HAN = re.compile("[\u4e00-\u9fff]")
FILES = sorted(
    (path.parents[2].relative_to(ROOT), path.stem)
    for room in ROOMS
    for path in (ROOT / room).rglob(f"texts/{LANGUAGES[0]}/*.toml")
)


def _slots(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_every_language_has_the_same_files() -> None:
    for room in ROOMS:
        for folder in (ROOT / room).rglob("texts"):
            names = {path.name: {p.stem for p in path.glob("*.toml")} for path in folder.iterdir() if path.is_dir()}
            assert set(names) == set(LANGUAGES), folder
            assert len(set(map(frozenset, names.values()))) == 1, folder


@pytest.mark.parametrize(("folder", "name"), FILES, ids=str)
def test_every_language_has_the_same_keys_and_slots(folder: Path, name: str) -> None:
    found = texts(".".join(folder.parts), name)
    told = {
        language: {(section, key): _slots(text) for section, words in sections.items() for key, text in words.items()}
        for language, sections in found.items()
    }
    assert all(told[language] == told[LANGUAGES[0]] for language in LANGUAGES)
    assert all(text.strip() for sections in found.values() for words in sections.values() for text in words.values())
    assert not HAN.search(str(found["en"]))


def test_every_data_file_can_be_read() -> None:
    found = [path for room in ROOMS for path in (ROOT / room).rglob("lexicons/**/*.toml")]
    assert found
    for path in found:
        assert tomllib.loads(path.read_text("utf-8")), path


def test_moods_and_scenes_are_named() -> None:
    assert all(set(names) == set(MOOD_IDS) for names in MOOD_NAMES.values())
    assert all(len(set(names.values())) == len(names) for names in (*MOOD_NAMES.values(), *SCENE_NAMES.values()))


PATTERNS = (  # where Chinese is matched or counted, not shown: patterns, numerals, field names
    "features/emotions/words.py",
    "features/words/facts/song_sheet.py",
    "features/words/grounding/",
    "features/words/proving/reading.py",
    "features/words/terms/chinese_numerals.py",
    "features/words/terms/forms.py",
    "features/words/terms/lyrics.py",
    "features/words/terms/numerals.py",
    "features/words/writer/lists.py",
    "schemas/sensitive.py",
    "warehouse/landing/lyrics/",
)


def _chinese_strings(source: str) -> list[str]:
    """String constants of a module that hold Chinese, docstrings apart."""
    if not HAN.search(source):
        return []
    tree = ast.parse(source)
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    bodies = [node.body for node in ast.walk(tree) if isinstance(node, documented)]
    docs = {id(body[0].value) for body in bodies if _begins_so(body) and isinstance(body[0], ast.Expr)}
    constants = [node for node in ast.walk(tree) if isinstance(node, ast.Constant) and id(node) not in docs]
    chinese = (node for node in constants if isinstance(node.value, str) and HAN.search(node.value))
    written = (ast.get_source_segment(source, node) or "" for node in chinese)  # escapes are no text
    return [text for text in written if HAN.search(text)]


def _begins_so(body: list[ast.stmt]) -> bool:
    return bool(body) and isinstance(body[0], ast.Expr)


def test_texts_stand_in_data_files_and_not_in_code() -> None:
    examples = {"jobs/cli/facts.py"}  # an example of a command
    for path in (path for room in ROOMS for path in (ROOT / room).rglob("*.py")):
        name = path.relative_to(ROOT).as_posix()
        if not name.startswith(PATTERNS) and name not in examples:
            assert _chinese_strings(path.read_text("utf-8")) == [], name
