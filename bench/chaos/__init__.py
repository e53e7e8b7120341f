"""Nights under random faults, beside an undisturbed twin, with readers at the store all the while."""
