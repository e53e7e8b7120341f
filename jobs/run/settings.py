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

The same from the environment: ``DAILY30_USER_BUCKETS=64``, ``DAILY30_LISTS__DISCOVERY_MOST=0.4``.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, PrivateAttr, SecretStr, ValidationError, create_model
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from jobs.pipeline import PIPELINE
from jobs.run.body import load
from jobs.run.moved import MOVED
from jobs.run.sections import Section, names_fix, parsed, section_model, words
from jobs.run.stage import Parameters, Stage
from jobs.tools.registry import SECTIONS
from schemas.credentials import MASK, is_secret_name, redacted
from schemas.errors import UsageError

FILE = "daily30.toml"
ENV_PREFIX = "DAILY30_"
ENVIRONMENT = "environment"
# Variables with our prefix that are not settings: where home lies, the DAG's time zone, and what tests are told.
_NOT_SETTINGS = re.compile(r"DAILY30_(HOME|TIMEZONE|TEST_.*)", re.IGNORECASE)
_FIELD = "section_"  # a section's field; by itself its name could be one of pydantic's, such as "copy"


class Settings(BaseSettings):
    """The effective settings of a run; sections of stages and tools are fields that :func:`settings_model` adds."""

    model_config = SettingsConfigDict(
        frozen=True,
        extra="forbid",
        env_prefix=ENV_PREFIX,
        env_prefix_target="all",
        env_nested_delimiter="__",
        enable_decoding=False,
    )

    seed: int = Field(30, description="Root of all randomness.")
    user_buckets: int = Field(16, ge=1, le=4096, description="Hash buckets of tables split by user.")
    track_buckets: int = Field(16, ge=1, le=4096, description="Hash buckets of tables split by track.")
    workers: int = Field(default_factory=lambda: os.cpu_count() or 1, ge=1, description="Processes at once.")
    engine: Literal["local", "spark"] = Field("local", description="Where the stages run.")
    umask: str = Field("077", pattern="^0?0[0-7]{2}$", description="Rights that nobody gets to what is written, octal.")
    proof_mb: int = Field(
        2048, ge=0, description="MB of earlier nights' files that a night compares with their hashes, in turn."
    )
    _origins: dict[str, str] = PrivateAttr(default_factory=dict)

    def remember(self, origins: Mapping[str, str]) -> None:
        """Keep where each setting was said."""
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
        """Only what :func:`load_settings` took from the sources: it keeps from which one each value came."""
        del settings_cls, env_settings, dotenv_settings, file_secret_settings
        return (init_settings,)

    def buckets(self, split: str | None) -> int | None:
        """How many buckets a table split by this column has."""
        return {None: None, "user_id": self.user_buckets, "track_id": self.track_buckets}[split]

    def params_of(self, stage: Stage) -> dict[str, Any]:
        """The parameters that a stage takes, by keyword."""
        return {parameters.keyword: self.params(parameters) for parameters in stage.parameters}

    def params(self, parameters: Parameters) -> Any:
        """The parameters of one section."""
        return self.tool(parameters.section)

    def tool(self, section: str) -> Any:
        """A section as the dataclass that its stages or its tool take."""
        return self._section(section).made()

    def section(self, name: str) -> dict[str, Any]:
        """What is set of a tool's section, without defaults; secrets stay ``SecretStr``."""
        if name not in SECTIONS:
            return {}
        section = self._section(name)
        return {field: getattr(section, field) for field in section.model_fields_set}

    def origin(self, path: str) -> str:
        """Where the value of ``"seed"`` or ``"lists.discovery_most"`` comes from."""
        return self._origins.get(path, "default")

    def effective(self) -> list[tuple[str, str, str]]:
        """(path, value in words, origin) of every setting; secrets masked."""
        values: dict[str, Any] = {}
        for name, field in type(self).model_fields.items():
            value = getattr(self, name)
            if isinstance(value, Section):
                values |= {f"{field.alias}.{k}": getattr(value, k) for k in type(value).model_fields}
            else:
                values[name] = value
        return [(path, _shown(path, value), self.origin(path)) for path, value in values.items()]

    def _section(self, name: str) -> Section:
        section: Section = getattr(self, _FIELD + name)
        return section


