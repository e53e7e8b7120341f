"""The report on disk: offline, escaped, the same bytes for the same night."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from dataclasses import fields
from html.parser import HTMLParser
from pathlib import Path

import polars as pl
import pytest

from features.measurement import MeasurementPolicy
from features.report.inputs import ReportInputs
from features.report.page import context, three_lists
from jobs.pipeline import STAGES
from jobs.report import run
from jobs.run.body import apply
from jobs.tools.report_writer import open_report_writer, run_log, write_report
from schemas import TABLES
from schemas.errors import UsageError
from schemas.validate import check
from tests.finished_home import finished_home, lake_night
from tests.published_night import DS, NIGHT, night_tables
from tests.published_night.words import media, media_key
from warehouse.lake.reader import Lake
from warehouse.media.store import MediaStore
from warehouse.pages import render

MEDIA = sorted(f"media/{media_key(0, suffix)}" for suffix in (".jpg", ".mp4"))

pytestmark = pytest.mark.slow

_HOSTILE = "<script>alert('x')</script>\"><img src=x onerror=alert(1)>"


class _Page(HTMLParser):
    """Collects tags, what they load, and the text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.loads: list[str] = []
        self.handlers: list[str] = []
        self.text: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.loads += [v or "" for k, v in attrs if k in ("src", "href", "poster", "srcset", "data", "action")]
        self.handlers += [k for k, _ in attrs if k.startswith("on")]

    def handle_data(self, data: str) -> None:
        self.text.append(data)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = finished_home(tmp_path_factory.mktemp("home"))
    for suffix in (".mp4", ".jpg"):
        MediaStore(home / "media").put(media(0, suffix), suffix)
    write_report(home, None)
    return home


def _html(home: Path) -> str:
    return (home / "report" / f"ds={DS}" / "index.html").read_text("utf-8")


def test_the_page_loads_nothing_from_the_network(home: Path) -> None:
    html = _html(home)
    page = _Page(html)
    assert [x for x in page.loads if x.startswith(("http", "//"))] == []
    assert re.findall(r"(?:url\(|@import)\s*[\"']?(?![\"']?data:)", html) == []
    assert "script" in page.tags
    local = [x for x in page.loads if not x.startswith("#")]
    assert sorted(set(local)) == ["expectations/index.html", *MEDIA, "run.js"]
    assert all((home / "report" / f"ds={DS}" / path).is_file() for path in local)


def test_the_page_shows_three_phones_and_all_sections(home: Path) -> None:
    page = _Page(_html(home))
    text = " ".join(page.text)
    assert page.tags.count("figure") == 3
    assert page.tags.count("details") == 90
    chinese = ("周日的雨还没停，先让节奏慢下来。", "它怎么开始", "AI 生成")
    english = ("#SlowSunday", "Toronto · new here", "Mood map", "unknown_track", "full_lists")
    for words in chinese + english:
        assert words in text


def test_the_page_tells_what_a_second_reader_came_to(home: Path) -> None:
    told = " ".join(_html(home).split())
    assert "A second model read 3 of the answers, 1 of them without a verdict, and let 2 of 15 sentences fall" in told


def test_the_same_night_gives_the_same_bytes(home: Path, tmp_path: Path) -> None:
    again = tmp_path / "elsewhere"
    shutil.copytree(home, again, ignore=shutil.ignore_patterns("report", "*.duckdb"))
    files = write_report(again, None)
    assert [_hash(again / name) for name in files] == [_hash(home / name) for name in files]


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_report_files_name_what_was_written(home: Path) -> None:
    view = Lake(home).night()
    made = apply(
        run,
        {n: view.frame(n) for n in STAGES["report"].reads},
        report_writer=open_report_writer(home, ds=DS),
        policy=MeasurementPolicy(),
        night=NIGHT,
    )
    files = made["report_files"]
    assert tuple(made) == STAGES["report"].writes
    assert check(files, TABLES["report_files"]) == []
    names = [p.removeprefix(f"report/ds={DS}/") for p in files["path"]]
    assert names == ["expectations/index.html", "index.html", *MEDIA]
    for path, sha256, size in files.rows():
        assert (_hash(home / path), (home / path).stat().st_size) == (sha256, size)
    assert (home / "warehouse.duckdb").is_file()


