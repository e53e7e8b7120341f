"""What is no stage: the work behind commands that run outside a night."""
