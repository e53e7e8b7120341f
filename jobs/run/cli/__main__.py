"""``python -m jobs.run.cli``: the command line without an installed script, as Airflow tasks run it."""

from __future__ import annotations

from jobs.run.cli import main

if __name__ == "__main__":
    main()
