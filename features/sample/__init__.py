"""A sample music app: original songs, and the people who listen to them."""
