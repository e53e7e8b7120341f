"""Settings: defaults, then ``home/daily30.toml``, then ``DAILY30_…`` variables, then flags.

::

    seed = 30
    user_buckets = 64

    [lists]            # parameters of the stage "lists" (its Stage.params class)
    discovery_most = 0.4

    [measurements]     # parameters that several stages take (their Stage.with_params)
    tempo_said_from = 0.7

    [llm]              # the tool "llm"
    base_url = "https://…/v1"

The same from the environment: ``DAILY30_USER_BUCKETS=64``, ``DAILY30_LISTS__DISCOVERY_SHARE=0.2``.
"""

from __future__ import annotations

import dataclasses
import json
import os
import re
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, SecretStr, TypeAdapter, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from jobs.pipeline import PIPELINE
from jobs.run.body import load
from jobs.run.moved import MOVED
from jobs.run.stage import Parameters, Stage
from jobs.tools.registry import SECTIONS
from schemas.errors import UsageError

FILE = "daily30.toml"
ENV_PREFIX = "DAILY30_"
# Variables with our prefix that are not settings: where home lies, and what tests are told.
_NOT_SETTINGS = re.compile(r"DAILY30_(HOME|TEST_.*)", re.IGNORECASE)
MASK = "**********"
_SECRET = re.compile(r"(^|[._])(api_key|secret|password|token|dsn)$", re.IGNORECASE)


class LlmSettings(BaseModel):
    """An OpenAI-compatible endpoint; without a base URL the built-in writer writes everything."""

    model_config = ConfigDict(frozen=True, extra="allow")

    base_url: str | None = None
    model: str | None = None
    api_key: SecretStr | None = None
    timeout_s: float = Field(30.0, gt=0)
    concurrency: int = Field(4, ge=1)


