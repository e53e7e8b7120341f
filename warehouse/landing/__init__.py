"""The landing: files a music app delivers, read exactly as they are."""

from warehouse.landing.reader import Landing, open_landing

__all__ = ["Landing", "open_landing"]
