"""daily30 as others install it."""
