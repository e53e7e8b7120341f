"""Settings sections as pydantic models, made from the frozen dataclasses that stages and tools take.

The models check names and types; what comes out is the dataclass, so that ``features`` and ``warehouse``
know nothing of settings.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any, ClassVar, get_type_hints

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    create_model,
    field_validator,
    model_validator,
)

from jobs.run.moved import MOVED
from schemas.errors import UsageError


class Section(BaseModel):
    """Base of all sections; :func:`section_model` fills in the fields."""

    model_config = ConfigDict(frozen=True, extra="forbid", protected_namespaces=())
    dataclass: ClassVar[type[Any]]

    def made(self) -> Any:
        """The dataclass with these values."""
        return self.dataclass(**{name: getattr(self, name) for name in type(self).model_fields})

    @field_validator("*", mode="before")
    @classmethod
    def _from_text(cls, value: Any) -> Any:
        """A variable's text as the JSON list or table it spells, if it spells one."""
        text = value.get_secret_value() if isinstance(value, SecretStr) else value
        if not isinstance(text, str):
            return value
        if text[:1] in ("[", "{"):
            try:
                return json.loads(text)
            except ValueError:
                return text
        return text.strip()

    @model_validator(mode="after")
    def _fits(self) -> Section:
        self.made()  # its own checks of values that have to go together
        return self


def section_model(kind: type[Any]) -> type[Section]:
    """The model of a frozen dataclass all of whose fields have defaults."""
    types = get_type_hints(kind, include_extras=True)
    fields = {field.name: (types[field.name], _default(field)) for field in dataclasses.fields(kind)}
    model: type[Section] = create_model(kind.__name__, __base__=Section, **fields)  # type: ignore[call-overload]
    model.dataclass = kind
    return model


def parsed(kind: type[Any], section: str, values: Mapping[str, Any]) -> Any:
    """The dataclass of a section from raw values; UsageError names what does not fit."""
    model = section_model(kind)
    try:
        return model(**values).made()
    except ValidationError as error:
        first = error.errors(include_input=False)[0]
        path = ".".join((section, *map(str, first["loc"])))
        if path in MOVED:
            raise UsageError(f"setting {path}: has moved", fix=f"set {MOVED[path]}.") from None
        problem = "is not a parameter" if first["type"] == "extra_forbidden" else words(first["msg"])
        raise UsageError(f"setting {path}: {problem}", fix=names_fix(path, model.model_fields)) from None


def words(message: str) -> str:
    """What pydantic says, without its name for our own checks."""
    return message.removeprefix("Value error, ")


def names_fix(path: str, allowed: Mapping[str, Any]) -> str:
    """The names that may be set where ``path`` stands, and the nearest of them to a mistyped one."""
    name = path.rpartition(".")[2]
    near = [] if name in allowed else get_close_matches(name, allowed, 1)
    return "".join(f"did you mean {n}? " for n in near) + f"allowed: {', '.join(sorted(allowed))}."


def _default(field: dataclasses.Field[Any]) -> Any:
    if field.default_factory is not dataclasses.MISSING:
        return Field(default_factory=field.default_factory)
    return field.default if field.default is not dataclasses.MISSING else ...
