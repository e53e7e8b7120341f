"""Nights under a load of any size."""
