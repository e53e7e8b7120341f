"""What apps sent back, kept until a night takes it."""

from warehouse.inbox.inbox import Event, Inbox, InboxError, Kept

__all__ = ["Event", "Inbox", "InboxError", "Kept"]
