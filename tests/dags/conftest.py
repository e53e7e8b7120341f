"""The finished home of the whole nights, for a DAG that goes on from it."""

from tests.e2e.conftest import delivered, finished, make_once

__all__ = ["delivered", "finished", "make_once"]
