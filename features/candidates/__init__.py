"""Songs that might make a user's list, and which source says so."""
