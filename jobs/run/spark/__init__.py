"""Running a night on Spark."""
