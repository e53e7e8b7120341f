"""Bringing things into a landing: a folder of music, listens of any service, a log of ids, a delivery."""

from jobs.commands.intake.deliveries import take_delivery
from jobs.commands.intake.folder import take_folder
from jobs.commands.intake.listens import Newcomer, take_listens
from jobs.commands.intake.log import take_log

__all__ = ["Newcomer", "take_delivery", "take_folder", "take_listens", "take_log"]
