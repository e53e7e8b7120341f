"""The guide's generated pages and pictures, each drawn from the code (`make docs`)."""
