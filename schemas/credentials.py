"""What looks like a credential, and texts without any: the one place that decides it.

Settings, what tasks depend on, run records and errors are written and printed through :func:`redacted`; a value
whose name says that it is secret (:func:`is_secret_name`) is not written at all.
"""

from __future__ import annotations

import re

MASK = "**********"
_GUARDED = (
    r"(?:api|access|auth|private|secret|signing|client)[_.\-]?key|secret|passw(?:or)?d|passphrase|pwd|"
    r"credentials?|token|authorization|cookie"
)
_GUARDED_NAME = re.compile(rf"(?:^|[_.\-\s])(?:{_GUARDED})$", re.IGNORECASE)
# Everything up to the last @ of an address is taken for its user: a password may hold any other character.
_ADDRESS = re.compile(r"\b([a-z][a-z0-9+.\-]{0,20}://)([^\s\"<>]*@)?([^\s\"<>?#]*)([?#][^\s\"<>')\]]*)?", re.IGNORECASE)
# `name=value` and `"name": "value"`; a name before a colon alone is how messages begin.
_NAMED = re.compile(
    rf"((?:{_GUARDED})[\"']?\s*=\s*[\"']?|[\"'](?:[a-z_\-]{{0,40}})(?:{_GUARDED})[\"']\s*:\s*[\"'])[^\s\"',;}}…]+",
    re.IGNORECASE,
)
_KEYS = re.compile(
    r"\b(?:sk|hf|gh[pousr]|github_pat|glpat|xox[abposr])[-_][\w\-]{16,}"  # of services that mark theirs
    r"|\bAKIA[0-9A-Z]{16}\b"
    r"|\beyJ[\w\-]{8,}\.[\w\-]{8,}\.[\w\-]*"  # a signed token
    r"|(?<=\bBearer )\S+|(?<=\bBasic )[A-Za-z0-9+/=]{8,}"
)


def is_secret_name(name: str) -> bool:
    """Whether a setting or variable of this name holds a credential: ``llm.api_key``, ``DB_PASSWORD``, ``apikey``."""
    return _GUARDED_NAME.search(name) is not None


def redacted(text: str) -> str:
    """The text with addresses bare of user, password, query and fragment, and with whatever looks like a key masked."""
    text = _ADDRESS.sub(r"\1\3", text)
    return _KEYS.sub(MASK, _NAMED.sub(rf"\1{MASK}", text))


def holds_credential(text: str) -> bool:
    """Whether anything of the text would have to be hidden."""
    return redacted(text) != text
