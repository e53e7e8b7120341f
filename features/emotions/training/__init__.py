"""How the emotion model is trained and judged."""
