"""Where things live: lake, landing, media, DuckDB, serving stores."""
