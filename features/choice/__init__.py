"""What each listener would choose, habit and satiation taken out: a model of repeated choices."""
