"""Layers of settings, their origins, and what is refused."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from jobs.pipeline import STAGES
from jobs.run.moved import MOVED
from jobs.run.night import runner
from jobs.run.settings import load_section, load_settings
from schemas.credentials import MASK
from schemas.errors import UsageError
from tests.jobs.run import toys

MEASURE = toys.STAGES[1]


def load(home: Path, environ: dict[str, str] | None = None, **flags: object):
    return load_settings(home, flags, environ or {}, toys.STAGES)


def test_defaults_then_file_then_environment_then_flags(tmp_path: Path) -> None:
    (tmp_path / "daily30.toml").write_text("seed = 1\nuser_buckets = 2\ntrack_buckets = 3\n")
    settings = load(
        tmp_path, {"DAILY30_USER_BUCKETS": "5", "DAILY30_TRACK_BUCKETS": "6"}, track_buckets=7, workers=None
    )
    assert (settings.seed, settings.user_buckets, settings.track_buckets) == (1, 5, 7)
    origins = {path: origin for path, _, origin in settings.effective()}
    assert origins["seed"].endswith("daily30.toml")
    assert (origins["user_buckets"], origins["track_buckets"], origins["workers"]) == ("environment", "flag", "default")


def test_stage_sections_become_their_parameters(tmp_path: Path) -> None:
    (tmp_path / "daily30.toml").write_text("[measure]\nfactor = 2\n")
    assert load(tmp_path).params_of(MEASURE) == {"params": toys.MeasureParams(2.0)}
    assert load(tmp_path, {"DAILY30_MEASURE__FACTOR": "3.5"}).params_of(MEASURE) == {"params": toys.MeasureParams(3.5)}
    assert load(tmp_path).params_of(toys.STAGES[0]) == {}


@dataclass(frozen=True, slots=True)
class Weights:
    values: tuple[float, ...] = (1.0,)
    named: bool = False


def test_lists_come_from_the_environment_as_json(tmp_path: Path) -> None:
    stages = toys.with_stage("measure", params=f"{__name__}:Weights").stages
    given = {"DAILY30_MEASURE__VALUES": "[1, 2.5]", "DAILY30_MEASURE__NAMED": "true"}
    found = load_settings(tmp_path, None, given, stages).params_of(stages[1])
    assert found["params"] == Weights((1.0, 2.5), True)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("sead = 1", "there is no setting 'sead'"),
        ("measure = 3", "'measure' is a section"),
        ("user_buckets = 0", "user_buckets .*greater than or equal to 1"),
        ("[llm]\ntimeout_s = 'soon'", "llm.timeout_s"),
        ("[llm]\nmodle = 'm'", "llm.modle .*is not a parameter"),
        ("[llm]\nbase_url = 'http://x'\napi_key = 'k'", "llm.model is missing"),
        ("[llm]\napi_key = 'sk-密钥'", "llm.api_key .*no key has"),
        ("[text_encoder]\ngloss = 'perhaps'", "text_encoder.gloss"),
        ("[audio_files]\nmax_seconds = 3", "audio_files.max_seconds"),
        ("[serving]\nurl = 'pigeon://x'", "no serving store of kind 'pigeon'"),
        ("[media]\nfolder = 'x'", "there is no setting 'media'"),
        ("seed = ", "is not TOML"),
    ],
)
def test_wrong_settings_name_the_file_and_the_field(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "daily30.toml").write_text(text)
    with pytest.raises(UsageError, match=message) as caught:
        load(tmp_path)
    assert "daily30.toml" in caught.value.message
    assert caught.value.exit_code == 2


@pytest.mark.parametrize(
    ("text", "message"), [("faktor = 1", "is not a parameter"), ("factor = 'x'", "measure.factor")]
)
def test_wrong_parameters_name_the_allowed_ones(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "daily30.toml").write_text(f"[measure]\n{text}\n")
    with pytest.raises(UsageError, match=message) as caught:
        load(tmp_path).params_of(MEASURE)
    assert "allowed: factor" in caught.value.fix


@pytest.mark.parametrize("section", sorted({p.section for stage in STAGES.values() for p in stage.parameters}))
def test_a_wrong_parameter_of_any_stage_is_told_before_the_first_one_runs(tmp_path: Path, section: str) -> None:
    (tmp_path / "daily30.toml").write_text(f"[{section}]\nno_such_thing = 1\n")
    with pytest.raises(UsageError, match=f"{section}.no_such_thing"):
        runner(tmp_path, date(2026, 3, 1), flags={}, watcher=toys.Silent())


@pytest.mark.parametrize(
    ("variable", "message", "fix"),
    [
        ("DAILY30_SEAD", "there is no setting 'sead'", "did you mean seed?"),
        ("DAILY30_SEED__ROOT", "setting seed.root", ""),
        ("DAILY30_MEASURES__FACTOR", "there is no setting 'measures'", "did you mean measure.factor?"),
        ("DAILY30_MEASURE__FAKTOR", "measure.faktor .*is not a parameter", "did you mean factor? allowed: factor."),
        ("DAILY30_LLM__MODLE", "llm.modle .*is not a parameter", "did you mean model?"),
        ("DAILY30_MEASURE", "'measure' is a section", "[measure]"),
    ],
)
def test_wrong_variables_are_named_with_what_was_meant(tmp_path: Path, variable: str, message: str, fix: str) -> None:
    with pytest.raises(UsageError, match=message) as caught:
        load(tmp_path, {variable: "1"})
    assert f"variable {variable}" in caught.value.message
    assert fix in caught.value.fix


def test_every_value_of_every_section_has_an_origin(tmp_path: Path) -> None:
    (tmp_path / "daily30.toml").write_text("[headers]\nwidth = 640\n[lists]\ndiscovery_most = 0.4\n")
    settings = load_settings(tmp_path, {"seed": 3}, {"DAILY30_LISTS__DISCOVERY_MOST": "0.5", "DAILY30_LLM__MODEL": "m"})
    found = {path: (value, origin) for path, value, origin in settings.effective()}
    assert found["headers.width"] == ("640", str(tmp_path / "daily30.toml"))
    assert found["lists.discovery_most"] == ("0.5", "environment")
    assert found["llm.model"] == ("m", "environment")
    assert found["seed"] == ("3", "flag")
    assert found["copy_plan.list_answer_tokens"][1] == found["serving.url"][1] == "default"


def test_tools_are_handed_what_is_set_and_no_defaults(tmp_path: Path) -> None:
    settings = load(tmp_path, {"DAILY30_LLM__CONCURRENCY": "9"})
    assert settings.section("llm") == {"concurrency": 9}
    assert settings.section("media") == {}
    assert settings.tool("llm").concurrency == 9


def test_an_address_is_shown_without_its_password(tmp_path: Path) -> None:
    settings = load(tmp_path, {"DAILY30_LLM__BASE_URL": "https://me:pa55@x.example/v1"})
    assert ("llm.base_url", "https://x.example/v1", "environment") in settings.effective()


def test_secrets_are_masked_everywhere(tmp_path: Path) -> None:
    settings = load(tmp_path, {"DAILY30_LLM__API_KEY": "sk-hidden", "DAILY30_LLM__LISTENER_SECRET": "hush-hush"})
    shown = f"{settings!r} {settings} {settings.model_dump()} {settings.effective()}"
    assert "sk-hidden" not in shown
    assert "hush-hush" not in shown
    assert ("llm.api_key", MASK, "environment") in settings.effective()
    assert settings.section("llm")["api_key"].get_secret_value() == "sk-hidden"


def test_settings_are_frozen_and_home_is_no_setting(tmp_path: Path) -> None:
    settings = load(tmp_path, {"DAILY30_HOME": "/somewhere", "DAILY30_TEST_DATA": "x"})
    with pytest.raises(ValueError, match="frozen"):
        settings.seed = 4


def test_every_stage_has_parameters_that_can_be_made_from_nothing(tmp_path: Path) -> None:
    settings = load_settings(tmp_path, {}, {})
    for stage in STAGES.values():
        assert set(settings.params_of(stage)) == {p.keyword for p in stage.parameters}


def test_a_stage_gets_the_parameters_of_another_section_as_they_are_in_force(tmp_path: Path) -> None:
    (tmp_path / "daily30.toml").write_text("[headers]\nwidth = 640\n[lists]\nartist_cap = 3\n")
    settings = load_settings(tmp_path, environ={})
    drawn = settings.params_of(STAGES["headers"])["params"]
    assert settings.params_of(STAGES["header_plan"])["header_rules"] == drawn
    assert drawn.width == 640
    assert settings.params_of(STAGES["ranker"])["list_rules"].artist_cap == 3


def test_a_section_that_stages_share_is_shown_once(tmp_path: Path) -> None:
    shown = [path for path, _, _ in load_settings(tmp_path, environ={}).effective()]
    assert len(shown) == len(set(shown))
    assert {"lists.artist_cap", "headers.width"} <= set(shown)


@pytest.mark.parametrize("old", sorted(MOVED))
def test_a_setting_that_moved_is_refused_with_its_new_name(tmp_path: Path, old: str) -> None:
    """The new name is a setting that there is."""
    section, _, name = old.partition(".")
    (tmp_path / "daily30.toml").write_text(f"[{section}]\n{name} = 1\n")
    with pytest.raises(UsageError, match=f"{old} .*has moved") as caught:
        load_settings(tmp_path, environ={}).effective()
    found = re.fullmatch(r"set \[(\w+)\] (\w+)\b.*\.", caught.value.fix)
    assert found is not None
    shown = {path for path, _, _ in load_settings(tmp_path.parent / "none", environ={}).effective()}
    assert ".".join(found.groups()) in shown


def test_one_section_is_read_whatever_the_others_say(tmp_path: Path) -> None:
    text = "[lists]\nartist_cap = 'two'\n[llm]\nmodle = 'm'\n[serving]\nurl = 'sqlite:///x'"
    (tmp_path / "daily30.toml").write_text(text)
    assert load_section(tmp_path, "serving", {"DAILY30_TYPO": "1"}) == {"url": "sqlite:///x"}
    with pytest.raises(UsageError, match="pigeon"):
        load_section(tmp_path, "serving", {"DAILY30_SERVING__URL": "pigeon://x"})
    with pytest.raises(UsageError, match=r"serving\.kind: has moved"):
        load_section(tmp_path, "serving", {"DAILY30_SERVING__KIND": "sqlite"})


def test_every_variable_of_the_dag_and_the_containers_may_stand_beside_settings(tmp_path: Path) -> None:
    root = Path(__file__).parents[3]
    files = [*root.glob("docker/*"), *root.glob("dags/*.py")]
    found = {name for file in files for name in re.findall(r"\bDAILY30_[A-Z_]+\b", file.read_text("utf-8"))}
    assert {"DAILY30_HOME", "DAILY30_TIMEZONE"} <= found
    load_settings(tmp_path, None, dict.fromkeys(found, "Asia/Shanghai"))


@pytest.mark.parametrize(
    "text",
    ["[lists]\nartist_cap_raised_by = -1", "[lists]\nsongs = 40", "[lists]\nalbum_cap = 0", "[facts]\nmax_quotes = 11"],
)
def test_numbers_that_no_list_can_have_are_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "daily30.toml").write_text(text)
    with pytest.raises(UsageError, match=r"daily30\.toml"):
        load_settings(tmp_path, None, {})
