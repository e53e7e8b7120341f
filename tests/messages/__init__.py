"""Every bad input with the message and exit code it gets: docs/guide/messages.md, held by a test."""
