"""``python -m jobs.cli``: the command line without an installed script, as Airflow tasks run it."""

from __future__ import annotations

from jobs.cli import main

if __name__ == "__main__":
    main()
