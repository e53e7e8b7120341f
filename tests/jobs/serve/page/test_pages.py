"""The pages as they are sent: whole, of this server alone, and with nothing in them that could become markup."""

from __future__ import annotations

import re
import shutil
from importlib.resources import files
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from jobs.serve import models
from jobs.serve.settings import ServeSettings
from schemas.text_files import LANGUAGES, texts
from tests.contracts.store_rows import publish
from tests.finished_home import finished_home
from tests.jobs.serve.served import client
from warehouse.serving import open_serving_store

PACKAGE = files("jobs.serve.page")
SCRIPTS = sorted(f.name for f in PACKAGE.iterdir() if f.name.endswith(".js"))
# Every way by which text becomes markup or code; trusted types forbid them as well, where a browser knows those.
MARKUP = re.compile(
    r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|eval\(|Function\(|srcdoc|\.src\b.*javascript"
)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return finished_home(tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="module")
def api(home: Path) -> TestClient:
    return client(home)


@pytest.mark.parametrize("path", ["/", "/nights"])
def test_a_page_and_all_that_it_names_are_here(api: TestClient, path: str) -> None:
    page = api.get(path)
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    named = re.findall(r'(?:src|href)="(/page/[^"]+)"', page.text)
    assert len(named) >= 4
    for part in named:
        assert api.get(part).status_code == 200, part
        for other in re.findall(r'from "\./(\w+\.js)"', api.get(part).text):
            assert api.get(f"/page/{other}").headers["content-type"].startswith("text/javascript")
    again = api.get(path, headers={"if-none-match": page.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("path", ["/", "/nights"])
def test_nothing_runs_or_loads_that_is_not_ours(api: TestClient, path: str) -> None:
    page = api.get(path)
    policy = dict(rule.split(" ", 1) for rule in page.headers["content-security-policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == policy["img-src"] == "'self'"
    assert policy["require-trusted-types-for"] == "'script'"
    assert page.headers["referrer-policy"] == "no-referrer"
    assert not re.search(r"https?://|<script(?! type=\"module\" src=)|<style|\son\w+=|style=", page.text)


def test_scripts_make_no_markup_of_text() -> None:
    for name in SCRIPTS:
        written = PACKAGE.joinpath(name).read_text("utf-8")
        assert not MARKUP.search(written), name


def test_every_text_that_a_script_asks_for_is_there() -> None:
    asked = re.compile(r'\btext\("([a-z_]+\.[a-z_]+)"')
    for name in SCRIPTS:
        page = "nights" if name == "nights.js" else "page"
        for key in asked.findall(PACKAGE.joinpath(name).read_text("utf-8")):
            section, text = key.split(".")
            assert texts("jobs.serve.page", page)["en"][section][text], f"{name}: {key}"


def test_texts_are_sent_in_both_languages(api: TestClient) -> None:
    for name in ("page", "nights"):
        sent = [api.get(f"/page/{name}.{language}.json").json() for language in LANGUAGES]
        assert [section.keys() for section in sent[0].values()] == [section.keys() for section in sent[1].values()]
        assert sent[0]["page"]["title"] != sent[1]["page"]["title"]


def test_what_a_page_may_do_is_what_is_set(home: Path) -> None:
    def told(settings: ServeSettings) -> tuple[object, str]:
        asked = client(home, settings)
        media = re.search(r"media-src ([^;]+);", asked.get("/").headers["content-security-policy"])
        assert media
        return asked.get("/page/settings.json").json(), media[1]

    assert told(ServeSettings()) == ({"lists_users": False, "audio": None}, "'self'")
    own = "/v1/tracks/{track_id}/audio"
    assert told(ServeSettings(demo="always")) == ({"lists_users": True, "audio": own}, "'self'")
    elsewhere = "https://audio.example:8443/x/{track_id}.mp3"
    assert told(ServeSettings(audio_url=elsewhere)) == (
        {"lists_users": False, "audio": elsewhere},
        "'self' https://audio.example:8443",
    )


def test_nights_are_told_with_audit_and_without_a_log(api: TestClient) -> None:
    found = models.Nights.model_validate_json(api.get("/v1/nights").content).nights
    assert [(night.current, night.run) for night in found] == [(True, None)]
    assert found[0].audit
    assert "u-lin" not in api.get("/v1/nights").text


def test_the_run_of_a_night_is_its_newest_log(home: Path, tmp_path: Path) -> None:
    publish(open_serving_store(tmp_path, lease_check=lambda: None), "v1")
    folder = tmp_path / "runs" / "ds=2026-11-21"
    folder.mkdir(parents=True)
    stage = '{"stage":"ingest","seconds":%d,"tasks":1,"ran":1,"peak_mb":5.0,"rows_out":{"plays":3,"users":2}}'
    log = '{"started":"2026-11-22T01:00:00+00:00","engine":"local","workers":2,"host":"h","stages":[%s]}'
    for number in (2, 10):
        (folder / f"{number}.json").write_text(log % (stage % number))
    run = models.Nights.model_validate_json(client(tmp_path).get("/v1/nights").content).nights[0].run
    assert run
    assert [(s.seconds, s.rows_out) for s in run.stages] == [(10.0, 5)]
    (folder / "11.json").write_text("{")
    torn = models.Nights.model_validate_json(client(tmp_path).get("/v1/nights").content).nights[0]
    assert (torn.run, torn.audit) == (None, None)


def test_a_damaged_file_of_a_night_hides_its_audit_and_no_version(home: Path, tmp_path: Path) -> None:
    shutil.copytree(home, tmp_path / "home")
    damaged = tmp_path / "home"
    parts = [p for p in (damaged / "lake").rglob("*.parquet") if "audit" in p.parts or "list_copy" in p.parts]
    assert parts
    for part in parts:
        part.write_bytes(b"PAR1 no more")
    api = client(damaged, ServeSettings(demo="always"))
    (night,) = models.Nights.model_validate_json(api.get("/v1/nights").content).nights
    assert (night.current, night.audit) == (True, None)
    assert api.get("/v1/users").json()["users"] == []
