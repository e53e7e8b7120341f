"""Clients of things outside: sentence encoder, dictionaries, language models, the report desk."""
