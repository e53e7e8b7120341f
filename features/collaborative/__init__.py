"""What people who play the same songs say about each other: item-item, ALS, a graph filter, blends."""
