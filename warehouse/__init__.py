"""Where things live: lake, landing readers, media, DuckDB, serving stores, pages."""
