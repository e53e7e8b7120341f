"""Speed, memory and quality, measured by hand: `make bench`, or a module at a time with `python -m`."""
