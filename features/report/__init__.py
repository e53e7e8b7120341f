"""What the run report shows: three listeners, the night's accounts, the catalogue, the lists."""
