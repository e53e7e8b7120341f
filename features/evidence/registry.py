"""Every kind of evidence: the modules of :mod:`features.evidence.kinds`, found by looking."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable
from types import ModuleType

from features.evidence import kinds
from features.evidence.kind import EvidenceKind, Subject
from schemas.vocabulary import EVIDENCE_KINDS


def discover(package: ModuleType) -> list[EvidenceKind]:
    """The ``KINDS`` of every module of a package, in order of the modules' names."""
    names = sorted(module.name for module in pkgutil.iter_modules(package.__path__))
    modules = (importlib.import_module(f"{package.__name__}.{name}") for name in names)
    return [kind for module in modules for kind in module.KINDS]


def registered(found: Iterable[EvidenceKind], vocabulary: tuple[str, ...]) -> dict[str, EvidenceKind]:
    """Kinds by name, in the vocabulary's order, which decides between kinds of equal strength.

    Raises:
        ValueError: a kind is declared twice, or only in one of the two places.
    """
    by_name: dict[str, EvidenceKind] = {}
    for kind in found:
        if kind.name in by_name:
            raise ValueError(f"evidence kind {kind.name!r} is declared twice; rename one")
        by_name[kind.name] = kind
    if unknown := sorted(set(by_name) ^ set(vocabulary)):
        raise ValueError(
            f"evidence kinds {', '.join(unknown)} stand either in features/evidence/kinds or in "
            "schemas.vocabulary.EVIDENCE_KINDS; they must stand in both"
        )
    return {name: by_name[name] for name in vocabulary}


KINDS: dict[str, EvidenceKind] = registered(discover(kinds), EVIDENCE_KINDS)


def about(subject: Subject) -> list[str]:
    """Names of the kinds whose subject is of this sort."""
    return [kind.name for kind in KINDS.values() if kind.subject == subject]
