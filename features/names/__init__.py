"""How names of songs and people are written: folded for comparing, parted into what they say.

- :mod:`features.names.fold`: one spelling of many, for comparing only; never shown, never stored as a name.
- :mod:`features.names.titles`: a title as base title, versions and featured artists.
- :mod:`features.names.credits`: a credit as names and join phrases.
"""
