"""Ingest: rows as delivered to rows that keep their contract, every refusal with a reason."""
