"""A client of any OpenAI-compatible endpoint: ledger and ceiling, pacing, scheduling, batches."""
