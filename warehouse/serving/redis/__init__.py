"""The serving store in a Redis server: hashes of rows per version, and one string that holds versions and pointer."""
