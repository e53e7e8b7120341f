"""Values of a JSON file one by one, in the memory of one: lines, an array, or a document around a long list."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, TextIO

from schemas.errors import ContractError

_BLOCK = 1 << 20
_LONGEST = 8 << 20  # letters of one value
_LIST = re.compile(r'"(?:payload|listens|feedback|scrobbles|track|song|entry)"\s*:\s*\[')
_SPACE = re.compile(r"[\s,\ufeff]*")
_DECODER = json.JSONDecoder()


class Broken(str):
    """A line that is no JSON: what is wrong with it."""


def json_values(stream: TextIO, name: str) -> Iterator[tuple[int, Any]]:
    """(1-based row, value) of every line, element or document; :class:`Broken` for lines that are no JSON.

    A document that holds one long list comes as the list's elements and then itself, the list empty.

    Raises:
        ContractError: an array or document that ends too soon or breaks off.
    """
    head = stream.read(_BLOCK)
    start = head.lstrip("\ufeff \t\r\n")
    if start.startswith("["):
        yield from _arrays(stream, head, name)
    elif _is_line(start) or not start.startswith("{"):
        yield from _lines(stream, head)
    else:
        yield from _document(stream, head, name)


def _is_line(start: str) -> bool:
    """Whether one of the first lines is an object of its own."""
    return any(
        isinstance(_or_none(line), dict) for line in start.split("\n", 3)[:3] if len(line) < len(start) or "\n" in start
    )


def _or_none(line: str) -> Any:
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        return None


def _lines(stream: TextIO, head: str) -> Iterator[tuple[int, Any]]:
    row, rest = 0, head
    while rest:
        *lines, rest = rest.split("\n")
        for row, line in enumerate(lines, start=row + 1):  # noqa: B020 -- rows go on where the last block ended
            if line.strip():
                yield row, _loaded(line)
        more = stream.read(_BLOCK)
        if not more:
            break
        if len(rest) > _LONGEST:
            rest, more = _beyond(stream, more)
            row += 1
            yield row, Broken(f"a row of more than {_LONGEST:,} letters")
        rest += more
    if rest.strip():
        yield row + 1, _loaded(rest)


def _beyond(stream: TextIO, more: str) -> tuple[str, str]:
    """What follows the end of a line that is too long to keep."""
    while more and "\n" not in more:
        more = stream.read(_BLOCK)
    return "", more.partition("\n")[2]


def _loaded(line: str) -> Any:
    try:
        return json.loads(line)
    except (ValueError, RecursionError) as error:
        return Broken(f"no JSON: {error}"[:120])


def _arrays(stream: TextIO, head: str, name: str) -> Iterator[tuple[int, Any]]:
    """Elements of an array, and of those that follow it."""
    arrays, row = _Elements(stream, head, 0, name), 0
    while arrays.opens():
        for value in arrays:
            row += 1
            yield row, value


def _document(stream: TextIO, head: str, name: str) -> Iterator[tuple[int, Any]]:
    """Elements of the document's long list, then the document without them."""
    found = _LIST.search(head)
    if found is None:
        whole = head + stream.read(_LONGEST)
        if stream.read(1):
            what = f"{name}: is one JSON document of more than {_LONGEST:,} letters without a list of listens"
            raise ContractError(what, fix="give the export's own files.")
        yield 1, _whole(whole, name)
        return
    elements, row = _Elements(stream, head, found.end(), name), 0
    for row, value in enumerate(elements, start=1):
        yield row, value
    yield row + 1, _whole(head[: found.end()] + "]" + elements.rest() + stream.read(_LONGEST), name)


def _whole(text: str, name: str) -> Any:
    try:
        return json.loads(text.lstrip("\ufeff"))
    except (ValueError, RecursionError) as error:
        raise ContractError(f"{name}: is no JSON ({str(error)[:120]})", fix="export or download it again.") from error


class _Elements:
    """Iterates over the elements of an array that begins before ``at``; then :meth:`rest` is what follows it."""

    def __init__(self, stream: TextIO, text: str, at: int, name: str) -> None:
        self._stream, self._text, self._at, self._name = stream, text, at, name
        self._row = 0

    def rest(self) -> str:
        return self._text[self._at :]

    def opens(self) -> bool:
        """Whether another array begins here; it is entered."""
        self._to_next()
        rest = self.rest()
        if rest and not rest.startswith("["):
            what = f"{self._name}: goes on after its JSON array with {rest.strip()[:40]!r}"
            raise ContractError(what, fix="export or download it again.")
        self._at += 1
        return bool(rest)

    def __iter__(self) -> Iterator[Any]:
        while True:
            self._row += 1
            self._to_next()
            if self._text.startswith("]", self._at):
                self._at += 1
                return
            yield self._next()

    def _to_next(self) -> None:
        """On to what is neither space nor comma."""
        while True:
            space = _SPACE.match(self._text, self._at)
            self._at = space.end() if space else self._at
            if self._at < len(self._text) or not self._more():
                return

    def _next(self) -> Any:
        while True:
            value, end, why = self._decoded()
            # A value that ends with the block may go on in the next one.
            if end is None or end == len(self._text):
                if self._more():
                    continue
                if end is None:
                    raise self._torn(why)
            self._at = end
            return value

    def _decoded(self) -> tuple[Any, int | None, str]:
        try:
            return (*_DECODER.raw_decode(self._text, self._at), "")
        except (ValueError, RecursionError) as error:
            return None, None, str(error)

    def _more(self) -> bool:
        if len(self._text) - self._at > _LONGEST:
            return False
        block = self._stream.read(_BLOCK)
        self._text, self._at = self._text[self._at :] + block, 0
        return bool(block)

    def _torn(self, why: str) -> ContractError:
        cut = not self._text[self._at :].strip() or len(self._text) - self._at < _LONGEST
        what = f"its JSON array breaks off in row {self._row:,}" if cut else f"row {self._row:,} is no JSON"
        return ContractError(
            f"{self._name}: {what}{f' ({why[:80]})' if why else ''}",
            fix="the file was cut short or edited; export or download it again.",
        )