class _Environment(EnvSettingsSource):
    """The variables of a given environment."""

    def __init__(self, model: type[Settings], environ: Mapping[str, str]) -> None:
        super().__init__(model)
        self.env_vars = {name.lower(): value for name, value in environ.items()}


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

    Raises:
        UsageError: a name is not known or a value does not fit: says which, where it stands and what may.
    """
    model = settings_model(tuple(stages))
    variables = _ours(os.environ if environ is None else environ)
    layers = {
        str(home / FILE): _file(model, home / FILE),
        ENVIRONMENT: _Environment(model, variables)(),
        "flag": {k: v for k, v in (flags or {}).items() if v is not None},
    }
    _refuse_unread(variables, layers[ENVIRONMENT], model)
    merged: dict[str, Any] = {}
    origins: dict[str, str] = {}
    for origin, layer in layers.items():
        _merge(merged, layer)
        origins |= dict.fromkeys(_paths(layer), origin)
    try:
        settings = model(**merged)
    except ValidationError as error:
        first = error.errors(include_input=False)[0]
        raise _wrong(model, tuple(map(str, first["loc"])), first["type"], first["msg"], origins) from None
    settings.remember(origins)
    return settings


def load_section(home: Path, name: str, environ: Mapping[str, str] | None = None) -> dict[str, Any]:
    """What is set of one tool's section, as :meth:`Settings.section` gives it, whatever is wrong with the others.

    Who serves or takes a night back must not stop at a mistake in the settings of the next one.
    """
    model = settings_model(PIPELINE)
    given: dict[str, Any] = {}
    for layer in (_file(model, home / FILE), _Environment(model, _ours(os.environ if environ is None else environ))()):
        _merge(given, {name: layer.get(name, {})})
    section = parsed(load(SECTIONS[name]), name, given[name])
    return {field: getattr(section, field) for field in given[name]}


@cache
def settings_model(stages: tuple[Stage, ...]) -> type[Settings]:
    """:class:`Settings` with a field for every section that the stages or the tools read."""
    kinds = SECTIONS | {p.section: p.kind for stage in stages for p in stage.parameters}
    models = {section: section_model(load(kind)) for section, kind in kinds.items()}
    fields = {
        _FIELD + section: (model, Field(default_factory=model, alias=section)) for section, model in models.items()
    }
    model: type[Settings] = create_model("Settings", __base__=Settings, **fields)  # type: ignore[call-overload]
    return model


def _file(model: type[Settings], path: Path) -> dict[str, Any]:
    try:
        if path.exists() and not path.is_file():
            raise UsageError(f"cannot read {path}: it is no file", fix="make it a readable file.")
        return TomlConfigSettingsSource(model, toml_file=path)()
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} is not TOML: {error}", fix="correct that line.") from None
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror}", fix="make it a readable file.") from None


def _ours(environ: Mapping[str, str]) -> dict[str, str]:
    """The variables that set something, in a steady order."""
    return {
        name: environ[name]
        for name in sorted(environ)
        if name.upper().startswith(ENV_PREFIX) and not _NOT_SETTINGS.fullmatch(name)
    }


def _refuse_unread(variables: Iterable[str], layer: Mapping[str, Any], model: type[Settings]) -> None:
    """The source passes over variables that name no setting; whoever set one believes that it does something."""
    read = set(_paths(layer))
    for name in variables:
        path = name[len(ENV_PREFIX) :].lower().replace("__", ".")
        if path not in read:
            raise _wrong(model, tuple(path.split(".")), "extra_forbidden", "", {path: ENVIRONMENT})


def _wrong(
    model: type[Settings], loc: tuple[str, ...], kind: str, message: str, origins: Mapping[str, str]
) -> UsageError:
    """What is wrong with a setting, where it was set and what to do, from what pydantic found."""
    path, top = ".".join(loc), {f.alias or name: f for name, f in model.model_fields.items()}
    said = path if path in origins else next((p for p in origins if p.startswith(f"{path}.")), path)
    where = origins.get(said, "default")
    if where == ENVIRONMENT:
        where = f"variable {ENV_PREFIX}{said.upper().replace('.', '__')}"
    field = top.get(loc[0])
    if field is None:
        return UsageError(f"{where}: there is no setting {loc[0]!r}", fix=_anywhere(path, model))
    section = field.default_factory
    if not (isinstance(section, type) and issubclass(section, Section)):
        return UsageError(f"setting {path} ({where}): {words(message)}", fix="correct it; see `daily30 settings`.")
    if len(loc) == 1 and kind in ("model_type", "model_attributes_type", "dict_type"):
        return UsageError(f"{where}: {path!r} is a section, not a value", fix=f"write [{path}] and fields below.")
    if path in MOVED:
        return UsageError(f"setting {path} ({where}): has moved", fix=f"set {MOVED[path]}.")
    problem = "is not a parameter" if kind == "extra_forbidden" else words(message)
    return UsageError(f"setting {path} ({where}): {problem}", fix=names_fix(path, section.model_fields))


def _anywhere(path: str, model: type[Settings]) -> str:
    """The setting of any section that was meant by a name that stands in the wrong place, or is spelt wrongly."""
    sections = {f.alias or name: f.default_factory for name, f in model.model_fields.items()}
    spelt = {name: name for name in sections}
    for name, kind in sections.items():
        if isinstance(kind, type) and issubclass(kind, Section):
            spelt |= {say: f"{name}.{field}" for field in kind.model_fields for say in (f"{name}_{field}", field)}
    said = path.strip("._").replace(".", "_").replace("-", "_")
    near = [] if said.partition("_")[0] == said and said in sections else get_close_matches(said, spelt, 1, 0.75)
    return names_fix(path, sections) if not near else f"did you mean {spelt[near[0]]}? {names_fix('', sections)}"


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


def _shown(path: str, value: Any) -> str:
    if isinstance(value, SecretStr) or is_secret_name(path):
        return MASK if value else ""
    return redacted(str(value))
