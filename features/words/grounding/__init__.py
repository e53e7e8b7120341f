"""Nothing leaves the house ungrounded: every number, name and quotation must be on the sheet.

The checker knows nothing of frames or writers; it reads a finished text and a sheet of what
may be said. Both the built-in writer and a model pass through it. ``docs/guide/grounding.md``
says what is checked and how well.
"""

from features.words.grounding.checking import check, length, upper
from features.words.grounding.foreign_names import LineIndex, distinctive_names, foreign_names
from features.words.grounding.masking import masked
from features.words.grounding.music import key_id
from features.words.grounding.sheet import Day, Fault, Sheet, Violation

__all__ = [
    "Day",
    "Fault",
    "LineIndex",
    "Sheet",
    "Violation",
    "check",
    "distinctive_names",
    "foreign_names",
    "key_id",
    "length",
    "masked",
    "upper",
]
