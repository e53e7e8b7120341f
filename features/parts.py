"""A bucket's listeners a few at a time: memory is bounded however large the bucket is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, replace
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

R = TypeVar("R", bound="DataclassInstance")


def in_parts(inputs: R, most: int) -> Iterator[R]:
    """The tables of at most so many listeners at a time, in order of their ids; once where there are no more.

    Args:
        inputs: tables, among them ``users``; those with a column ``user_id`` are cut, the others given whole.
    """
    users = inputs.users["user_id"].sort()  # type: ignore[attr-defined]
    if len(users) <= most:
        yield inputs
        return
    tables = {field.name: getattr(inputs, field.name) for field in fields(inputs)}
    split = {name: table for name, table in tables.items() if "user_id" in table.columns}
    for low in range(0, len(users), most):
        mine = users[low : low + most].to_frame()
        yield replace(inputs, **{name: table.join(mine, on="user_id", how="semi") for name, table in split.items()})
