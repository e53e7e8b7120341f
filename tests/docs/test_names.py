"""What README, CONTRIBUTING and the pages of docs/ name exists: links, paths, modules, functions, commands, targets."""

from __future__ import annotations

import re
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted(ROOT.glob("docs/**/*.md"))]
TOPS = ("bench", "dags", "docker", "docs", "features", "jobs", "schemas", "tests", "warehouse", ".ci")
ENDINGS = "py|md|toml|sql|txt|json|svg|png|html|css|js|j2|npz"
FILES = (".parquet", ".duckdb", *(f".{ending}" for ending in ENDINGS.split("|")))

# New files; test_examples.py and test_evidence_example.py run them.
EXAMPLE = re.compile(r"^```(?:python\n# [\w/]+\.py|text\n; [\w/]+\.txt)\n.*?^```", re.S | re.M)

every_page = pytest.mark.parametrize("page", PAGES, ids=[p.relative_to(ROOT).as_posix() for p in PAGES])


@cache
def words(page: Path) -> tuple[str, ...]:
    """What stands in code marks or code blocks of a page, and the targets of its links."""
    text = EXAMPLE.sub("", page.read_text(encoding="utf-8"))
    return tuple(re.findall(r"`([^`\n]+)`", text)) + tuple(re.findall(r"^```\w*\n(.*?)^```", text, re.S | re.M))


@every_page
def test_links_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]+)\)", page.read_text(encoding="utf-8"))
    assert [x for x in links if not x.startswith("http") and not (page.parent / x).exists()] == []


@every_page
def test_paths_exist(page: Path) -> None:
    """``path/like/this.py``, also with ``*`` and ``{a,b}``; a bare ``name.py`` must be some file of the project."""
    assert [path for path in named_paths(page) if not exists(path)] == []


def named_paths(page: Path) -> list[str]:
    file = rf"(?<![\w/<>.}}~-])((?:[\w.*{{}},-]+/)*[\w*{{}},-]+\.(?:{ENDINGS}))(?![\w/])"
    pattern = rf"{file}|((?:{'|'.join(TOPS)})/[\w./*{{}},-]*)"
    found = []
    for word in words(page):
        for match in re.finditer(pattern, word):
            path = (match[1] or match[2]).rstrip(".,")
            top = path.split("/")[0]
            if top in TOPS or (match[1] and path.endswith(".py")):
                found.append(path)
    return found


def exists(path: str) -> bool:
    return all(any(ROOT.glob(p)) or any(any((ROOT / top).rglob(p)) for top in TOPS) for p in spread(path))


def spread(path: str) -> list[str]:
    """``a/{b,c}.py`` as two paths; a trailing slash names a folder."""
    braces = re.search(r"\{([^}]*)\}", path)
    if braces is None:
        return [path.rstrip("/")]
    return [q for part in braces[1].split(",") for q in spread(path[: braces.start()] + part + path[braces.end() :])]


@every_page
def test_modules_run_with_python_exist(page: Path) -> None:
    named = re.findall(r"python -m ([\w.]+)", page.read_text(encoding="utf-8"))
    assert [name for name in named if name.split(".")[0] in TOPS and not runs(name)] == []


def runs(module: str) -> bool:
    spec = find_spec(module)
    if spec is None:
        return False
    if spec.submodule_search_locations is not None:
        return find_spec(f"{module}.__main__") is not None
    return spec.origin is not None and "__main__" in Path(spec.origin).read_text(encoding="utf-8")


@every_page
def test_dotted_names_can_be_imported(page: Path) -> None:
    """``features.words.grounding.check`` and ``module.path:name``."""
    pattern = rf"(?<![\w./-])((?:{'|'.join(t for t in TOPS if t.isalpha())})(?:\.\w+)+(?::\w+)?)(?![\w/])"
    named = {name for word in words(page) for name in re.findall(pattern, word)}
    assert [name for name in sorted(named) if not name.endswith(FILES) and not imports(name)] == []


def imports(name: str) -> bool:
    """Whether a dotted name is a module, or something within one."""
    parts = name.replace(":", ".").split(".")
    for cut in range(len(parts), 0, -1):
        try:
            found = import_module(".".join(parts[:cut]))
        except ModuleNotFoundError:
            continue
        for part in parts[cut:]:
            if not hasattr(found, part):
                return False
            found = getattr(found, part)
        return True
    return False


@every_page
def test_commands_and_targets_exist(page: Path) -> None:
    """``daily30 COMMAND`` and ``make TARGET``."""
    from typer.main import get_command

    from jobs.cli import app

    commands = {*getattr(get_command(app), "commands")}  # noqa: B009 - typed as a plain command
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M))
    text = "\n".join(words(page))
    assert set(re.findall(r"daily30 ([a-z]{2,})\b", text)) - commands == set()
    assert set(re.findall(r"\bmake ([a-z-]+)", text)) - targets == set()


def test_the_checks_can_fail(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "`jobs/no_such.py` `jobs/{lists,nothing}.py` `jobs/lists.py` `lists.py` `home/x.py`", encoding="utf-8"
    )
    assert [p for p in named_paths(page) if not exists(p)] == [
        "jobs/no_such.py",
        "jobs/{lists,nothing}.py",
        "home/x.py",
    ]
    assert (runs("jobs.commands.docs"), runs("jobs.lists")) == (True, False)
    assert (imports("jobs.lists:run"), imports("jobs.lists:walk"), imports("jobs.no_such")) == (True, False, False)
