"""Which song of the catalogue a listened song is, told from names, versions, guests, lengths and ids.

:func:`features.matching.match.match` does it for whole tables. It reads names in every way they may be meant
(:mod:`~features.matching.readings`), finds candidates by artist, then title (:mod:`~features.matching.candidates`),
and judges each (:mod:`~features.matching.judging`).
"""
