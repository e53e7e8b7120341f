"""Bringing things into a landing: a folder of music, a ListenBrainz export, a delivery."""

from jobs.commands.intake.deliveries import take_delivery
from jobs.commands.intake.listens import take_listenbrainz
from jobs.commands.intake.music import take_folder

__all__ = ["take_delivery", "take_folder", "take_listenbrainz"]