class Settings(BaseSettings):
    """The effective settings of a run. Stage and tool sections stay raw until asked for."""

    model_config = SettingsConfigDict(frozen=True, extra="forbid", env_prefix=ENV_PREFIX, env_nested_delimiter="__")

    seed: int = Field(30, description="Root of all randomness.")
    user_buckets: int = Field(16, ge=1, le=4096, description="Hash buckets of tables split by user.")
    track_buckets: int = Field(16, ge=1, le=4096, description="Hash buckets of tables split by track.")
    workers: int = Field(default_factory=lambda: os.cpu_count() or 1, ge=1, description="Processes at once.")
    engine: Literal["local", "spark"] = Field("local", description="Where the stages run.")
    llm: LlmSettings = Field(default_factory=LlmSettings, description="Language model endpoint.")
    _sections: dict[str, dict[str, Any]] = PrivateAttr(default_factory=dict)
    _origins: dict[str, str] = PrivateAttr(default_factory=dict)

    def remember(self, sections: Mapping[str, dict[str, Any]], origins: Mapping[str, str]) -> None:
        """Keep what each section sets, and where each setting was said."""
        self._sections.update(sections)
        self._origins.update(origins)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Only what :func:`load_settings` merged, which knows where each value came from."""
        del settings_cls, env_settings, dotenv_settings, file_secret_settings
        return (init_settings,)

    def buckets(self, split: str | None) -> int | None:
        """How many buckets a table split by this column has."""
        return {None: None, "user_id": self.user_buckets, "track_id": self.track_buckets}[split]

    def params_of(self, stage: Stage) -> dict[str, Any]:
        """The parameters that a stage takes, by keyword; UsageError names the field that does not fit."""
        return {parameters.keyword: self.params(parameters) for parameters in stage.parameters}

    def params(self, parameters: Parameters) -> Any:
        """The parameters of one section; UsageError names the field that does not fit."""
        section, kind = parameters.section, load(parameters.kind)
        given = self._sections.get(section, {})
        allowed = {f.name for f in dataclasses.fields(kind)}
        if unknown := sorted(set(given) - allowed):
            path = f"{section}.{unknown[0]}"
            if path in MOVED:
                raise self._wrong(path, "has moved", f"set {MOVED[path]} instead.")
            raise self._wrong(path, "is not a parameter", f"allowed: {_listed(allowed)}.")
        try:
            return TypeAdapter(kind).validate_python({k: _from_text(v) for k, v in given.items()})
        except ValidationError as error:
            first = error.errors()[0]
            field = ".".join(str(x) for x in first["loc"])
            raise self._wrong(f"{section}.{field}", first["msg"], f"allowed: {_listed(allowed)}.") from None

    def section(self, name: str) -> dict[str, Any]:
        """The settings of a tool: a plain dict; secrets stay ``SecretStr``."""
        if name == "llm":
            return {k: v for k, v in self.llm.model_dump().items() if v is not None}
        return dict(self._sections.get(name, {}))

    def origin(self, path: str) -> str:
        """Where the value of ``"seed"`` or ``"lists.discovery_share"`` comes from."""
        return self._origins.get(path, "default")

    def effective(self, stages: Iterable[Stage] = PIPELINE) -> list[tuple[str, str, str]]:
        """(path, value in words, origin) of every setting; secrets masked."""
        top = self.model_dump()
        values = {k: v for k, v in top.items() if not isinstance(v, dict)}
        values |= {f"llm.{k}": v for k, v in top["llm"].items()}
        for stage in stages:
            for parameters in stage.parameters:
                values |= {f"{parameters.section}.{k}": v for k, v in _shallow(self.params(parameters)).items()}
        for section in sorted(SECTIONS - {"llm"}):
            values |= {f"{section}.{k}": v for k, v in self._sections.get(section, {}).items()}
        return [(path, _shown(path, value), self.origin(path)) for path, value in values.items()]

    def _wrong(self, path: str, problem: str, fix: str) -> UsageError:
        return UsageError(f"setting {path} ({self.origin(path)}): {problem}", fix=fix)


def load_settings(
    home: Path,
    flags: Mapping[str, Any] | None = None,
    environ: Mapping[str, str] | None = None,
    stages: Iterable[Stage] = PIPELINE,
) -> Settings:
    """Merge the layers and check them.

    Args:
        flags: values given on the command line; None values are not given.
        environ: the environment; ``os.environ`` when None.
        stages: whose sections are known.
    """
    sections = {p.section for s in stages for p in s.parameters} | {s.name for s in stages} | SECTIONS
    layers = [
        (str(home / FILE), _file_layer(home / FILE)),
        ("environment", _environment_layer(os.environ if environ is None else environ)),
        ("flag", {k: v for k, v in (flags or {}).items() if v is not None}),
    ]
    merged: dict[str, Any] = {}
    origins: dict[str, str] = {}
    known = set(Settings.model_fields) | sections
    for origin, layer in layers:
        _check_names(layer, known, sections, origin)
        _merge(merged, layer)
        origins |= dict.fromkeys(_paths(layer), origin)
    core = {k: v for k, v in merged.items() if k in Settings.model_fields}
    try:
        settings = Settings(**core)
    except ValidationError as error:
        first = error.errors()[0]
        path = ".".join(str(x) for x in first["loc"])
        raise UsageError(
            f"setting {path} ({origins.get(path, 'default')}): {first['msg']}",
            fix="correct it; see `daily30 settings`.",
        ) from None
    own = sections - set(Settings.model_fields)
    settings.remember({k: v for k, v in merged.items() if k in own}, origins)
    return settings


def _file_layer(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as file:
            return tomllib.load(file)
    except FileNotFoundError:
        return {}
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{path} is not TOML: {error}", fix="correct that line.") from None
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror}", fix="make it a readable file.") from None


def _environment_layer(environ: Mapping[str, str]) -> dict[str, Any]:
    layer: dict[str, Any] = {}
    for variable in sorted(environ):
        if not variable.upper().startswith(ENV_PREFIX) or _NOT_SETTINGS.fullmatch(variable):
            continue
        *sections, name = variable[len(ENV_PREFIX) :].lower().split("__")
        place = layer
        for section in sections:
            place = place.setdefault(section, {})
        place[name] = environ[variable]
    return layer


def _check_names(layer: Mapping[str, Any], known: set[str], sections: set[str], origin: str) -> None:
    for name, value in layer.items():
        if name not in known:
            raise UsageError(f"{origin}: there is no setting {name!r}", fix=f"allowed: {_listed(known)}.")
        if name in sections and not isinstance(value, Mapping):
            raise UsageError(f"{origin}: {name!r} is a section, not a value", fix=f"write [{name}] and fields below.")


def _merge(into: dict[str, Any], layer: Mapping[str, Any]) -> None:
    for name, value in layer.items():
        if isinstance(value, Mapping) and isinstance(into.get(name), dict):
            _merge(into[name], value)
        else:
            into[name] = dict(value) if isinstance(value, Mapping) else value


def _paths(layer: Mapping[str, Any], prefix: str = "") -> list[str]:
    found = []
    for name, value in layer.items():
        found.append(f"{prefix}{name}")
        if isinstance(value, Mapping):
            found.extend(_paths(value, f"{prefix}{name}."))
    return found


def _from_text(value: Any) -> Any:
    """A variable's text as the JSON value it spells, if it spells one: ``[1, 2]``, ``true``."""
    if not isinstance(value, str) or value[:1] not in "[{":
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value


def _shallow(params: Any) -> dict[str, Any]:
    return {f.name: getattr(params, f.name) for f in dataclasses.fields(params)}


def _shown(path: str, value: Any) -> str:
    secret = isinstance(value, SecretStr) or _SECRET.search(path) is not None
    return MASK if secret and value is not None else str(value)


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))
