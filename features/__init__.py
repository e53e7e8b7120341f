"""What is computed: pure functions on frames and arrays. No IO, no clock, no settings."""
