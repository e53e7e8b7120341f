"""Who was erased, and taking their rows out of files."""

from warehouse.erasure.register import Erased, erased_of

__all__ = ["Erased", "erased_of"]
