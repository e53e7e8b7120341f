"""The serving store in a PostgreSQL database."""
