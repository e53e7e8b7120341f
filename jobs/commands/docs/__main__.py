"""``python -m jobs.commands.docs``: write every generated page and picture."""

from __future__ import annotations

from jobs.commands.docs.made import write

if __name__ == "__main__":
    write()
