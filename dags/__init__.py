"""When things run: Airflow wiring drawn from the pipeline list; no logic."""
