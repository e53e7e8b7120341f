"""The machinery: stage records, runner, engines, settings, command line."""