def test_hostile_titles_and_texts_are_shown_as_text(tmp_path: Path) -> None:
    finished_home(tmp_path)
    tables = {n: Lake(tmp_path).night().frame(n) for n in Lake(tmp_path).night().tables}
    hostile = pl.lit(_HOSTILE)
    tables["tracks"] = tables["tracks"].with_columns(title=hostile, artist_name=hostile, genre=hostile)
    tables["list_copy"] = tables["list_copy"].with_columns(opener=hostile, intro=hostile)
    tables["reviews"] = tables["reviews"].with_columns(paragraphs=pl.lit([_HOSTILE, _HOSTILE]))
    tables["song_reasons"] = tables["song_reasons"].with_columns(reason=hostile)
    tables["quarantine"] = tables["quarantine"].with_columns(detail=hostile)
    lake_night(tmp_path, tables)
    write_report(tmp_path, None)
    page = _Page(_html(tmp_path))
    assert page.tags.count("script") == 2
    assert page.handlers == []
    assert "img" not in page.tags
    assert any("<script>alert" in text for text in page.text)


def test_an_empty_list_and_no_quarantine_still_make_a_page(tmp_path: Path) -> None:
    finished_home(tmp_path)
    tables = night_tables()
    full = {n: Lake(tmp_path).night().frame(n) for n in Lake(tmp_path).night().tables}
    full |= {n: tables[n].clear() for n in ("quarantine", "audio_failures", "headers", "reviews", "source_outcomes")}
    lake_night(tmp_path, full)
    write_report(tmp_path, None)
    assert "Nothing was refused at landing." in _html(tmp_path)
    assert f"There is no night before {DS} to judge." in _html(tmp_path)


def test_the_run_log_keeps_the_latest_work_of_each_stage(tmp_path: Path) -> None:
    folder = tmp_path / "runs" / f"ds={DS}"
    folder.mkdir(parents=True)
    stage = {"rows_in": {}, "rows_out": {}, "peak_mb": 1.0}
    logs = [
        [{"stage": "ingest", "ran": 1, "seconds": 5.0}, {"stage": "audio", "ran": 1, "seconds": 9.0}],
        [{"stage": "ingest", "ran": 0, "seconds": 0.0}, {"stage": "audio", "ran": 3, "seconds": 2.0}],
    ]
    for number, stages in enumerate(logs, start=9):
        log = {"engine": "local", "workers": 2, "stages": [stage | s for s in stages]}
        (folder / f"{number}.json").write_text(json.dumps(log))
    text = run_log(tmp_path, DS).decode()
    found = json.loads(text.removeprefix("window.DAILY30_RUN = ").removesuffix(";\n"))
    assert [(s["stage"], s["seconds"]) for s in found["stages"]] == [("ingest", 5.0), ("audio", 2.0)]


def test_a_night_that_is_not_finished(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="finished"):
        write_report(tmp_path, DS)


def test_names_without_end_are_cut(home: Path) -> None:
    def page(letters: int) -> str:
        view = Lake(home).night(None)
        inputs = {field.name: view.frame(field.name) for field in fields(ReportInputs)}
        longer = pl.lit("Lo名 " * (letters // 4)) + pl.col("title")
        tables = ReportInputs(**inputs | {"tracks": inputs["tracks"].with_columns(title=longer)})
        payloads = three_lists(tables, MeasurementPolicy(), NIGHT)
        return render("report.html.j2", context(tables, payloads, {}, MeasurementPolicy(), NIGHT))

    text = page(4_000)
    assert "Lo名 Lo名" in text
    assert max(len(name) for name in re.findall(r"<b>([^<]*)</b>", text)) <= 201
    assert len(text) < 1.5 * len(page(200)), "the page does not grow with them"
