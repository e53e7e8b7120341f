"""Results of commands as tables and pictures for a terminal."""
