"""Serving stores beside their own best tools on the same rows."""
