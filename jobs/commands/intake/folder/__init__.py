"""A folder of music into a landing."""

from jobs.commands.intake.folder.take import take_folder

__all__ = ["take_folder"]
