"""What runs: one small module per stage, the pipeline list, the runner, the command line."""
