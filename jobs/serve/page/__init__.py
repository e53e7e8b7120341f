"""What people open in a browser: the page of a list, the page of nights, and what they show beside the store."""
