"""The machinery: stage records, planner, runner, engines, settings."""
