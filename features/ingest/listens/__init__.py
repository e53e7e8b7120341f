"""Listening histories of other services, read row by row into one form."""
