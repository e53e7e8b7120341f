"""Published words, lies and injections before the house's own check and before the independent one."""
