"""The wheel, installed where nothing else is: commands, data files and dependencies are complete."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from collections.abc import Iterable
from importlib.metadata import Distribution, distribution
from importlib.util import cache_from_source
from pathlib import Path

import pytest
from packaging.metadata import Metadata
from packaging.requirements import Requirement

from tests.distribution.declared import ROOT, closure, pyproject

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
SMALL = ("--users", "8", "--songs", "12", "--days", "14")
FEW_PICTURES = (
    "workers = 2\nuser_buckets = 2\ntrack_buckets = 2\n"
    "[headers]\nceiling = 2\nwidth = 320\nheight = 180\nfps = 12\nmax_s = 8.4\n"
)


class Installed:
    """An environment of its own, used from a folder that is not the checkout."""

    def __init__(self, prefix: Path, elsewhere: Path) -> None:
        self.bin, self.elsewhere = prefix / "bin", elsewhere

    def run(self, program: str, *words: object) -> subprocess.CompletedProcess[str]:
        ours = ("DAILY30_", "PYTHON", "PIP_")
        kept = {k: v for k, v in os.environ.items() if not k.upper().startswith(ours)}
        command = [str(self.bin / program), *map(str, words)]
        env = {**kept, "NO_COLOR": "1", "COLUMNS": "300", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
        return subprocess.run(command, cwd=self.elsewhere, env=env, capture_output=True, text=True, check=False)

    def well(self, program: str, *words: object) -> str:
        done = self.run(program, *words)
        assert done.returncode == 0, f"{program} {words}: {done.stdout[-2000:]}\n{done.stderr[-3000:]}"
        return done.stdout


def built(folder: Path) -> Path:
    """The wheel of this checkout, built from a copy: building leaves folders behind."""
    source = folder / "source"
    for name in ("dags", "jobs", "features", "schemas", "warehouse"):
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source / name)
    make = (sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation", "-w", str(folder), ".")
    subprocess.run(make, cwd=source, check=True)
    return next(folder.glob("daily30-*.whl"))


def required(wheel: Path) -> list[Requirement]:
    """What the wheel itself says that it needs."""
    with zipfile.ZipFile(wheel) as archive:
        name = next(n for n in archive.namelist() if n.endswith(".dist-info/METADATA"))
        return Metadata.from_email(archive.read(name), validate=True).requires_dist or []


def link(distributions: Iterable[Distribution], into: Path) -> None:
    """Put distributions of this environment into another as links: an installation without downloads.

    What Python compiled here comes along, or the first night there would compile torch and all else anew.
    """
    home = Path(sysconfig.get_path("purelib"))
    for found in distributions:
        for file in (Path(f) for f in found.files or () if ".." not in f.parts):
            compiled = [Path(cache_from_source(str(file)))] if file.suffix == ".py" else []
            for part in (file, *compiled):
                target = into / part
                if (home / part).exists() and not target.exists():
                    target.parent.mkdir(parents=True, exist_ok=True)
                    target.symlink_to(home / part)


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """The wheel with what it declares and nothing else; pip refuses when a dependency is missing."""
    folder = tmp_path_factory.mktemp("wheel")
    wheel = built(folder)
    subprocess.run((sys.executable, "-m", "venv", "--without-pip", str(folder / "venv")), check=True)
    there = next((folder / "venv/lib").glob("python3*")) / "site-packages"
    link([*closure(required(wheel)).values(), distribution("pip")], there)
    (folder / "elsewhere").mkdir()
    made = Installed(folder / "venv", folder / "elsewhere")
    made.well("python", "-m", "pip", "install", "-q", "--no-index", wheel)
    return made


def test_what_is_declared_is_enough_for_pip(installed: Installed) -> None:
    installed.well("python", "-m", "pip", "check")
    names = installed.well("python", "-m", "pip", "list", "--format", "freeze").lower()
    assert "daily30==" + pyproject()["project"]["version"] in names
    assert not [heavy for heavy in ("pyspark", "apache-airflow", "matplotlib", "pytest", "pyaudio") if heavy in names]


def test_every_data_file_is_in_the_wheel(installed: Installed) -> None:
    there = next((installed.bin.parent / "lib").glob("python3*")) / "site-packages"
    packages = ("dags", "jobs", "features", "schemas", "warehouse")
    ours = [p.relative_to(ROOT) for name in packages for p in (ROOT / name).rglob("*") if p.is_file()]
    missing = [p for p in ours if "__pycache__" not in p.parts and not (there / p).is_file()]
    assert missing == []


def test_it_helps_makes_a_sample_and_runs_a_night(installed: Installed) -> None:
    assert "nightly" in installed.well("daily30", "--help")
    home = installed.elsewhere / "home"
    home.mkdir()
    (home / "daily30.toml").write_text(FEW_PICTURES, encoding="utf-8")
    installed.well("daily30", "sample", *SMALL)
    installed.well("daily30", "nightly", "--engine", "local")
    assert "1 night" in installed.well("daily30", "status")
    assert list(home.glob("report/ds=*/index.html"))
    assert (home / "serving/serving.sqlite").is_file()


def test_an_engine_that_is_not_installed_names_its_extra(installed: Installed) -> None:
    told = installed.run("daily30", "nightly", "--engine", "spark")
    assert told.returncode == 2
    assert "daily30[spark]" in told.stderr
